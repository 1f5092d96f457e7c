import { button, createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import type { ConflictView } from '../../api/schema.ts'
import type { Context } from '../context.ts'
import type { Voice } from '../wording.ts'
import { editorWords, fieldName } from './edit-words.ts'

type Lost = ConflictView['lost'][number]

interface Shown {
  readonly conflict: ConflictView
  readonly lines: readonly string[]
}

/**
 * Edits that lost against another side's, each restored or dismissed with one press. `of` narrows them to a document;
 * `words` tells a field of a document whose values are more than numbers: `draw` asks it anew once it knows more.
 */
export function createConflictList(
  context: Context,
  edge: string,
  zone: string,
  of?: string,
  words = plainWords,
) {
  const { voice, api } = context
  const { say, language, format } = voice
  const body = h('div', { class: 'conflict-body' })
  const slot = createSlot(body)
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true })
  const element = h(
    'div',
    { class: 'conflicts', hidden: true },
    h('h3', {}, say('conflicts')),
    h('p', { class: 'quiet' }, say('conflictsLead')),
    trouble,
    body,
  )
  const settle = async (conflict: ConflictView, how: 'restore' | 'dismiss') => {
    const answer = await api.settleConflict(conflict, how)
    const reason = answer.ok ? '' : say('conflictFailed', { reason: answer.refusal.reason[language] })
    setText(trouble, reason)
    setAttributes(trouble, { hidden: answer.ok })
    await refresh()
  }
  const item = ({ conflict, lines }: Shown) =>
    h(
      'article',
      { class: 'conflict' },
      h('p', { class: 'conflict-who' }, whose(conflict)),
      h('ul', {}, ...lines.map((line) => h('li', {}, line))),
      h(
        'div',
        { class: 'order-buttons' },
        button(say('restore'), () => void settle(conflict, 'restore'), { class: 'order-send' }),
        button(say('dismiss'), () => void settle(conflict, 'dismiss')),
      ),
    )
  const whose = ({ edit, at }: ConflictView) =>
    say('conflictOf', {
      ...editorWords(edit, voice),
      time: format.dateTime(edit?.at ?? at, zone),
    })
  let known: readonly ConflictView[] = []
  let turn = 0
  const draw = () => {
    const shown = known.map((conflict): Shown => {
      return { conflict, lines: conflict.lost.map((field) => words(field, voice)) }
    })
    setAttributes(element, { hidden: shown.length === 0 })
    slot(shown, () => shown.map(item))
  }
  const refresh = async () => {
    const mine = ++turn
    const answer = await api.conflicts(edge)
    // Of two questions that are under way the later one counts, whichever is answered last.
    if (mine !== turn || !answer.ok || !Array.isArray(answer.value)) return
    known = answer.value.filter((conflict) => of === undefined || conflict.of === of)
    draw()
  }
  void refresh()
  return { element, refresh, draw }
}

function plainWords({ path, kept, lost }: Lost, voice: Voice): string {
  const { say, format } = voice
  const words = (value: unknown) => {
    if (value === undefined || value === null) return say('conflictNothing')
    if (typeof value === 'number') return format.number(value, Number.isInteger(value) ? 0 : 2)
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  return say('conflictField', { field: fieldName(path, voice), kept: words(kept), lost: words(lost) })
}

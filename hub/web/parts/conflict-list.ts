import { button, createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import type { ConflictView } from '../../api/schema.ts'
import type { Context } from '../context.ts'
import type { Voice } from '../wording.ts'
import { editorWords, fieldName } from './edit-words.ts'

type Lost = ConflictView['lost'][number]

/**
 * Edits that lost against another side's, each restored or dismissed with one press. `of` narrows them to a document;
 * `words` tells a field of a document whose values are more than numbers.
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
  const item = (conflict: ConflictView) =>
    h(
      'article',
      { class: 'conflict' },
      h('p', { class: 'conflict-who' }, whose(conflict)),
      h('ul', {}, ...conflict.lost.map((field) => h('li', {}, words(field, voice)))),
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
  const refresh = async () => {
    const answer = await api.conflicts(edge)
    if (!answer.ok || !Array.isArray(answer.value)) return
    const shown = answer.value.filter((conflict) => of === undefined || conflict.of === of)
    setAttributes(element, { hidden: shown.length === 0 })
    slot(shown, () => shown.map(item))
  }
  void refresh()
  return { element, refresh }
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

import { button, createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import { whileSaving } from '../../../page/while-saving.ts'
import type { DocumentView, StationView } from '../../api/schema.ts'
import type { Context, Scene } from '../context.ts'
import { editsOf } from '../live/model.ts'
import { createConflictList } from '../parts/conflict-list.ts'
import { editorWords } from '../parts/edit-words.ts'
import { guardUnsaved } from '../parts/unsaved.ts'
import { type Content, isNumberAt, numberAt, type Path, withNumberAt } from '../threshold-fields.ts'
import type { Voice } from '../wording.ts'

interface Field {
  readonly path: Path
  readonly label: string
  readonly unit: string
  readonly step: number
}

/** The station's limits and times as its document has them: edited here or at the node, merged by policy. */
export function createThresholds(context: Context, first: StationView) {
  const { voice, api } = context
  const { say, language, format } = voice
  const id = `flood-station:${first.id}`
  const { edge, timeZone } = first
  const conflicts = createConflictList(context, edge, timeZone, id)
  const body = h('div', { class: 'thresholds-body' }, h('p', { class: 'quiet' }, say('loading')))
  const state = h('p', { class: 'thresholds-edit' })
  const message = h('p', { class: 'thresholds-message', role: 'status' })
  const slot = createSlot(body)
  let document: DocumentView | undefined
  let inputs: readonly { readonly field: Field; readonly input: HTMLInputElement }[] = []
  let edits: number | undefined
  let turn = 0
  /** A line of the form was changed and not saved: what arrives meanwhile does not overwrite it. */
  let dirty = false

  const tell = (text: string, trouble = false) => {
    setText(message, text)
    setAttributes(message, { class: trouble ? 'thresholds-message trouble' : 'thresholds-message' })
  }
  const show = () => {
    if (document === undefined) return slot([], () => [h('p', { class: 'quiet' }, say('thresholdsNone'))])
    const known = document
    setText(state, editWords(known))
    slot([known.rev], () => {
      inputs = fieldsOf(known.content, voice).map((field) => ({
        field,
        input: inputOf(field, known.content),
      }))
      return [form()]
    })
  }
  const editWords = ({ edit, conflicted }: DocumentView) => {
    if (conflicted) return say('mergingNow')
    if (edit === null) return say('fromFile')
    return say('editedBy', { ...editorWords(edit, voice), time: format.dateTime(edit.at, timeZone) })
  }
  const inputOf = ({ path, step }: Field, content: Content) => {
    const input = h('input', {
      type: 'number',
      id: `threshold-${path.join('-')}`,
      step,
      value: numberAt(content, path),
      inputmode: 'decimal',
      required: true,
    })
    input.addEventListener('input', () => {
      dirty = true
      setAttributes(buttons, { hidden: false })
      tell('')
    })
    return input
  }
  const save = h('button', { type: 'submit', class: 'order-send' }, say('save'))
  const undo = button(say('undoEdits'), () => {
    dirty = false
    for (const { field, input } of inputs) input.value = String(numberAt(document?.content ?? {}, field.path))
    setAttributes(buttons, { hidden: true })
    tell('')
    // What was edited elsewhere meanwhile was left alone.
    void refresh()
  })
  const buttons = h('div', { class: 'order-buttons', hidden: true }, save, undo)
  const form = () => {
    const element = h(
      'form',
      { class: 'thresholds-form', novalidate: true },
      ...inputs.map(({ field, input }) =>
        h(
          'div',
          { class: 'threshold' },
          h('label', { for: input.id }, field.label),
          h('span', { class: 'threshold-value' }, input, h('span', { class: 'threshold-unit' }, field.unit)),
        ),
      ),
      buttons,
    )
    element.addEventListener('submit', (event) => {
      event.preventDefault()
      void submit()
    })
    return element
  }
  const submit = async () => {
    if (document === undefined) return
    const wrong = inputs.find(({ input }) => input.value === '' || !input.checkValidity())
    if (wrong !== undefined) {
      tell(say('numberMissing'), true)
      wrong.input.focus()
      return
    }
    const content = inputs.reduce<Content>(
      (next, { field, input }) => withNumberAt(next, field.path, input.valueAsNumber),
      document.content,
    )
    tell(say('saving'))
    const answer = await whileSaving(body, [save, undo], api.putDocument(document, content))
    if (!answer.ok) return tell(say('saveFailed', { reason: answer.refusal.reason[language] }), true)
    document = answer.value
    dirty = false
    setAttributes(buttons, { hidden: true })
    tell(say('saved'))
    show()
    void refresh()
  }
  const refresh = async () => {
    const mine = ++turn
    const answer = await api.document(edge, id)
    // Of two questions that are under way the later one counts, whichever is answered last.
    if (mine !== turn || dirty || !answer.ok) return
    document = answer.value
    show()
  }
  const unsaved = guardUnsaved(voice, () => dirty)
  void refresh()

  return {
    element: h(
      'section',
      { class: 'panel thresholds' },
      h('h2', {}, say('thresholds')),
      h('p', { class: 'quiet' }, say('thresholdsLead')),
      state,
      body,
      message,
      conflicts.element,
    ),
    update({ model }: Scene) {
      const seen = editsOf(model, edge)
      if (seen === edits) return
      if (edits !== undefined) {
        void refresh()
        void conflicts.refresh()
      }
      edits = seen
    },
    leave: unsaved.leave,
    close: unsaved.close,
  }
}

/** The lines of the form: only what the document has, so that saving adds nothing. */
function fieldsOf(content: Content, { say, format }: Voice): readonly Field[] {
  const levels = Array.isArray(content.levels) ? content.levels : []
  const all: readonly Field[] = [
    ...levels.map((level: unknown, index): Field => {
      const number = numberAt(level, ['level'])
      return {
        path: ['levels', index, 'stage_m'],
        label: say('thresholdLevel', { level: number }),
        unit: 'm',
        step: 0.01,
      }
    }),
    { path: ['clear', 'below_m'], label: say('thresholdClearBelow'), unit: 'm', step: 0.01 },
    { path: ['clear', 'hold_min'], label: say('thresholdClearHold'), unit: format.unit('min'), step: 1 },
    { path: ['rise', 'm_per_h'], label: say('thresholdRise'), unit: 'm/h', step: 0.01 },
    { path: ['silence', 'longest_min'], label: say('thresholdSilence'), unit: format.unit('min'), step: 1 },
  ]
  return all.filter(({ path }) => isNumberAt(content, path))
}

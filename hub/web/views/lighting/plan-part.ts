import type { Refusal } from '../../../../page/ask.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import { whileSaving } from '../../../../page/while-saving.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { DocumentView } from '../../../api/schema.ts'
import type { Scene } from '../../context.ts'
import { editsOf } from '../../live/model.ts'
import { createConflictList } from '../../parts/conflict-list.ts'
import { editorWords } from '../../parts/edit-words.ts'
import { guardUnsaved } from '../../parts/unsaved.ts'
import { createCalendarEditor } from './calendar-editor.ts'
import type { LightContext, LitStreet, StreetPartView } from './context.ts'
import { createGroupEditor } from './group-editor.ts'
import { mayTouchLights } from './permission.ts'
import { type Plan, planOf, withPlan } from './plan-content.ts'
import type { Drafting, PlanEditor } from './plan-editor.ts'
import { createProfileEditor } from './profile-editor.ts'

type Section = 'profiles' | 'calendar' | 'groups'

/** Profiles, calendar and groups of a street: one draft, saved as one edit of one document. */
export function createPlanPart(context: LightContext, first: StreetView): StreetPartView {
  const { voice, light, api } = context
  const { say, language, format } = voice
  const { edge, timeZone } = first
  const id = `lighting-street:${first.id}`
  const conflicts = createConflictList(context, edge, timeZone, id)
  let street = first
  let now = 0
  let document: DocumentView | undefined
  let draft: Plan | undefined
  let dirty = false
  let edits: number | undefined
  let turn = 0
  let dropping = false

  const drafting: Drafting = {
    plan: () => draft ?? EMPTY,
    street: () => street,
    now: () => now,
    edit(change, shape) {
      if (draft === undefined) return
      draft = change(draft)
      dirty = true
      tell(light('unsaved'))
      for (const editor of Object.values(editors)) {
        editor.complain('')
        if (shape === undefined) editor.retell()
        else editor.draw()
      }
      showButtons()
      if (shape?.focus !== undefined) globalThis.document.getElementById(shape.focus)?.focus()
    },
  }
  const editors: Readonly<Record<Section, PlanEditor>> = {
    profiles: createProfileEditor(context, drafting),
    calendar: createCalendarEditor(context, drafting),
    groups: createGroupEditor(context, drafting),
  }
  const state = h('p', { class: 'thresholds-edit' })
  const message = h('p', { class: 'plan-message', role: 'status' })
  const save = h('button', { type: 'submit', class: 'order-send' }, say('save'))
  const undo = button(say('undoEdits'), () => {
    take(document)
    // What was edited elsewhere meanwhile was left alone.
    void load()
  })
  const reload = button(light('planReload'), () => void load(true), { hidden: true })
  const foot = h(
    'div',
    { class: 'plan-foot', hidden: true },
    message,
    h('div', { class: 'order-buttons' }, save, undo, reload),
  )
  const fields = h(
    'fieldset',
    { class: 'plan-fields' },
    editors.profiles.element,
    editors.calendar.element,
    editors.groups.element,
  )
  const none = h('p', { class: 'quiet panel' }, say('loading'))
  const readOnly = h('p', { class: 'quiet panel', hidden: true }, light('planReadOnly'))
  const form = h('form', { class: 'plan-form', novalidate: true, hidden: true }, fields, foot)

  const tell = (text: string, trouble = false) => {
    setText(message, text)
    setAttributes(message, { class: trouble ? 'plan-message trouble' : 'plan-message' })
  }
  const showButtons = () => {
    setAttributes(foot, { hidden: !dirty && message.textContent === '' })
    setAttributes(save, { hidden: !dirty })
    setAttributes(undo, { hidden: !dirty })
  }
  /** Shows a document as it is at the hub; whatever was typed is gone. */
  const take = (next: DocumentView | undefined) => {
    document = next
    draft = next === undefined ? undefined : planOf(next.content)
    dirty = false
    tell('')
    setAttributes(reload, { hidden: true })
    setText(none, light('nightUnknown'))
    setAttributes(none, { hidden: draft !== undefined })
    setAttributes(form, { hidden: draft === undefined })
    if (next !== undefined) setText(state, editWords(next))
    if (draft !== undefined) for (const editor of Object.values(editors)) editor.draw()
    showButtons()
  }
  const editWords = ({ edit, conflicted }: DocumentView) => {
    if (conflicted) return say('mergingNow')
    if (edit === null) return say('fromFile')
    return say('editedBy', { ...editorWords(edit, voice), time: format.dateTime(edit.at, timeZone) })
  }
  /** Of two questions that are under way the later one counts, whichever is answered last. */
  const load = async (drop = false) => {
    const mine = ++turn
    dropping ||= drop
    const answer = await api.document(edge, id)
    if (mine !== turn) return
    const over = dropping || !dirty
    dropping = false
    if (!answer.ok) {
      setText(none, light('failed', { reason: answer.refusal.reason[language] }))
      return
    }
    if (over) {
      if (answer.value?.rev !== document?.rev || dirty || document === undefined) take(answer.value)
      return
    }
    // Somebody is typing: what they have stays, and they are told.
    if (answer.value?.rev === document?.rev) return
    tell(light('planChanged'), true)
    setAttributes(reload, { hidden: false })
    showButtons()
  }
  const submit = async () => {
    if (document === undefined || draft === undefined) return
    const wrong = form.querySelector<HTMLInputElement>('input:invalid')
    if (wrong !== null) {
      wrong.closest('details')?.setAttribute('open', '')
      wrong.focus()
      return tell(wrong.validationMessage || say('numberMissing'), true)
    }
    tell(say('saving'))
    const put = api.putDocument(document, withPlan(document.content, draft))
    const answer = await whileSaving(fields, [save, undo, reload], put)
    if (!answer.ok) return refuse(answer.refusal)
    take(answer.value)
    tell(say('saved'))
    showButtons()
    void load()
  }
  const refuse = ({ reason, code }: Refusal) => {
    const words = say('saveFailed', { reason: reason[language] })
    tell(words, true)
    const section = SECTIONS[code ?? '']
    if (section !== undefined) editors[section].complain(reason[language])
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  const unsaved = guardUnsaved(voice, () => dirty)
  void load()
  return {
    element: h(
      'div',
      { class: 'plan-part' },
      h('div', { class: 'plan-head' }, state, conflicts.element),
      none,
      readOnly,
      form,
    ),
    update({ street: next }: LitStreet, { model, now: at, account }: Scene) {
      street = next
      now = at
      const may = mayTouchLights(account)
      fields.disabled = !may
      setAttributes(readOnly, { hidden: may || account === undefined || draft === undefined })
      const seen = editsOf(model, edge)
      if (seen === edits) return
      if (edits !== undefined) {
        void load()
        void conflicts.refresh()
      }
      edits = seen
    },
    show(shown) {
      // Charts have no width before they are seen.
      if (shown) for (const editor of Object.values(editors)) editor.retell()
    },
    leave: unsaved.leave,
    close: unsaved.close,
  }
}

const EMPTY: Plan = { profiles: [], calendar: { usual: '', week: {}, exceptions: [] }, groups: [] }

/** Where a problem that the hub names belongs. */
const SECTIONS: Readonly<Record<string, Section>> = {
  STREET_PROFILE_ENDLESS: 'profiles',
  STREET_STEPS_REVERSED: 'profiles',
  STREET_STEPS_CROSS: 'profiles',
  STREET_PROFILE_UNKNOWN: 'calendar',
  STREET_DATE_IMPOSSIBLE: 'calendar',
  STREET_DATES_REVERSED: 'calendar',
  STREET_EXCEPTIONS_OVERLAP: 'calendar',
  STREET_GROUP_LAMP_UNKNOWN: 'groups',
}

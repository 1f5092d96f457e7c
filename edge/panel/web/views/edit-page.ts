import '../style/edit.css'
import '../../../../page/style/greenhouse.css'
import type { Cancel } from '../../../../core/clock.ts'
import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { localClock } from '../../../../core/time-zone.ts'
import { button, type Child, h, setAttributes, setText } from '../../../../page/element.ts'
import { createDoubtList } from '../../../../page/greenhouse/doubt-list.ts'
import type { Editor, EditorOptions } from '../../../../page/greenhouse/editor.ts'
import type { Complaint } from '../../../../page/greenhouse/fields.ts'
import { createPlanPreview } from '../../../../page/greenhouse/plan-preview.ts'
import { whileSaving } from '../../../../page/while-saving.ts'
import type { PanelProblem } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { editorVoice, pageOf, sayPage } from '../parts/page.ts'
import { confirmSheet } from '../parts/sheet.ts'

/** One part of the greenhouse's document that is edited on a page of its own. */
export interface Edited<T> {
  /** Until it is read, and of what has no name of its own. */
  readonly title: string
  readonly name?: (value: T) => string
  readonly back: string
  /** What is edited, and where it stands; undefined where the document has no such thing. */
  find(body: Greenhouse): { readonly value: T; readonly at: string } | undefined
  /** The document with the edited value in its place. */
  put(body: Greenhouse, value: T): Greenhouse
  make(options: EditorOptions<T>): Editor
  /** The waterings of the next 24 h are shown below. */
  readonly preview: boolean
  /** Left out where it cannot be deleted. `held` says why it may not be just now. */
  readonly remove?: {
    readonly held: (body: Greenhouse, value: T) => string | undefined
    readonly without: (body: Greenhouse, value: T) => Greenhouse
  }
}

/** A change is checked by the node when the fingers have rested for so long. */
const REST_MS = 500

/** Reads the document, lets one part be edited while the node checks each change, and saves it whole or not at all. */
export function createEditPage<T>(context: Context, edited: Edited<T>): View {
  const { voice, api, clock, documents, notice, person, scene } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const editing = editorVoice(voice)
  const readOnly = person.role !== 'owner'
  const house = scene().house?.id ?? ''
  const body = h('div', { class: 'edit-body' }, h('p', { class: 'quiet', role: 'status' }, say('loading')))
  const general = h('ul', { class: 'edit-problems', role: 'alert', hidden: true })
  const doubts = createDoubtList(editing)
  /** In the bar, where the thumb is: what is told at the page's end is told to nobody. */
  const message = h('p', { class: 'trouble', role: 'status' })
  const preview = createPlanPreview(editing)
  const save = button(tell('save'), () => void submit(), { class: 'primary edit-save' })
  const undo = button(tell('undoEdits'), () => void load())
  const barWords = h('span', { role: 'status' }, tell('unsaved'))
  const bar = h('div', { class: 'edit-bar', hidden: true }, barWords, message, undo, save)
  let base: Greenhouse | undefined
  let rev = ''
  let value: T | undefined
  let at = ''
  let editor: Editor | undefined
  let dirty = false
  let turn = 0
  let title = edited.title
  let closed = false
  let cancelCheck: Cancel = () => {}

  const shown = (): Greenhouse | undefined =>
    base === undefined || value === undefined ? base : edited.put(base, value)
  const setDirty = (next: boolean) => {
    dirty = next && !readOnly
    for (const part of [barWords, undo, save]) setAttributes(part, { hidden: !dirty })
    inform('')
  }
  const inform = (text: string) => {
    setText(message, text)
    setAttributes(bar, { hidden: !dirty && text === '' })
  }
  const changed = (next: T) => {
    value = next
    setDirty(true)
    cancelCheck()
    cancelCheck = clock.after(REST_MS, () => void check())
  }
  const complaintsOf = (problems: readonly PanelProblem[]): readonly Complaint[] =>
    problems.map((problem) => ({ at: problem.at, text: sentence(problem) }))
  const sentence = ({ what, next }: PanelProblem) => `${what[language]} ${next[language]}`
  const showGeneral = (left: readonly Complaint[]) => {
    setAttributes(general, { hidden: left.length === 0 })
    general.replaceChildren(...left.map(({ text }) => h('li', {}, text)))
  }
  const check = async () => {
    // Whatever was to be checked soon is checked now: a second answer would make this one the older.
    cancelCheck()
    const mine = ++turn
    const document = shown()
    if (document === undefined || editor === undefined) return
    const answer = await api.check(house, document)
    if (mine !== turn || closed) return
    if (!answer.ok) return inform(tell('checkFailed', { reason: answer.refusal.reason[language] }))
    const { problems, warnings, plan } = answer.value
    showGeneral(editor.tell(complaintsOf(problems)))
    setText(barWords, tell(problems.length > 0 ? 'unsound' : 'unsaved'))
    doubts.update(warnings)
    preview.update(plan, document, scene().now)
  }
  const submit = async () => {
    const document = shown()
    if (document === undefined) return
    const wrong = editor?.firstWrong()
    if (wrong !== undefined) return bringUp(wrong)
    await write(document, () => {
      setDirty(false)
      context.goTo(edited.back)
    })
  }
  const put = async (document: Greenhouse) => {
    const answer = await api.putDocument(house, { rev, body: document })
    if (answer.ok) await documents.read(house)
    return answer
  }
  const write = async (document: Greenhouse, done: () => void) => {
    setText(save, tell('saving'))
    const answer = await whileSaving(body, [save, undo], put(document))
    setText(save, tell('save'))
    if (answer.ok) {
      notice(tell(scene().state?.node.hub === 'cut' ? 'savedOffline' : 'saved'), 'good')
      if (!closed) done()
      return
    }
    if (answer.refusal.code === 'DOCUMENT_CHANGED') return rebase()
    inform(answer.refusal.reason[language])
    await check()
    const wrong = body.querySelector('[aria-invalid=true], [role=alert]:not([hidden])')
    if (wrong !== null) bringUp(wrong)
  }
  const bringUp = (wrong: Element) => {
    inform(tell('mendFirst'))
    wrong.scrollIntoView({ block: 'nearest' })
    if (wrong instanceof HTMLElement) wrong.focus({ preventScroll: true })
  }
  /** Somebody else saved meanwhile: what is edited here goes into their version, once it is said. */
  const rebase = async () => {
    const answer = await documents.read(house)
    if (answer.ok) {
      base = answer.value.body
      rev = answer.value.rev
    }
    inform(tell('changedElsewhere'))
  }
  const remove = async () => {
    if (base === undefined || value === undefined || edited.remove === undefined) return
    const held = edited.remove.held(base, value)
    if (held !== undefined) return notice(held, 'bad')
    const ask = {
      title: tell('removeAsk', { name: title }),
      notes: [tell('removeNote')],
      yes: tell('removeThing'),
      no: say('cancel'),
    }
    if (!(await confirmSheet(context, ask))) return
    await write(edited.remove.without(base, value), () => {
      setDirty(false)
      context.goTo(edited.back)
    })
  }

  async function load(): Promise<void> {
    const answer = await documents.read(house)
    if (closed) return
    if (!answer.ok) return body.replaceChildren(h('p', { class: 'trouble' }, answer.refusal.reason[language]))
    base = answer.value.body
    rev = answer.value.rev
    const found = edited.find(base)
    if (found === undefined) return body.replaceChildren(h('p', {}, say('notFound')))
    value = found.value
    at = found.at
    setDirty(false)
    title = edited.name?.(found.value) ?? edited.title
    setText(element.querySelector('h2') ?? element, title)
    show(base, found.value)
    await check()
  }
  function show(document: Greenhouse, first: T): void {
    const today = new Date(localClock(document.timeZone).shown(scene().now)).toISOString().slice(0, 10)
    editor = edited.make({
      ...{ voice: editing, document, value: first, at, readOnly, today, change: changed },
    })
    const isNew = JSON.stringify(edited.put(document, first)) !== JSON.stringify(document)
    const gone =
      edited.remove === undefined || readOnly || isNew
        ? undefined
        : button(tell('removeThing'), () => void remove(), { class: 'edit-remove' })
    if (isNew) setDirty(true)
    const parts: readonly Child[] = [
      readOnly ? h('p', { class: 'quiet' }, tell('ownerOnly')) : undefined,
      general,
      h('section', { class: 'panel edit-main' }, editor.element),
      h(
        'div',
        { class: 'edit-beside' },
        doubts.element,
        edited.preview ? h('div', { class: 'panel' }, preview.element) : undefined,
      ),
      gone,
    ]
    body.replaceChildren(...parts.filter((part) => part !== undefined))
  }
  const element = pageOf(context, { title, back: edited.back }, body, bar)
  // A thumb that pulls the page down too far loads it anew.
  const unloading = (event: BeforeUnloadEvent) => {
    if (dirty) event.preventDefault()
  }
  addEventListener('beforeunload', unloading)
  void load()
  return {
    element,
    get title() {
      return title
    },
    update() {},
    leave: async () =>
      !dirty ||
      confirmSheet(context, {
        ...{ title: tell('leaveAsk'), notes: [tell('leaveNote')] },
        ...{ yes: tell('leaveYes'), no: tell('leaveNo') },
      }),
    close() {
      closed = true
      removeEventListener('beforeunload', unloading)
      cancelCheck()
    },
  }
}

import type { Greenhouse, Recipe } from '../../../../core/documents/greenhouse.ts'
import { localClock } from '../../../../core/time-zone.ts'
import { button, type Child, h, setAttributes, setText } from '../../../../page/element.ts'
import { clashWords } from '../../../../page/greenhouse/clash-words.ts'
import { createDoubtList } from '../../../../page/greenhouse/doubt-list.ts'
import type { Editor } from '../../../../page/greenhouse/editor.ts'
import type { Complaint } from '../../../../page/greenhouse/fields.ts'
import { newProgram, newRecipe, recipeUsers } from '../../../../page/greenhouse/new-things.ts'
import { createPlanPreview } from '../../../../page/greenhouse/plan-preview.ts'
import { programSummary } from '../../../../page/greenhouse/program-words.ts'
import { whileSaving } from '../../../../page/while-saving.ts'
import type { FarmCheck, FarmView } from '../../../api/farm-schema.ts'
import type { DocumentView } from '../../../api/schema.ts'
import type { Scene } from '../../context.ts'
import { editsOf } from '../../live/model.ts'
import { createConflictList } from '../../parts/conflict-list.ts'
import { editorWords } from '../../parts/edit-words.ts'
import { guardUnsaved } from '../../parts/unsaved.ts'
import type { HousePart } from './context.ts'
import { type FarmContext, mayTouchFarms } from './context.ts'
import { createHouseDraft } from './house-draft.ts'
import { editorOf, type Open } from './thing-editors.ts'

/** Programs, recipes and climate of a greenhouse: one draft of one document, with the panel's own editors. */
export function createProgramsPart(context: FarmContext, first: FarmView): HousePart {
  const { voice, farm, editing } = context
  const { say, language, format } = voice
  const { edge, id, timeZone } = first
  const conflicts = createConflictList(context, edge, timeZone, `greenhouse:${id}`, (clash) =>
    say('conflictField', { ...clashWords(clash, draft.house(), voice) }),
  )
  let now = 0
  let may = false
  let edits: number | undefined
  let open: Open | undefined
  let editor: Editor | undefined

  const state = h('p', { class: 'thresholds-edit' })
  const none = h('p', { class: 'quiet panel', role: 'status' }, say('loading'))
  const general = h('ul', { class: 'farm-problems', role: 'alert', hidden: true })
  const programs = h('ul', { class: 'farm-things' })
  const recipes = h('ul', { class: 'farm-things' })
  const climate = h('div', { class: 'farm-climate' })
  const addProgram = button(farm('addProgram'), () => add('program'))
  const addRecipe = button(farm('addRecipe'), () => add('recipe'))
  const doubts = createDoubtList(editing)
  const preview = createPlanPreview(editing)
  const message = h('p', { class: 'plan-message', role: 'status' })
  const save = button(say('save'), () => void submit(), { class: 'order-send' })
  const undo = button(say('undoEdits'), () => void draft.undo())
  const reload = button(farm('reload'), () => void draft.load(true), { hidden: true })
  const foot = h(
    'div',
    { class: 'plan-foot', hidden: true },
    message,
    h('div', { class: 'order-buttons' }, save, undo, reload),
  )
  const readOnly = h('p', { class: 'quiet', hidden: true }, farm('readOnly'))
  const body = h(
    'div',
    { class: 'farm-plan', hidden: true },
    h('section', { class: 'panel' }, headed(farm('programs'), addProgram), programs),
    h(
      'div',
      { class: 'farm-plan-side' },
      doubts.element,
      h('div', { class: 'panel' }, preview.element),
      h('section', { class: 'panel' }, headed(farm('recipes'), addRecipe), recipes),
      h('section', { class: 'panel' }, h('h2', {}, farm('climate')), climate),
    ),
  )

  const draft = createHouseDraft(
    context,
    { edge, farm: id },
    {
      taken(next, document) {
        open = undefined
        tell('')
        setAttributes(reload, { hidden: true })
        setAttributes(none, { hidden: next !== undefined })
        setText(none, farm('noDocument'))
        setAttributes(body, { hidden: next === undefined })
        setText(state, document === undefined ? '' : editWords(document))
        draw()
        // Clashes name programs and zones by the document, which often comes after them.
        conflicts.draw()
      },
      checked(check) {
        showProblems(check)
        doubts.update(check.warnings)
        const house = draft.house()
        if (house !== undefined) preview.update(check.plan, house, now)
        else setText(none, farm('badDocument', { reason: check.problems.map(sentence).join(' ') }))
      },
      overtaken() {
        tell(farm('changedElsewhere'), true)
        setAttributes(reload, { hidden: false })
      },
      failed({ reason, code }) {
        tell(say('saveFailed', { reason: reason[language] }), true)
        if (code === 'DOCUMENT_CONFLICT') setAttributes(reload, { hidden: false })
        if (draft.house() === undefined) setText(none, farm('failed', { reason: reason[language] }))
      },
    },
  )
  const editWords = ({ edit, conflicted }: DocumentView) => {
    if (conflicted) return say('mergingNow')
    if (edit === null) return say('fromFile')
    return say('editedBy', { ...editorWords(edit, voice), time: format.dateTime(edit.at, timeZone) })
  }
  const tell = (text: string, trouble = false) => {
    setText(message, text)
    setAttributes(message, { class: trouble ? 'plan-message trouble' : 'plan-message' })
    setAttributes(foot, { hidden: !draft.dirty() && text === '' })
    setAttributes(save, { hidden: !draft.dirty() })
    setAttributes(undo, { hidden: !draft.dirty() })
  }
  const sentence = ({ what, next }: FarmCheck['problems'][number]) => `${what[language]} ${next[language]}`
  const showProblems = ({ problems }: FarmCheck) => {
    const complaints = problems.map((problem): Complaint => ({ at: problem.at, text: sentence(problem) }))
    const left = editor === undefined ? complaints : editor.tell(complaints)
    setAttributes(general, { hidden: left.length === 0 })
    general.replaceChildren(...left.map(({ text }) => h('li', {}, text)))
  }
  const changed = (house: Greenhouse) => {
    draft.change(house)
    tell(farm('unsaved'))
  }
  const submit = async () => {
    const wrong = editor?.firstWrong()
    if (wrong !== undefined) {
      if (wrong instanceof HTMLElement) wrong.focus()
      return tell(farm('mendFirst'), true)
    }
    tell(say('saving'))
    const done = await whileSaving(body, [save, undo, reload], draft.save())
    if (!done) return draft.check()
    tell(say('saved'))
    void draft.load()
  }
  const choose = (next: Open | undefined) => {
    const wrong = editor?.firstWrong()
    if (wrong instanceof HTMLElement) {
      wrong.focus()
      return tell(farm('mendFirst'), true)
    }
    open = next
    draw()
    void draft.check()
  }
  function add(kind: 'program' | 'recipe'): void {
    const house = draft.house()
    if (house === undefined) return
    if (kind === 'program') {
      const program = newProgram(house, farm('newProgram'), context.random)
      changed({ ...house, programs: [...house.programs, program] })
      choose({ kind, id: program.id })
    } else {
      const recipe = newRecipe(house, farm('newRecipe'), context.random)
      changed({ ...house, recipes: [...house.recipes, recipe] })
      choose({ kind, id: recipe.id })
    }
  }
  const remove = (house: Greenhouse, kind: 'program' | 'recipe', thing: string) => {
    const users = kind === 'recipe' ? recipeUsers(house, thing) : []
    if (users.length > 0) return tell(farm('usedStill', { names: users.join(', ') }), true)
    const without = <T extends { readonly id: string }>(things: readonly T[]) =>
      things.filter((one) => one.id !== thing)
    changed(
      kind === 'program'
        ? { ...house, programs: without(house.programs) }
        : { ...house, recipes: without(house.recipes) },
    )
    editor = undefined
    choose(undefined)
  }

  /** Lists drawn anew, with the editor of what is open in its place; nothing typed is lost, since each key is in the draft. */
  const draw = () => {
    const house = draft.house()
    editor = undefined
    if (house === undefined) return
    const today = new Date(localClock(house.timeZone).shown(now)).toISOString().slice(0, 10)
    if (open !== undefined) {
      const kept = () => draft.house() ?? house
      editor = editorOf(context, open, { readOnly: !may, today, house: kept, change: changed })
    }
    programs.replaceChildren(
      ...house.programs.map((program) =>
        card(house, { kind: 'program', id: program.id }, program.name, {
          lines: programSummary(program, house, editing),
          note: program.on ? undefined : farm('programOff'),
        }),
      ),
      ...(house.programs.length === 0 ? [h('li', { class: 'quiet' }, farm('noPrograms'))] : []),
    )
    const feeds = house.fertiliser !== undefined
    recipes.replaceChildren(
      ...house.recipes.map((recipe) =>
        card(house, { kind: 'recipe', id: recipe.id }, recipe.name, { lines: [doseWords(house, recipe)] }),
      ),
      ...(house.recipes.length > 0
        ? []
        : [h('li', { class: 'quiet' }, farm(feeds ? 'noRecipes' : 'noFertiliser'))]),
    )
    setAttributes(addProgram, { hidden: !may })
    setAttributes(addRecipe, { hidden: !may || !feeds })
    climate.replaceChildren(
      h('p', { class: 'quiet' }, farm('climateLead')),
      opener({ kind: 'climate' }, farm('climate')),
      ...(open?.kind === 'climate' && editor !== undefined ? [editor.element] : []),
    )
  }
  const doseWords = (house: Greenhouse, { doses }: Recipe) =>
    doses
      .map(({ channel, mL_per_L }) => {
        const found = house.fertiliser?.channels.find((one) => one.id === channel)
        const amount = format.quantity(mL_per_L, Number.isInteger(mL_per_L) ? 0 : 1, 'mL/L')
        return `${found?.name[language] ?? channel} ${amount}`
      })
      .join(' · ')
  const opener = (what: Open, name: string) => {
    const isOpen = sameThing(open, what)
    return button(farm(isOpen ? 'fold' : may ? 'edit' : 'look'), () => choose(isOpen ? undefined : what), {
      'aria-expanded': String(isOpen),
      'aria-label': isOpen ? undefined : farm('editOf', { name }),
    })
  }
  const card = (
    house: Greenhouse,
    what: Extract<Open, { readonly id: string }>,
    name: string,
    { lines, note }: { readonly lines: readonly string[]; readonly note?: string | undefined },
  ) => {
    const isOpen = sameThing(open, what)
    const parts: readonly Child[] = [
      h(
        'div',
        { class: 'farm-thing-head' },
        h('h3', {}, name),
        note === undefined ? undefined : h('span', { class: 'quiet' }, note),
      ),
      ...(isOpen ? [] : lines.map((line) => h('p', {}, line))),
      isOpen ? editor?.element : undefined,
      h(
        'div',
        { class: 'order-buttons' },
        opener(what, name),
        may
          ? button(farm('remove'), () => remove(draft.house() ?? house, what.kind, what.id), {
              'aria-label': farm('removeOf', { name }),
            })
          : undefined,
      ),
    ]
    return h('li', { class: isOpen ? 'farm-thing farm-thing-open' : 'farm-thing' }, ...parts)
  }

  const unsaved = guardUnsaved(voice, draft.dirty)
  void draft.load()
  return {
    element: h(
      'div',
      { class: 'programs-part' },
      h('div', { class: 'plan-head' }, state, conflicts.element, readOnly),
      none,
      general,
      body,
      foot,
    ),
    update(_house: FarmView, { model, now: at, account }: Scene) {
      now = at
      const allowed = mayTouchFarms(account)
      setAttributes(readOnly, { hidden: allowed || account === undefined })
      if (allowed !== may) {
        may = allowed
        draw()
      }
      const seen = editsOf(model, edge)
      if (seen === edits) return
      if (edits !== undefined) {
        void draft.load()
        void conflicts.refresh()
      }
      edits = seen
    },
    leave: unsaved.leave,
    close() {
      unsaved.close()
      draft.close()
    },
  }
}

function headed(title: string, press: HTMLElement): HTMLElement {
  return h('header', { class: 'panel-head' }, h('h2', {}, title), press)
}

function sameThing(one: Open | undefined, other: Open): boolean {
  if (one === undefined || one.kind !== other.kind) return false
  return one.kind === 'climate' || (other.kind !== 'climate' && one.id === other.id)
}

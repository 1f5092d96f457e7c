import type { Program } from '../../core/documents/greenhouse.ts'
import { type Child, h } from '../element.ts'
import type { Editor, EditorOptions } from './editor.ts'
import { createFields } from './fields.ts'
import { startSection } from './program-start.ts'

type Amount = Program['amount']
type AmountKind = 'minutes' | 'litres' | 'mm' | 'missing'

/** One program: which zones, when, how much, with what. Every change is told as the whole program. */
export function createProgramEditor(options: EditorOptions<Program>): Editor {
  const { voice, document, at, readOnly } = options
  const { say, format } = voice
  const fields = createFields(voice, 'program', readOnly)
  let program = options.value
  const change = (next: Partial<Program>) => {
    program = { ...program, ...next }
    options.change(program)
  }
  const drop = (key: 'recipe' | 'cycles' | 'rain_mm') => {
    const { [key]: _, ...rest } = program
    program = rest
    options.change(program)
  }

  const amount = h('div', { class: 'editor-part' })
  const showAmount = () => amount.replaceChildren(...amountFields(program.amount))
  const amountFields = (value: Amount): readonly HTMLElement[] => {
    const kind = amountKind(value)
    const set = (next: Amount) => change({ amount: next })
    const where = `${at}/amount`
    const minutes = { unit: format.unit('min'), least: 0.5, most: 240 }
    const choose = fields.choice<AmountKind>(
      where,
      say('amount'),
      [
        { value: 'minutes', words: say('inMinutes') },
        { value: 'litres', words: say('inLitres') },
        { value: 'mm', words: say('inDepth') },
        { value: 'missing', words: say('inMissing') },
      ],
      kind,
      (next) => {
        set(FIRST_AMOUNT[next])
        showAmount()
      },
    )
    if ('minutes' in value) {
      const take = (next: number) => set({ minutes: next })
      return [choose, fields.number(`${where}/minutes`, say('forMinutes'), value.minutes, minutes, take)]
    }
    if ('litres' in value) {
      const shape = { unit: say('litreUnit'), least: 1, most: 1_000_000 }
      const take = (next: number) => set({ litres: next })
      return [choose, fields.number(`${where}/litres`, say('forLitres'), value.litres, shape, take)]
    }
    if ('mm' in value) {
      const shape = { unit: 'mm', least: 0.1, most: 100 }
      return [choose, fields.number(`${where}/mm`, say('forDepth'), value.mm, shape, (mm) => set({ mm }))]
    }
    const most = { ...minutes, least: 1 }
    const take = (next: number) => set({ missing: true, most_min: next })
    return [choose, fields.number(`${where}/most_min`, say('mostMinutes'), value.most_min, most, take)]
  }

  const cycles = optional(
    () =>
      fields.toggle(`${at}/cycles`, say('cycles'), program.cycles !== undefined, (on) => {
        if (on) change({ cycles: { run_min: 5, soak_min: 15 } })
        else drop('cycles')
        cycles.show()
      }),
    () => {
      const now = program.cycles
      if (now === undefined) return []
      const run = { unit: format.unit('min'), least: 0.5, most: 120 }
      const soak = { unit: format.unit('min'), least: 1, most: 240 }
      const set = (part: Partial<typeof now>) => change({ cycles: { ...(program.cycles ?? now), ...part } })
      return [
        fields.number(`${at}/cycles/run_min`, say('cycleRun'), now.run_min, run, (run_min) =>
          set({ run_min }),
        ),
        fields.number(`${at}/cycles/soak_min`, say('cycleSoak'), now.soak_min, soak, (soak_min) =>
          set({ soak_min }),
        ),
      ]
    },
  )
  const rain = optional(
    () =>
      fields.toggle(`${at}/rain_mm`, say('rainSkip'), program.rain_mm !== undefined, (on) => {
        if (on) change({ rain_mm: 5 })
        else drop('rain_mm')
        rain.show()
      }),
    () => {
      if (program.rain_mm === undefined) return []
      const shape = { unit: 'mm', least: 0.1, most: 200 }
      const take = (rain_mm: number) => change({ rain_mm })
      return [fields.number(`${at}/rain_mm`, say('rainAtLeast'), program.rain_mm, shape, take)]
    },
  )
  const start = startSection({ ...options, fields, change: (next) => change({ start: next }) })
  const recipes = [
    { value: '', words: say('plainWater') },
    ...document.recipes.map(({ id, name }) => ({ value: id, words: name })),
  ]
  const takeRecipe = (id: string) => (id === '' ? drop('recipe') : change({ recipe: id }))
  const zones = document.zones.map(({ id, name }) => ({ value: id, words: name[voice.language] }))
  const takeZones = (next: readonly string[]) => change({ zones: [...next] })

  const element = part(
    fields.text(`${at}/name`, say('programName'), program.name, (name) => change({ name })),
    fields.toggle(`${at}/on`, say('programOn'), program.on, (on) => change({ on })),
    fields.ordered(`${at}/zones`, say('whichZones'), zones, program.zones, takeZones),
    start,
    amount,
    fields.choice(`${at}/recipe`, say('feedWith'), recipes, program.recipe ?? '', takeRecipe),
    cycles.element,
    rain.element,
  )
  showAmount()
  return { element, tell: fields.tell, firstWrong: fields.firstWrong }
}

const FIRST_AMOUNT = {
  minutes: { minutes: 10 },
  litres: { litres: 100 },
  mm: { mm: 4 },
  missing: { missing: true, most_min: 30 },
} as const satisfies Record<AmountKind, Amount>

function amountKind(amount: Amount): AmountKind {
  if ('minutes' in amount) return 'minutes'
  if ('litres' in amount) return 'litres'
  return 'mm' in amount ? 'mm' : 'missing'
}

function part(...children: readonly Child[]): HTMLElement {
  return h('div', { class: 'editor' }, ...children)
}

/** A switch, and the fields that there are only while it is on. */
export function optional(toggle: () => HTMLElement, build: () => readonly HTMLElement[]) {
  const more = h('div', { class: 'editor-more' })
  const show = () => more.replaceChildren(...build())
  const element = h('div', { class: 'editor-part' }, toggle(), more)
  show()
  return { element, show }
}

import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { DEFAULT_ZONE } from '../../../../page/format.ts'
import { createRefresh } from '../../../../page/live/refresh.ts'
import type { FaultView } from '../../../api/lighting-schema.ts'
import { faultsFile, type StreetKey } from '../../api.ts'
import type { Scene } from '../../context.ts'
import { levelMark } from '../../parts/icons.ts'
import { gradeOf } from '../../wording.ts'
import type { LightContext } from './context.ts'
import { mayTouchLights } from './permission.ts'
import { faultLabel } from './street-figures.ts'

const LEAST_MS = 2_000
const LONGEST_MS = 30_000

/** What is broken, as work for a crew: by street, on screen, on paper (a sheet for each street), and as a file. */
export function createFaultList(context: LightContext, zone = DEFAULT_ZONE, key?: StreetKey) {
  const { voice, light, api, clock, time } = context
  const { format, language, say } = voice
  const note = h('p', { class: 'quiet', role: 'status' }, say('loading'))
  const body = h('div', { class: 'fault-sheets' })
  const slot = createSlot(body)
  const print = button(light('print'), () => {
    setText(printed, light('printedAt', { time: format.dateTime(time.now(), zone) }))
    window.print()
  })
  const printed = h('p', { class: 'print-only' })
  const buttons = h(
    'div',
    { class: 'order-buttons no-print' },
    print,
    h('a', { class: 'button-link', href: faultsFile(language, key), download: '' }, light('csv')),
  )
  let faults: readonly FaultView[] | undefined
  let may = false
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const refresh = createRefresh({
    clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const answer = await api.lightFaults(key)
      if (!answer.ok) {
        setText(note, light('failed', { reason: answer.refusal.reason[language] }))
        return setAttributes(note, { hidden: false })
      }
      faults = answer.value
      draw()
    },
  })
  const take = (fault: FaultView) =>
    void api.acknowledge({ id: fault.alarm }).then((answer) => {
      const reason = answer.ok ? '' : answer.refusal.reason[language]
      setText(trouble, reason === '' ? '' : light('takeFailed', { reason }))
      refresh.wake()
    })
  const draw = () => {
    if (faults === undefined) return
    const known = faults
    setText(note, light('noFaults'))
    setAttributes(note, { hidden: known.length > 0 })
    setAttributes(buttons, { hidden: known.length === 0 })
    slot([known, may], () =>
      sheetsOf(known).map((sheet) => sheetElement(sheet, { context, zone, may, take })),
    )
  }
  let seen: Scene['model']['streets'] | undefined
  return {
    element: h(
      'section',
      { class: 'panel work-orders' },
      h('header', { class: 'panel-head' }, h('h2', {}, light('workOrders')), buttons),
      printed,
      trouble,
      note,
      body,
    ),
    update({ model, account }: Scene) {
      if (may !== mayTouchLights(account)) {
        may = !may
        draw()
      }
      if (model.streets === seen) return
      if (seen !== undefined) refresh.wake()
      seen = model.streets
    },
    close: refresh.close,
  }
}

interface Sheet {
  readonly name: FaultView['streetName']
  readonly faults: readonly FaultView[]
}

/** One sheet for each street, the worst fault first. */
function sheetsOf(faults: readonly FaultView[]): readonly Sheet[] {
  const streets = new Map<string, FaultView[]>()
  for (const fault of faults) {
    const own = `${fault.edge}/${fault.street}`
    streets.set(own, [...(streets.get(own) ?? []), fault])
  }
  return [...streets.values()].flatMap((list) => {
    const [first] = list
    if (first === undefined) return []
    return [
      { name: first.streetName, faults: list.toSorted((a, b) => b.level - a.level || a.since - b.since) },
    ]
  })
}

interface SheetContext {
  readonly context: LightContext
  readonly zone: string
  /** The account may say that somebody has taken a fault. */
  readonly may: boolean
  readonly take: (fault: FaultView) => void
}

function sheetElement({ name, faults }: Sheet, sheets: SheetContext): HTMLElement {
  const { voice, light } = sheets.context
  const heads = (['pole', 'fault', 'since', 'place', 'done'] as const).map((word) =>
    h('th', { scope: 'col', class: word === 'done' ? 'print-only' : undefined }, light(word)),
  )
  return h(
    'article',
    { class: 'fault-sheet' },
    h('h3', {}, name[voice.language]),
    h(
      'table',
      { class: 'fault-table' },
      h('thead', {}, h('tr', {}, ...heads)),
      h('tbody', {}, ...faults.map((fault) => faultRow(fault, sheets))),
    ),
    h('p', { class: 'print-only crew-line' }, light('crew')),
  )
}

function faultRow(fault: FaultView, sheets: SheetContext): HTMLElement {
  const { context, zone } = sheets
  const { voice, light } = context
  const pole = placeOf(fault, context)
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, pole),
    h('td', {}, faultWords(fault, sheets)),
    h('td', { 'data-head': light('since') }, voice.format.dateTime(fault.since, zone)),
    h('td', { 'data-head': light('place') }, ...placeLinks(fault, pole, context)),
    h('td', { class: 'print-only fault-done' }),
  )
}

/** The pole, the feeder, or the cabinet that feeds them. */
function placeOf({ pole, feeder }: FaultView, { light }: LightContext): string {
  if (pole !== null) return pole
  return feeder === null ? light('cabinet') : light('feederOf', { feeder })
}

function faultWords(fault: FaultView, sheets: SheetContext): HTMLElement {
  const { context, zone, may } = sheets
  const { voice, light } = context
  const { language, format } = voice
  const name = faultLabel(fault.rule, context)
  const often = fault.times > 1 ? ` (${light('times', { count: format.count(fault.times) })})` : ''
  const { acknowledgedBy, acknowledgedAt } = fault
  const taken =
    acknowledgedBy === null || acknowledgedAt === null
      ? undefined
      : light('takenBy', { who: acknowledgedBy, time: format.dateTime(acknowledgedAt, zone) })
  return h(
    'div',
    { class: 'fault-what' },
    levelMark(fault.level <= 0 ? 'notice' : gradeOf(fault.level), 22),
    h(
      'div',
      {},
      h('b', {}, `${name}${often}`),
      h('p', { class: 'quiet' }, fault.text[language]),
      taken === undefined ? undefined : h('p', { class: 'quiet' }, taken),
    ),
    taken === undefined && may
      ? button(light('take'), () => sheets.take(fault), {
          class: 'no-print',
          'aria-label': light('takeOf', { text: `${placeOf(fault, context)}: ${name}` }),
        })
      : undefined,
  )
}

function placeLinks(fault: FaultView, pole: string, { voice, light }: LightContext): readonly Node[] {
  const { lat, lon, geo, page } = fault
  const spot = lat === null || lon === null ? voice.say('noValue') : `${lat.toFixed(5)}, ${lon.toFixed(5)}`
  const link = (href: string, word: 'onMap' | 'navigate', label: 'onMapOf' | 'navigateOf') =>
    h('a', { class: 'text-link no-print', href, 'aria-label': light(label, { pole }) }, light(word))
  return [
    h('span', { class: 'print-only' }, spot),
    link(page, 'onMap', 'onMapOf'),
    // A phone opens its own map, with or without a network.
    ...(geo === null ? [] : [link(geo, 'navigate', 'navigateOf')]),
  ]
}

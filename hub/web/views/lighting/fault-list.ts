import type { FaultView } from '../../../api/lighting-schema.ts'
import { faultsFile, type StreetKey } from '../../api.ts'
import type { Scene } from '../../context.ts'
import { button, createSlot, h, setAttributes, setText } from '../../dom/element.ts'
import { DEFAULT_ZONE } from '../../format.ts'
import { createRefresh } from '../../live/refresh.ts'
import { levelMark } from '../../parts/icons.ts'
import { gradeOf } from '../../wording.ts'
import type { LightContext } from './lighting.ts'
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
      const faults = answer.value
      setText(note, light('noFaults'))
      setAttributes(note, { hidden: faults.length > 0 })
      setAttributes(buttons, { hidden: faults.length === 0 })
      slot(faults, () => sheetsOf(faults).map((sheet) => sheetElement(sheet, zone, context)))
    },
  })
  let seen: Scene['model']['streets'] | undefined
  return {
    element: h(
      'section',
      { class: 'panel work-orders' },
      h('header', { class: 'panel-head' }, h('h2', {}, light('workOrders')), buttons),
      printed,
      note,
      body,
    ),
    update({ model }: Scene) {
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

function sheetElement({ name, faults }: Sheet, zone: string, context: LightContext): HTMLElement {
  const { voice, light } = context
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
      h('tbody', {}, ...faults.map((fault) => faultRow(fault, zone, context))),
    ),
    h('p', { class: 'print-only crew-line' }, light('crew')),
  )
}

function faultRow(fault: FaultView, zone: string, context: LightContext): HTMLElement {
  const { voice, light } = context
  const { language, format } = voice
  const pole = fault.pole ?? light('cabinet')
  const { lat, lon, geo } = fault
  const spot = lat === null || lon === null ? undefined : `${lat.toFixed(5)},${lon.toFixed(5)}`
  const cell = (word: Parameters<typeof light>[0], ...children: readonly Node[]) =>
    h('td', { 'data-head': light(word) }, ...children)
  const text = (words: string) => document.createTextNode(words)
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, pole),
    h(
      'td',
      { 'data-head': light('fault'), class: 'fault-what' },
      levelMark(fault.level <= 0 ? 'notice' : gradeOf(fault.level), 22),
      h(
        'div',
        {},
        h('b', {}, faultLabel(fault.rule, context)),
        h('p', { class: 'quiet' }, fault.text[language]),
      ),
    ),
    cell('since', text(format.dateTime(fault.since, zone))),
    cell(
      'place',
      h('span', { class: 'print-only' }, spot ?? context.voice.say('noValue')),
      h(
        'a',
        {
          class: 'text-link no-print',
          href: fault.page,
          'aria-label': light('onMapOf', { pole }),
        },
        light('onMap'),
      ),
      // A phone opens its own map, with or without a network.
      ...(geo === null
        ? []
        : [
            h(
              'a',
              {
                class: 'text-link no-print',
                href: geo,
                'aria-label': light('navigateOf', { pole }),
              },
              light('navigate'),
            ),
          ]),
    ),
    h('td', { class: 'print-only fault-done' }),
  )
}

import { button, createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { FarmView, FarmZone } from '../../../api/farm-schema.ts'
import type { Order } from '../../command-order.ts'
import type { Scene } from '../../context.ts'
import { createCommandList } from '../../parts/command-list.ts'
import { createSoilBar } from '../../parts/farm/soil-bar.ts'
import type { HousePart } from './context.ts'
import { type FarmContext, mayTouchFarms } from './context.ts'
import { figuresOf, isWatered, litres } from './farm-figures.ts'
import { moistureWords } from './farm-list.ts'
import { farmOrderWords, isOfHouse, resumeOrder, stopOrder } from './farm-order.ts'
import { openWaterDialog } from './water-dialog.ts'

/** What every zone is like, water by hand, and what became of each order. */
export function createZonesPart(context: FarmContext, first: FarmView): HousePart {
  const { voice, farm, api } = context
  const { language } = voice
  let house = first
  let scene: Scene | undefined
  let may = false
  const figures = h('section', { class: 'panel' })
  const figuresSlot = createSlot(figures)
  const message = h('p', { class: 'farm-message', role: 'status' })
  const stopAll = button(farm('stopAll'), () => void give(stopOrder(house.id, undefined, farm('whyStop'))), {
    class: 'order-emergency',
  })
  const resume = button(farm('resume'), () => void give(resumeOrder(house.id, farm('whyResume'))), {
    class: 'order-send',
  })
  const readOnly = h('p', { class: 'quiet', hidden: true }, farm('readOnly'))
  const list = h('ul', { class: 'farm-zones', 'aria-label': farm('zones') })
  const commands = createCommandList(context, first.edge, {
    zone: first.timeZone,
    shows: (command) => isOfHouse(command, house),
    words: (command) => farmOrderWords(command, house, context),
  })
  const give = async (order: Order): Promise<string | undefined> => {
    const answer = await api.command(house.edge, order)
    if (!answer.ok) {
      const reason = answer.refusal.reason[language]
      setText(message, farm('notSent', { reason }))
      return reason
    }
    commands.add(answer.value)
    setText(message, farm('sent', { order: farmOrderWords(answer.value, house, context) }))
    return undefined
  }
  const show = createKeyedList<FarmZone>(
    list,
    ({ id }) => id,
    () => {
      const card = createZoneCard(context, {
        water: (zone) => openWaterDialog(context, house, zone, give),
        stop: (zone) => void give(stopOrder(house.id, zone.id, farm('whyStop'))),
      })
      return { element: card.element, update: (zone) => card.update(zone, house, scene, may) }
    },
  )
  return {
    element: h(
      'div',
      { class: 'zones-part' },
      figures,
      h('div', { class: 'farm-stops' }, stopAll, resume, message, readOnly),
      list,
      h('section', { class: 'panel farm-orders' }, commands.element),
    ),
    update(next, now) {
      house = next
      scene = now
      may = mayTouchFarms(now.account)
      figuresSlot([{ ...next, zones: next.zones.length, problems: 0, lastSeen: 0 }], () => [
        figuresOf(next, context, true),
      ])
      setAttributes(stopAll, { hidden: !may })
      setAttributes(resume, { hidden: !may || next.paused !== true })
      setAttributes(readOnly, { hidden: may || now.account === undefined })
      show(next.zones)
      commands.update(now)
    },
  }
}

interface ZoneActions {
  readonly water: (zone: FarmZone) => void
  readonly stop: (zone: FarmZone) => void
}

function createZoneCard(context: FarmContext, actions: ZoneActions) {
  const { voice, farm } = context
  const { language, format, say } = voice
  let shown: FarmZone | undefined
  const name = h('h2', {})
  const crop = h('span', { class: 'quiet' })
  const state = h('p', { class: 'status' })
  const bar = createSoilBar()
  const moisture = h('b', { class: 'zone-moisture' })
  const facts = h('dl', { class: 'facts zone-facts' })
  const slot = createSlot(facts)
  const act = (run: (zone: FarmZone) => void) => () => {
    if (shown !== undefined) run(shown)
  }
  const water = button(farm('water'), act(actions.water), { class: 'order-send' })
  const stop = button(farm('stop'), act(actions.stop))
  const element = h(
    'li',
    { class: 'panel zone-card' },
    h('div', { class: 'zone-name' }, name, crop),
    state,
    h('p', { class: 'zone-soil' }, h('span', { class: 'quiet' }, farm('moisture')), moisture),
    bar.element,
    facts,
    h('div', { class: 'order-buttons' }, water, stop),
  )
  const factsOf = (zone: FarmZone): readonly (readonly [string, string])[] => {
    const maybe = (label: string, value: number | null, digits: number, unit: string) =>
      value === null ? [] : [[label, format.quantity(value, digits, unit)] as const]
    return [
      [
        farm('today'),
        farm('todayOf', { today: litres(zone.today_L, context), most: litres(zone.daily_L, context) }),
      ],
      ...maybe(farm('deficit'), zone.deficit_mm, 1, 'mm'),
      ...maybe(farm('soilTemperature'), zone.soilTemperature_C, 1, '°C'),
      ...maybe(farm('soilEc'), zone.ec_uScm === null ? null : zone.ec_uScm / 1000, 2, 'mS/cm'),
      ...maybe(farm('soilPh'), zone.ph, 1, ''),
    ]
  }
  const stateOf = (zone: FarmZone, { timeZone }: FarmView, now: number) => {
    if (isWatered(zone) && zone.left_s !== null)
      return { tone: 'busy', text: farm('watering', { time: durationText(zone.left_s, voice) }) }
    if (zone.next === null || zone.next < now) return { tone: 'quiet', text: farm('nextNone') }
    return { tone: 'quiet', text: farm('nextAt', { time: format.time(zone.next, timeZone, now) }) }
  }
  return {
    element,
    update(zone: FarmZone, house: FarmView, scene: Scene | undefined, may: boolean) {
      shown = zone
      setText(name, zone.name[language])
      setText(crop, [zone.crop, format.quantity(zone.area_m2, 0, 'm²')].filter(Boolean).join(' · '))
      const { tone, text } = stateOf(zone, house, scene?.now ?? 0)
      setText(state, text)
      setAttributes(state, { class: `status status-${tone}` })
      setText(moisture, moistureWords(zone, context))
      setAttributes(moisture, { class: zone.lost ? 'zone-moisture trouble' : 'zone-moisture' })
      bar.update(zone)
      const lines = factsOf(zone)
      slot([lines, say('noValue')], () =>
        lines.flatMap(([label, value]) => [h('dt', {}, label), h('dd', {}, value)]),
      )
      setAttributes(water, { hidden: !may, 'aria-label': farm('waterOf', { zone: zone.name[language] }) })
      setAttributes(stop, {
        hidden: !may || !isWatered(zone),
        'aria-label': farm('stopOf', { zone: zone.name[language] }),
      })
    },
  }
}

/** `4 phút`, and below a minute `40 giây`. */
function durationText(seconds: number, { say }: FarmContext['voice']): string {
  return seconds < 60
    ? say('seconds', { count: Math.round(seconds) })
    : say('minutes', { count: Math.ceil(seconds / 60) })
}

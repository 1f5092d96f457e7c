import { createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { createRefresh } from '../../../../page/live/refresh.ts'
import type { FarmView } from '../../../api/farm-schema.ts'
import type { Scene, View } from '../../context.ts'
import { createSoilBar, soilWord } from '../../parts/farm/soil-bar.ts'
import { farmHref } from '../../route.ts'
import type { FarmContext } from './context.ts'
import { figuresOf, healthWords } from './farm-figures.ts'
import { createUsePart } from './use-part.ts'

const LEAST_MS = 2_000
const LONGEST_MS = 15_000

/** All greenhouses at a glance, and what they use side by side. */
export function createFarmList(context: FarmContext): View {
  const { voice, farm, api, clock } = context
  const note = h('p', { class: 'quiet panel' }, voice.say('loading'))
  const list = h('ul', { class: 'farm-cards', 'aria-label': farm('farms') })
  const use = createUsePart(context)
  let scene: Scene | undefined
  let seen: Scene['model']['farms'] | undefined
  let compared = false
  const show = createKeyedList<FarmView>(
    list,
    ({ edge, id }) => `${edge}/${id}`,
    () => {
      const element = h('li', { class: 'farm-card panel' })
      const slot = createSlot(element)
      return {
        element,
        update: (house) => slot([house, minuteOf(scene)], () => card(house, scene, context)),
      }
    },
  )
  const refresh = createRefresh({
    clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const answer = await api.farms()
      if (!answer.ok) {
        setAttributes(note, { hidden: false })
        return setText(note, farm('failed', { reason: answer.refusal.reason[voice.language] }))
      }
      setText(note, farm('noFarms'))
      setAttributes(note, { hidden: answer.value.length > 0 })
      setAttributes(use.element, { hidden: answer.value.length === 0 })
      show(answer.value)
    },
  })
  return {
    element: h('div', { class: 'plain-page' }, h('h1', {}, farm('title')), note, list, use.element),
    title: farm('title'),
    update(next) {
      scene = next
      // What time it is at the hub, and so what is this month's, is known with its first picture.
      if (!compared && next.model.loaded) {
        compared = true
        use.show(true)
      }
      if (next.model.farms === seen) return
      if (seen !== undefined) refresh.wake()
      seen = next.model.farms
    },
    close() {
      refresh.close()
      use.close()
    },
  }
}

const minuteOf = (scene: Scene | undefined) => Math.floor((scene?.now ?? 0) / 60_000)

function card(house: FarmView, scene: Scene | undefined, context: FarmContext): readonly Node[] {
  const { voice, farm } = context
  const health = healthWords(house, scene, context)
  const heard =
    house.lastSeen === null
      ? farm('offlineNever')
      : farm('heard', {
          time: voice.format.time(house.lastSeen, house.timeZone, scene?.now ?? house.lastSeen),
        })
  return [
    h(
      'h2',
      {},
      h('a', { class: 'farm-link', href: farmHref(house.edge, house.id) }, house.name[voice.language]),
    ),
    h('p', { class: `status status-${health.tone}` }, health.text),
    figuresOf(house, context),
    h('ul', { class: 'farm-soils' }, ...house.zones.map((zone) => soilLine(zone, context))),
    h('p', { class: 'quiet farm-heard' }, heard),
  ]
}

/** A zone in one line: its name, its soil as a bar, and in words. */
function soilLine(zone: FarmView['zones'][number], context: FarmContext): HTMLElement {
  const bar = createSoilBar()
  bar.update(zone)
  return h(
    'li',
    { class: 'farm-soil' },
    h('span', {}, zone.name[context.voice.language]),
    bar.element,
    h('span', { class: zone.lost ? 'trouble' : 'quiet' }, moistureWords(zone, context)),
  )
}

/** `27 %, vừa` */
export function moistureWords(zone: FarmView['zones'][number], { voice, farm }: FarmContext): string {
  const word = soilWord(zone)
  if (zone.moisture === null || word === null) return farm(zone.lost ? 'moistureLost' : 'moistureNone')
  return `${voice.format.quantity(zone.moisture, 0, '%')}, ${farm(word)}`
}

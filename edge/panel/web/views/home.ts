import { createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { GreenhouseView } from '../../api-types.ts'
import { type Band, bandOf } from '../band.ts'
import type { Context, View } from '../context.ts'
import { type IconName, icon } from '../parts/icons.ts'
import { createZoneCard, type ZoneScene } from '../parts/zone-card.ts'
import { hrefOf } from '../route.ts'
import type { Scene, Voice } from '../scene.ts'
import { isPumpResting, litres, pumpWord } from '../zone-words.ts'

const BAND_ICONS = {
  lost: 'cut',
  paused: 'pause',
  bad: 'warn',
  warn: 'warn',
  running: 'drop',
  calm: 'tick',
} as const satisfies Record<Band['tone'], IconName>

/** How all is, in one band; then the zones; then the air and the tank. */
export function createHome(context: Context): View {
  const { say } = context.voice
  const band = createBand(context.voice)
  const zones = h('ul', { class: 'zone-list' })
  const list = createKeyedList<ZoneScene>(
    zones,
    ({ zone }) => zone.id,
    (scene) => createZoneCard(context, scene),
  )
  const air = h('ul', { class: 'air-facts' })
  const airSlot = createSlot(air)
  const element = h(
    'div',
    { class: 'home' },
    band.element,
    h('section', { 'aria-label': say('zones') }, zones),
    h(
      'section',
      { class: 'air panel' },
      h('a', { class: 'air-title', href: hrefOf('climate') }, h('h2', {}, say('airNow'))),
      air,
    ),
  )
  // Recipes and limits may have been edited elsewhere since they were read.
  const house = context.scene().house?.id
  if (house !== undefined) void context.documents.read(house)
  return {
    element,
    title: say('home'),
    update(scene) {
      band.update(scene)
      const { house, now } = scene
      if (house === undefined) return
      list(house.zones.map((zone) => ({ zone, house, now })))
      const facts = airFacts(house, context)
      airSlot(facts, () =>
        facts.map(({ words, value, note, bad }) =>
          h(
            'li',
            { class: bad ? 'air-fact air-bad' : 'air-fact' },
            h('span', {}, words),
            h('b', {}, value),
            note === undefined ? undefined : h('small', {}, note),
          ),
        ),
      )
    },
  }
}

function createBand(voice: Voice) {
  const sign = h('span', { class: 'band-sign' })
  const signSlot = createSlot(sign)
  const title = h('h2', { class: 'band-title' })
  const detail = h('p', { class: 'band-detail' })
  const next = h('p', { class: 'band-next' })
  const open = h('a', { class: 'band-open', href: hrefOf('alarms'), 'aria-label': voice.say('alarms') })
  const element = h('section', { class: 'band' }, sign, h('div', {}, title, detail, next), open)
  return {
    element,
    update(scene: Scene) {
      const band = bandOf(scene, voice)
      element.className = `band band-${band.tone}`
      signSlot(band.tone, () => [icon(BAND_ICONS[band.tone], 36)])
      setText(title, band.title)
      setText(detail, band.detail)
      setText(next, band.next)
      setAttributes(next, { hidden: band.next === '' })
      setAttributes(open, { hidden: band.tone !== 'bad' && band.tone !== 'warn' })
    },
  }
}

interface AirFact {
  readonly words: string
  readonly value: string
  readonly note: string | undefined
  readonly bad: boolean
}

/** Only what this greenhouse measures: a row of dashes says nothing. */
function airFacts(house: GreenhouseView, context: Context): readonly AirFact[] {
  const { climate, tank, pump } = house
  const { say, format } = context.voice
  const measured = (words: string, value: number | null, digits: number, unit: string): AirFact[] =>
    value === null
      ? []
      : [{ words, value: format.quantity(value, digits, unit), note: undefined, bad: false }]
  const level: AirFact[] =
    tank === null
      ? []
      : [
          {
            words: say('tank'),
            value: tank.percent === null ? say('unknownValue') : format.quantity(tank.percent, 0, '%'),
            note: tank.low ? say('tankLow') : tank.litres === null ? undefined : litres(tank.litres, context),
            bad: tank.low || tank.percent === null,
          },
        ]
  const pumping: AirFact[] =
    pump === null
      ? []
      : [
          {
            words: say('pump'),
            value: say(pumpWord(pump, house)),
            note: undefined,
            bad: pump === 'held' && !isPumpResting(house),
          },
        ]
  return [
    ...measured(say('temperature'), climate.temperature_C, 1, '°C'),
    ...measured(say('humidity'), climate.humidity, 0, '%'),
    ...measured(say('vpd'), climate.vpd_kPa, 2, 'kPa'),
    ...measured(say('co2'), climate.co2_ppm, 0, 'ppm'),
    ...measured(say('light'), climate.light_lx, 0, 'lx'),
    ...level,
    ...pumping,
  ]
}

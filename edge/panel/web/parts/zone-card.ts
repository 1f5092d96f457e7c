import type { Cancel } from '../../../../core/clock.ts'
import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { GreenhouseView, ZoneView } from '../../api-types.ts'
import { leftOf } from '../band.ts'
import type { Context } from '../context.ts'
import { countdown } from '../duration.ts'
import { thingHref } from '../route.ts'
import { soilBand, soilWord } from '../soil-band.ts'
import { openWaterSheet } from '../views/water-sheet.ts'
import { litres, PHASE_WORDS, waitWords } from '../zone-words.ts'
import { icon } from './icons.ts'
import { createSoilBar, createSoilDrop } from './soil-picture.ts'

export interface ZoneScene {
  readonly zone: ZoneView
  readonly house: GreenhouseView
  readonly now: number
}

/** A zone at a glance: how wet it is, what runs or comes next, what is wrong, and one large button. */
export function createZoneCard(context: Context, first: ZoneScene) {
  const { say, language, format } = context.voice
  const { id } = first.zone
  const soil = createSoil(context, id)
  const facts = h('dl', { class: 'zone-facts' })
  const factSlot = createSlot(facts)
  const doing = createDoing(context)
  const problems = h('ul', { class: 'zone-problems' })
  const problemSlot = createSlot(problems)
  const name = h('a', { class: 'zone-name', href: thingHref('zone', id) })
  const press = createZoneButton(context, id)
  const element = h(
    'li',
    { class: 'zone-card', 'data-zone': id },
    h('h2', {}, name),
    soil.element,
    problems,
    doing.element,
    facts,
    press.element,
  )
  return {
    element,
    update(scene: ZoneScene) {
      const { zone } = scene
      setText(name, zone.name[language])
      setAttributes(name, { 'aria-label': say('openZone', { zone: zone.name[language] }) })
      soil.update(zone)
      doing.update(scene)
      press.update(scene)
      element.classList.toggle('zone-runs', zone.running !== null)
      // The whole sentence stands in the band or among the alarms: here what it is, and what to do.
      problemSlot([zone.problems], () =>
        zone.problems.map(({ label, next }) =>
          h('li', {}, icon('warn', 22), h('span', {}, h('b', {}, label[language]), `: ${next[language]}`)),
        ),
      )
      const shown = factsOf(zone, context)
      factSlot(shown, () =>
        shown.flatMap(([word, value]) => [h('div', {}, h('dt', {}, word), h('dd', {}, value))]),
      )
    },
  }

  function factsOf(zone: ZoneView, { voice }: Context): readonly (readonly [string, string])[] {
    const { soilTemperature_C: warm, ec_uScm: ec, ph } = zone
    return [
      ...(warm === null ? [] : [[voice.say('soilWarm'), format.quantity(warm, 1, '°C')] as const]),
      ...(ec === null ? [] : [[voice.say('ec'), format.quantity(ec / 1000, 2, 'mS/cm')] as const]),
      ...(ph === null ? [] : [[voice.say('ph'), format.number(ph, 1)] as const]),
      [voice.say('today'), litres(zone.today_L, context)] as const,
    ]
  }
}

/** The drop, the figure, the word, and the bar with what is good. */
export function createSoil({ voice: { say, format }, documents, scene }: Context, id: string) {
  const drop = createSoilDrop(`drop-${id}`)
  const bar = createSoilBar()
  const value = h('b', { class: 'soil-value' })
  const word = h('span', { class: 'soil-word' })
  const good = h('span', { class: 'soil-range' })
  const spoken = h('span', { class: 'visually-hidden' })
  const seen = h('div', { class: 'soil-seen', 'aria-hidden': 'true' }, value, word, bar.element, good)
  const element = h('div', { class: 'soil' }, drop.element, seen, spoken)
  return {
    element,
    update({ moisture, lost }: ZoneView) {
      const house = scene().house?.id
      const band = soilBand(house === undefined ? undefined : documents.known(house), id)
      const told = lost ? null : moisture
      const key = told === null ? undefined : soilWord(told, band)
      drop.update(told, band)
      bar.update(told, band)
      const [from, to] = [format.number(band.from), format.number(band.to)]
      setText(value, told === null ? '– –' : format.quantity(told, 0, '%'))
      setText(word, say(key ?? (lost ? 'moistureLost' : 'unknownValue')))
      word.className = `soil-word soil-word-${key ?? 'lost'}`
      setText(good, say('band', { from, to }))
      setText(
        spoken,
        told === null || key === undefined
          ? `${say('moisture')}: ${say(lost ? 'moistureLost' : 'unknownValue')}`
          : say('moistureLabel', { value: format.number(told), word: say(key), from, to }),
      )
    },
  }
}

/** What a zone does now, with the time that is left, or what comes next and why. */
export function createDoing({ voice }: Pick<Context, 'voice'>) {
  const { say, language, format } = voice
  const title = h('b', { class: 'doing-title' })
  const left = h('span', { class: 'doing-left', role: 'timer' })
  const detail = h('span', { class: 'doing-detail' })
  const bar = h('progress', { class: 'doing-bar', max: 1, 'aria-hidden': 'true' })
  const element = h('div', { class: 'doing' }, title, left, bar, detail)
  const show = (text: string, more: string, count = '', done: number | undefined = undefined) => {
    setText(title, text)
    setText(detail, more)
    setText(left, count)
    setAttributes(left, { hidden: count === '' })
    setAttributes(bar, { hidden: done === undefined })
    if (done !== undefined) bar.value = done
  }
  return {
    element,
    update({ zone, house, now }: ZoneScene) {
      const { running, waiting, next } = zone
      if (running !== null) {
        const rest = leftOf(zone, house.at, now)
        const who = running.program === null && running.who !== null ? running.who : undefined
        const why = who === undefined ? running.why[language] : say('byWhom', { who })
        const given = say('given', { litres: litres(running.litres, { voice }) })
        const done = doneShare(running, rest, now)
        const counting = running.phase === 'opening' || running.phase === 'closing' ? '' : countdown(rest)
        const count = counting === '' ? '' : say('left', { left: counting })
        return show(say(PHASE_WORDS[running.phase]), `${why} · ${given}`, count, done)
      }
      if (waiting !== null) {
        const { what, left } = waitWords(waiting, house, now, voice)
        return show(what, waiting.why[language], left)
      }
      if (zone.valve === 'opening' || zone.valve === 'closing') {
        return show(say(zone.valve === 'opening' ? 'phaseOpening' : 'phaseClosing'), '')
      }
      if (zone.valve === 'open') return show(say('valveOpen'), '')
      if (next === null) return show(say('noNext'), '')
      const at = next.at === null ? '' : format.time(next.at, house.timeZone, now)
      return show(`${say('nextWatering')}: ${at}`.replace(/: $/, ''), next.why[language])
    },
  }
}

function doneShare(running: NonNullable<ZoneView['running']>, left_s: number, now: number): number {
  if ('litres' in running.of) return Math.min(1, running.litres / running.of.litres)
  const passed_s = Math.max(0, now - running.since) / 1000
  return passed_s + left_s <= 0 ? 0 : passed_s / (passed_s + left_s)
}

/** Under a finger that taps twice a button may just have become its opposite. */
const QUIET_MS = 1_000

/** "Water" while nothing runs, "stop" while something does. They swap only with the node's word, and rest a moment after, for all to see. */
export function createZoneButton(context: Context, id: string) {
  const { voice, api, clock, notice } = context
  const { say, language } = voice
  let running: boolean | undefined
  let isQuiet = false
  let cancel: Cancel = () => {}
  let zone: ZoneView | undefined
  let house = ''
  const press = button('', () => {
    if (zone === undefined || isQuiet) return
    if (running === true) void stop(zone)
    else openWaterSheet(context, zone)
  })
  // Said and not set as `disabled`, which would take the focus of whoever goes by keys.
  const rest = (quiet: boolean) => {
    isQuiet = quiet
    setAttributes(press, { 'aria-disabled': quiet ? 'true' : undefined })
  }
  const stop = async ({ name }: ZoneView) => {
    press.disabled = true
    const answer = await api.stop(house, id)
    press.disabled = false
    if (answer.ok) notice(say('zoneStopped', { zone: name[language] }), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
  }
  return {
    element: press,
    update(scene: ZoneScene) {
      zone = scene.zone
      house = scene.house.id
      const name = zone.name[language]
      const runs = zone.running !== null || zone.waiting !== null
      if (running !== undefined && runs !== running) {
        cancel()
        rest(true)
        cancel = clock.after(QUIET_MS, () => rest(false))
      }
      running = runs
      setText(press, say(runs ? 'stopZone' : 'waterZone'))
      setAttributes(press, {
        class: runs ? 'zone-press zone-stop' : 'zone-press zone-water',
        'aria-label': say(runs ? 'stopZoneLabel' : 'waterZoneLabel', { zone: name }),
      })
    },
  }
}

import { createSlot, h, setText } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import type { Scene } from '../context.ts'
import {
  isStale,
  isTrusted,
  levelText,
  offsetText,
  stationGrade,
  trendOf,
  trendText,
  type Voice,
} from '../wording.ts'
import { levelMark, trendArrow } from './icons.ts'
import { outputPiece } from './outputs.ts'
import { createStaffGauge, SMALL_GAUGE } from './staff-gauge.ts'

export const stationHref = (station: Pick<StationView, 'id'>): string =>
  `#/station/${encodeURIComponent(station.id)}`

/** One station at a glance; the whole card opens its page. */
export function createStationCard(station: StationView, voice: Voice) {
  const { say, language } = voice
  const gauge = createStaffGauge(SMALL_GAUGE, voice)
  const mark = h('span', { class: 'card-mark' })
  const link = h('a', { href: stationHref(station), class: 'card-link' }, station.name[language])
  const water = h('span', { class: 'card-water' }, station.water.name[language])
  const status = h('div', { class: 'card-status' })
  const stage = h('p', { class: 'stage' })
  const level = h('p', { class: 'card-level' })
  const trend = h('p', { class: 'card-trend' })
  const rain = h('p', { class: 'card-rain' })
  const outputs = h('div', { class: 'card-outputs' })
  const element = h(
    'article',
    { class: 'card' },
    h('header', { class: 'card-head' }, mark, h('div', { class: 'card-title' }, h('h3', {}, link), water)),
    h(
      'div',
      { class: 'card-body' },
      gauge.element,
      h('div', { class: 'card-figures' }, stage, level, trend, rain),
    ),
    outputs,
    status,
  )
  const slots = {
    mark: createSlot(mark),
    stage: createSlot(stage),
    level: createSlot(level),
    trend: createSlot(trend),
    rain: createSlot(rain),
    outputs: createSlot(outputs),
    status: createSlot(status),
  }
  return {
    element,
    update(view: StationView, scene: Scene) {
      const grade = stationGrade(view)
      element.className = `card grade-${grade}${view.online ? '' : ' card-offline'}`
      setText(link, view.name[language])
      setText(water, view.water.name[language])
      gauge.update(view)
      slots.mark([grade], () => [levelMark(grade, 34)])
      slots.stage([view.stage_m, isTrusted(view)], () => stageFigure(view, voice))
      slots.level([view.stage_m, view.level, view.online, view.levels], () => levelChip(view, voice))
      slots.trend([view.rise_m_per_h], () => [
        trendArrow(trendOf(view.rise_m_per_h)),
        h('span', {}, trendText(view.rise_m_per_h, voice)),
      ])
      slots.rain([view.rain_mm], () => rainFigures(view, voice))
      slots.outputs([view.outputs.map(({ device, output, on }) => [device, output, on])], () =>
        view.outputs.length > 0
          ? view.outputs.map((output) => outputPiece(output, voice))
          : [h('p', { class: 'quiet' }, say('noOutputs'))],
      )
      const words = statusWords(view, scene, voice)
      slots.status(words, () =>
        words.map(({ tone, text }) => h('span', { class: `status status-${tone}` }, text)),
      )
    },
  }
}

export function stageFigure(view: StationView, { say, format }: Voice): readonly (Node | string)[] {
  if (view.stage_m === null) return [h('span', { class: 'stage-none' }, say('stageUnknown'))]
  return [
    h(
      'span',
      { class: isTrusted(view) ? 'stage-value' : 'stage-value stage-doubtful' },
      format.number(view.stage_m, 2),
    ),
    h('span', { class: 'stage-unit' }, 'm'),
  ]
}

export function levelChip(view: StationView, voice: Voice): readonly Node[] {
  const offset = offsetText(view, voice)
  return [
    h('strong', { class: `chip grade-${stationGrade(view)}` }, levelText(view.level, voice)),
    h('span', { class: 'offset' }, view.stage_m === null ? '' : offset),
  ]
}

function rainFigures(view: StationView, { say, format }: Voice): readonly Node[] {
  const { hour, day24 } = view.rain_mm
  return [
    h('span', {}, `${say('rain')} ${say('rainHour')} `, h('b', {}, format.millimetres(hour))),
    h('span', {}, `${say('rainDay')} `, h('b', {}, format.millimetres(day24))),
  ]
}

export interface StatusWord {
  readonly tone: 'good' | 'bad' | 'busy' | 'plain'
  readonly text: string
}

/** Contact, age of the figures, completeness, silence: one line under the card, worst first. */
export function statusWords(
  view: StationView,
  scene: Pick<Scene, 'now' | 'speed'>,
  voice: Voice,
): StatusWord[] {
  const { say, format } = voice
  const time = (at: number) => format.time(at, view.timeZone, scene.now)
  const words: StatusWord[] = []
  if (!view.online) {
    const text = view.lastSeen === null ? say('offline') : say('offlineSince', { time: time(view.lastSeen) })
    words.push({ tone: 'bad', text })
  }
  if (view.flag === 3) words.push({ tone: 'busy', text: say('stageSuspect') })
  if (view.stage_m !== null && !isTrusted(view)) words.push({ tone: 'bad', text: say('stageFailed') })
  if (view.online && view.at !== null && isStale(view.at, scene.now, scene.speed)) {
    words.push({ tone: 'bad', text: say('staleSince', { time: time(view.at) }) })
  }
  if (view.silencedUntil !== null && view.silencedUntil > scene.now) {
    words.push({ tone: 'busy', text: say('silencedUntil', { time: time(view.silencedUntil) }) })
  }
  if (view.online) words.push({ tone: 'good', text: say('online') })
  words.push(completeness(view, voice))
  return words
}

export function completeness(
  view: Pick<StationView, 'complete' | 'behind' | 'online'>,
  { say, format }: Voice,
): StatusWord {
  // Of a node out of contact nobody knows what it has written since.
  if (view.complete) return { tone: view.online ? 'good' : 'plain', text: say('complete') }
  if (view.behind > 0) return { tone: 'busy', text: say('behind', { count: format.count(view.behind) }) }
  return { tone: 'busy', text: say('incomplete') }
}

import { createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import type { AlertView, StationView } from '../../api/schema.ts'
import type { Context, Scene, View } from '../context.ts'
import { alertKey } from '../live/model.ts'
import { createAlarmList } from '../parts/alarm-list.ts'
import { levelMark, trendArrow } from '../parts/icons.ts'
import { outputPiece } from '../parts/outputs.ts'
import { createStaffGauge, LARGE_GAUGE } from '../parts/staff-gauge.ts'
import { levelChip, stageFigure, statusWords } from '../parts/station-card.ts'
import { nodeHref } from '../route.ts'
import { stationGrade, trendOf, trendText, type Voice } from '../wording.ts'
import { createControl } from './control.ts'
import { createLedger } from './ledger.ts'
import { devicesBlock, fact, healthBlock } from './nodes.ts'
import { createThresholds } from './thresholds.ts'

/** Everything about one station. It waits for the station to be known, so that a link can be opened cold. */
export function createStationPage(context: Context, id: string): View {
  const { say } = context.voice
  const element = h('div', { class: 'station-page' }, h('p', { class: 'quiet panel' }, say('loading')))
  let body: ReturnType<typeof createBody> | undefined
  return {
    element,
    title: id,
    update(scene) {
      const station = scene.model.stations.find((known) => known.id === id)
      if (station === undefined) {
        if (scene.model.loaded && body === undefined) element.replaceChildren(missing(context.voice))
        return
      }
      if (body === undefined) {
        body = createBody(context, station)
        element.replaceChildren(...body.elements)
      }
      body.update(station, scene)
    },
    leave: () => body?.leave() ?? Promise.resolve(true),
    close: () => body?.close(),
  }
}

function missing({ say }: Voice): HTMLElement {
  return h(
    'div',
    { class: 'panel' },
    h('p', {}, say('notFound')),
    h('a', { href: '#/', class: 'text-link' }, say('backToOverview')),
  )
}

function createBody(context: Context, first: StationView) {
  const { voice, api } = context
  const { say, language } = voice
  const head = createHead(voice)
  const now = createNow(voice)
  const outputs = createOutputs(voice)
  const log = createAlarmList(context, 'noStationAlarms')
  const control = createControl(context, first)
  const thresholds = createThresholds(context, first)
  const ledger = createLedger(context, first.edge, first.timeZone)
  const devices = h('section', { class: 'panel devices' })
  const devicesSlot = createSlot(devices)
  const chartPlace = h('div', { class: 'chart-place' }, h('p', { class: 'quiet panel' }, say('loading')))
  let charts: ReturnType<typeof import('./charts.ts')['createCharts']> | undefined
  let closed = false
  let known = first
  void import('./charts.ts').then(({ createCharts }) => {
    if (closed) return
    charts = createCharts(context, known)
    chartPlace.replaceChildren(charts.element)
  })
  let history: readonly AlertView[] = []
  let pictures = 0
  const askHistory = async () => {
    const answer = await api.stationAlerts(first.id)
    if (answer.ok && Array.isArray(answer.value)) history = answer.value
  }
  return {
    elements: [
      head.element,
      now.element,
      chartPlace,
      h('section', { class: 'panel station-outputs' }, h('h2', {}, say('outputs')), outputs.element),
      h('section', { class: 'panel station-log' }, h('h2', {}, say('alarmLog')), log.element),
      control.element,
      thresholds.element,
      ledger.element,
      devices,
    ],
    update(station: StationView, scene: Scene) {
      known = station
      if (scene.model.pictures !== pictures) void askHistory()
      pictures = scene.model.pictures
      head.update(station, scene)
      now.update(station, scene)
      outputs.update(station, scene)
      log.update(logOf(station, history, scene.model.alerts), scene)
      control.update(station, scene)
      thresholds.update(scene)
      ledger.update(station)
      charts?.update(station)
      const edge = scene.model.edges.find((node) => node.edge === station.edge)
      devicesSlot([edge?.devices, edge?.health], () =>
        edge === undefined
          ? [h('p', { class: 'quiet' }, say('noDevices'))]
          : [
              h('h2', {}, h('a', { href: nodeHref(edge.edge), class: 'text-link' }, edge.name[language])),
              h('div', { class: 'node-columns' }, devicesBlock(edge, voice), healthBlock(edge, voice)),
            ],
      )
    },
    leave: thresholds.leave,
    close() {
      closed = true
      thresholds.close()
      charts?.close()
      ledger.close()
    },
  }
}

/** The station's alarms: what the hub keeps, overlaid by what the stream has told since. */
function logOf(
  station: StationView,
  history: readonly AlertView[],
  live: readonly AlertView[],
): readonly AlertView[] {
  const all = new Map<string, AlertView>()
  for (const alert of [...history, ...live]) {
    if (alert.station === station.id && alert.edge === station.edge) all.set(alertKey(alert), alert)
  }
  return [...all.values()].toSorted((a, b) => b.raisedAt - a.raisedAt)
}

function createHead(voice: Voice) {
  const { say, language } = voice
  const mark = h('span', { class: 'card-mark' })
  const title = h('h1', {})
  const water = h('p', { class: 'card-water' })
  const status = h('div', { class: 'card-status' })
  const slots = { mark: createSlot(mark), status: createSlot(status) }
  return {
    element: h(
      'header',
      { class: 'station-head' },
      h('a', { href: '#/', class: 'back', 'aria-label': say('backToOverview') }, '←'),
      mark,
      h('div', { class: 'station-title' }, title, water),
      status,
    ),
    update(station: StationView, scene: Scene) {
      setText(title, station.name[language])
      setText(water, station.water.name[language])
      slots.mark([stationGrade(station)], () => [levelMark(stationGrade(station), 44)])
      const words = statusWords(station, scene, voice)
      slots.status(words, () =>
        words.map(({ tone, text }) => h('span', { class: `status status-${tone}` }, text)),
      )
    },
  }
}

function createNow(voice: Voice) {
  const { say, format } = voice
  const gauge = createStaffGauge(LARGE_GAUGE, voice)
  const stage = h('p', { class: 'stage' })
  const level = h('p', { class: 'card-level' })
  const trend = h('p', { class: 'card-trend' })
  const facts = h('dl', { class: 'facts' })
  const slots = {
    stage: createSlot(stage),
    level: createSlot(level),
    trend: createSlot(trend),
    facts: createSlot(facts),
  }
  const element = h(
    'section',
    { class: 'panel now', 'aria-label': say('readings') },
    h('div', { class: 'now-figures' }, stage, level, trend, facts),
    gauge.element,
  )
  return {
    element,
    update(station: StationView, { now }: Scene) {
      gauge.update(station)
      slots.stage([station.stage_m, station.flag], () => stageFigure(station, voice))
      slots.level([station.stage_m, station.level, station.online], () => levelChip(station, voice))
      slots.trend([station.rise_m_per_h], () => [
        trendArrow(trendOf(station.rise_m_per_h)),
        h('span', {}, trendText(station.rise_m_per_h, voice)),
      ])
      const measured = station.at === null ? say('noValue') : format.time(station.at, station.timeZone, now)
      slots.facts([station.rain_mm, measured], () => [
        ...fact(say('measuredAt', { time: '' }).trim(), measured),
        ...fact(`${say('rain')} ${say('rainHour')}`, format.millimetres(station.rain_mm.hour)),
        ...fact(`${say('rain')} ${say('rainDay')}`, format.millimetres(station.rain_mm.day24)),
        ...fact(
          `${say('rain')}, ${say('rainSince19').toLocaleLowerCase()}`,
          format.millimetres(station.rain_mm.since19),
        ),
      ])
    },
  }
}

function createOutputs(voice: Voice) {
  const { say, language, format } = voice
  const element = h('ul', { class: 'outputs' })
  const slot = createSlot(element)
  const empty = h('li', { class: 'quiet' }, say('noOutputs'))
  setAttributes(empty, { class: 'quiet' })
  return {
    element,
    update(station: StationView, { now }: Scene) {
      const rows = station.outputs.map((output) => ({
        output,
        time: output.at === null ? '' : format.time(output.at, station.timeZone, now),
      }))
      slot([rows.map(({ output, time }) => [output, time])], () =>
        rows.length === 0
          ? [empty]
          : rows.map(({ output, time }) =>
              h(
                'li',
                {},
                outputPiece(output, voice),
                h('p', { class: 'output-reason' }, output.reason?.[language] ?? say('noReason')),
                h(
                  'p',
                  { class: 'output-since' },
                  `${output.device} · ${output.output}${time === '' ? '' : ` · ${time}`}`,
                ),
              ),
            ),
      )
    },
  }
}

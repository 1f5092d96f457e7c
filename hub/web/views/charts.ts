import 'uplot/dist/uPlot.min.css'
import '../style/chart.css'
import uPlot from 'uplot'
import type { Answer } from '../../../page/ask.ts'
import { axis, type ChartInk, chartInk, readColour, timeLabels } from '../../../page/chart-ink.ts'
import { button, h, setAttributes, setText } from '../../../page/element.ts'
import type { SeriesView, StationView } from '../../api/schema.ts'
import type { Context } from '../context.ts'
import { gradeOf } from '../wording.ts'
import { type Band, rainBars, stageBands } from './series.ts'

const HOUR_MS = 3_600_000
const SPANS = [
  { key: 'span6h', ms: 6 * HOUR_MS },
  { key: 'span24h', ms: 24 * HOUR_MS },
  { key: 'span7d', ms: 7 * 24 * HOUR_MS },
  { key: 'span32d', ms: 32 * 24 * HOUR_MS },
] as const
const BUCKETS = 400
/** Asked for again at most this often (real time); in between the newest readings are added by the stream. */
const REFRESH_MS = 20_000
const DRAW_MS = 500
const NO_SERIES: Answer<SeriesView> = {
  ok: true,
  value: { unit: '1', step: 0, at: [], min: [], max: [], mean: [] },
}

/** Stage with its levels over a chosen span, and rain below on the same axis. Loaded only with a station's page. */
export function createCharts(context: Context, first: StationView) {
  const { voice, api, clock, time } = context
  const { say, format, language } = voice
  const stageBox = h('div', { class: 'chart-box chart-stage' })
  const rainBox = h('div', { class: 'chart-box chart-rain' })
  const summary = h('figcaption', { class: 'chart-summary', role: 'status' }, say('loading'))
  const buttons = SPANS.map((span) => button(say(span.key), () => choose(span), { class: 'span' }))
  const element = h(
    'figure',
    { class: 'panel charts' },
    h(
      'header',
      { class: 'panel-head' },
      h('h2', {}, say('chartStage')),
      h('div', { class: 'spans', role: 'group', 'aria-label': say('chartSpan') }, ...buttons),
    ),
    stageBox,
    h('h3', { class: 'chart-second' }, say('chartRain')),
    rainBox,
    summary,
  )
  let station = first
  let span: (typeof SPANS)[number] = SPANS[1]
  let bands: Band = { at: [], min: [], max: [], mean: [] }
  let rain: Band = bands
  let loadedAt = Number.NEGATIVE_INFINITY
  let turn = 0
  let closed = false
  let drawing = false

  const plots = createPlots(
    stageBox,
    rainBox,
    () => station,
    context,
    (text) => setText(summary, text ?? told()),
  )

  function choose(next: (typeof SPANS)[number]): void {
    span = next
    buttons.forEach((press, index) => {
      setAttributes(press, { 'aria-pressed': String(SPANS[index] === span) })
    })
    void load()
  }

  async function load(): Promise<void> {
    const mine = ++turn
    loadedAt = clock.monotonic()
    const to = time.now()
    const query = { edge: station.edge, device: station.id, from: to - span.ms, to, buckets: BUCKETS }
    // A point that the node has never told is not asked for: the hub would have to answer that there is none.
    const [stage, wet] = await Promise.all([
      station.at === null ? NO_SERIES : api.series({ ...query, channel: 'stage' }),
      station.rain_mm.hour === null ? NO_SERIES : api.series({ ...query, channel: 'rain_1h' }),
    ])
    if (closed || mine !== turn) return
    if (!stage.ok) {
      setText(summary, say('chartFailed', { reason: stage.refusal.reason[language] }))
      return
    }
    bands = stageBands(stage.value)
    rain = wet.ok ? rainBars(wet.value) : { at: [], min: [], max: [], mean: [] }
    draw()
  }

  function told(): string {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    let when = 0
    bands.at.forEach((at, index) => {
      low = Math.min(low, bands.min[index] ?? low)
      const top = bands.max[index] ?? high
      if (top > high) {
        high = top
        when = at
      }
    })
    if (!Number.isFinite(low)) return say('chartEmpty')
    return say('chartSummary', {
      min: format.metres(low),
      max: format.metres(high),
      time: format.time(when, station.timeZone, time.now()),
    })
  }

  function draw(): void {
    const to = time.now()
    plots.draw(bands, rain, (to - span.ms) / 1000, to / 1000)
    setText(summary, told())
  }

  choose(span)
  return {
    element,
    update(next: StationView) {
      const fresh = next.at !== station.at
      station = next
      if (clock.monotonic() - loadedAt > REFRESH_MS) void load()
      if (!fresh || drawing) return
      const newest = bands.at.at(-1) ?? 0
      if (next.at !== null && next.stage_m !== null && next.at > newest) {
        bands = appended(bands, next.at, next.stage_m)
      }
      drawing = true
      clock.after(DRAW_MS, () => {
        drawing = false
        if (!closed) draw()
      })
    },
    close() {
      closed = true
      plots.close()
    },
  }
}

function appended(band: Band, at: number, value: number): Band {
  return {
    at: [...band.at, at],
    min: [...band.min, value],
    max: [...band.max, value],
    mean: [...band.mean, value],
  }
}

/** The two canvases. uPlot draws with canvas colours, so the theme's are read again when it changes. */
function createPlots(
  stageBox: HTMLElement,
  rainBox: HTMLElement,
  station: () => StationView,
  { voice, time }: Context,
  tell: (text: string | undefined) => void,
) {
  const { say, format } = voice
  const sync = uPlot.sync(`station-${station().id}`)
  let stagePlot: uPlot | undefined
  let rainPlot: uPlot | undefined
  let last: readonly [Band, Band, number, number] | undefined

  function make(): void {
    stagePlot?.destroy()
    rainPlot?.destroy()
    const ink = inkOf(stageBox)
    const base = (box: HTMLElement): Omit<uPlot.Options, 'series'> => ({
      width: Math.max(200, box.clientWidth),
      height: box.clientHeight,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), station().timeZone),
      legend: { show: false },
      cursor: { sync: { key: sync.key }, drag: { x: false, y: false }, points: { size: 8 } },
      scales: { x: { time: true } },
      axes: [],
    })
    const xAxis: uPlot.Axis = {
      ...axis(ink),
      values: timeLabels(voice.language),
      space: ink.font * 5.4,
      size: ink.font * 4.2,
    }
    const yAxis = (digits: number): uPlot.Axis => ({
      ...axis(ink),
      size: ink.font * 4.4,
      values: (_plot, splits) => splits.map((value) => format.number(value, digits)),
    })
    stagePlot = new uPlot(
      {
        ...base(stageBox),
        scales: { x: { time: true }, y: { range: (_plot, low, high) => stageRange(low, high, station()) } },
        axes: [xAxis, yAxis(1)],
        series: [
          {},
          { scale: 'y', stroke: 'transparent', points: { show: false } },
          { scale: 'y', stroke: 'transparent', points: { show: false } },
          { scale: 'y', stroke: ink.water, width: 2.5, points: { show: false } },
        ],
        bands: [{ series: [2, 1], fill: ink.waterFaint }],
        hooks: {
          drawAxes: [(plot) => drawLevels(plot, station(), ink, (level) => say('levelShort', { level }))],
          setCursor: [(plot) => tell(readout(plot))],
        },
      },
      [[], [], [], []],
      stageBox,
    )
    rainPlot = new uPlot(
      {
        ...base(rainBox),
        scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(10, high * 1.15)] } },
        axes: [xAxis, yAxis(0)],
        series: [
          {},
          { scale: 'y', fill: ink.rain, stroke: ink.rain, width: 0, points: { show: false }, ...bars() },
        ],
      },
      [[], []],
      rainBox,
    )
    redraw()
  }

  function readout(plot: uPlot): string | undefined {
    const index = plot.cursor.idx
    if (index === null || index === undefined) return undefined
    const at = plot.data[0][index]
    const value = plot.data[3]?.[index]
    if (at === undefined || value === undefined || value === null) return undefined
    const when = format.time(at * 1000, station().timeZone, time.now())
    return say('chartCursor', { time: when, value: format.metres(value) })
  }

  function redraw(): void {
    if (last === undefined) return
    const [stage, rain, from, to] = last
    const seconds = (band: Band) => band.at.map((at) => at / 1000)
    stagePlot?.setData([seconds(stage), [...stage.min], [...stage.max], [...stage.mean]], false)
    stagePlot?.setScale('x', { min: from, max: to })
    rainPlot?.setData([seconds(rain), [...rain.max]], false)
    rainPlot?.setScale('x', { min: from, max: to })
  }

  // The first report comes once the boxes stand in the page: only then do they have a size and colours.
  const resized = new ResizeObserver(() => {
    if (stagePlot === undefined) return make()
    stagePlot?.setSize({ width: Math.max(200, stageBox.clientWidth), height: stageBox.clientHeight })
    rainPlot?.setSize({ width: Math.max(200, rainBox.clientWidth), height: rainBox.clientHeight })
  })
  const remade = new MutationObserver(make)
  resized.observe(stageBox)
  remade.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return {
    draw(stage: Band, rain: Band, from: number, to: number) {
      last = [stage, rain, from, to]
      redraw()
    },
    close() {
      resized.disconnect()
      remade.disconnect()
      stagePlot?.destroy()
      rainPlot?.destroy()
    },
  }
}

interface Ink extends ChartInk {
  readonly water: string
  readonly waterFaint: string
  readonly rain: string
  level(level: number): string
}

function inkOf(element: Element): Ink {
  const read = readColour(element)
  return {
    ...chartInk(element),
    water: read('--water-ink'),
    waterFaint: read('--water-faint'),
    rain: read('--rain'),
    level: (level) => read(`--grade-${gradeOf(level)}-ink`),
  }
}

function bars(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.bars?.({ size: [0.85, 24], align: -1 })
  return paths === undefined ? {} : { paths }
}

/** All levels stay in view, so that the distance to the next one is always seen. */
function stageRange(low: number | null, high: number | null, { levels }: StationView): [number, number] {
  const limits = levels.map((level) => level.stage_m)
  const bottom = Math.min(low ?? Number.POSITIVE_INFINITY, ...limits)
  const top = Math.max(high ?? Number.NEGATIVE_INFINITY, ...limits)
  if (!Number.isFinite(bottom) || !Number.isFinite(top)) return [0, 1]
  const room = Math.max(0.2, (top - bottom) * 0.08)
  return [bottom >= 0 ? Math.max(0, bottom - room) : bottom - room, top + room]
}

function drawLevels(plot: uPlot, { levels }: StationView, ink: Ink, name: (level: number) => string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = `600 ${ink.font * ratio}px system-ui, sans-serif`
  ctx.textBaseline = 'alphabetic'
  ctx.lineWidth = 1.5 * ratio
  ctx.textAlign = 'left'
  for (const { level, stage_m } of levels) {
    const y = Math.round(plot.valToPos(stage_m, 'y', true))
    ctx.strokeStyle = ink.level(level)
    ctx.fillStyle = ink.level(level)
    // One to three short dashes: the lines are told apart without their colour.
    ctx.setLineDash([
      12 * ratio,
      ...Array.from({ length: Math.min(level, 4) }, () => [4, 3])
        .flat()
        .map((part) => part * ratio),
      0,
      6 * ratio,
    ])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.fillText(name(level), bbox.left + 6 * ratio, y - 5 * ratio)
  }
  ctx.restore()
}

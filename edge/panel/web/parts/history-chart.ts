import 'uplot/dist/uPlot.min.css'
import '../style/chart.css'
import uPlot from 'uplot'
import { axis, chartInk, readColour, timeLabels } from '../../../../page/chart-ink.ts'
import { h, setText } from '../../../../page/element.ts'
import type { Context } from '../context.ts'
import type { Figure } from '../figures.ts'
import { type HistoryBand, historyBand } from '../live/history-band.ts'
import { sayPage } from './page.ts'

const POINTS = 240

/** One figure over a time: its mean as a line, and from least to most as a band around it. What it shows stands beside it in words. */
export function createHistoryChart(context: Context, figure: Figure, timeZone: string) {
  const { voice, api, time } = context
  const { language, format } = voice
  const tell = sayPage(voice)
  const box = h('div', { class: 'chart-box' })
  // No live region: it is drawn anew each minute, and follows the pointer.
  const words = h('figcaption', { class: 'chart-words' }, voice.say('loading'))
  const element = h('figure', { class: 'chart panel' }, h('h3', {}, figure.name), box, words)
  let plot: uPlot | undefined
  let band: HistoryBand = { at: [], min: [], mean: [], max: [] }
  let span = { from: 0, to: 0 }
  let turn = 0
  let closed = false

  const valueWords = (value: number) => format.quantity(value, figure.digits, figure.unit)
  const summary = (): string => {
    const lows = band.min.filter((value) => value !== null)
    const highs = band.max.filter((value) => value !== null)
    const last = band.mean.at(-1)
    if (lows.length === 0 || last === undefined || last === null) return tell('chartEmpty')
    const [min, max] = [valueWords(Math.min(...lows)), valueWords(Math.max(...highs))]
    return tell('chartSummary', { min, max, last: valueWords(last) })
  }
  const readout = (chart: uPlot): string => {
    const { idx } = chart.cursor
    const at = typeof idx === 'number' ? band.at[idx] : undefined
    const value = typeof idx === 'number' ? band.mean[idx] : undefined
    if (at === undefined || value === undefined || value === null) return summary()
    return tell('chartCursor', {
      time: format.time(at * 1000, timeZone, time.now()),
      value: valueWords(value),
    })
  }
  const draw = () => {
    plot?.setData([[...band.at], [...band.min], [...band.max], [...band.mean]], false)
    plot?.setScale('x', { min: span.from / 1000, max: span.to / 1000 })
  }
  const make = () => {
    plot?.destroy()
    const ink = chartInk(box)
    const read = readColour(box)
    const hidden: uPlot.Series = { scale: 'y', stroke: 'transparent', points: { show: false } }
    plot = new uPlot(
      {
        ...{ width: Math.max(200, box.clientWidth), height: box.clientHeight, legend: { show: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        cursor: { drag: { x: false, y: false }, points: { size: 9 } },
        scales: { x: { time: true }, y: { range: (_plot, low, high) => roomy(low, high) } },
        axes: [
          { ...axis(ink), values: timeLabels(language), space: ink.font * 5.4, size: ink.font * 4.2 },
          {
            ...axis(ink),
            size: ink.font * 4.6,
            values: (_plot, splits) => splits.map((value) => format.number(value, digitsFor(splits))),
          },
        ],
        series: [
          {},
          hidden,
          hidden,
          { scale: 'y', stroke: read('--water-ink'), width: 2.5, points: { show: false } },
        ],
        bands: [{ series: [2, 1], fill: read('--water-faint') }],
        hooks: { setCursor: [(chart) => setText(words, readout(chart))] },
      },
      [[], [], [], []],
      box,
    )
    draw()
  }
  const resized = new ResizeObserver(() => {
    if (box.clientWidth === 0) return
    if (plot === undefined) make()
    else plot.setSize({ width: Math.max(200, box.clientWidth), height: box.clientHeight })
  })
  const remade = new MutationObserver(make)
  resized.observe(box)
  remade.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return {
    element,
    async load(next: { readonly from: number; readonly to: number }) {
      const mine = ++turn
      const { device, channel } = figure
      const answer = await api.history({ device, channel, ...next, points: POINTS })
      if (closed || mine !== turn) return
      if (!answer.ok) return setText(words, tell('chartFailed', { reason: answer.refusal.reason[language] }))
      band = historyBand(answer.value, figure.scale)
      span = next
      setText(words, summary())
      draw()
    },
    close() {
      closed = true
      resized.disconnect()
      remade.disconnect()
      plot?.destroy()
    },
  }
}

/** A flat line lies in the middle, not on the edge. */
function roomy(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.02, 0.05)
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room]
}

function digitsFor(splits: readonly number[]): number {
  const [first = 0, second = first + 1] = splits
  return Math.min(2, Math.max(0, Math.ceil(-Math.log10(Math.abs(second - first) || 1))))
}

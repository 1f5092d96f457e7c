import { h, svg } from '../../../../page/element.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  /** As people read it: `120 L`. */
  readonly words: string
}

const WIDTH = 300
const HEIGHT = 100
/** More labels than these would run into each other on a phone. */
const LABELS_MAX = 5

/** Bars with a few labels below; a list with every figure stands behind for ears. */
export function barChart(title: string, bars: readonly Bar[]): HTMLElement {
  const most = Math.max(1e-9, ...bars.map(({ value }) => value))
  const slot = WIDTH / Math.max(1, bars.length)
  const every = Math.ceil(bars.length / LABELS_MAX)
  // Only the bars stretch with the page; what is read stays as large as all else that is read.
  const drawing = svg(
    'svg',
    { class: 'bars-drawing', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' },
    ...bars.map(({ value }, index) => {
      const height = (value / most) * HEIGHT
      return svg('rect', {
        ...{ class: 'bars-bar', x: index * slot + slot * 0.12, width: slot * 0.76 },
        ...{ y: HEIGHT - height, height },
      })
    }),
  )
  const labels = bars.map(({ label }, index) =>
    h('span', {}, (bars.length - 1 - index) % every === 0 ? label : ''),
  )
  return h(
    'figure',
    { class: 'bars-figure' },
    h('figcaption', { class: 'visually-hidden' }, title),
    h(
      'div',
      { class: 'bars', 'aria-hidden': 'true' },
      h('span', {}, mostWords(bars, most)),
      drawing,
      h('div', { class: 'bars-labels' }, ...labels),
    ),
    h(
      'ul',
      { class: 'visually-hidden' },
      ...bars.map(({ label, words }) => h('li', {}, `${label}: ${words}`)),
    ),
  )
}

/** `2026-03-05` as both languages write it short: `5/3`. */
export function dayLabel(day: string): string {
  const [, month = '', date = ''] = day.split('-')
  return `${Number(date)}/${Number(month)}`
}

function mostWords(bars: readonly Bar[], most: number): string {
  return bars.find(({ value }) => value === most)?.words ?? ''
}

import { h, setAttributes, svg } from '../../../page/element.ts'
import { drawingScale, QUARTERS, roundTop } from './drawing-scale.ts'

/** A bar of one or more parts, the lowest first. */
export interface StackedBar {
  readonly label: string
  /** Read out, and shown where the pointer rests. */
  readonly words: string
  /** Each with the class of its colour; null and what is below nothing is not drawn. */
  readonly parts: readonly { readonly style: string; readonly value: number | null }[]
  /** Figures of it may still grow. */
  readonly complete: boolean
}

const HEIGHT = 230
const LEFT = 60
const RIGHT = 8
const TOP = 26
const BOTTOM = 26
const FLOOR = HEIGHT - BOTTOM
const LABEL_PX = 32
const NARROWEST_PX = 240

/** Bars over time, drawn for the width that there is. */
export function createStackedBars(number: (value: number) => string) {
  const drawing = svg('svg', { class: 'bars-drawing', role: 'img' })
  const element = h('figure', { class: 'bars' }, drawing)
  let bars: readonly StackedBar[] = []
  let [label, unit] = ['', '']
  const draw = () => {
    if (element.clientWidth === 0) return
    const scale = drawingScale()
    const width = Math.max(NARROWEST_PX, element.clientWidth / scale)
    setAttributes(drawing, {
      width: width * scale,
      height: HEIGHT * scale,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      'aria-label': label,
    })
    const top = roundTop(Math.max(0, ...bars.map(({ parts }) => total(parts))))
    const y = (value: number) => FLOOR - (value / top) * (FLOOR - TOP)
    const step = (width - LEFT - RIGHT) / Math.max(1, bars.length)
    const every = Math.ceil(LABEL_PX / step)
    const atLeft = { class: 'bars-word', x: LEFT - 8, 'text-anchor': 'end' }
    drawing.replaceChildren(
      svg('text', { ...atLeft, y: 14 }, unit),
      ...Array.from({ length: QUARTERS + 1 }, (_, index) => (top / QUARTERS) * index).flatMap((value) => [
        svg('path', { class: 'bars-grid', d: `M${LEFT} ${y(value)}H${width - RIGHT}` }),
        svg('text', { ...atLeft, y: y(value) + 4 }, number(value)),
      ]),
      ...bars.map(({ parts, words, complete, label: below }, index) => {
        const x = LEFT + index * step
        const pieces = parts.map(({ style, value }, which) => {
          const under = total(parts.slice(0, which))
          const upper = y(under + drawn(value))
          const place = { x: x + step * 0.14, width: step * 0.72, y: upper, height: y(under) - upper }
          return svg('rect', { class: style, ...place })
        })
        const name = { class: 'bars-word', x: x + step / 2, y: HEIGHT - 7, 'text-anchor': 'middle' }
        return svg(
          'g',
          { class: complete ? undefined : 'bars-partial' },
          svg('title', {}, words),
          ...pieces,
          index % every === 0 ? svg('text', name, below) : undefined,
        )
      }),
    )
  }
  const watch = new ResizeObserver(draw)
  watch.observe(element)
  return {
    element,
    update(next: readonly StackedBar[], words: string, of: string) {
      bars = next
      label = words
      unit = of
      draw()
    },
    close: () => watch.disconnect(),
  }
}

const drawn = (value: number | null): number => Math.max(0, value ?? 0)

function total(parts: StackedBar['parts']): number {
  return parts.reduce((sum, { value }) => sum + drawn(value), 0)
}

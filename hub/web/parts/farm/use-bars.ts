import { h, setAttributes, svg } from '../../../../page/element.ts'
import { drawingScale, QUARTERS, roundTop } from '../drawing-scale.ts'

export interface UseBar {
  readonly label: string
  /** Read out, and shown where the pointer rests. */
  readonly words: string
  readonly value: number | null
  /** Its figure may still grow. */
  readonly complete: boolean
}

const HEIGHT = 220
const LEFT = 56
const RIGHT = 8
const TOP = 24
const BOTTOM = 24
const FLOOR = HEIGHT - BOTTOM
const LABEL_PX = 34
const NARROWEST_PX = 240

/** Bars of one measure over time, drawn for the width that there is. */
export function createUseBars(number: (value: number) => string) {
  const drawing = svg('svg', { class: 'use-drawing', role: 'img' })
  const element = h('figure', { class: 'use-bars' }, drawing)
  let bars: readonly UseBar[] = []
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
    const top = roundTop(Math.max(0, ...bars.map(({ value }) => value ?? 0)))
    const y = (value: number) => FLOOR - (value / top) * (FLOOR - TOP)
    const step = (width - LEFT - RIGHT) / Math.max(1, bars.length)
    const every = Math.ceil(LABEL_PX / step)
    drawing.replaceChildren(
      svg('text', { class: 'use-word', x: LEFT - 8, y: 13, 'text-anchor': 'end' }, unit),
      ...Array.from({ length: QUARTERS + 1 }, (_, index) => (top / QUARTERS) * index).flatMap((value) => [
        svg('path', { class: 'use-grid', d: `M${LEFT} ${y(value)}H${width - RIGHT}` }),
        svg('text', { class: 'use-word', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, number(value)),
      ]),
      ...bars.map(({ value, words, complete, label: below }, index) => {
        const x = LEFT + index * step
        return svg(
          'g',
          { class: complete ? undefined : 'use-partial' },
          svg('title', {}, words),
          svg('rect', {
            ...{ class: 'use-bar', x: x + step * 0.14, width: step * 0.72 },
            ...{ y: y(value ?? 0), height: FLOOR - y(value ?? 0) },
          }),
          index % every === 0
            ? svg(
                'text',
                { class: 'use-word', x: x + step / 2, y: HEIGHT - 7, 'text-anchor': 'middle' },
                below,
              )
            : undefined,
        )
      }),
    )
  }
  const watch = new ResizeObserver(draw)
  watch.observe(element)
  return {
    element,
    update(next: readonly UseBar[], words: string, of: string) {
      bars = next
      label = words
      unit = of
      draw()
    },
    close: () => watch.disconnect(),
  }
}

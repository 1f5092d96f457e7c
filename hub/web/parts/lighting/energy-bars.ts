import { h, setAttributes, svg } from '../../../../page/element.ts'
import { drawingScale, QUARTERS, roundTop } from '../drawing-scale.ts'

/** One bar: what was used, and on top of it what was saved. */
export interface EnergyBar {
  readonly label: string
  /** Read out, and shown where the pointer rests. */
  readonly words: string
  readonly used: number | null
  readonly saved: number | null
  /** Figures of it may still grow. */
  readonly complete: boolean
}

const HEIGHT = 240
const LEFT = 64
const RIGHT = 8
const TOP = 26
const BOTTOM = 26
const FLOOR = HEIGHT - BOTTOM
const LABEL_PX = 26
const NARROWEST_PX = 240

/** Bars of used and saved energy, drawn for the width that there is. */
export function createEnergyBars(number: (value: number) => string) {
  const drawing = svg('svg', { class: 'energy-drawing', role: 'img' })
  const element = h('figure', { class: 'energy-bars' }, drawing)
  let bars: readonly EnergyBar[] = []
  let label = ''
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
    const most = Math.max(0, ...bars.map(({ used, saved }) => (used ?? 0) + Math.max(0, saved ?? 0)))
    const top = roundTop(most)
    const y = (value: number) => FLOOR - (value / top) * (FLOOR - TOP)
    const step = (width - LEFT - RIGHT) / Math.max(1, bars.length)
    const every = Math.ceil(LABEL_PX / step)
    drawing.replaceChildren(
      svg('text', { class: 'night-word', x: LEFT - 8, y: 14, 'text-anchor': 'end' }, 'kWh'),
      ...Array.from({ length: QUARTERS + 1 }, (_, index) => (top / QUARTERS) * index).flatMap((value) => [
        svg('path', { class: 'night-grid', d: `M${LEFT} ${y(value)}H${width - RIGHT}` }),
        svg(
          'text',
          { class: 'night-word', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' },
          number(value),
        ),
      ]),
      ...bars.map((bar, index) => {
        const x = LEFT + index * step + step * 0.14
        const wide = step * 0.72
        const used = bar.used ?? 0
        const saved = Math.max(0, bar.saved ?? 0)
        return svg(
          'g',
          { class: bar.complete ? undefined : 'energy-partial' },
          svg('title', {}, bar.words),
          svg('rect', {
            class: 'energy-saved',
            x,
            y: y(used + saved),
            width: wide,
            height: y(used) - y(used + saved),
          }),
          svg('rect', { class: 'energy-used', x, y: y(used), width: wide, height: FLOOR - y(used) }),
          index % every === 0
            ? svg(
                'text',
                { class: 'night-word', x: x + wide / 2, y: HEIGHT - 7, 'text-anchor': 'middle' },
                bar.label,
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
    update(next: readonly EnergyBar[], words: string) {
      bars = next
      label = words
      draw()
    },
    close: () => watch.disconnect(),
  }
}

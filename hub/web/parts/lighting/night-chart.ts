import { localDays } from '../../../../core/time-zone.ts'
import { h, setAttributes, svg } from '../../../../page/element.ts'
import { drawingScale } from '../drawing-scale.ts'
import type { Voices } from './lamp-look.ts'
import type { Night } from './night.ts'

const HOUR_MS = 3_600_000
const HEIGHT = 146
const LEFT = 44
const RIGHT = 14
const TOP = 34
const BOTTOM = 24
/** Above the words of the levels, whatever the time. */
const NOW_WORD_Y = 12
const FLOOR = HEIGHT - BOTTOM
/** Room that the words of a time need. */
const TICK_PX = 58
const NARROWEST_PX = 220

/** A night as steps of light, with the dark behind them, and the present. Redrawn for the width that it has. */
export function createNightChart({ voice, light }: Voices, timeZone: string) {
  const drawing = svg('svg', { class: 'night-drawing', role: 'img' })
  const element = h('figure', { class: 'night-chart' }, drawing)
  const dayStart = localDays(timeZone)
  let night: Night | undefined
  let now: number | undefined
  let shown = ''
  const time = (at: number) => voice.format.time(at, timeZone, at)

  const draw = () => {
    const scale = drawingScale()
    const width = Math.max(NARROWEST_PX, element.clientWidth / scale)
    const minute = now === undefined ? undefined : Math.floor(now / 60_000)
    const key = JSON.stringify([width, scale, night, minute])
    if (key === shown || night === undefined || element.clientWidth === 0) return
    shown = key
    const steps = night.steps
    const words = steps.map(({ at, level }) => light('nightStep', { time: time(at), level })).join(', ')
    setAttributes(drawing, {
      width: width * scale,
      height: HEIGHT * scale,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      'aria-label': light('nightChart', { steps: words }),
    })
    const [from, to] = windowOf(night)
    const x = (at: number) => LEFT + ((at - from) / (to - from)) * (width - LEFT - RIGHT)
    drawing.replaceChildren(
      ...dark(night, x, from, to),
      ...levels(width),
      ...hours(from, to, x, width),
      ...glow(steps, x, to),
      ...sun(night, x),
      ...present(x, from, to, width),
    )
  }
  const dark = ({ sunset, sunrise }: Night, x: (at: number) => number, from: number, to: number) => {
    const [a, b] = [x(sunset ?? from), x(sunrise ?? to)]
    return [
      svg('rect', { class: 'night-dark', x: a, y: TOP, width: Math.max(0, b - a), height: FLOOR - TOP }),
    ]
  }
  const levels = (width: number) =>
    [0, 50, 100].flatMap((level) => [
      svg('path', { class: 'night-grid', d: `M${LEFT} ${yOf(level)}H${width - RIGHT}` }),
      svg(
        'text',
        { class: 'night-word', x: LEFT - 6, y: yOf(level) + 4, 'text-anchor': 'end' },
        `${level} %`,
      ),
    ])
  const hours = (from: number, to: number, x: (at: number) => number, width: number) => {
    const every = [1, 2, 3, 4, 6].find(
      (step) => ((to - from) / HOUR_MS / step) * TICK_PX <= width - LEFT - RIGHT,
    )
    const step = (every ?? 12) * HOUR_MS
    const first = dayStart(from)
    const count = Math.ceil((to - first) / step) + 1
    return Array.from({ length: count }, (_, index) => first + index * step)
      .filter((at) => at >= from && at <= to)
      .map((at) =>
        svg('text', { class: 'night-word', x: x(at), y: HEIGHT - 6, 'text-anchor': 'middle' }, time(at)),
      )
  }
  const glow = (steps: Night['steps'], x: (at: number) => number, to: number) => {
    const [first] = steps
    if (first === undefined) return []
    let line = `M${x(first.at)} ${FLOOR}`
    for (const [index, { at, level }] of steps.entries()) {
      line += `H${x(at)}V${yOf(level)}H${x(steps[index + 1]?.at ?? to)}`
    }
    return [
      svg('path', { class: 'night-light', d: `${line}V${FLOOR}Z` }),
      svg('path', { class: 'night-line', d: line }),
      ...steps
        .filter(({ level }) => level > 0)
        .map(({ at, level }) =>
          svg('text', { class: 'night-level', x: x(at) + 3, y: yOf(level) - 5 }, `${level} %`),
        ),
    ]
  }
  const sun = ({ sunset, sunrise }: Night, x: (at: number) => number) =>
    [sunset, sunrise].flatMap((at) =>
      at === null ? [] : [svg('path', { class: 'night-sun', d: `M${x(at)} ${TOP}V${FLOOR}` })],
    )
  const present = (x: (at: number) => number, from: number, to: number, width: number) => {
    if (now === undefined || now < from || now > to) return []
    const at = x(now)
    const near = Math.min(width - RIGHT - 24, Math.max(LEFT + 24, at))
    return [
      svg('path', { class: 'night-now', d: `M${at} ${NOW_WORD_Y + 4}V${FLOOR}` }),
      svg('text', { class: 'night-now-word', x: near, y: NOW_WORD_Y, 'text-anchor': 'middle' }, light('now')),
    ]
  }
  const watch = new ResizeObserver(draw)
  watch.observe(element)
  return {
    element,
    update(next: Night, at?: number) {
      night = next
      now = at
      draw()
    },
    close: () => watch.disconnect(),
  }
}

const yOf = (level: number) => FLOOR - (Math.min(100, Math.max(0, level)) / 100) * (FLOOR - TOP)

/** From an hour before anything happens to an hour after: the day is not drawn. */
function windowOf({ from, to, sunset, sunrise, steps }: Night): readonly [number, number] {
  const times = [sunset, sunrise, steps[0]?.at, steps.at(-1)?.at].filter(
    (at): at is number => typeof at === 'number',
  )
  if (times.length === 0) return [from, to]
  return [Math.min(...times) - HOUR_MS, Math.max(...times) + HOUR_MS]
}

import { svg } from '../../../page/element.ts'
import type { Grade, Trend } from '../wording.ts'

const hidden = { 'aria-hidden': 'true', focusable: 'false' } as const

/** One outline per level, told apart without colour: circle, diamond, triangle, square, hexagon, star; dashed for unknown. */
const OUTLINES = {
  unknown: 'M4 4h16v16H4z',
  notice: 'M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z',
  0: 'M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z',
  1: 'M12 1.2 22.8 12 12 22.8 1.2 12z',
  2: 'M12 1.6 23.2 21.6H.8z',
  3: 'M2.6 2.6h18.8v18.8H2.6z',
  4: 'M6.5 1.8h11L23 12l-5.5 10.2h-11L1 12z',
  5: 'M12 .8l3 5.6 6.2-1.6-1.6 6.2 4 4.6-6 1.4-.6 6.2-5-3.4-5 3.4-.6-6.2-6-1.4 4-4.6L2.8 4.8 9 6.4z',
} as const satisfies Record<Grade, string>

const TEXT_Y = {
  unknown: 16.5,
  notice: 16.5,
  0: 16.5,
  1: 16.3,
  2: 19.2,
  3: 16.6,
  4: 16.5,
  5: 16.2,
} as const satisfies Record<Grade, number>

const LETTERS: Readonly<Record<string, string>> = { unknown: '?', notice: '!' }

/** The mark of a level: colour by class, shape by outline, and its number within. */
export function levelMark(grade: Grade, size = 28): SVGSVGElement {
  const inner =
    grade === 0
      ? svg('path', { class: 'mark-tick', d: 'm7.6 12.4 3.1 3.1 5.8-6.2' })
      : svg(
          'text',
          { class: 'mark-text', x: 12, y: TEXT_Y[grade], 'text-anchor': 'middle', 'font-size': 12.5 },
          LETTERS[grade] ?? String(grade),
        )
  return svg(
    'svg',
    { ...hidden, class: `mark grade-${grade}`, viewBox: '-1 -1 26 26', width: size, height: size },
    svg('path', { class: 'mark-shape', d: OUTLINES[grade], 'stroke-linejoin': 'round' }),
    inner,
  )
}

const TREND_TURN = {
  'rising-fast': -90,
  rising: -45,
  steady: 0,
  falling: 45,
  unknown: 0,
} as const satisfies Record<Trend, number>

export function trendArrow(trend: Trend): SVGSVGElement {
  return svg(
    'svg',
    { ...hidden, class: `trend trend-${trend}`, viewBox: '0 0 24 24', width: 22, height: 22 },
    trend === 'unknown'
      ? svg('path', { d: 'M7 12h10', 'stroke-dasharray': '2 3' })
      : svg('path', { d: 'M4 12h15M13 6l6 6-6 6', transform: `rotate(${TREND_TURN[trend]} 12 12)` }),
  )
}

/** A horn loudspeaker; the waves are drawn (and move) only while it sounds. */
export function sirenPicture(): SVGSVGElement {
  return svg(
    'svg',
    { ...hidden, class: 'device-picture', viewBox: '0 0 40 32', width: 40, height: 32 },
    svg('path', { class: 'device-body', d: 'M4 12h6l12-7v22l-12-7H4z' }),
    svg('path', { class: 'device-line', d: 'M8 20v7h4v-6' }),
    svg('path', { class: 'wave wave-1', d: 'M26 11.5q3 4.5 0 9' }),
    svg('path', { class: 'wave wave-2', d: 'M30 8.5q5 7.500 0 15' }),
    svg('path', { class: 'wave wave-3', d: 'M34 5.500q7 10.500 0 21' }),
  )
}

/** A domed lamp on its base, with rays while it flashes. */
export function beaconPicture(): SVGSVGElement {
  return svg(
    'svg',
    { ...hidden, class: 'device-picture', viewBox: '0 0 40 32', width: 40, height: 32 },
    svg('path', { class: 'device-body', d: 'M12 23v-5a8 8 0 0 1 16 0v5z' }),
    svg('path', { class: 'device-line', d: 'M9 23h22v4H9z' }),
    svg('path', { class: 'wave wave-1', d: 'M20 2.500v4' }),
    svg('path', { class: 'wave wave-2', d: 'm8.500 6.500 2.800 2.800M31.500 6.500l-2.800 2.800' }),
    svg('path', { class: 'wave wave-3', d: 'M3.500 16h4M32.500 16h4' }),
  )
}

export function brand(): SVGSVGElement {
  return svg(
    'svg',
    { ...hidden, class: 'brand-mark', viewBox: '0 0 32 32', width: 30, height: 30 },
    svg('rect', { class: 'brand-plate', width: 32, height: 32, rx: 7 }),
    svg('path', { class: 'brand-gauge', d: 'M10 5h12v3h-6v2h6v3h-6v2h6v3H10z' }),
    svg('path', { class: 'brand-water', d: 'M4 22q3-3 6 0t6 0 6 0 6 0M4 27q3-3 6 0t6 0 6 0 6 0' }),
  )
}

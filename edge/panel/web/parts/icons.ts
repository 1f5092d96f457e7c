import { svg } from '../../../../page/element.ts'

const PATHS = {
  home: [
    'M3 21V11Q12 2 21 11v10z',
    'M12 20v-7',
    'M12 15q-4 0-4.500-4 4.500 0 4.500 4zM12 13.500q0-4 4-4 .500 4-4 4z',
  ],
  programs: ['M4 5.500h16v15H4z', 'M4 10h16M8.500 3v4M15.500 3v4', 'M8 14h3M8 17h6'],
  recipes: ['M9 3h6M10 3v6l-5.500 10.500Q4 21 6 21h12q2 0 1.500-1.500L14 9V3', 'M7.500 15h9'],
  climate: ['M10 13.500V5a2 2 0 0 1 4 0v8.500a4.500 4.500 0 1 1-4 0z', 'M12 9v8'],
  water: ['M12 3q7 8 7 12a7 7 0 0 1-14 0q0-4 7-12z', 'M8.500 15.500q.500 3 3.500 3.500'],
  history: ['M4 4v16h16', 'M7 15l4-5 3.500 3 5-7'],
  alarms: ['M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15z', 'M10 21h4'],
  use: ['M4 20h16', 'M6.500 20v-6M12 20V6M17.500 20v-9'],
  accounts: [
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z',
    'M2.500 20q0-6.500 6.500-6.500t6.500 6.500',
    'M16 5a3 3 0 0 1 0 6M18 14q3.500 1 3.500 6',
  ],
  edits: ['M5 7h9a5 5 0 0 1 0 10H8', 'M8 3.500 4.500 7 8 10.500'],
  settings: [
    'M4 7h9M17 7h3M4 17h3M11 17h9',
    'M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  ],
  more: ['M5 12h.010M12 12h.010M19 12h.010'],
  back: ['M15 4l-8 8 8 8'],
  cut: ['M5 9q7-6 14 0M8 13q4-3.500 8 0M12 17.500h.010', 'M4 3l16 18'],
  tick: ['M5 12.500l4.500 4.500L19 7'],
  warn: ['M12 3.500 22 20.500H2z', 'M12 9.500v5M12 17.500h.010'],
  pause: ['M8 5v14M16 5v14'],
  drop: ['M12 3q7 8 7 12a7 7 0 0 1-14 0q0-4 7-12z'],
  clock: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M12 7v5l3.500 2'],
  plus: ['M12 4v16M4 12h16'],
  minus: ['M4 12h16'],
  erase: ['M8 5h12v14H8l-5.500-7z', 'M11 9.500l5 5M16 9.500l-5 5'],
  lamp: ['M7 13a5.500 5.500 0 1 1 10 0q-1.500 1.500-1.500 4h-7Q8.500 14.500 7 13z', 'M9.500 20.500h5'],
  fan: ['M12 12q-1-8 4-8t-4 8zM12 12q8-1 8 4t-8-4zM12 12q1 8-4 8t4-8zM12 12q-8 1-8-4t8 4z'],
  mist: ['M5 8q3-3 5.500 0t5.500 0', 'M8 13q3-3 5.500 0t5.500 0M4 18q3-3 5.500 0t5.500 0'],
  shade: ['M3 6h18', 'M4 6v5l4 3 4-3 4 3 4-3V6', 'M12 11v9'],
} as const satisfies Record<string, readonly string[]>

export type IconName = keyof typeof PATHS

/** A line drawing beside words, never in their place: unseen by screen readers. */
export function icon(name: IconName, size = 26): SVGSVGElement {
  return svg(
    'svg',
    {
      ...{ class: `icon icon-${name}`, viewBox: '0 0 24 24', width: size, height: size },
      ...{ 'aria-hidden': 'true', focusable: 'false' },
    },
    ...PATHS[name].map((d) => svg('path', { d })),
  )
}

/** The sign that everybody knows: eight corners. */
export function stopSign(): SVGSVGElement {
  return svg(
    'svg',
    { class: 'stop-sign', viewBox: '0 0 24 24', width: 24, height: 24, 'aria-hidden': 'true' },
    svg('path', { d: 'M7.500 1.500h9l6 6v9l-6 6h-9l-6-6v-9z' }),
    svg('rect', { x: 8, y: 8, width: 8, height: 8 }),
  )
}

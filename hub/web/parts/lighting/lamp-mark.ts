import { svg } from '../../../../page/element.ts'
import type { LampView } from '../../../api/lighting-schema.ts'
import { type LampLook, lookOf } from './lamp-look.ts'

/**
 * A lamp as a mark: what it says by colour it says by shape too. Lit: a disc with a glow, larger the brighter; off: a
 * small dark disc; faulty: a triangle with an exclamation mark; silent: a dashed ring. A frame around it: held.
 */
export function lampMark(look: LampLook, level: number, held: boolean): SVGSVGElement {
  const share = Math.min(100, Math.max(0, level)) / 100
  return svg(
    'svg',
    { class: `lamp lamp-${look}`, viewBox: '-16 -16 32 32', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { class: 'lamp-ring', r: 14.5 }),
    held ? svg('rect', { class: 'lamp-frame', x: -11, y: -11, width: 22, height: 22, rx: 2 }) : undefined,
    ...shape(look, share),
  )
}

function shape(look: LampLook, share: number): readonly SVGElement[] {
  switch (look) {
    case 'lit':
      return [
        svg('circle', { class: 'lamp-glow', r: 5 + 9 * share, 'fill-opacity': 0.2 + 0.35 * share }),
        svg('circle', { class: 'lamp-core', r: 3 + 4.5 * share }),
      ]
    case 'off':
      return [svg('circle', { class: 'lamp-core', r: 4.5 })]
    case 'silent':
      return [svg('circle', { class: 'lamp-hollow', r: 6.5 })]
    case 'faulty':
      return [
        svg('path', { class: 'lamp-core', d: 'M0-10.500 11 8.500H-11z', 'stroke-linejoin': 'round' }),
        svg('path', { class: 'lamp-shout', d: 'M0-4.500V2M0 5v.6', 'stroke-linecap': 'round' }),
      ]
  }
}

/** What the mark shows, as a key: another key, another drawing. */
export function markKey(lamp: LampView): string {
  return `${lookOf(lamp)} ${Math.round(lamp.level ?? 0)} ${lamp.held !== null}`
}

export const lampMarkOf = (lamp: LampView): SVGSVGElement =>
  lampMark(lookOf(lamp), lamp.level ?? 0, lamp.held !== null)

const FEEDER_LINES = 4

/** Colour and dashes of a feeder's line, by its place in the street. */
export const feederClass = (index: number): string => `feeder-${index % FEEDER_LINES}`

/** A piece of a feeder's line, for the button that selects its lamps. */
export function feederMark(index: number): SVGSVGElement {
  return svg(
    'svg',
    {
      class: 'feeder-mark',
      viewBox: '0 0 28 6',
      width: 28,
      height: 6,
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('path', { class: `feeder-line ${feederClass(index)}`, d: 'M0 3H28' }),
  )
}

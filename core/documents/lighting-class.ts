import type { LightingClass, LightingStreet, Luminaire } from './lighting-street.ts'

/**
 * How much light a street's class needs, and what its lamps can give: the lumen method, with the point method as a
 * check. Levels are percent of light.
 */

/** The classes from the brightest to the darkest: motor traffic, and walking and slow streets. */
const LADDERS: readonly (readonly LightingClass[])[] = [
  ['M1', 'M2', 'M3', 'M4', 'M5', 'M6'],
  ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'],
]

/** EN 13201-2: maintained mean luminance of the road, cd/m². */
const LUMINANCE_CD_M2 = { M1: 2, M2: 1.5, M3: 1, M4: 0.75, M5: 0.5, M6: 0.3 } as const
/** EN 13201-2: maintained mean and least illuminance, lx. */
const ILLUMINANCE_LX = { P1: 15, P2: 10, P3: 7.5, P4: 5, P5: 3, P6: 2 } as const
const LEAST_LX = { P1: 3, P2: 2, P3: 1.5, P4: 1, P5: 0.6, P6: 0.4 } as const
/** EN 13201-2: overall uniformity, least over mean luminance. */
const UNIFORMITY = { M1: 0.4, M2: 0.4, M3: 0.4, M4: 0.4, M5: 0.35, M6: 0.35 } as const

/** So many classes brighter (or, negative, darker) than this one, within what the standard knows. */
export function shiftClass(from: LightingClass, brighter: number): LightingClass {
  const ladder = LADDERS.find((classes) => classes.includes(from)) ?? [from]
  const index = Math.min(ladder.length - 1, Math.max(0, ladder.indexOf(from) - brighter))
  return ladder[index] ?? from
}

/** Mean illuminance that a class asks for, lx; luminance by the lux that make one cd/m² on this surface. */
export function neededLx(name: LightingClass, lx_per_cd: number): number {
  return isMotor(name) ? LUMINANCE_CD_M2[name] * lx_per_cd : ILLUMINANCE_LX[name]
}

/**
 * Mean illuminance of the road at full light, kept up to the end of the lamp's life: E = F·CU·MF·n / (S·W), the lumen
 * method (IES Lighting Handbook; CIE 140 for the terms).
 */
export function lumenMethodLx(
  { flux_lm, utilisation, maintenance }: Pick<Luminaire, 'flux_lm' | 'utilisation' | 'maintenance'>,
  { spacing_m, width_m, rows }: Pick<LightingStreet['road'], 'spacing_m' | 'width_m' | 'rows'>,
): number {
  return (flux_lm * utilisation * maintenance * rows) / (spacing_m * width_m)
}

/** Illuminance of one luminaire at a distance from its foot, lx: E = I·cos³γ / h², the point method. */
export function pointMethodLx(intensity_cd: number, height_m: number, distance_m: number): number {
  const cos = height_m / Math.hypot(height_m, distance_m)
  return (intensity_cd * cos ** 3) / height_m ** 2
}

/** The level at which this luminaire gives what the class needs: above 100 where it cannot. */
export function floorLevel(luminaire: Luminaire, road: LightingStreet['road'], name: LightingClass): number {
  return (100 * neededLx(name, road.lx_per_cd)) / lumenMethodLx(luminaire, road)
}

/** What the two methods say of one luminaire type on this road, at full light. */
export interface LightingDesign {
  readonly luminaire: string
  readonly class: LightingClass
  readonly needed_lx: number
  readonly lumen_lx: number
  /** By the point method along the row: mean, and midway between poles. Null where no intensity is given. */
  readonly point: { readonly mean_lx: number; readonly midway_lx: number } | null
  /** The least that the class allows anywhere, lx. */
  readonly least_lx: number
}

/** Poles either side of a place that still light it. */
const POLES_SEEN = 3
const PLACES = 20

/**
 * Holds every luminaire type in use against the street's own class. The point method takes the intensity straight down
 * for every direction, which a road luminaire exceeds to its sides: what it finds too dark may be less so, and is to be
 * looked at, not acted upon.
 */
export function lightingDesigns({ luminaires, lamps, road }: LightingStreet): readonly LightingDesign[] {
  const used = new Set(lamps.map(({ luminaire }) => luminaire))
  const needed_lx = neededLx(road.class, road.lx_per_cd)
  const least_lx = isMotor(road.class) ? UNIFORMITY[road.class] * needed_lx : LEAST_LX[road.class]
  return Object.entries(luminaires)
    .filter(([name]) => used.has(name))
    .map(([name, luminaire]) => ({
      luminaire: name,
      class: road.class,
      needed_lx,
      lumen_lx: lumenMethodLx(luminaire, road),
      point: pointsOf(luminaire, road),
      least_lx,
    }))
}

function pointsOf(
  luminaire: Luminaire,
  { spacing_m, rows }: LightingStreet['road'],
): LightingDesign['point'] {
  const { intensity_cd, height_m, maintenance } = luminaire
  if (intensity_cd === undefined) return null
  const at = (place_m: number) => {
    let lx = 0
    for (let pole = -POLES_SEEN; pole <= POLES_SEEN + 1; pole++)
      lx += pointMethodLx(intensity_cd, height_m, Math.abs(place_m - pole * spacing_m))
    return lx * maintenance * rows
  }
  let sum = 0
  for (let place = 0; place < PLACES; place++) sum += at(((place + 0.5) / PLACES) * spacing_m)
  return { mean_lx: sum / PLACES, midway_lx: at(spacing_m / 2) }
}

function isMotor(name: LightingClass): name is keyof typeof LUMINANCE_CD_M2 {
  return Object.hasOwn(LUMINANCE_CD_M2, name)
}

import { getPosition } from 'suncalc'
import type { Utc } from '../../core/clock.ts'

/** Clear sky with the sun overhead. */
const NOON_LX = 110_000
/** On the ground as the sun's edge touches the horizon, and by what power of ten it falls with each degree below. */
const HORIZON_LX = 400
const FALL_PER_DEG = 0.35
const NIGHT_LX = 0.3

/** Light on an open horizontal surface under a clear sky, in lux: a rule of thumb that is good enough for a photocell. */
export function daylight_lx(at: Utc, { lat, lon }: { readonly lat: number; readonly lon: number }): number {
  const { altitude } = getPosition(new Date(at), lat, lon)
  if (altitude < 0) return Math.max(NIGHT_LX, HORIZON_LX * 10 ** (FALL_PER_DEG * altitude))
  return HORIZON_LX + NOON_LX * Math.sin((altitude * Math.PI) / 180) ** 1.25
}

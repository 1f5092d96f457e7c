import { getPosition, getTimes } from 'suncalc'
import type { Utc } from './clock.ts'

const DAY_MS = 86_400_000

/**
 * Sunset and sunrise of the night that lies between two noons. `dark` says how the sun leaves it: `some` is a night as
 * we know it, `all` a polar night without day, `none` a polar day without night.
 */
export interface NightSun {
  readonly dark: 'some' | 'all' | 'none'
  /** Null where the sun is down already at the beginning, or never sets. */
  readonly sunset: Utc | null
  /** Null where it stays down to the end, or never sets. */
  readonly sunrise: Utc | null
}

/**
 * The sun's upper edge at the horizon with mean refraction: its centre 0.833° below (zenith 90.833°, as NOAA and
 * Meeus, Astronomical Algorithms, chapter 15, have it). That is what suncalc calls -0.349° with refraction added.
 */
const HORIZON_DEG = -0.349

export function nightSun(
  place: { readonly lat: number; readonly lon: number },
  from: Utc,
  to: Utc,
): NightSun {
  const { lat, lon } = place
  const near = [-1, 0, 1, 2].map((days) => getTimes(new Date(from + days * DAY_MS), lat, lon))
  const firstAfter = (name: 'sunset' | 'sunrise', after: Utc): Utc | null => {
    const times = near.flatMap((day) => day[name]?.getTime() ?? []).filter((at) => at >= after && at <= to)
    return times.length === 0 ? null : Math.min(...times)
  }
  const isUp = (at: Utc) => getPosition(new Date(at), lat, lon).altitude > HORIZON_DEG
  // In the last nights before a polar day one of the two cannot be worked out from the day's noon: the sun goes as deep
  // before its lowest point as it does after.
  const lowest = near.map(({ nadir }) => nadir.getTime()).find((at) => at > from && at < to)
  const mirrored = (at: Utc) => (lowest === undefined ? null : Math.min(to, Math.max(from, 2 * lowest - at)))
  const sunset = firstAfter('sunset', from)
  if (sunset !== null) {
    const sunrise = firstAfter('sunrise', sunset) ?? (isUp(to) ? mirrored(sunset) : null)
    return { dark: 'some', sunset, sunrise }
  }
  const sunrise = firstAfter('sunrise', from)
  if (!isUp(from)) return { dark: sunrise === null ? 'all' : 'some', sunset: null, sunrise }
  if (sunrise === null) return { dark: 'none', sunset: null, sunrise: null }
  return { dark: 'some', sunset: mirrored(sunrise), sunrise }
}

/** When the sun stands highest on the day around `near`. */
export function solarNoon({ lat, lon }: { readonly lat: number; readonly lon: number }, near: Utc): Utc {
  return getTimes(new Date(near), lat, lon).solarNoon.getTime()
}

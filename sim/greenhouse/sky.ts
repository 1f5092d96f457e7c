import type { Utc } from '../../core/clock.ts'
import { saturationPressure } from '../../core/evapotranspiration.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { daylight_lx } from '../lighting/daylight.ts'

/** The weather outside at an instant: the same for the same seed, whenever it is asked. */
export interface Sky {
  at(now: Utc): Weather
}

export interface Weather {
  readonly light_lx: number
  /** W/m² on level ground. */
  readonly radiation_W: number
  readonly temperature_C: number
  readonly humidity: number
  readonly vapour_kPa: number
  readonly wind_ms: number
  readonly wind_deg: number
  /** Fallen since `begin`. */
  readonly rain_mm: number
}

export interface Place {
  readonly lat: number
  readonly lon: number
}

/** Luminous efficacy of daylight. */
const LX_PER_W = 120
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ZONE_H = 7
const MEAN_C = 28
const SWING_C = 4.5
const WARMEST_H = 14.5
/** Vapour of a humid coast, which changes little within a day. */
const VAPOUR_kPa = 2.75
/** Of ten days so many have a shower in the afternoon. */
const SHOWERY_DAYS = 3
const SHOWER_mm = 9

export function createSky(options: {
  readonly seed: number
  readonly place: Place
  readonly begin: Utc
}): Sky {
  const { seed, place, begin } = options
  const days = new Map<number, Day>()
  const dayOf = (day: number): Day => {
    const known = days.get(day)
    if (known !== undefined) return known
    const made = dayAt(seed, day)
    days.set(day, made)
    return made
  }
  const rainUntil = (now: Utc): number => {
    const first = localDay(begin)
    const last = localDay(now)
    let fallen = 0
    for (let day = first; day <= last; day++) fallen += dayOf(day).fallen(localHour(now) + 24 * (last - day))
    return fallen - dayOf(first).fallen(localHour(begin))
  }
  return {
    at(now) {
      const day = dayOf(localDay(now))
      const hour = localHour(now)
      const light_lx = daylight_lx(now, place) * day.clear(hour)
      const warmth = Math.cos(((hour - WARMEST_H) / 12) * Math.PI)
      const temperature_C = MEAN_C + day.warmer_C + SWING_C * warmth * (0.7 + 0.3 * day.clear(hour))
      const vapour_kPa = Math.min(VAPOUR_kPa, 0.97 * saturationPressure(temperature_C))
      return {
        light_lx,
        radiation_W: light_lx / LX_PER_W,
        temperature_C,
        vapour_kPa,
        humidity: (100 * vapour_kPa) / saturationPressure(temperature_C),
        wind_ms: day.wind_ms * (0.6 + 0.4 * Math.max(0, warmth)),
        wind_deg: day.wind_deg,
        rain_mm: rainUntil(now),
      }
    },
  }
}

interface Day {
  readonly warmer_C: number
  readonly wind_ms: number
  readonly wind_deg: number
  /** Share of the light that comes through at this hour. */
  clear(hour: number): number
  /** mm since midnight. */
  fallen(hour: number): number
}

function dayAt(seed: number, day: number): Day {
  const random = seededRandom((seed * 1_000_003 + day) >>> 0)
  const clouds = Array.from({ length: 6 }, () => ({
    at: 6 + 12 * random.next(),
    width: 0.2 + 0.8 * random.next(),
    dark: 0.2 + 0.5 * random.next(),
  }))
  const showery = random.next() * 10 < SHOWERY_DAYS
  const begins = 14 + 3 * random.next()
  const lasts = 0.5 + random.next()
  const depth = SHOWER_mm * (0.5 + random.next())
  return {
    warmer_C: 3 * random.next() - 1.5,
    wind_ms: 1.5 + 2.5 * random.next(),
    wind_deg: 360 * random.next(),
    clear: (hour) =>
      clouds.reduce(
        (through, { at, width, dark }) => through * (1 - dark * Math.exp(-(((hour - at) / width) ** 2))),
        showery && hour > begins - 0.5 && hour < begins + lasts ? 0.3 : 1,
      ),
    fallen: (hour) => (showery ? depth * Math.min(1, Math.max(0, (hour - begins) / lasts)) : 0),
  }
}

function localDay(now: Utc): number {
  return Math.floor((now + ZONE_H * HOUR_MS) / DAY_MS)
}

function localHour(now: Utc): number {
  return ((now + ZONE_H * HOUR_MS) % DAY_MS) / HOUR_MS
}

import { getPosition } from 'suncalc'
import { describe, expect, test } from 'vitest'
import { nightSun } from '../../core/sun.ts'

/** Sunset and sunrise come within two minutes of published times, and where there are none this is said. */

const HOUR_MS = 3_600_000
const TOLERANCE_MIN = 2

const DONG_HA = { lat: 16.816, lon: 107.1 }

/** The night whose evening is this local date, noon to noon by the zone's offset. */
function nightAt(place: { lat: number; lon: number }, date: string, offset_h: number) {
  const noon = Date.parse(`${date}T12:00:00Z`) - offset_h * HOUR_MS
  return nightSun(place, noon, noon + 24 * HOUR_MS)
}

function localClock(at: number | null, offset_h: number): number {
  return at === null ? Number.NaN : ((at + offset_h * HOUR_MS) / 60_000) % 1_440
}

function minutes(clock: string): number {
  const [hours = 0, mins = 0, seconds = 0] = clock.split(':').map(Number)
  return hours * 60 + mins + seconds / 60
}

/** DOMAIN §3: NOAA's times for Đông Hà. Evening's date, its sunset, and the sunrise of the same date. */
describe('at Đông Hà, as NOAA has it', () => {
  test.each([
    ['2024-03-20', '05:55:39', '18:02:33'],
    ['2024-06-21', '05:19:27', '18:27:28'],
    ['2024-09-22', '05:40:37', '17:47:42'],
    ['2024-12-21', '06:15:57', '17:23:36'],
    ['2026-01-01', '06:20:37', '17:29:29'],
  ])('%s', (date, sunrise, sunset) => {
    const before = new Date(Date.parse(date) - 24 * HOUR_MS).toISOString().slice(0, 10)
    const rose = localClock(nightAt(DONG_HA, before, 7).sunrise, 7)
    const set = localClock(nightAt(DONG_HA, date, 7).sunset, 7)
    expect(Math.abs(rose - minutes(sunrise))).toBeLessThan(TOLERANCE_MIN)
    expect(Math.abs(set - minutes(sunset))).toBeLessThan(TOLERANCE_MIN)
  })
})

/** Almanac times, to the minute, as they are published for these cities. */
describe('at other latitudes', () => {
  test.each([
    ['London, summer', { lat: 51.507, lon: -0.128 }, '2024-06-21', 1, '21:21', '04:43'],
    ['London, winter', { lat: 51.507, lon: -0.128 }, '2024-12-21', 0, '15:53', '08:04'],
    ['New York', { lat: 40.713, lon: -74.006 }, '2024-06-20', -4, '20:30', '05:25'],
    ['Sydney', { lat: -33.868, lon: 151.209 }, '2024-12-21', 11, '20:05', '05:41'],
    ['Singapore', { lat: 1.352, lon: 103.82 }, '2024-03-20', 8, '19:15', '07:08'],
  ])('%s', (_name, place, date, offset_h, sunset, sunrise) => {
    const night = nightAt(place, date, offset_h)
    expect(Math.abs(localClock(night.sunset, offset_h) - minutes(sunset))).toBeLessThan(TOLERANCE_MIN)
    expect(Math.abs(localClock(night.sunrise, offset_h) - minutes(sunrise))).toBeLessThan(TOLERANCE_MIN)
  })
})

describe('near the poles', () => {
  const TROMSO = { lat: 69.65, lon: 18.96 }
  test('midsummer has no night', () => {
    expect(nightAt(TROMSO, '2024-06-21', 2)).toEqual({ dark: 'none', sunset: null, sunrise: null })
  })
  test('midwinter has no day', () => {
    expect(nightAt(TROMSO, '2024-12-21', 1)).toEqual({ dark: 'all', sunset: null, sunrise: null })
  })
  test('a sun that sets after midnight belongs to the evening before', () => {
    const { dark, sunset, sunrise } = nightAt(TROMSO, '2024-05-17', 2)
    expect(dark).toBe('some')
    expect(localClock(sunset, 2)).toBeLessThan(60)
    expect(sunrise).toBeGreaterThan(sunset ?? Number.POSITIVE_INFINITY)
  })
  test('no night of a year is longer than the sun is down', () => {
    const up: string[] = []
    for (let day = 0; day < 366; day++) {
      const noon = Date.UTC(2024, 0, 1 + day, 11)
      const night = nightSun(TROMSO, noon, noon + 24 * HOUR_MS)
      const middle = ((night.sunset ?? noon) + (night.sunrise ?? noon + 24 * HOUR_MS)) / 2
      const height = getPosition(new Date(middle), TROMSO.lat, TROMSO.lon).altitude
      if (night.dark !== 'none' && height > 0.2) up.push(new Date(noon).toISOString())
      const length = (night.sunrise ?? noon + 24 * HOUR_MS) - (night.sunset ?? noon)
      if (night.dark === 'some' && (length <= 0 || length > 24 * HOUR_MS))
        up.push(new Date(noon).toISOString())
    }
    expect(up).toEqual([])
  })
})

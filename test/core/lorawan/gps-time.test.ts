import { describe, expect, test } from 'vitest'
import { gpsTime, utcOfGps } from '../../../core/lorawan/gps-time.ts'

describe('GPS time', () => {
  test('is UTC and 18 leap seconds since 2017', () => {
    // 2026-10-01T00:00:00Z lies 17070 days after the GPS epoch.
    expect(utcOfGps((17070 * 86_400 + 18) * 1000)).toBe(Date.UTC(2026, 9, 1))
  })

  test('comes back as it went, on both sides of a leap second', () => {
    for (const utc of [Date.UTC(2016, 11, 31, 23, 59, 59), Date.UTC(2017, 0, 1), Date.UTC(2015, 5, 30)])
      expect(utcOfGps(gpsTime(utc).gps_s * 1000)).toBe(utc)
  })
})

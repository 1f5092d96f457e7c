import type { Utc } from '../clock.ts'

/** 1980-01-06T00:00:00Z. */
const GPS_EPOCH = Date.UTC(1980, 0, 6)

/** GPS minus UTC in seconds, newest first (IERS Bulletin C). None is announced after 2017. */
const LEAP_SECONDS: readonly { readonly from: Utc; readonly seconds: number }[] = [
  { from: Date.UTC(2017, 0, 1), seconds: 18 },
  { from: Date.UTC(2015, 6, 1), seconds: 17 },
]
/** Before all of these, since 2012. */
const LEAP_SECONDS_BEFORE = 16

/** UTC of GPS time in whole milliseconds, as a gateway with GNSS stamps frames. */
export function utcOfGps(gps_ms: number): Utc {
  const leap = LEAP_SECONDS.find(({ from, seconds }) => GPS_EPOCH + gps_ms - seconds * 1000 >= from)
  return GPS_EPOCH + gps_ms - (leap?.seconds ?? LEAP_SECONDS_BEFORE) * 1000
}

/** GPS time as DeviceTimeAns carries it: whole seconds and 1/256 s. Times before 2015 are no clock of ours. */
export function gpsTime(utc: Utc): { readonly gps_s: number; readonly fraction_256: number } {
  const leap = LEAP_SECONDS.find((entry) => utc >= entry.from)?.seconds ?? LEAP_SECONDS_BEFORE
  const gps_ms = utc - GPS_EPOCH + leap * 1000
  return { gps_s: Math.floor(gps_ms / 1000), fraction_256: Math.floor((gps_ms % 1000) * 0.256) }
}

import type { Utc } from '../../core/clock.ts'

const DAY_MS = 86_400_000

/** The first moment after `after` at which a clock on the wall of `timeZone` shows `clock` (`HH:MM`). */
export function nextLocalTime(timeZone: string, clock: string, after: Utc): Utc {
  return localTime(timeZone, clock, after, 1)
}

/** The last moment at or before `until` at which a clock on the wall of `timeZone` showed `clock` (`HH:MM`). */
export function lastLocalTime(timeZone: string, clock: string, until: Utc): Utc {
  return localTime(timeZone, clock, until, 0)
}

/** Looks over the days around; a day whose clocks skip `clock` counts the hour after it, as its people do. */
function localTime(timeZone: string, clock: string, around: Utc, which: 0 | 1): Utc {
  const offsetOf = offsetReader(timeZone)
  const [hours, minutes] = clock.split(':').map(Number)
  const ofDay = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000
  const today = Math.floor((around + offsetOf(around)) / DAY_MS)
  const moments: number[] = []
  for (let day = today - 2; day <= today + 2; day++) {
    const local = day * DAY_MS + ofDay
    const guess = local - offsetOf(local)
    moments.push(local - offsetOf(guess))
  }
  if (which === 1) return Math.min(...moments.filter((moment) => moment > around))
  return Math.max(...moments.filter((moment) => moment <= around))
}

/** Reads the zone's offset from UTC, in ms, at a moment. Costs a formatter: call it seldom. */
function offsetReader(timeZone: string): (at: Utc) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (at) => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
  }
}

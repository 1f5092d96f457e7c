export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // Intl throws RangeError for a zone that it does not know.
    return false
  }
}

/** Start of the local day that holds a time, as UTC milliseconds. */
export type DayStart = (at: number) => number

const QUARTER_MS = 900_000
/** Distinct quarters of an hour remembered before starting over. */
const CACHE_MAX = 4_096

/**
 * Days of a time zone, summer time included. Offsets are a whole number of quarters of an hour since zones were
 * regulated, and change only at such a quarter, so one answer a quarter is enough.
 */
export function localDays(timeZone: string): DayStart {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const local = (at: number) => {
    const parts = format.formatToParts(at)
    const part = (name: Intl.DateTimeFormatPartTypes) =>
      Number(parts.find(({ type }) => type === name)?.value ?? 0)
    const midnight = Date.UTC(part('year'), part('month') - 1, part('day'))
    return { midnight, time: midnight + (part('hour') * 60 + part('minute')) * 60_000 }
  }
  const startOf = (quarter: number): number => {
    const { midnight, time } = local(quarter)
    const guess = quarter - (time - midnight)
    // Where the zone's offset changed since midnight, the guess is off by that change.
    const seen = local(guess).time
    return guess - (seen - midnight)
  }
  const cache = new Map<number, number>()
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS
    const known = cache.get(quarter)
    if (known !== undefined) return known
    if (cache.size >= CACHE_MAX) cache.clear()
    const start = startOf(quarter)
    cache.set(quarter, start)
    return start
  }
}

const DAY_MS = 86_400_000

/** What the clock on the wall shows in a time zone, summer time included. */
export interface LocalClock {
  /** Its date and time as `Date.UTC` would count them. */
  shown(at: number): number
  /**
   * When it shows this. A time that it shows twice is the first of the two; one that it skips is as much later as the
   * clock is put forward: 02:30 is 03:30.
   */
  moment(shown: number): number
}

export function localClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const offsets = new Map<number, number>()
  const offsetAt = (at: number): number => {
    const quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(quarter)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part
    const offset = Date.UTC(year, month - 1, day, hour, minute) - quarter
    if (offsets.size >= CACHE_MAX) offsets.clear()
    offsets.set(quarter, offset)
    return offset
  }
  return {
    shown: (at) => at + offsetAt(at),
    moment(shown) {
      // Either side of a change of the clocks, if there is one near.
      const before = shown - offsetAt(shown - DAY_MS)
      const after = shown - offsetAt(shown + DAY_MS)
      const earlier = Math.min(before, after)
      const later = Math.max(before, after)
      if (earlier + offsetAt(earlier) === shown) return earlier
      return later + offsetAt(later) === shown ? later : before
    },
  }
}

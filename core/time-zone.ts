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

import { DAY_MS } from '../history/rollup-store.ts'
import type { UseBy } from './api-types.ts'

/** Local days (since 1970) gathered into periods. Weeks begin on Monday; a season is one period, from the first day. */

/** The first day of the period that a day belongs to. */
export function periodOf(day: number, by: UseBy, first: number): number {
  switch (by) {
    case 'day':
      return day
    case 'week':
      // The first of 1970 was a Thursday.
      return day - ((((day + 3) % 7) + 7) % 7)
    case 'month': {
      const date = new Date(day * DAY_MS)
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS
    }
    case 'season':
      return first
  }
}

/** First days of the periods that hold these days, both ends included, rising. */
export function periodsOf(first: number, last: number, by: UseBy): readonly number[] {
  const starts = new Set<number>()
  for (let day = first; day <= last; day++) starts.add(periodOf(day, by, first))
  return [...starts]
}

/** `2026-03-01` */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

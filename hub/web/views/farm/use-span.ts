import { localClock } from '../../../../core/time-zone.ts'
import type { UseBy } from '../../../api/farm-schema.ts'

const DAY_MS = 86_400_000
const WEEKS = 13

/**
 * The days of one month, a quarter of a year of weeks (from Monday), or the months of one year: `back` of them before the
 * one that holds `now`.
 */
export function useSpan(by: UseBy, back: number, now: number, timeZone: string) {
  const clock = localClock(timeZone)
  const shown = new Date(clock.shown(now))
  const [year, month] = [shown.getUTCFullYear(), shown.getUTCMonth()]
  const span = (from: number, to: number) => ({ from: clock.moment(from), to: clock.moment(to) })
  switch (by) {
    case 'day':
      return span(Date.UTC(year, month - back, 1), Date.UTC(year, month - back + 1, 1))
    case 'week': {
      const midnight = Date.UTC(year, month, shown.getUTCDate())
      const nextMonday = midnight + (7 - ((shown.getUTCDay() + 6) % 7)) * DAY_MS
      const to = nextMonday - back * WEEKS * 7 * DAY_MS
      return span(to - WEEKS * 7 * DAY_MS, to)
    }
    case 'month':
      return span(Date.UTC(year - back, 0, 1), Date.UTC(year - back + 1, 0, 1))
  }
}

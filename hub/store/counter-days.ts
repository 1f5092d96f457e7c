import { localDays } from '../../core/time-zone.ts'
import { counterUse } from './counter.ts'
import { DAY_MS, HOUR_MS } from './rollups.ts'
import type { HubStore } from './store.ts'

/** What counters have counted on each of the days of the site's own calendar. */
export interface CounterDays {
  /** Starts of the days that touch [from, to), oldest first; at most `DAYS_MAX`. */
  within(from: number, to: number): number[]
  /** When the day that begins then ends. */
  after(day: number): number
  /** Use of one counter on these days, which follow on each other. One that was silent for `silentDays` before begins anew. */
  used(
    edge: string,
    device: string,
    channel: string,
    days: readonly number[],
    silentDays?: number,
  ): CounterUse
}

/** In the counter's own unit; `whole` says of a day that it was heard on it and on the day before. */
export interface CounterUse {
  readonly unit: string | null
  of(day: number): number | null
  whole(day: number): boolean
}

/** Ten years. */
export const DAYS_MAX = 3_660
const SILENT_DAYS = 400
const HOURS_PER_DAY_MAX = 26

const UNKNOWN: CounterUse = { unit: null, of: () => null, whole: () => false }

export function createCounterDays(
  store: Pick<HubStore, 'points' | 'rollups'>,
  timeZone: string,
): CounterDays {
  const dayStart = localDays(timeZone)
  // Longer than any day, shorter than any two.
  const after = (day: number) => dayStart(day + 1.5 * DAY_MS)
  const before = (day: number) => dayStart(day - 0.5 * DAY_MS)
  return {
    after,
    within(from, to) {
      const days: number[] = []
      for (let day = dayStart(from); day < to && days.length < DAYS_MAX; day = after(day)) days.push(day)
      return days
    },
    used(edge, device, channel, days, silentDays = SILENT_DAYS) {
      const [first = 0] = days
      const last = days.at(-1) ?? 0
      const point = store.points.find(edge, device, channel)
      if (point === undefined) return UNKNOWN
      const all = store.rollups.read(point.id, DAY_MS, first - silentDays * DAY_MS, last + 1, 2 * DAYS_MAX)
      const earlier = all.findLast(({ at }) => at < first)
      const within = all.filter(({ at }) => at >= first)
      const hours = ({ at }: { readonly at: number }) =>
        store.rollups.read(point.id, HOUR_MS, at, after(at), HOURS_PER_DAY_MAX)
      const use = counterUse(within, earlier?.last, hours)
      const heard = new Set(all.map(({ at }) => at))
      return {
        unit: point.unit,
        of: (day) => use.get(day) ?? null,
        whole: (day) => heard.has(day) && heard.has(before(day)),
      }
    },
  }
}

import { createCounterDays } from '../store/counter-days.ts'
import type { Present } from '../store/presents.ts'
import type { HubStore } from '../store/store.ts'

/** A counter that was silent for longer begins anew: nothing was watered that anybody knows of. */
export const SILENT_DAYS = 62

export interface Counter {
  readonly edge: string
  readonly device: string
  readonly channel: string
}

/** Counters that are remembered; beyond, all are read again. */
const KNOWN_MAX = 50_000

/**
 * What counters have counted since midnight; null for one that has not been heard today. Read again only when a counter
 * has been heard again or the day is over: everybody who looks at a list of greenhouses asks for all of them.
 */
export function createTodayUse(store: HubStore, timeZone: string) {
  const calendar = createCounterDays(store, timeZone)
  const known = new Map<
    string,
    { readonly day: number; readonly heard: number; readonly use: number | null }
  >()
  return ({ edge, device, channel }: Counter, newest: Present | undefined, now: number): number | null => {
    const days = calendar.within(now, now + 1)
    const [day] = days
    if (day === undefined || newest === undefined || newest.at < day) return null
    const key = `${edge}/${device}/${channel}`
    const before = known.get(key)
    if (before !== undefined && before.day === day && before.heard === newest.at) return before.use
    const use = calendar.used(edge, device, channel, days, SILENT_DAYS).of(day)
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(key, { day, heard: newest.at, use })
    return use
  }
}

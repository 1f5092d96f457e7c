import type { Clock } from '../../core/clock.ts'

/** So many a minute for each of many names. */
export interface Allowance {
  spent(name: string): boolean
  use(name: string): void
}

const WINDOW_MS = 60_000
/** Names remembered; the oldest is forgotten first. */
const NAMES_MAX = 10_000

export function createAllowance(clock: Clock, perMinute: number): Allowance {
  const counts = new Map<string, { count: number; readonly since: number }>()
  const current = (name: string) => {
    const found = counts.get(name)
    if (found !== undefined && clock.monotonic() - found.since < WINDOW_MS) return found
    counts.delete(name)
    return undefined
  }
  return {
    spent: (name) => (current(name)?.count ?? 0) >= perMinute,
    use(name) {
      const found = current(name)
      if (found !== undefined) {
        found.count++
        return
      }
      const [oldest] = counts.keys()
      if (counts.size >= NAMES_MAX && oldest !== undefined) counts.delete(oldest)
      counts.set(name, { count: 1, since: clock.monotonic() })
    },
  }
}

import type { Lane } from '../../core/wire/topics.ts'
import type { Range } from './ledger.ts'

/** A frame that was sent and is not acknowledged yet. */
export interface Flight extends Range {
  /** Monotonic times: first sent, and sent last. */
  readonly since: number
  readonly sentAt: number
}

/** What is under way, per lane. */
export interface Flights {
  has(lane: Lane, first: number): boolean
  of(lane: Lane): readonly Flight[]
  sent(lane: Lane, frame: Range, now: number): void
  /** Keeps those of `frames`: the others have arrived. */
  keep(lane: Lane, frames: readonly Range[]): void
  clear(): void
}

export function flights(): Flights {
  const lanes: Record<Lane, Map<number, Flight>> = { alarm: new Map(), state: new Map(), live: new Map() }
  return {
    has: (lane, first) => lanes[lane].has(first),
    of: (lane) => [...lanes[lane].values()],
    sent(lane, { first, last }, now) {
      const since = lanes[lane].get(first)?.since ?? now
      lanes[lane].set(first, { first, last, since, sentAt: now })
    },
    keep(lane, frames) {
      const waiting = new Set(frames.map(({ first }) => first))
      for (const first of lanes[lane].keys()) if (!waiting.has(first)) lanes[lane].delete(first)
    },
    clear() {
      for (const lane of Object.values(lanes)) lane.clear()
    },
  }
}

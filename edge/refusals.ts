import type { Clock } from '../core/clock.ts'
import { type ErrorCode, type Fault, FaultError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'

/** What was refused, by code: the numbers are the node's health, the newest of each kind is kept for a person. */
export interface Refusals {
  note(problem: Fault, source?: string): void
  counts(): Readonly<Partial<Record<ErrorCode, number>>>
  latest(): readonly {
    readonly at: number
    readonly source: string
    readonly problem: Fault
    readonly count: number
  }[]
}

/** Does what may meet a fault of the disk: that is noted, and undefined comes back. Programmer errors go on. */
export function guarded<T>(refusals: Refusals, source: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, source)
    return undefined
  }
}

/** A flood of bad packets may not become a flood of log lines. */
const LOG_EVERY_MS = 60_000

export function createRefusals(parts: { readonly clock: Clock; readonly log: Log }): Refusals {
  const { clock, log } = parts
  const byCode = new Map<
    ErrorCode,
    { at: number; source: string; problem: Fault; count: number; loggedAt: number }
  >()
  return {
    note(problem, source = '') {
      const mono = clock.monotonic()
      const entry = byCode.get(problem.code) ?? {
        at: 0,
        source,
        problem,
        count: 0,
        loggedAt: Number.NEGATIVE_INFINITY,
      }
      const quiet = mono - entry.loggedAt < LOG_EVERY_MS
      if (!quiet)
        log.warn('refused', { code: problem.code, source, ...problem.details, count: entry.count + 1 })
      byCode.set(problem.code, {
        at: clock.now(),
        source,
        problem,
        count: entry.count + 1,
        loggedAt: quiet ? entry.loggedAt : mono,
      })
    },
    counts: () => Object.fromEntries([...byCode].map(([code, { count }]) => [code, count])),
    latest: () =>
      [...byCode.values()].map(({ at, source, problem, count }) => ({ at, source, problem, count })),
  }
}

import type { Clock } from '../../core/clock.ts'
import { FaultError } from '../../core/errors.ts'

const COUNT_MS = 5_000

/** How many edits wait for somebody to look at them: as last counted, and counted anew every few seconds that it is asked. */
export function conflictCount(parts: {
  readonly clock: Clock
  conflicts(): Promise<readonly unknown[]>
}): () => number {
  let count = 0
  let countedAt = Number.NEGATIVE_INFINITY
  const recount = async () => {
    try {
      count = (await parts.conflicts()).length
    } catch (cause) {
      // A disk that fails is told by who writes to it; the count stays what it was.
      if (!(cause instanceof FaultError)) throw cause
    }
  }
  return () => {
    const now = parts.clock.monotonic()
    if (now - countedAt >= COUNT_MS) {
      countedAt = now
      void recount()
    }
    return count
  }
}

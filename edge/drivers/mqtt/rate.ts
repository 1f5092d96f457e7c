import type { Clock } from '../../../core/clock.ts'

export interface Rate {
  /** Counts one more of an owner's; false beyond what its bucket holds. */
  admits(owner: string): boolean
}

/** A bucket of two seconds' worth, filled at `perSecond`. Owners come from the configuration: they are bounded by it. */
export function createRate(clock: Clock, perSecond: number): Rate {
  const buckets = new Map<string, { left: number; at: number }>()
  const full = 2 * perSecond
  return {
    admits(owner) {
      const now = clock.monotonic()
      const bucket = buckets.get(owner) ?? { left: full, at: now }
      buckets.set(owner, bucket)
      bucket.left = Math.min(full, bucket.left + ((now - bucket.at) / 1_000) * perSecond)
      bucket.at = now
      if (bucket.left < 1) return false
      bucket.left--
      return true
    },
  }
}

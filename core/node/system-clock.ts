import { performance } from 'node:perf_hooks'
import type { Clock, Mono } from '../clock.ts'

export interface ClockScale {
  /** How many simulated milliseconds pass in a real one; 1 on a real node. */
  readonly speed: number
  /** Real UTC at which the simulated time was `from`. */
  readonly origin: number
  /** Simulated UTC at `origin`. */
  readonly from: number
}

/** The machine's own clock. On a demonstration it may run faster; every process of one city is given the same scale. */
export function systemClock(scale: ClockScale = { speed: 1, origin: 0, from: 0 }): Clock {
  const { speed, origin, from } = scale
  return {
    now: () => Math.round(from + (Date.now() - origin) * speed),
    monotonic: () => (performance.now() * speed) as Mono,
    quality: () => 'synced',
    after(delayMs, work) {
      const timer = setTimeout(work, Math.min(delayMs / speed, MAX_TIMEOUT_MS))
      return () => clearTimeout(timer)
    },
  }
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1

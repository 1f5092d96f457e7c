import type { Cancel, Clock, ClockQuality, Mono, Utc } from '../clock.ts'

interface Timer {
  readonly due: number
  readonly order: number
  readonly work: () => void
}

export interface FakeClock extends Clock {
  /** Moves time on, running each timer at its own moment; promises settle between timers. */
  advance(ms: number): Promise<void>
  /** Steps the wall clock alone, as a bad time source would. */
  stepWall(ms: number): void
  setQuality(quality: ClockQuality): void
  /** Timers still armed: a test can assert that nothing was left behind. */
  pending(): number
}

export function fakeClock(start: Utc = Date.UTC(2026, 9, 1)): FakeClock {
  let elapsed = 0
  let wallOffset = start
  let quality: ClockQuality = 'synced'
  let order = 0
  const timers = new Set<Timer>()

  const next = (until: number): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.due > until) continue
      if (
        first === undefined ||
        timer.due < first.due ||
        (timer.due === first.due && timer.order < first.order)
      )
        first = timer
    }
    return first
  }

  return {
    now: () => Math.round(wallOffset + elapsed),
    monotonic: () => elapsed as Mono,
    quality: () => quality,
    after(delayMs, work): Cancel {
      const timer: Timer = { due: elapsed + Math.max(0, delayMs), order: order++, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const until = elapsed + ms
      await settle()
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer)
        elapsed = timer.due
        timer.work()
        await settle()
      }
      elapsed = until
    },
    stepWall(ms) {
      wallOffset += ms
    },
    setQuality(value) {
      quality = value
    },
    pending: () => timers.size,
  }
}

/** Lets promise chains run dry; bounded, and long enough for any chain in the product. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

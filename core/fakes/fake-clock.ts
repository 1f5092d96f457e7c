import type { Cancel, ClockQuality, Mono, NodeClock, Utc } from '../clock.ts'
import { timerHeap } from './timer-heap.ts'

/** A node's clock that is told everything: what a test says is the time, is. */
export interface FakeClock extends NodeClock {
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
  const timers = timerHeap()
  const learners = new Set<() => void>()
  const now = () => Math.round(wallOffset + elapsed)
  const learnt = () => {
    if (quality !== 'unknown') for (const learner of [...learners]) learner()
  }

  return {
    now,
    monotonic: () => elapsed as Mono,
    quality: () => quality,
    bounds: () =>
      quality === 'unknown'
        ? { earliest: start, latest: Number.POSITIVE_INFINITY }
        : { earliest: now(), latest: now() },
    known: () => (quality === 'unknown' ? undefined : { source: 'ntp', at: now() }),
    offset: () => (quality === 'unknown' ? undefined : wallOffset),
    onLearnt(handler): Cancel {
      learners.add(handler)
      return () => learners.delete(handler)
    },
    after(delayMs, work): Cancel {
      const timer = timers.add(elapsed + Math.max(0, delayMs), work)
      return () => timers.cancel(timer)
    },
    async advance(ms) {
      const until = elapsed + ms
      await settle()
      for (let timer = timers.take(until); timer !== undefined; timer = timers.take(until)) {
        elapsed = timer.due
        timer.work()
        await settle()
      }
      elapsed = until
    },
    stepWall(ms) {
      wallOffset += ms
      learnt()
    },
    setQuality(value) {
      quality = value
      learnt()
    },
    pending: () => timers.size(),
  }
}

/** Lets promise chains run dry; bounded, and long enough for any chain in the product. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

import type { Cancel, Clock } from '../../../core/clock.ts'

export interface ScopedClock extends Clock {
  /** Cancels every timer that is still armed; none is armed afterwards. */
  end(): void
}

/** A clock whose timers end with their owner, so that nothing fires into a closed socket or database. */
export function scopedClock(clock: Clock): ScopedClock {
  const armed = new Set<Cancel>()
  let ended = false
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    quality: clock.quality,
    after(delayMs, work) {
      if (ended) return () => {}
      const cancel = clock.after(delayMs, () => {
        armed.delete(stop)
        work()
      })
      const stop = () => {
        armed.delete(stop)
        cancel()
      }
      armed.add(stop)
      return stop
    },
    end() {
      ended = true
      for (const stop of [...armed]) stop()
    },
  }
}

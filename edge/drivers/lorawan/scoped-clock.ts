import type { Cancel, Clock } from '../../../core/clock.ts'

export type ScopedClock<C extends Clock> = C & {
  /** Cancels every timer that is still armed; none is armed afterwards. */
  end(): void
}

/** A clock whose timers end with their owner, so that nothing fires into a closed socket or database. */
export function scopedClock<C extends Clock>(clock: C): ScopedClock<C> {
  const armed = new Set<Cancel>()
  let ended = false
  return {
    ...clock,
    after(delayMs: number, work: () => void) {
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

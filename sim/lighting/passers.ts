import type { Cancel, Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'

/** Somebody drives along the street now and then, one way or the other, and each sensor sees him for a while. */
export function createPassers(options: {
  readonly clock: Clock
  readonly random: Random
  readonly length_m: number
  readonly sensors_m: readonly number[]
  /** Mean time between two of them. */
  readonly every_s: number
  seen(sensor: number, motion: boolean): void
}): { start(): void; stop(): void } {
  const { clock, random, length_m, sensors_m, every_s, seen } = options
  const cancels = new Set<Cancel>()
  const later = (after_s: number, work: () => void) => {
    const cancel = clock.after(after_s * 1_000, () => {
      cancels.delete(cancel)
      work()
    })
    cancels.add(cancel)
  }
  const pass = () => {
    const back = random.next() < 0.5
    for (const [sensor, at_m] of sensors_m.entries()) {
      const away_m = back ? length_m - at_m : at_m
      later(away_m / SPEED_M_PER_S, () => seen(sensor, true))
      later(away_m / SPEED_M_PER_S + SEEN_S, () => seen(sensor, false))
    }
    next()
  }
  const next = () => later(every_s * (0.5 + random.next()), pass)
  return {
    start: next,
    stop() {
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}

/** A motorbike in no hurry. */
const SPEED_M_PER_S = 8
/** A sensor's own time after the last movement. */
const SEEN_S = 10

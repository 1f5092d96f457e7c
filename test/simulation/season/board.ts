import type { Cancel, Clock } from '../../../core/clock.ts'
import { type DriftingClock, driftingClock } from '../../../core/fakes/drifting-clock.ts'
import type { FakeClock } from '../../../core/fakes/fake-clock.ts'
import { mortally } from './power-cut.ts'

/** A node's machine: its drifting clocks go on while no process lives on it. */
export interface Board {
  readonly machine: DriftingClock
  /** The clock of a new life: monotonic time starts anew, its timers die with it; `died` when it ends in one of them. */
  boot(died: () => void): LifeClock
}

export interface LifeClock extends Clock {
  /** Nothing fires any more, and nothing can be armed. */
  end(): void
}

export function createBoard(world: FakeClock, ppm: number): Board {
  const machine = driftingClock(world, { ppm, synchronized: 'truly' })
  return {
    machine,
    boot(died) {
      machine.reboot()
      const armed = new Set<Cancel>()
      let ended = false
      return {
        now: machine.now,
        monotonic: machine.monotonic,
        quality: machine.quality,
        after(delayMs, work) {
          if (ended) return () => {}
          const cancel = machine.after(delayMs, () => {
            armed.delete(cancel)
            if (!ended) mortally(work, died)
          })
          armed.add(cancel)
          return () => {
            armed.delete(cancel)
            cancel()
          }
        },
        end() {
          ended = true
          for (const cancel of armed) cancel()
          armed.clear()
        },
      }
    },
  }
}

import type { Cancel, Clock, Mono, Utc } from '../clock.ts'
import type { SystemTime } from '../ports/system-time.ts'
import type { FakeClock } from './fake-clock.ts'

/** What a machine says of its wall clock: that nothing disciplines it, that something does, or the same as a lie. */
export type Synchronization = 'no' | 'truly' | 'falsely'

/** One machine's own clock over a shared timeline: it drifts, its wall can be set wrong, and its boots start at zero. */
export interface DriftingClock extends Clock {
  /** Sets the wall clock off by `ms` more; no effect on one that is truly synchronized. */
  stepWall(ms: number): void
  setWall(utc: Utc): void
  /** `truly`: the wall clock is the shared timeline's; it runs on from there when that ends. */
  synchronize(how: Synchronization): void
  /** Power off and on: the monotonic clock begins anew and the timers of the former boot never fire. */
  reboot(): void
  readonly system: SystemTime
}

/** A machine whose oscillator runs `ppm` too fast. `wall` is what its wall clock shows at first; the truth by default. */
export function driftingClock(
  base: FakeClock,
  options: { readonly ppm: number; readonly wall?: Utc; readonly synchronized?: Synchronization },
): DriftingClock {
  const rate = 1 + options.ppm / 1e6
  let synchronized = options.synchronized ?? 'no'
  let bootedAt = base.monotonic()
  /** Wall minus this boot's monotonic time, while nothing disciplines it. */
  let wallOffset = options.wall ?? base.now()
  let boot = new Set<Cancel>()
  const monotonic = () => ((base.monotonic() - bootedAt) * rate) as Mono
  const now = () => (synchronized === 'truly' ? base.now() : Math.round(wallOffset + monotonic()))
  const setWall = (utc: Utc) => {
    wallOffset = utc - monotonic()
  }

  return {
    now,
    monotonic,
    quality: () => (synchronized === 'no' ? 'unknown' : 'synced'),
    after(delayMs, work) {
      const armed = boot
      const cancel = base.after(Math.max(0, delayMs) / rate, () => {
        armed.delete(cancel)
        work()
      })
      armed.add(cancel)
      return () => {
        armed.delete(cancel)
        cancel()
      }
    },
    stepWall: (ms) => setWall(now() + ms),
    setWall,
    synchronize(how) {
      setWall(now())
      synchronized = how
    },
    reboot() {
      for (const cancel of boot) cancel()
      boot = new Set()
      const wall = now()
      bootedAt = base.monotonic()
      setWall(wall)
    },
    system: { synchronized: () => Promise.resolve(synchronized !== 'no') },
  }
}

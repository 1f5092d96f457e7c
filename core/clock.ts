/** Best known UTC, in milliseconds since 1970-01-01. */
export type Utc = number

declare const mono: unique symbol
/** Milliseconds since this boot's arbitrary start; never steps. Only differences of two of the same boot mean anything. */
export type Mono = number & { readonly [mono]: true }

/** How far `now()` can be trusted: set by an outside source, running on from one, or never set in this boot. */
export type ClockQuality = 'synced' | 'holdover' | 'unknown'

export type Cancel = () => void

/** The only way to the time of day and to timers. Nothing else in the product may call Date.now or setTimeout. */
export interface Clock {
  now(): Utc
  monotonic(): Mono
  quality(): ClockQuality
  /** Runs `work` once after `delayMs`; the returned function cancels it. Throwing in `work` is a programmer error. */
  after(delayMs: number, work: () => void): Cancel
}

/** Runs `work` every `periodMs` until cancelled; a slow `work` delays the next one, it never overlaps. */
export function every(clock: Clock, periodMs: number, work: () => void): Cancel {
  let cancel: Cancel = () => {}
  const arm = () => {
    cancel = clock.after(periodMs, () => {
      arm()
      work()
    })
  }
  arm()
  return () => cancel()
}

/** Resolves after `delayMs`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}

/** Best known UTC, in milliseconds since 1970-01-01. */
export type Utc = number

declare const mono: unique symbol
/** Milliseconds since this boot's arbitrary start; never steps. Only differences of two of the same boot mean anything. */
export type Mono = number & { readonly [mono]: true }

/** How far `now()` can be trusted: set by an outside source, running on from one, or never set in this boot. */
export type ClockQuality = 'synced' | 'holdover' | 'unknown'

/** Between these lies the true time: what is known of it, with the error of the source and the drift since. */
export interface UtcBounds {
  readonly earliest: Utc
  /** Infinity while nothing has told this boot the time. */
  readonly latest: Utc
}

/** Who told the time, best first: the system's own synchronization, the hub, the LoRaWAN network, a GNSS or RTC. */
export type TimeSource = 'ntp' | 'hub' | 'lorawan' | 'gnss'

export type Cancel = () => void

/** The only way to the time of day and to timers. Nothing else in the product may call Date.now or setTimeout. */
export interface Clock {
  now(): Utc
  monotonic(): Mono
  quality(): ClockQuality
  /** Runs `work` once after `delayMs`; the returned function cancels it. Throwing in `work` is a programmer error. */
  after(delayMs: number, work: () => void): Cancel
}

/** A node's clock: runs on the monotonic one, learns the time from what it trusts, and knows how well it knows it. */
export interface NodeClock extends Clock {
  bounds(): UtcBounds
  /** How the time was last known in this boot; undefined when it was not. */
  known(): { readonly source: TimeSource; readonly at: Utc } | undefined
  /** What has to be added to this boot's monotonic time to have UTC; undefined until a source has told it. */
  offset(): number | undefined
  /** Called whenever `offset` was learnt or corrected. */
  onLearnt(handler: () => void): Cancel
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

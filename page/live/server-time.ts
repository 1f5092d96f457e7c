import type { Clock, Utc } from '../../core/clock.ts'

/** The server's time as a page keeps it: from the last answer on, at the server's own speed; the browser's clock may be wrong. */
export interface ServerTime {
  set(now: Utc, speed: number): void
  now(): Utc
  speed(): number
}

export function createServerTime(clock: Clock): ServerTime {
  let anchor: Utc = clock.now()
  let since = clock.monotonic()
  let rate = 1
  return {
    set(now, speed) {
      anchor = now
      since = clock.monotonic()
      rate = speed > 0 && Number.isFinite(speed) ? speed : 1
    },
    now: () => anchor + (clock.monotonic() - since) * rate,
    speed: () => rate,
  }
}

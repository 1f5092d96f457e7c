import type { Clock, Utc } from '../../../core/clock.ts'

/** The hub's time as the page keeps it: from the last answer on, at the hub's own speed. */
export interface HubTime {
  set(now: Utc, speed: number): void
  now(): Utc
  speed(): number
}

export function createHubTime(clock: Clock): HubTime {
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

import type { Mono } from '../../../core/clock.ts'

const MINUTE_MS = 60_000
const MINUTES = 60

export interface AirtimeBudget {
  /** Whether this much more may be sent now. The reserve is for urgent frames alone. */
  allows(airtime_ms: number, urgent: boolean, now: Mono): boolean
  spend(airtime_ms: number, now: Mono): void
  /** Milliseconds sent in the last hour. */
  used_ms(now: Mono): number
}

/** Transmit time of one gateway over a sliding hour, in steps of a minute. */
export function createAirtimeBudget(limits: {
  readonly percent: number
  readonly urgentReserve_percent: number
}): AirtimeBudget {
  const whole_ms = (MINUTES * MINUTE_MS * limits.percent) / 100
  const normal_ms = (whole_ms * (100 - limits.urgentReserve_percent)) / 100
  const spent = new Float64Array(MINUTES)
  let minute = 0

  const roll = (now: Mono) => {
    const current = Math.floor(now / MINUTE_MS)
    const steps = Math.min(current - minute, MINUTES)
    for (let step = 1; step <= steps; step++) spent[(minute + step) % MINUTES] = 0
    if (steps === MINUTES) spent.fill(0)
    minute = Math.max(minute, current)
  }
  const used_ms = (now: Mono) => {
    roll(now)
    return spent.reduce((sum, part) => sum + part, 0)
  }
  return {
    used_ms,
    allows: (airtime_ms, urgent, now) => used_ms(now) + airtime_ms <= (urgent ? whole_ms : normal_ms),
    spend(airtime_ms, now) {
      roll(now)
      spent[minute % MINUTES] = (spent[minute % MINUTES] ?? 0) + airtime_ms
    },
  }
}

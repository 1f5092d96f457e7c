import type { Random } from '../../core/random.ts'

const FIRST_DELAY_MS = 400
const LONGEST_DELAY_MS = 10_000

/**
 * How long to wait before attempt `attempt` (0 for the first after a loss). Doubles up to ten seconds; the jitter
 * (half to whole) keeps a wall of screens from returning in one blow when the server starts again.
 */
export function reconnectDelayMs(attempt: number, random: Random): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16))
  return Math.round(whole * (0.5 + random.next() / 2))
}

import type { Mono, Utc } from '../../core/clock.ts'

/** A controller's own time: `mono` is null after a restore, when the next step starts a new stretch of it. */
export interface Timeline {
  readonly t: number
  readonly mono: number | null
  readonly at: number | null
}

/**
 * Moves a timeline on. While one boot lasts it follows the monotonic clock, so no step of the wall clock can shorten or
 * prolong what it times. Across a restart only the wall clock knows what has passed: it is believed forwards and never
 * backwards.
 */
export function advanceTimeline(
  timeline: Timeline,
  now: { readonly at: Utc; readonly mono: Mono },
): { readonly t: number; readonly mono: Mono; readonly at: Utc } {
  const { t, mono, at } = timeline
  if (mono !== null && now.mono >= mono) return { t: t + (now.mono - mono), mono: now.mono, at: now.at }
  return { t: t + (at === null ? 0 : Math.max(0, now.at - at)), mono: now.mono, at: now.at }
}

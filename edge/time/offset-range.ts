import type { Mono, Utc } from '../../core/clock.ts'

/** What a source said: at `mono` the true UTC lay within `error_ms` of `utc`. */
export interface TimeWord {
  readonly utc: Utc
  readonly mono: Mono
  readonly error_ms: number
}

/** Between `low` and `high` lies what has to be added to the monotonic clock to have UTC, as judged at `mono`. */
export interface OffsetRange {
  readonly low: number
  readonly high: number
  readonly mono: Mono
}

/** The worst oscillator that a node may have; true time then passes by so much more or less than is counted. */
const DRIFT_PPM_MAX = 200
export const DRIFT_MAX = DRIFT_PPM_MAX / (1e6 - DRIFT_PPM_MAX)

/** Clocks are read in whole milliseconds. */
const READING_ERROR_MS = 1

export function rangeOf({ utc, mono, error_ms }: TimeWord): OffsetRange {
  const error = Math.max(0, error_ms) + READING_ERROR_MS
  return { low: utc - mono - error, high: utc - mono + error, mono }
}

/** The same, widened by the drift from when it was judged until `mono` (or back to it). */
export function rangeAt({ low, high, mono: judged }: OffsetRange, mono: Mono): OffsetRange {
  const drift = Math.abs(mono - judged) * DRIFT_MAX
  return { low: low - drift, high: high + drift, mono }
}

/** What both allow at the later one's moment; undefined when they contradict each other. */
export function agreed(one: OffsetRange, other: OffsetRange): OffsetRange | undefined {
  const mono = one.mono > other.mono ? one.mono : other.mono
  const [a, b] = [rangeAt(one, mono), rangeAt(other, mono)]
  const range = { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high), mono }
  return range.low <= range.high ? range : undefined
}

/** How many ms lie between two ranges; 0 when they agree. */
export function apart(one: OffsetRange, other: OffsetRange): number {
  const mono = one.mono > other.mono ? one.mono : other.mono
  const [a, b] = [rangeAt(one, mono), rangeAt(other, mono)]
  return Math.max(0, a.low - b.high, b.low - a.high)
}

import type { SeriesView } from '../../api/schema.ts'

/** Equal-long columns, oldest first; `at` in ms. */
export interface Band {
  readonly at: readonly number[]
  readonly min: readonly (number | null)[]
  readonly max: readonly (number | null)[]
  readonly mean: readonly (number | null)[]
}

/** A longer silence (in time and in buckets) is drawn as a break, never bridged by a line that nobody measured. */
const BREAK_BUCKETS = 3
const BREAK_MS = 60 * 60_000

/** Stage as drawn: gaps in the record become breaks in the line. */
export function stageBands(series: SeriesView): Band {
  const longest = Math.max(series.step * BREAK_BUCKETS, BREAK_MS)
  const at: number[] = []
  const min: (number | null)[] = []
  const max: (number | null)[] = []
  const mean: (number | null)[] = []
  series.at.forEach((time, index) => {
    const before = series.at[index - 1]
    if (before !== undefined && time - before > longest) {
      at.push((before + time) / 2)
      min.push(null)
      max.push(null)
      mean.push(null)
    }
    at.push(time)
    min.push(series.min[index] ?? null)
    max.push(series.max[index] ?? null)
    mean.push(series.mean[index] ?? null)
  })
  return { at, min, max, mean }
}

const HOUR_MS = 3_600_000
const BARS_MAX = 96

/**
 * Rain as bars. The point is a sliding sum over one hour, so the sum of an hour is what the point reads at that
 * hour's end: one bar an hour, or, over long spans, the wettest hour of each bar.
 */
export function rainBars(series: SeriesView): Band {
  const from = series.at[0]
  const to = series.at.at(-1)
  if (from === undefined || to === undefined) return { at: [], min: [], max: [], mean: [] }
  const width = HOUR_MS * Math.max(1, Math.ceil((to - from) / HOUR_MS / BARS_MAX))
  const wettest = new Map<number, number>()
  series.at.forEach((time, index) => {
    const end = Math.ceil(time / width) * width
    const value = width === HOUR_MS ? (series.mean[index] ?? 0) : (series.max[index] ?? 0)
    wettest.set(end, width === HOUR_MS ? value : Math.max(value, wettest.get(end) ?? 0))
  })
  const at = [...wettest.keys()].toSorted((a, b) => a - b)
  const sums = at.map((end) => wettest.get(end) ?? 0)
  return { at, min: sums, max: sums, mean: sums }
}

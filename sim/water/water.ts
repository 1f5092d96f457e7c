import type { Utc } from '../../core/clock.ts'

/** The truth at one place: what its water and its sky do. Pure: the same instant gives the same answer for ever. */
export interface Water {
  /** Stage in metres above the station's datum. */
  stageAt(utc: Utc): number
  /** Millimetres fallen in all since some time before the story begins; never falls. */
  rainAt(utc: Utc): number
}

/** Evenly or unevenly spaced samples, each valid at its own instant; what lies between is on the straight line. */
export interface WaterSeries {
  /** Milliseconds after the first sample, rising, the first being 0. */
  readonly atMs: readonly number[]
  readonly stage_m: readonly number[]
  /** Millimetres fallen since the first sample. */
  readonly rain_mm: readonly number[]
}

/** What comes after the last sample: the series again, or the last stage with no more rain. */
export type AfterEnd = 'loop' | 'hold'

/** Plays a series whose first sample is at `begin`. Before that its first stage holds. */
export function playWater(series: WaterSeries, begin: Utc, afterEnd: AfterEnd): Water {
  const { atMs, stage_m, rain_mm } = series
  const lengthMs = atMs.at(-1) ?? 0
  const rainPerRound = rain_mm.at(-1) ?? 0

  const place = (utc: Utc): { readonly round: number; readonly ms: number } => {
    const elapsed = Math.max(0, utc - begin)
    if (elapsed < lengthMs) return { round: 0, ms: elapsed }
    if (afterEnd === 'hold' || lengthMs === 0) return { round: 0, ms: lengthMs }
    return { round: Math.floor(elapsed / lengthMs), ms: elapsed % lengthMs }
  }
  return {
    stageAt: (utc) => interpolate(atMs, stage_m, place(utc).ms),
    rainAt(utc) {
      const { round, ms } = place(utc)
      return round * rainPerRound + interpolate(atMs, rain_mm, ms)
    },
  }
}

/** Value at `x` of the broken line through (xs, ys); xs rise, and beyond its ends the line is level. */
export function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0
  let high = xs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((xs[middle] ?? 0) <= x) low = middle
    else high = middle - 1
  }
  const left = ys[low] ?? 0
  const right = ys[low + 1]
  const from = xs[low] ?? 0
  const to = xs[low + 1]
  if (right === undefined || to === undefined || x <= from) return left
  return left + ((right - left) * (x - from)) / (to - from)
}

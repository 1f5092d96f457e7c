import type { FloodState, Sample } from './state.ts'

type Memory = FloodState['rise']

/** Window of the rate that is told where the station sets no limit of its own. */
export const RISE_WINDOW_MIN_DEFAULT = 60
/** Denser samples are thinned to at most two per this part of the window, so that it keeps its length. */
const WINDOW_PARTS = 120
/** A window that a new document made longer may begin with samples that lie too close: the oldest go first. */
const HISTORY_MAX = 2 * WINDOW_PARTS + 2
const SAMPLES_MIN = 3
const HOUR_MS = 3_600_000

/** Adds a good sample and forgets what has left the window. */
export function remember(history: Memory['history'], sample: Sample, over_min: number): Memory['history'] {
  const window = over_min * 60_000
  const first = history.findIndex(({ t }) => sample.t - t <= window)
  const kept = first < 0 ? [] : first === 0 ? history : history.slice(first)
  const beforeLast = kept[kept.length - 2]
  const dense = beforeLast !== undefined && sample.t - beforeLast.t < window / WINDOW_PARTS
  return [...(dense ? kept.slice(0, -1) : kept), sample].slice(-HISTORY_MAX)
}

/**
 * Rate of rise in m/h: the slope of the least-squares line through the good samples of the window. Outliers are gone
 * before this (see `judge`), so a rank estimator such as Theil–Sen would add an n² cost at each sample for a
 * protection that is already there, and would follow the foot of a flash flood later. `undefined` until three samples
 * span half of the window: never a rate from one interval.
 */
export function riseOf(history: Memory['history'], over_min: number): number | undefined {
  const first = history[0]
  const last = history[history.length - 1]
  if (first === undefined || last === undefined || history.length < SAMPLES_MIN) return undefined
  if (last.t - first.t < (over_min * 60_000) / 2) return undefined
  let sumT = 0
  let sumY = 0
  for (const { t, stage_m } of history) {
    sumT += t - first.t
    sumY += stage_m
  }
  const meanT = sumT / history.length
  const meanY = sumY / history.length
  let covariance = 0
  let variance = 0
  for (const { t, stage_m } of history) {
    const off = t - first.t - meanT
    covariance += off * (stage_m - meanY)
    variance += off * off
  }
  return variance === 0 ? undefined : (covariance / variance) * HOUR_MS
}

import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { FloodState, Sample } from './state.ts'

type Memory = FloodState['level']

/**
 * Takes good samples into account that became known together, oldest first. A level is raised when `need` of the last
 * `of` good samples, the newest among them, are at or above its stage: the highest such level comes into force at once.
 * A level is given up when every good sample for `hold_min` has been at least `below_m` under it; the highest level not
 * given up stays.
 */
export function followLevels(memory: Memory, station: FloodStation, samples: readonly Sample[]): Memory {
  const newest = samples[samples.length - 1]
  if (newest === undefined) return memory
  const window = [...memory.window, ...samples].slice(-station.raise.of)
  const underT = samples.reduce((before, sample) => under(before, station, sample), memory.underT)
  const reached = highestReached(window, station)
  if (reached > memory.inForce) return { inForce: reached, underT, window }
  return { inForce: highestKept(memory.inForce, underT, station, newest.t), underT, window }
}

/** The highest level that `need` of the samples reach, the newest being one of them; 0 for none. */
export function highestReached(window: readonly Sample[], station: FloodStation): number {
  const newest = window[window.length - 1]
  let reached = 0
  for (const { level, stage_m } of station.levels) {
    if (newest === undefined || newest.stage_m < stage_m || level <= reached) continue
    const count = window.filter((sample) => sample.stage_m >= stage_m).length
    if (count >= station.raise.need) reached = level
  }
  return reached
}

function highestKept(inForce: number, underT: Memory['underT'], station: FloodStation, t: number): number {
  const hold = station.clear.hold_min * 60_000
  let kept = 0
  for (const { level } of station.levels) {
    const since = underT[level - 1]
    const givenUp = since !== null && since !== undefined && t - since >= hold
    if (level <= inForce && level > kept && !givenUp) kept = level
  }
  return kept
}

function under(before: Memory['underT'], station: FloodStation, sample: Sample): Memory['underT'] {
  const next: [number | null, number | null, number | null] = [null, null, null]
  for (const { level, stage_m } of station.levels) {
    const limit = Math.round((stage_m - station.clear.below_m) * 1000) / 1000
    const isUnder = station.clear.below_m > 0 ? sample.stage_m <= limit : sample.stage_m < limit
    if (isUnder && level >= 1 && level <= 3) next[level - 1] = before[level - 1] ?? sample.t
  }
  return next
}

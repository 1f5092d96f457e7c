import type { StationView } from '../../api/schema.ts'

/** The stretch of a staff gauge that is worth drawing: whole metres (or half, or tenths) around levels and water. */
export interface GaugeScale {
  readonly bottom_m: number
  readonly top_m: number
  /** Between two numbers on the plate. */
  readonly number_m: number
  /** Between two marks. */
  readonly mark_m: number
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50] as const

/** Most numbers that a plate of this size can carry and stay legible. */
export function gaugeScale(station: Pick<StationView, 'levels' | 'stage_m'>, numbersMax: number): GaugeScale {
  const limits = station.levels.map((level) => level.stage_m)
  const known = station.stage_m === null ? limits : [...limits, station.stage_m]
  const highest = known.length > 0 ? Math.max(...known) : 1
  const lowest = known.length > 0 ? Math.min(...known) : 0
  // A gauge that starts at its zero is read at a glance; a reservoir at 50 m is cut off below.
  const spread = Math.max(highest - lowest, 0.5)
  const from = lowest >= 0 && lowest < spread * 2 ? 0 : lowest - spread * 0.4
  const to = highest + spread * 0.12
  const number_m = STEPS.find((step) => (to - from) / step <= numbersMax) ?? (to - from) / numbersMax
  const bottom_m = Math.floor(from / number_m + 1e-9) * number_m
  const top_m = Math.ceil(to / number_m - 1e-9) * number_m
  return { bottom_m, top_m, number_m, mark_m: number_m / 10 }
}

/** Height from the bottom as a share of the scale, kept on the plate. */
export function heightOn(scale: GaugeScale, stage_m: number): number {
  const share = (stage_m - scale.bottom_m) / (scale.top_m - scale.bottom_m)
  return Math.min(1, Math.max(0, share))
}

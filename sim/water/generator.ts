import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { channelStage, type NashCascade, poolStage, runoff } from './catchment.ts'
import { stormRain } from './storm.ts'
import type { WaterSeries } from './water.ts'

export type WaterType = 'river' | 'stream' | 'reservoir'

/** A flood to make up: the same options give the same flood, to the last bit. Hours are of sensing time. */
export interface FloodOptions {
  readonly seed: number
  readonly water: WaterType
  readonly base_m: number
  readonly peak_m: number
  /** Until the first drop. */
  readonly dry_h: number
  readonly storm_h: number
  readonly storm_mm: number
  /** From the middle of the rain to the peak of the flow, roughly. */
  readonly lag_h: number
  /** After this long the story begins again. */
  readonly period_h: number
  /** Reservoir only: the spillway's crest; the middle between base and peak where it is not given. */
  readonly crest_m?: number
}

/** A stream answers through two quick stores, a river through five; a reservoir is fed as a stream is. */
const RESERVOIRS = { stream: 2, river: 5, reservoir: 2 } as const satisfies Record<WaterType, number>
/** How fine the response is cut: this many steps to one lag. */
const STEPS_PER_LAG = 24
/** Bounds memory: a story longer than this many steps is cut more coarsely. */
const STEPS_MAX = 5_000
/** A reservoir's outlet brings it back over this many lags. */
const DRAIN_LAGS = 3

/** One round of a storm over a catchment and the flood that it makes; its end joins its beginning. */
export function generateFlood(options: FloodOptions): WaterSeries {
  const periodMs = options.period_h * 3_600_000
  const lagMs = options.lag_h * 3_600_000
  const steps = Math.max(2, Math.min(STEPS_MAX, Math.round((periodMs / lagMs) * STEPS_PER_LAG)))
  const stepMs = periodMs / steps
  const shape = { after_h: options.dry_h, lasts_h: options.storm_h, depth_mm: options.storm_mm }
  const rain = stormRain(shape, seededRandom(options.seed), stepMs, steps)
  const count = RESERVOIRS[options.water]
  // The peak of n reservoirs stands (n − 1)·k after a short rain: k is chosen so that this is the lag.
  const cascade: NashCascade = { reservoirs: count, storageMs: lagMs / (count - 1) }
  const stages = stageOf(options, runoff(rain, cascade, stepMs), stepMs, lagMs)

  const rain_mm = [0]
  for (const mm of rain) rain_mm.push((rain_mm.at(-1) ?? 0) + mm)
  return {
    atMs: Array.from({ length: steps + 1 }, (_, step) => step * stepMs),
    // The stage at the end of the last step is the one that the next round begins with.
    stage_m: [stages.at(-1) ?? options.base_m, ...stages],
    rain_mm,
  }
}

function stageOf(options: FloodOptions, flow: readonly number[], stepMs: number, lagMs: number): number[] {
  const { base_m, peak_m } = options
  switch (options.water) {
    case 'river':
    case 'stream':
      return channelStage(flow, base_m, peak_m)
    case 'reservoir': {
      const crest_m = options.crest_m ?? (base_m + peak_m) / 2
      return poolStage(flow, { base_m, peak_m, crest_m, drainMs: lagMs * DRAIN_LAGS }, stepMs)
    }
  }
}

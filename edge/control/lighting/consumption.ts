import type { Luminaire } from '../../../core/documents/lighting-street.ts'
import type { LampMemory } from './state.ts'

/** What a lamp should draw, and what a counter has counted. */

/**
 * Power at a level of light, W: P = P_standby + k·P_rated·level. `k` is learnt of each lamp; before that it is what
 * brings full light to the rated power.
 */
export function reckonedPower(
  { rated_W, standby_W }: Pick<Luminaire, 'rated_W' | 'standby_W'>,
  load: LampMemory['load'],
  level: number,
): number {
  return standby_W + ((load?.share ?? usualShare({ rated_W, standby_W })) * rated_W * level) / 100
}

export function usualShare({ rated_W, standby_W }: Pick<Luminaire, 'rated_W' | 'standby_W'>): number {
  return Math.max(0, rated_W - standby_W) / rated_W
}

/** A lamp's share is learnt of this many samples of a lamp that is well, and then fixed: it must not age with the lamp. */
const LEARNT_SAMPLES = 20
/** Below this level standby weighs too much to learn anything of the light. */
const LEARNT_LEVEL = 50
const SHARE_RANGE = { least: 0.8, most: 1.2 } as const

export function learn(
  luminaire: Pick<Luminaire, 'rated_W' | 'standby_W'>,
  load: LampMemory['load'],
  sample: { readonly power_W: number; readonly level: number },
): LampMemory['load'] {
  const { samples, share } = load ?? { samples: 0, share: 0 }
  if (samples >= LEARNT_SAMPLES || sample.level < LEARNT_LEVEL) return load
  const usual = usualShare(luminaire)
  const seen = (sample.power_W - luminaire.standby_W) / (luminaire.rated_W * (sample.level / 100))
  const within = Math.min(usual * SHARE_RANGE.most, Math.max(usual * SHARE_RANGE.least, seen))
  return { samples: samples + 1, share: (share * samples + within) / (samples + 1) }
}

/** Where counters of meters and lamps begin anew: binary registers and decimal displays, Wh or kWh with tenths. */
const WRAPS_WH = [2 ** 16, 2 ** 24, 2 ** 32, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11]
/** Counters come rounded and late by so much. */
const SLACK_WH = 1_000

/**
 * Energy between two readings of a counter, Wh; `most_Wh` is more than can have flowed in between. A counter that falls
 * has wrapped, or begun anew, or is another meter: of these the first that could be, and of a new meter's past nothing.
 */
export function countedWh(before: { readonly Wh: number } | null, now_Wh: number, most_Wh: number): number {
  if (before === null) return 0
  const most = most_Wh + SLACK_WH
  const grown = now_Wh - before.Wh
  if (grown >= 0) return grown <= most ? grown : 0
  const wrap = WRAPS_WH.find((size) => before.Wh <= size && grown + size <= most)
  if (wrap !== undefined) return grown + wrap
  return now_Wh <= most ? now_Wh : 0
}

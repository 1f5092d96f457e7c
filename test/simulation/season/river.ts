import { integer, type Random } from '../../../core/random.ts'

/** How the water truly stands: a tide, and flash floods that rise and fall within hours. */
export interface River {
  stage(utc: number): number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const BASE_M = 1
const TIDE_M = 0.15
const TIDE_MS = 12.42 * HOUR_MS

/** About one flood in twenty days; peaks between báo động 1 and well above 3 of `STAGES_M`. */
export function createRiver(random: Random, from: number, days: number): River {
  const phase = random.next() * TIDE_MS
  const floods = Array.from({ length: Math.max(1, Math.round(days / 20)) }, () => ({
    peakAt: from + (0.1 + 0.8 * random.next()) * days * 24 * HOUR_MS,
    height_m: 1 + 3.5 * random.next(),
    rise_ms: integer(random, 40, 120) * MINUTE_MS,
    fall_ms: integer(random, 90, 240) * MINUTE_MS,
  }))
  return {
    stage(utc) {
      const tide = TIDE_M * Math.sin((2 * Math.PI * (utc + phase)) / TIDE_MS)
      const crest = Math.max(
        0,
        ...floods.map(({ peakAt, height_m, rise_ms, fall_ms }) => {
          const away = (utc - peakAt) / (utc < peakAt ? rise_ms : fall_ms)
          return height_m * Math.exp(-away * away)
        }),
      )
      return BASE_M + tide + crest
    },
  }
}

import type { RecordRow } from '../../core/stage-record.ts'
import type { WaterSeries } from './water.ts'

/** A gauge's record as water that can be played: at least one row, times rising. */
export function waterOf(rows: readonly RecordRow[]): WaterSeries {
  const begin = rows[0]?.at ?? 0
  let fallen = 0
  return {
    atMs: rows.map(({ at }) => at - begin),
    stage_m: rows.map(({ stage_m }) => stage_m),
    rain_mm: rows.map(({ rain_mm }, index) => {
      fallen += index === 0 ? 0 : rain_mm
      return fallen
    }),
  }
}

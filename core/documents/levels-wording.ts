import { decimal, type Text } from '../text.ts'

/** One báo động level of a station: its number and the stage, in metres, at which it is reached. */
export interface LevelMark {
  readonly level: number
  readonly stage_m: number
}

/** Where a stage lies against the báo động level nearest to it; `offset_m` is never negative. */
export interface LevelRelation {
  readonly side: 'below' | 'at' | 'above'
  readonly level: number
  readonly offset_m: number
}

/**
 * Relates a stage to the nearest báo động level as the national bulletins do, on whole centimetres, so that the
 * printed stage and the printed offset always add up. Midway between two levels the one that is reached is named.
 * `undefined` for a station without levels.
 */
export function relateToLevels(stage_m: number, levels: readonly LevelMark[]): LevelRelation | undefined {
  const stage = centimetres(stage_m)
  let best: LevelRelation | undefined
  let least = Number.POSITIVE_INFINITY
  for (const mark of levels) {
    const difference = stage - centimetres(mark.stage_m)
    const distance = Math.abs(difference)
    if (distance > least || (distance === least && difference < 0)) continue
    least = distance
    const side = difference === 0 ? 'at' : difference > 0 ? 'above' : 'below'
    best = { side, level: mark.level, offset_m: distance / 100 }
  }
  return best
}

/** `dưới BĐ3 0,30 m`, `ở mức BĐ3`, `trên BĐ3 1,17 m`: computed, never parsed from a press text. */
export function levelWording(stage_m: number, levels: readonly LevelMark[]): Text {
  const relation = relateToLevels(stage_m, levels)
  if (relation === undefined) return { vi: 'chưa đặt mức báo động', en: 'no alarm levels set' }
  const { level, side } = relation
  const offset = decimal(relation.offset_m, 2)
  switch (side) {
    case 'at':
      return { vi: `ở mức BĐ${level}`, en: `at level BĐ${level}` }
    case 'above':
      return { vi: `trên BĐ${level} ${offset.vi} m`, en: `${offset.en} m above BĐ${level}` }
    case 'below':
      return { vi: `dưới BĐ${level} ${offset.vi} m`, en: `${offset.en} m below BĐ${level}` }
  }
}

/** `Mực nước Đông Hà 3,70 m, dưới BĐ3 0,30 m` */
export function stageSentence(name: Text, stage_m: number, levels: readonly LevelMark[]): Text {
  const relation = levelWording(stage_m, levels)
  const stage = decimal(centimetres(stage_m) / 100, 2)
  return {
    vi: `Mực nước ${name.vi} ${stage.vi} m, ${relation.vi}`,
    en: `Water level at ${name.en} ${stage.en} m, ${relation.en}`,
  }
}

/** Rounds through the millimetre, at which stages are decided, so that 1.005 m is 1.01 m in spite of binary fractions. */
function centimetres(metres: number): number {
  return Math.round(Math.round(metres * 1000) / 10)
}

import type { Language } from '../../../../core/text.ts'
import type { FarmUse, Used, UsedBy } from '../../../api/farm-schema.ts'

export const MEASURES = ['water_L', 'water_mm', 'fertiliser_mL', 'fertiliser_mLm2'] as const
export type Measure = (typeof MEASURES)[number]

/** A greenhouse or a zone, as a line of the comparison. */
export interface UseRow {
  readonly key: string
  readonly name: string
  readonly area_m2: number
  readonly used: readonly Used[]
  readonly total: Used
  /** Of each period. */
  readonly complete: readonly boolean[]
}

/** What is compared: greenhouses, or zones; of several greenhouses a zone is called by both names. */
export function rowsOf({ farms }: FarmUse, between: 'farms' | 'zones', language: Language): UseRow[] {
  const row = (
    key: string,
    name: string,
    { area_m2, used, total }: UsedBy,
    complete: readonly boolean[],
  ) => ({
    ...{ key, name, area_m2, used, total, complete },
  })
  return farms.flatMap((house) => {
    const key = `${house.edge}/${house.id}`
    const name = house.name[language]
    if (between === 'farms') return [row(key, name, house, house.complete)]
    return house.zones.map((zone) => {
      const own = zone.name[language]
      return row(`${key}/${zone.id}`, farms.length > 1 ? `${name}: ${own}` : own, zone, house.complete)
    })
  })
}

/** All rows as one; per area, over the area of all of them. */
export function togetherOf(rows: readonly UseRow[], name: string): UseRow {
  const area_m2 = rows.reduce((sum, row) => sum + row.area_m2, 0)
  const add = (parts: readonly (Used | undefined)[]): Used => {
    const sum = (measure: Measure) => {
      const known = parts.flatMap((part) => part?.[measure] ?? [])
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
    }
    const per = (amount: number | null) => (amount === null || area_m2 <= 0 ? null : amount / area_m2)
    const [water_L, fertiliser_mL] = [sum('water_L'), sum('fertiliser_mL')]
    return { water_L, water_mm: per(water_L), fertiliser_mL, fertiliser_mLm2: per(fertiliser_mL) }
  }
  const periods = rows[0]?.used ?? []
  return {
    ...{ key: '', name, area_m2 },
    used: periods.map((_, index) => add(rows.map(({ used }) => used[index]))),
    total: add(rows.map(({ total }) => total)),
    complete: periods.map((_, index) => rows.every(({ complete }) => complete[index] === true)),
  }
}

import { lastEt0 } from './balance/follow.ts'
import type { GreenhouseState } from './state.ts'

/**
 * What the programs ask of the water balance. Null for unknown: then they give their usual amount once a day.
 */
export interface WaterBalance {
  /** Water missing in the roots of a zone, mm. */
  deficit_mm(zone: string): number | null
  /** What may be missing before the crop suffers, mm (RAW). */
  readily_mm(zone: string): number | null
  /** Reference evapotranspiration of the last whole day, mm. */
  readonly et0_mm: number | null
}

export function waterBalance(state: Pick<GreenhouseState, 'balance'>): WaterBalance {
  const et0_mm = lastEt0(state)
  const rootOf = (zone: string) => (et0_mm === null ? undefined : state.balance.zones[zone])
  return {
    deficit_mm: (zone) => rootOf(zone)?.deficit_mm ?? null,
    readily_mm: (zone) => rootOf(zone)?.readily_mm ?? null,
    et0_mm,
  }
}

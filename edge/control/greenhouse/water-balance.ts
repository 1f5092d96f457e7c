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

export function waterBalance(state: Pick<GreenhouseState, 'balance' | 'house'>): WaterBalance {
  const et0_mm = lastEt0(state)
  const { balance, house } = state
  // Before its first day is over, what the roots began with is all that there is to know.
  const begins = balance.days.length === 0 && house.weather.temperature !== undefined
  const rootOf = (zone: string) => (et0_mm === null && !begins ? undefined : balance.zones[zone])
  return {
    deficit_mm: (zone) => rootOf(zone)?.deficit_mm ?? null,
    readily_mm: (zone) => rootOf(zone)?.readily_mm ?? null,
    et0_mm,
  }
}

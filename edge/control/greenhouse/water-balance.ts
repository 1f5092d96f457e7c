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

export function waterBalance(_state: Pick<GreenhouseState, 'house'>): WaterBalance {
  return { deficit_mm: () => null, readily_mm: () => null, et0_mm: null }
}

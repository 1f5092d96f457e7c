import type { Crop, Zone } from '../../../../core/documents/greenhouse.ts'

/** The water that is missing in the roots of a zone, mm, by FAO-56 chapter 8: what the crop drank less what it was given. */

const DAY_MS = 86_400_000

/** Where a crop is in its life; null before it is planted, and of a zone without one. */
export interface CropStage {
  readonly name: string
  readonly stage: string
  /** 1 on the day of planting. */
  readonly day: number
  readonly kc: number
  readonly root_m: number
}

/** By local dates, `2026-11-21`. The last stage lasts until somebody plants anew. */
export function cropStage(crop: Crop | undefined, today: string): CropStage | null {
  if (crop === undefined) return null
  const day = Math.round((Date.parse(today) - Date.parse(crop.planted)) / DAY_MS) + 1
  if (!(day >= 1)) return null
  let begun = 0
  for (const { name, days, kc, root_m } of crop.stages) {
    begun += days
    if (day <= begun) return { name: crop.name, stage: name, day, kc, root_m }
  }
  const last = crop.stages.at(-1)
  return last === undefined
    ? null
    : { name: crop.name, stage: last.name, day, kc: last.kc, root_m: last.root_m }
}

/** Total available water (eq. 82) and what of it may be used up before the crop suffers (eq. 83), mm. */
export function availableWater(
  { fieldCapacity, wilting, depletion }: Zone['soil'],
  root_m: number,
): { readonly total_mm: number; readonly readily_mm: number } {
  const total_mm = Math.max(0, 10 * (fieldCapacity - wilting) * root_m)
  return { total_mm, readily_mm: depletion * total_mm }
}

/** What a day took and gave, mm: the crop's need, and the rain that reached its soil. */
export function afterDay(
  deficit_mm: number,
  zone: Pick<Zone, 'soil' | 'rained'>,
  stage: CropStage,
  day: { readonly et0_mm: number; readonly rain_mm: number },
): number {
  const need = stage.kc * day.et0_mm
  return within(deficit_mm + need - day.rain_mm * zone.rained, zone, stage)
}

/** After water from the valve: what leaves the drippers on its area, as far as it reaches the roots. */
export function afterWater(
  deficit_mm: number,
  zone: Pick<Zone, 'area_m2' | 'efficiency'>,
  litres: number,
): number {
  return Math.max(0, deficit_mm - (litres / zone.area_m2) * zone.efficiency)
}

/** Litres that must leave the drippers so that so many mm reach the roots. */
export function litresFor(mm: number, { area_m2, efficiency }: Pick<Zone, 'area_m2' | 'efficiency'>): number {
  return (mm * area_m2) / efficiency
}

/** Water beyond field capacity drains away; below the wilting point there is none to take. */
function within(
  deficit_mm: number,
  { soil }: Pick<Zone, 'soil'>,
  { root_m }: Pick<CropStage, 'root_m'>,
): number {
  return Math.min(Math.max(0, deficit_mm), availableWater(soil, root_m).total_mm)
}

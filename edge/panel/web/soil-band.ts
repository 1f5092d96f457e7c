import type { Greenhouse } from '../../../core/documents/greenhouse.ts'

/** Between these, volume percent, a zone's soil is as it should be; `lowest` and `highest` are the ends of the scale that is drawn. */
export interface SoilBand {
  readonly from: number
  readonly to: number
  readonly lowest: number
  readonly highest: number
}

/** What a soil is taken for while the greenhouse's document has not been read. */
const USUAL = { fieldCapacity: 32, wilting: 15, depletion: 0.4 }

/**
 * From where the crop begins to suffer (field capacity less the part of what is available that may be used up, FAO-56
 * chapter 8) to field capacity.
 */
export function soilBand(document: Greenhouse | undefined, zone: string): SoilBand {
  const soil = document?.zones.find(({ id }) => id === zone)?.soil ?? USUAL
  const { fieldCapacity, wilting, depletion } = soil
  const available = fieldCapacity - wilting
  return {
    from: fieldCapacity - available * depletion,
    to: fieldCapacity,
    lowest: Math.max(0, wilting - available / 2),
    highest: Math.min(100, fieldCapacity + available / 2),
  }
}

export type SoilWord = 'soilDry' | 'soilGood' | 'soilWet'

/** Compared in whole percents, as they are shown. */
export function soilWord(moisture: number, { from, to }: SoilBand): SoilWord {
  const shown = Math.round(moisture)
  if (shown < Math.round(from)) return 'soilDry'
  return shown > Math.round(to) ? 'soilWet' : 'soilGood'
}

/** Where a value lies on the scale, 0 to 1. */
export function onScale(value: number, { lowest, highest }: SoilBand): number {
  return highest <= lowest ? 0 : Math.min(1, Math.max(0, (value - lowest) / (highest - lowest)))
}

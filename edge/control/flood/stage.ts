import type { FloodStation } from '../../../core/documents/flood-station.ts'

/**
 * Stage in metres of the station's datum, from what the sensor measured:
 * `datum − distance·cos(tilt) + correction` looking down, `datum + value + correction` where it gives a height.
 * Rounded to the millimetre: what is stored, shown and compared with a level is one and the same number, and
 * 4.2 − 0.2 reaches a level of 4.0 in spite of binary fractions.
 */
export function stageOf(source: FloodStation['level'], measured: number): number {
  const raw =
    source.measures === 'distance'
      ? source.datum_m - measured * Math.cos((source.tilt_deg * Math.PI) / 180) + source.correction_m
      : source.datum_m + measured + source.correction_m
  return Math.round(raw * 1000) / 1000
}

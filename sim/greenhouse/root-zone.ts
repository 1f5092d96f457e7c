import { saturationPressure } from '../../core/evapotranspiration.ts'
import { type HouseAir, humidityOf } from './house-air.ts'

/** Substrate under drippers as one bucket: it fills, drains what is above field capacity, and the crop empties it. */
export interface RootZone {
  /** Percent of its volume. */
  readonly moisture: number
  /** What the probe in it says: water takes its time to reach it. */
  readonly probed: number
  readonly temperature_C: number
  /** Of its water, µS/cm. */
  readonly conductivity: number
  readonly ph: number
}

export interface Bed {
  readonly area_m2: number
  readonly depth_m: number
  readonly fieldCapacity: number
  readonly wilting: number
  /** Crop's need against grass. */
  readonly kc: number
}

export interface Watering {
  readonly litres: number
  /** mS/cm. */
  readonly ec: number
  readonly ph: number
}

/** More than this no substrate holds. */
const SATURATED = 62
/** Of what is above field capacity, so much drains within an hour. */
const DRAINS_PER_H = 0.6
/** mm an hour for each 10 klx of light, and for each kPa that the air is thirsty. */
const BY_LIGHT = 0.085
const BY_THIRST = 0.12
/** Below this share of the water that a crop can use it begins to save. */
const SAVES_BELOW = 0.55
const PROBE_S = 420
const WARMS_S = 4 * 3_600

/** Some seconds later, at most a minute. */
export function rootZoneAfter(
  zone: RootZone,
  bed: Bed,
  water: Watering,
  climate: { readonly air: HouseAir; readonly light_lx: number },
  seconds: number,
): RootZone {
  const hours = seconds / 3_600
  const holds_mm = bed.depth_m * 1_000
  const perMm = 100 / holds_mm
  const { air } = climate
  const thirst = saturationPressure(air.temperature_C) * (1 - humidityOf(air) / 100)
  const usable = (zone.moisture - bed.wilting) / (bed.fieldCapacity - bed.wilting)
  const stress = Math.max(0, Math.min(1, usable / SAVES_BELOW))
  const wanted_mm = (BY_LIGHT * (climate.light_lx / 10_000) + BY_THIRST * thirst) * bed.kc
  const used = wanted_mm * stress * hours * perMm
  const come = (water.litres / bed.area_m2) * perMm
  const above = Math.max(0, zone.moisture - bed.fieldCapacity)
  const drained = above * (1 - Math.exp(-DRAINS_PER_H * hours))
  const moisture = Math.max(1, Math.min(SATURATED, zone.moisture + come - used - drained))
  const share = come / Math.max(1, zone.moisture + come)
  return {
    moisture,
    probed: zone.probed + (moisture - zone.probed) * (1 - Math.exp(-seconds / PROBE_S)),
    temperature_C:
      zone.temperature_C + (air.temperature_C - 1 - zone.temperature_C) * (1 - Math.exp(-seconds / WARMS_S)),
    // Plants leave salts behind with what they drink.
    conductivity: Math.min(
      9_000,
      zone.conductivity * (1 + used / Math.max(1, moisture) / 3) * (1 - share) + water.ec * 1_000 * share,
    ),
    ph: zone.ph * (1 - share) + water.ph * share,
  }
}

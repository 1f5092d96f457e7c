import { saturationPressure } from '../../core/evapotranspiration.ts'
import type { Weather } from './sky.ts'

/** The air under the roof as one well-mixed volume. */
export interface HouseAir {
  readonly temperature_C: number
  readonly vapour_kPa: number
  readonly co2_ppm: number
}

export interface AirDrivers {
  readonly outside: Weather
  /** 0 away to 1 closed. */
  readonly shade: number
  /** Of each fan, 0 to 1. */
  readonly fans: readonly number[]
  readonly mist: boolean
  readonly lamp: boolean
}

/** What the roof lets through, and what a closed shade keeps out. */
const THROUGH = 0.68
const SHADED = 0.6
const LAMP_lx = 9_000
/** Of daylight under a clear sky, µmol/(m²·s) a lux. */
const PAR_PER_lx = 0.0185

/** Exchanges of the air a minute: through gaps, and by each fan at full speed. */
const GAPS = 0.05
const FAN = 0.24
/** Sun heats by so much a minute for each kW/m² that comes in; walls and the air that goes out cool. */
const SUN_C = 1.5
const WALLS = 0.03
const CARRIED = 0.6
const LAMP_C = 0.05
const MIST_C = 0.8
const MIST_kPa = 0.1
/** Crops breathe out water by light and thirst of the air. */
const BREATH_kPa = 0.02
const OUTSIDE_ppm = 420
const EATEN_ppm = 6
const BREATHED_ppm = 2

/** lx on the crop. */
export function lightInside({
  outside,
  shade,
  lamp,
}: Pick<AirDrivers, 'outside' | 'shade' | 'lamp'>): number {
  return outside.light_lx * THROUGH * (1 - SHADED * shade) + (lamp ? LAMP_lx : 0)
}

export function photonsOf(light_lx: number): number {
  return light_lx * PAR_PER_lx
}

export function humidityOf({ temperature_C, vapour_kPa }: HouseAir): number {
  return Math.min(100, (100 * vapour_kPa) / saturationPressure(temperature_C))
}

export function startAir(outside: Weather): HouseAir {
  const { temperature_C, vapour_kPa } = outside
  return { temperature_C, vapour_kPa, co2_ppm: OUTSIDE_ppm }
}

/** Some seconds later, at most half a minute. */
export function airAfter(air: HouseAir, drivers: AirDrivers, seconds: number): HouseAir {
  const minutes = seconds / 60
  const { outside, fans, mist, lamp } = drivers
  const exchange = GAPS + FAN * fans.reduce((sum, one) => sum + one, 0)
  const sun_kW = (outside.radiation_W / 1000) * THROUGH * (1 - SHADED * drivers.shade)
  const dry = saturationPressure(air.temperature_C) - air.vapour_kPa
  const warmer =
    SUN_C * sun_kW +
    (lamp ? LAMP_C : 0) -
    (WALLS + CARRIED * exchange) * (air.temperature_C - outside.temperature_C) -
    (mist && dry > 0.1 ? MIST_C : 0)
  const temperature_C = air.temperature_C + warmer * minutes
  const moister =
    exchange * (outside.vapour_kPa - air.vapour_kPa) +
    (mist ? MIST_kPa : 0) +
    BREATH_kPa * (0.1 + 2 * sun_kW) * Math.max(0, dry)
  const vapour_kPa = Math.min(
    saturationPressure(temperature_C),
    Math.max(0.3, air.vapour_kPa + moister * minutes),
  )
  const fresher =
    exchange * (OUTSIDE_ppm - air.co2_ppm) + (sun_kW > 0.02 ? -EATEN_ppm * sun_kW : BREATHED_ppm)
  return { temperature_C, vapour_kPa, co2_ppm: Math.max(180, air.co2_ppm + fresher * minutes) }
}

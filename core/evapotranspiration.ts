/**
 * Reference evapotranspiration of a day, mm, and the quantities that it is made of, by FAO Irrigation and Drainage Paper
 * 56 (Allen, Pereira, Raes, Smith 1998); equation numbers are that paper's. Temperatures in °C, vapour pressures in kPa,
 * radiation in MJ/(m²·day), relative humidity in percent, heights in m.
 */

const SOLAR_CONSTANT = 0.082
/** MJ/(K⁴·m²·day). */
const STEFAN_BOLTZMANN = 4.903e-9
const KELVIN = 273.16
const ALBEDO = 0.23
/** Mean wind over land at 2 m: what the paper takes where none is measured, m/s. */
const USUAL_WIND = 2
/** Least wind that the formula is meant for, m/s. */
const LEAST_WIND = 0.5
/** Eq. 50: √K times this share of what comes from outside the air; 0.16 inland, 0.19 at the coast. */
const INLAND = 0.16
/** What a W/m² over a day is in MJ/(m²·day). */
const DAY_OF_WATT = 0.0864

/** Eq. 11: kPa. */
export function saturationPressure(temperature: number): number {
  return 0.6108 * Math.exp((17.27 * temperature) / (temperature + 237.3))
}

/** How thirsty the air is: kPa. */
export function vapourPressureDeficit(temperature: number, humidity: number): number {
  return saturationPressure(temperature) * (1 - humidity / 100)
}

/** Eq. 7: kPa. */
export function airPressure(elevation_m: number): number {
  return 101.3 * ((293 - 0.0065 * elevation_m) / 293) ** 5.26
}

/** Eq. 8: kPa/°C. */
export function psychrometricConstant(pressure_kPa: number): number {
  return 0.000665 * pressure_kPa
}

/** Eq. 13: slope of the saturation pressure, kPa/°C. */
export function saturationSlope(temperature: number): number {
  return (4098 * saturationPressure(temperature)) / (temperature + 237.3) ** 2
}

/** Eq. 47: the wind at 2 m of one that was measured at another height over grass. */
export function windAt2m(wind: number, height_m: number): number {
  return (wind * 4.87) / Math.log(67.8 * height_m - 5.42)
}

/** Sun above the atmosphere (Ra, eq. 21) and the day's longest sunshine (N, eq. 34), by latitude in degrees and day of the year. */
export function extraterrestrial(
  lat: number,
  dayOfYear: number,
): { readonly ra: number; readonly hours: number } {
  const phi = (lat * Math.PI) / 180
  const turn = (2 * Math.PI * dayOfYear) / 365
  const distance = 1 + 0.033 * Math.cos(turn)
  const declination = 0.409 * Math.sin(turn - 1.39)
  const sunset = Math.acos(Math.min(1, Math.max(-1, -Math.tan(phi) * Math.tan(declination))))
  const height =
    sunset * Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.sin(sunset)
  return { ra: ((24 * 60) / Math.PI) * SOLAR_CONSTANT * distance * height, hours: (24 / Math.PI) * sunset }
}

/** Eq. 35: from the hours of sunshine. */
export function radiationOfSunshine(ra: number, sunshine_h: number, longest_h: number): number {
  return longest_h > 0 ? (0.25 + (0.5 * sunshine_h) / longest_h) * ra : 0
}

/** Eq. 40: what stays of the radiation, out of the sun's and the earth's own. */
export function netRadiation(day: {
  readonly max: number
  readonly min: number
  readonly vapour_kPa: number
  readonly solar: number
  readonly ra: number
  readonly elevation_m: number
}): number {
  const clear = (0.75 + 2e-5 * day.elevation_m) * day.ra
  const clearness = clear > 0 ? Math.min(1, day.solar / clear) : 1
  const warmth = ((day.max + KELVIN) ** 4 + (day.min + KELVIN) ** 4) / 2
  const away =
    STEFAN_BOLTZMANN * warmth * (0.34 - 0.14 * Math.sqrt(day.vapour_kPa)) * (1.35 * clearness - 0.35)
  return (1 - ALBEDO) * day.solar - away
}

export interface WeatherDay {
  readonly lat: number
  readonly elevation_m: number
  /** 1 on the 1st of January. */
  readonly dayOfYear: number
  /** Of the air, °C. */
  readonly max: number
  readonly min: number
  /** Percent; null where it is not measured. */
  readonly humidity: { readonly max: number; readonly min: number } | null
  /** Mean of the day at 2 m, m/s; null where it is not measured. */
  readonly wind: number | null
  /** Mean of the day, W/m²; null where it is not measured. */
  readonly radiation: number | null
}

export interface Evapotranspiration {
  /** mm, never below 0. */
  readonly et0: number
  /** What was estimated because it was not measured. */
  readonly estimated: readonly ('humidity' | 'wind' | 'radiation')[]
}

/**
 * ET0 of one day (eq. 6, heat in the soil taken as 0). What is missing is estimated as the paper says: vapour from the
 * night's cold (eq. 48), radiation from the span of temperatures (eq. 50), and 2 m/s of wind.
 */
export function referenceEvapotranspiration(day: WeatherDay): Evapotranspiration {
  const { lat, elevation_m, dayOfYear, max, min, humidity, wind, radiation } = day
  const { ra } = extraterrestrial(lat, dayOfYear)
  const estimated = [
    ...(humidity === null ? (['humidity'] as const) : []),
    ...(wind === null ? (['wind'] as const) : []),
    ...(radiation === null ? (['radiation'] as const) : []),
  ]
  const vapour_kPa = humidity === null ? saturationPressure(min) : vapourOf(max, min, humidity)
  const solar = radiation === null ? INLAND * Math.sqrt(Math.max(0, max - min)) * ra : radiation * DAY_OF_WATT
  const net = netRadiation({ max, min, vapour_kPa, solar, ra, elevation_m })
  const et0 = penmanMonteith({ max, min, vapour_kPa, wind: wind ?? USUAL_WIND, net, soil: 0, elevation_m })
  return { et0, estimated }
}

/** Eq. 17. */
export function vapourOf(
  max: number,
  min: number,
  humidity: { readonly max: number; readonly min: number },
): number {
  return (saturationPressure(min) * humidity.max + saturationPressure(max) * humidity.min) / 200
}

/** Eq. 6: mm a day. `net` and `soil` (heat that goes into it) in MJ/(m²·day). */
export function penmanMonteith(day: {
  readonly max: number
  readonly min: number
  readonly vapour_kPa: number
  readonly wind: number
  readonly net: number
  readonly soil: number
  readonly elevation_m: number
}): number {
  const { max, min, vapour_kPa, net, soil, elevation_m } = day
  const wind = Math.max(LEAST_WIND, day.wind)
  const mean = (max + min) / 2
  const slope = saturationSlope(mean)
  const gamma = psychrometricConstant(airPressure(elevation_m))
  const saturated = (saturationPressure(max) + saturationPressure(min)) / 2
  const drying = ((gamma * 900) / (mean + 273)) * wind * Math.max(0, saturated - vapour_kPa)
  return Math.max(0, (0.408 * slope * (net - soil) + drying) / (slope + gamma * (1 + 0.34 * wind)))
}

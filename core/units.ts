import { fault } from './errors.ts'
import { err, ok, type Result } from './result.ts'

/**
 * Units of measure. Keys are UCUM codes (ucum.org), which is what crosses every boundary; `symbol` is what people read;
 * `common` is the UN/CEFACT Recommendation 20 code that NGSI-LD wants as `unitCode`, null where it has none.
 */

export interface Unit {
  readonly symbol: string
  /** Only units of the same quantity convert into each other. */
  readonly quantity: string
  /** Value in the quantity's base unit = (value + offset) × numerator / denominator: whole ratios keep conversions exact. */
  readonly numerator: number
  readonly denominator: number
  readonly offset: number
  readonly common: string | null
}

function unit(
  quantity: string,
  symbol: string,
  common: string | null,
  numerator = 1,
  denominator = 1,
  offset = 0,
): Unit {
  return { quantity, symbol, common, numerator, denominator, offset }
}

export const units = {
  '1': unit('number', '', 'C62'),
  '%': unit('number', '%', 'P1', 1, 100),
  '[ppm]': unit('number', 'ppm', '59', 1, 1_000_000),
  'mg/kg': unit('mass-fraction', 'mg/kg', 'NA'),

  m: unit('length', 'm', 'MTR'),
  cm: unit('length', 'cm', 'CMT', 1, 100),
  mm: unit('length', 'mm', 'MMT', 1, 1000),
  km: unit('length', 'km', 'KMT', 1000),

  s: unit('time', 's', 'SEC'),
  ms: unit('time', 'ms', 'C26', 1, 1000),
  min: unit('time', 'min', 'MIN', 60),
  h: unit('time', 'h', 'HUR', 3600),
  d: unit('time', 'd', 'DAY', 86_400),

  'm/s': unit('speed', 'm/s', 'MTS'),
  'km/h': unit('speed', 'km/h', 'KMH', 5, 18),
  'm/h': unit('speed', 'm/h', 'M60', 1, 3600),
  'mm/h': unit('speed', 'mm/h', 'H67', 1, 3_600_000),

  Cel: unit('temperature', '°C', 'CEL'),
  K: unit('temperature', 'K', 'KEL', 1, 1, -273.15),

  Pa: unit('pressure', 'Pa', 'PAL'),
  hPa: unit('pressure', 'hPa', 'A97', 100),
  kPa: unit('pressure', 'kPa', 'KPA', 1000),
  bar: unit('pressure', 'bar', 'BAR', 100_000),

  V: unit('voltage', 'V', 'VLT'),
  mV: unit('voltage', 'mV', '2Z', 1, 1000),
  A: unit('current', 'A', 'AMP'),
  mA: unit('current', 'mA', '4K', 1, 1000),
  W: unit('power', 'W', 'WTT'),
  kW: unit('power', 'kW', 'KWT', 1000),
  Wh: unit('energy', 'Wh', 'WHR'),
  kWh: unit('energy', 'kWh', 'KWH', 1000),
  Hz: unit('frequency', 'Hz', 'HTZ'),
  kHz: unit('frequency', 'kHz', 'KHZ', 1000),
  MHz: unit('frequency', 'MHz', 'MHZ', 1_000_000),

  deg: unit('angle', '°', 'DD'),
  lx: unit('illuminance', 'lx', 'LUX'),
  'W/m2': unit('irradiance', 'W/m²', 'D54'),
  'umol/m2/s': unit('photon-flux', 'µmol/(m²·s)', null),
  'uS/cm': unit('conductivity', 'µS/cm', 'G42'),
  'mS/cm': unit('conductivity', 'mS/cm', 'H61', 1000),
  '[pH]': unit('acidity', 'pH', 'Q30'),
  L: unit('volume', 'L', 'LTR'),
  mL: unit('volume', 'mL', 'MLT', 1, 1000),
  m3: unit('volume', 'm³', 'MTQ', 1000),
  'L/min': unit('volume-flow', 'L/min', 'L2'),
  'L/h': unit('volume-flow', 'L/h', 'E32', 1, 60),
  By: unit('information', 'B', 'AD'),
  MBy: unit('information', 'MB', '4L', 1_000_000),
  'm/s2': unit('acceleration', 'm/s²', 'MSK'),
  '[g]': unit('acceleration', 'g', 'K40', 980_665, 100_000),
  'deg/s': unit('angular-speed', '°/s', 'E96'),

  /** Level ratio and absolute level: logarithmic, so only into themselves. */
  dB: unit('level-ratio', 'dB', '2N'),
  'dB[mW]': unit('power-level', 'dBm', 'DBM'),
} as const satisfies Readonly<Record<string, Unit>>

export type UnitCode = keyof typeof units

export function isUnitCode(code: string): code is UnitCode {
  return Object.hasOwn(units, code)
}

/** The unit of a code that came from outside; UNIT_UNKNOWN for one that the product does not use. */
export function findUnit(code: string): Result<Unit> {
  return isUnitCode(code) ? ok(units[code]) : err(fault('UNIT_UNKNOWN', { unit: code.slice(0, 20) }))
}

/**
 * The value of `from` said in `to`. One multiplication and one division by whole numbers: exact wherever the decimal
 * result is representable. UNIT_UNKNOWN, or UNITS_DIFFER for two different quantities.
 */
export function convert(value: number, from: string, to: string): Result<number> {
  const source = findUnit(from)
  if (!source.ok) return source
  const target = findUnit(to)
  if (!target.ok) return target
  if (source.value.quantity !== target.value.quantity) return err(fault('UNITS_DIFFER', { from, to }))
  if (from === to) return ok(value)
  const numerator = source.value.numerator * target.value.denominator
  const denominator = source.value.denominator * target.value.numerator
  const shared = greatestCommonDivisor(numerator, denominator)
  const shifted = value + source.value.offset
  return ok((shifted * (numerator / shared)) / (denominator / shared) - target.value.offset)
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** How people read a unit; a code that is not known is shown as it came. */
export function unitSymbol(code: string): string {
  return isUnitCode(code) ? units[code].symbol : code
}

import type { Text } from '../../core/text.ts'
import type { UnitCode } from '../../core/units.ts'
import type { Channel, ReportPolicy } from '../define.ts'

/** What a definition may say otherwise than its piece. Values in the channel's unit, `silenceS` in seconds. */
export interface Measure {
  readonly label?: Text
  readonly min?: number
  readonly max?: number
  readonly resolution?: number
  readonly report?: Partial<ReportPolicy>
}

const QUARTER_HOUR = 900
const HOUR = 3600
const HALF_DAY = 43_200

interface Defaults extends Required<Omit<Measure, 'report'>> {
  readonly report: ReportPolicy
}

function gauge(unit: UnitCode, defaults: Defaults, measure: Measure): Channel {
  return {
    ...defaults,
    ...measure,
    unit,
    kind: 'gauge',
    report: { ...defaults.report, ...measure.report },
  }
}

/** A distance, depth or stage. Millimetres matter in a flood: every millimetre is told. */
export function length(unit: 'm' | 'mm', measure: Measure & { min: number; max: number }): Channel {
  const step = unit === 'm' ? 0.001 : 1
  const label = { vi: 'Khoảng cách', en: 'Distance' }
  const report = { deadBand: step, silenceS: QUARTER_HOUR }
  return gauge(unit, { label, min: 0, max: 0, resolution: step, report }, measure)
}

export function temperature(measure: Measure = {}): Channel {
  const label = { vi: 'Nhiệt độ', en: 'Temperature' }
  const report = { deadBand: 0.2, silenceS: HOUR }
  return gauge('Cel', { label, min: -40, max: 125, resolution: 0.1, report }, measure)
}

export function humidity(measure: Measure = {}): Channel {
  const label = { vi: 'Độ ẩm không khí', en: 'Air humidity' }
  const report = { deadBand: 1, silenceS: HOUR }
  return gauge('%', { label, min: 0, max: 100, resolution: 0.5, report }, measure)
}

export function pressure(measure: Measure = {}): Channel {
  const label = { vi: 'Khí áp', en: 'Air pressure' }
  const report = { deadBand: 0.2, silenceS: HOUR }
  return gauge('hPa', { label, min: 300, max: 1100, resolution: 0.1, report }, measure)
}

export function windSpeed(measure: Measure = {}): Channel {
  const label = { vi: 'Tốc độ gió', en: 'Wind speed' }
  const report = { deadBand: 0.3, silenceS: QUARTER_HOUR }
  return gauge('m/s', { label, min: 0, max: 75, resolution: 0.1, report }, measure)
}

export function windDirection(measure: Measure = {}): Channel {
  const label = { vi: 'Hướng gió', en: 'Wind direction' }
  const report = { deadBand: 5, silenceS: QUARTER_HOUR }
  return gauge('deg', { label, min: 0, max: 360, resolution: 0.1, report }, measure)
}

/** Charge of a battery in percent, as the device reckons it. */
export function battery(measure: Measure = {}): Channel {
  const label = { vi: 'Pin', en: 'Battery' }
  const report = { deadBand: 1, silenceS: HALF_DAY }
  return gauge('%', { label, min: 0, max: 100, resolution: 1, report }, measure)
}

export function voltage(measure: Measure = {}): Channel {
  const label = { vi: 'Điện áp', en: 'Voltage' }
  const report = { deadBand: 0.01, silenceS: HOUR }
  return gauge('V', { label, min: 0, max: 500, resolution: 0.001, report }, measure)
}

export function current(measure: Measure = {}): Channel {
  const label = { vi: 'Dòng điện', en: 'Current' }
  const report = { deadBand: 0.01, silenceS: HOUR }
  return gauge('mA', { label, min: 0, max: 100_000, resolution: 0.001, report }, measure)
}

export function power(measure: Measure = {}): Channel {
  const label = { vi: 'Công suất', en: 'Power' }
  const report = { deadBand: 1, silenceS: HOUR }
  return gauge('W', { label, min: 0, max: 100_000, resolution: 1, report }, measure)
}

/** Any other quantity, with everything said. */
export function measure(unit: UnitCode, said: Measure & Required<Omit<Measure, 'report'>>): Channel {
  const report = { deadBand: said.resolution, silenceS: HOUR }
  return gauge(unit, { ...said, report }, said)
}

import type { Text } from '../../core/text.ts'
import type { UnitCode } from '../../core/units.ts'
import type { Channel } from '../define.ts'

const QUARTER_HOUR = 900
const UINT32_MAX = 4_294_967_295

/** A number that only grows, until it wraps or the device restarts. Every step is told. */
export function counter(label: Text, max = UINT32_MAX): Channel {
  const report = { deadBand: 0, silenceS: QUARTER_HOUR }
  return { label, unit: '1', min: 0, max, resolution: 1, kind: 'counter', report }
}

/** A counter in a unit of its own: rain in mm, energy in Wh. */
export function total(unit: UnitCode, label: Text, options: { max: number; resolution: number }): Channel {
  const report = { deadBand: 0, silenceS: QUARTER_HOUR }
  return { label, unit, min: 0, ...options, kind: 'counter', report }
}

/** Rain since the gauge was last reset. */
export function rainTotal(max: number): Channel {
  return total('mm', { vi: 'Lượng mưa cộng dồn', en: 'Accumulated rain' }, { max, resolution: 0.01 })
}

/** Tips of a tipping bucket: depth = tips × bucket, and the bucket is the station's to know. */
export function bucketTips(): Channel {
  return counter({ vi: 'Số lần lật gàu', en: 'Bucket tips' })
}

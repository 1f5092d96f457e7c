import type { Utc } from '../../core/clock.ts'
import type { Water } from '../water/water.ts'
import { type Fitting, install } from './equipment.ts'
import {
  airTemperature,
  announcement,
  battery,
  field,
  frame,
  MILESIGHT_PORT,
  u16,
  u32,
} from './milesight-frame.ts'
import type { FaultName, VirtualDevice } from './virtual-device.ts'

/** A tipping bucket wired to a battery-powered pulse counter, or a weather station that counts for itself. */
export const RAIN_MODELS = ['milesight-em300-di', 'milesight-wts506'] as const
export type RainModel = (typeof RAIN_MODELS)[number]

export interface RainGaugeOptions extends Fitting {
  readonly model: RainModel
  readonly serial: readonly number[]
  readonly water: Water
  /** Rain that tips the bucket once. */
  readonly bucket_mm: number
}

const BATTERY_PERCENT = 88
const BATTERY_LOW_PERCENT = 7

/** Counts whole tips since it was put up; the count never falls, and `stuck` (a blocked funnel) stops it. */
export function createRainGauge(options: RainGaugeOptions): VirtualDevice {
  const { model, water, bucket_mm } = options
  const before_mm = water.rainAt(options.clock.now())
  let missed = 0
  let tips = 0
  const percent = (faults: ReadonlySet<FaultName>) =>
    faults.has('battery-low') ? BATTERY_LOW_PERCENT : BATTERY_PERCENT

  return install(options, {
    model,
    class: 'A',
    fPort: MILESIGHT_PORT,
    canFail: ['stuck', 'silent', 'battery-low'],
    announcement: announcement(options.serial, 'A'),
    battery: (faults) => Math.round((percent(faults) / 100) * 254),
    report(faults, at) {
      // A guard against 0.2 × 5 falling just short of 1 in floating point.
      const fallen = Math.floor((water.rainAt(at) - before_mm) / bucket_mm + 1e-9)
      if (faults.has('stuck')) missed = fallen - tips
      tips = fallen - missed
      return encode(model, percent(faults), tips, bucket_mm, at)
    },
    values: () => ({ tips, rain_mm: tips * bucket_mm }),
  })
}

function encode(model: RainModel, percent: number, tips: number, bucket_mm: number, at: Utc): Uint8Array {
  switch (model) {
    case 'milesight-em300-di':
      return frame(
        battery(percent),
        field(0x03, 0x67, ...airTemperature(at)),
        HUMIDITY,
        field(0x05, 0xc8, ...u32(tips)),
      )
    case 'milesight-wts506':
      return weather(percent, tips * bucket_mm, at)
  }
}

/** 88 %: it rains. */
const HUMIDITY = field(0x04, 0x68, 176)

/** A mild easterly under the storm; only the rain is simulated. */
function weather(percent: number, rain_mm: number, at: Utc): Uint8Array {
  return frame(
    battery(percent),
    field(0x03, 0x67, ...airTemperature(at)),
    HUMIDITY,
    field(0x05, 0x84, ...u16(950)),
    field(0x06, 0x73, ...u16(10_063)),
    field(0x07, 0x92, ...u16(21)),
    field(0x08, 0xec, ...u32(rain_mm * 100), 1),
  )
}

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
} from './milesight-frame.ts'
import type { FaultName, VirtualDevice } from './virtual-device.ts'

export const LEVEL_MODELS = ['milesight-em400-udl', 'milesight-em410-rdl', 'milesight-em500-udl'] as const
export type LevelModel = (typeof LEVEL_MODELS)[number]

export interface LevelSensorOptions extends Fitting {
  readonly model: LevelModel
  readonly serial: readonly number[]
  readonly water: Water
  /** Elevation of the sensor above the station's datum. */
  readonly datum_m: number
  /** Angle of its beam from the vertical. */
  readonly tilt_deg: number
}

/** Repeatability of such sensors over moving water. */
const NOISE_M = 0.002
/** Nearer than this the echo is lost in the transducer's own ringing. */
const BLIND_M = 0.25
const FAR_M = 10
/** A spike is an echo from a branch or a boat: this share of the true distance, once. */
const SPIKE_SHARE = 0.35
const DRIFT_M_PER_H = 0.06
const BATTERY_PERCENT = 92
const BATTERY_LOW_PERCENT = 8

/** Looks down on the water and tells the distance in millimetres. */
export function createLevelSensor(options: LevelSensorOptions): VirtualDevice {
  const { model, water, random, datum_m, tilt_deg } = options
  const slant = Math.cos((tilt_deg * Math.PI) / 180)
  let distance_m = FAR_M
  let driftSince: Utc | undefined

  const measure = (faults: Set<FaultName>, at: Utc): number => {
    if (faults.has('stuck')) return distance_m
    const true_m = (datum_m - water.stageAt(at)) / slant
    const drift_m = driftSince === undefined ? 0 : (DRIFT_M_PER_H * (at - driftSince)) / 3_600_000
    const spike = faults.delete('spike') ? SPIKE_SHARE : 1
    const noise_m = (random.next() * 2 - 1) * NOISE_M
    return Math.max(BLIND_M, Math.min(FAR_M, true_m * spike + drift_m + noise_m))
  }
  const percent = (faults: ReadonlySet<FaultName>) =>
    faults.has('battery-low') ? BATTERY_LOW_PERCENT : BATTERY_PERCENT

  return install(options, {
    model,
    class: 'A',
    fPort: MILESIGHT_PORT,
    canFail: ['stuck', 'silent', 'spike', 'drift', 'battery-low', 'no-target'],
    announcement: announcement(options.serial, 'A'),
    battery: (faults) => Math.max(1, Math.round((percent(faults) / 100) * 254)),
    report(faults, at) {
      distance_m = measure(faults, at)
      if (!faults.has('drift')) driftSince = undefined
      return encode(model, percent(faults), faults.has('no-target') ? undefined : distance_m * 1_000, at)
    },
    values: () => ({ measured_m: distance_m, stage_m: datum_m - distance_m * slant }),
    onFault(name, at) {
      if (name === 'drift') driftSince ??= at
    },
  })
}

/** `distance_mm` is undefined where there is no echo. */
function encode(model: LevelModel, percent: number, distance_mm: number | undefined, at: Utc): Uint8Array {
  switch (model) {
    case 'milesight-em500-udl':
      // Without an echo this model tells the end of its range.
      return frame(battery(percent), field(0x03, 0x82, ...u16(distance_mm ?? FAR_M * 1_000)))
    case 'milesight-em400-udl':
    case 'milesight-em410-rdl': {
      const temperature = field(0x03, 0x67, ...airTemperature(at))
      if (distance_mm !== undefined) {
        return frame(
          battery(percent),
          temperature,
          field(0x04, 0x82, ...u16(distance_mm)),
          field(0x05, 0x00, 0),
        )
      }
      return model === 'milesight-em410-rdl'
        ? frame(battery(percent), temperature, field(0xb4, 0x82, 0xfd, 0xff, 0x02))
        : frame(battery(percent), temperature, field(0x04, 0x82, ...u16(FAR_M * 1_000)))
    }
  }
}

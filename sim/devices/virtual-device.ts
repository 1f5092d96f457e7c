import type { Utc } from '../../core/clock.ts'
import { HOUSE_FAULTS } from '../greenhouse/house-faults.ts'
import { LAMP_FAULTS } from '../lighting/virtual-lamp.ts'
import { CABINET_FAULTS, FEEDER_FAULTS } from '../lighting/virtual-street.ts'
import type { EndDeviceState } from '../lorawan-device.ts'

/**
 * What can be made to go wrong, on demand. Not every fault exists on every device: `fault` answers false then.
 * `none` mends everything.
 */
export const FAULTS = [
  'none',
  'stuck',
  'silent',
  'spike',
  'drift',
  'battery-low',
  'no-target',
  'dead',
  ...LAMP_FAULTS,
  ...FEEDER_FAULTS,
  ...CABINET_FAULTS,
  ...HOUSE_FAULTS,
] as const
export type FaultName = (typeof FAULTS)[number]

/** One piece of field equipment with its radio. */
export interface VirtualDevice {
  readonly id: string
  readonly model: string
  start(): void
  stop(): void
  /** False when this device cannot fail in that way. */
  fault(name: FaultName): boolean
  snapshot(): DeviceSnapshot
}

export interface DeviceSnapshot {
  readonly id: string
  readonly model: string
  readonly faults: readonly FaultName[]
  readonly radio: EndDeviceState
  readonly lastReportAt: Utc | null
  /** What the device is at: `measured_m`, `tips`, `relay1` … by the device's own names. */
  readonly values: Readonly<Record<string, number>>
  /** Sirens only: whether sound is heard, and relay states as switched. */
  readonly outputs?: readonly OutputSnapshot[]
}

export interface OutputSnapshot {
  readonly output: string
  readonly means: 'siren' | 'beacon' | 'none'
  /** The relay's contact. */
  readonly closed: boolean
  /** What a person there would hear or see. */
  readonly sounding: boolean
}

import type { LorawanBinding } from '../define.ts'
import { type Field, skipped } from './fields.ts'
import { assertDeclared, type CodecDevice, lorawanCodec } from './lorawan-codec.ts'
import { taggedFields } from './tagged-fields.ts'

/**
 * Milesight frames: id, type, data, repeated, little-endian, on port 85.
 * Source: field tables in github.com/Milesight-IoT/SensorDecoders, README of each model.
 */
export const MILESIGHT_PORT = 85

/** Field by id and type in hexadecimal: `0367` is id 03, type 67. */
export type MilesightFields = Readonly<Record<string, Field>>

/** What every model sends when it joins, and its answers to the settings that we send. */
const common: MilesightFields = {
  FF01: skipped(1), // protocol version
  FF09: skipped(2), // hardware version
  FF0A: skipped(2), // firmware version
  FFFF: skipped(2), // thing specification version
  FF16: skipped(8), // serial number
  FF0F: skipped(1), // LoRaWAN class
  FFFE: skipped(1), // reset event
  FF0B: skipped(1), // power on
  FE02: skipped(2), // collection interval
  FF02: skipped(2),
  FE03: skipped(2), // report interval
  FF03: skipped(2),
  FE10: skipped(1), // reboot
  FF10: skipped(1),
  FE28: skipped(1), // status query
  FF28: skipped(1),
  FE4A: skipped(1), // time synchronisation
  FF4A: skipped(1),
}

export interface MilesightDevice extends CodecDevice {
  readonly fields: MilesightFields
}

/** PAYLOAD_TRUNCATED, PAYLOAD_UNKNOWN_FIELD, PAYLOAD_OUT_OF_RANGE, PAYLOAD_WRONG_PORT. */
export function milesight(device: MilesightDevice): LorawanBinding {
  const { model } = device
  const fields = new Map(
    Object.entries({ ...common, ...device.fields }).map(([key, field]) => [code(key), field]),
  )
  assertDeclared(device, fields.values())
  return lorawanCodec(device, MILESIGHT_PORT, taggedFields(model, fields))
}

function code(key: string): number {
  if (!/^[0-9A-F]{4}$/.test(key)) throw new Error(`a Milesight field is four hexadecimal digits, not ${key}`)
  return Number.parseInt(key, 16)
}

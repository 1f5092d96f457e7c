import type { LorawanBinding } from '../define.ts'
import type { Field } from './fields.ts'
import { assertDeclared, type CodecDevice, lorawanCodec } from './lorawan-codec.ts'
import { taggedFields } from './tagged-fields.ts'

/**
 * Cayenne Low Power Payload: channel, type, data, repeated, big-endian. The type alone gives length, unit and scale; the
 * channel tells apart several sensors of the same type and becomes part of our channel's name.
 */
export interface LppDevice extends CodecDevice {
  readonly fPort: number
  /** Highest channel number that the definition declares. */
  readonly channelMax: number
  /** The field of a type for one channel number. */
  readonly types: ReadonlyMap<number, (channel: number) => Field>
}

/** PAYLOAD_TRUNCATED, PAYLOAD_UNKNOWN_FIELD, PAYLOAD_OUT_OF_RANGE, PAYLOAD_WRONG_PORT. */
export function cayenneLpp(device: LppDevice): LorawanBinding {
  const { model, channelMax } = device
  const fields = new Map<number, Field>()
  for (const [type, fieldOf] of device.types)
    for (let channel = 0; channel <= channelMax; channel++)
      fields.set((channel << 8) | type, fieldOf(channel))
  assertDeclared(device, fields.values())
  return lorawanCodec(device, device.fPort, taggedFields(model, fields))
}

import { fault } from '../../core/errors.ts'
import { err, type Result } from '../../core/result.ts'
import type { Channel, Downlink, LorawanBinding, OutputRequest } from '../define.ts'
import type { Field } from './fields.ts'
import { type Findings, withinRange } from './findings.ts'

/** What every codec is told about the device that it serves. */
export interface CodecDevice {
  readonly model: string
  readonly telemetry: Readonly<Record<string, Channel>>
  readonly class: 'A' | 'C'
  encode?(requests: readonly OutputRequest[]): Result<readonly Downlink[]>
}

export type ReadPayload = (view: DataView) => Result<Findings>

/** The checks that no decoder may forget: the port before the first byte, the ranges after the last. */
export function lorawanCodec(device: CodecDevice, fPort: number, read: ReadPayload): LorawanBinding {
  const { model, telemetry } = device
  return {
    class: device.class,
    fPort,
    decode(bytes, port) {
      if (port !== fPort) return err(fault('PAYLOAD_WRONG_PORT', { model, port, expected: fPort }))
      if (bytes.length === 0) return err(fault('PAYLOAD_TRUNCATED', { model, at: 0 }))
      const findings = read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return findings.ok ? withinRange(model, telemetry, findings.value) : findings
    },
    ...(device.encode === undefined ? {} : { encode: device.encode }),
  }
}

/** A field that names a channel which the definition lacks is a slip of the author: it must not wait for a frame. */
export function assertDeclared(device: CodecDevice, fields: Iterable<Field>): void {
  for (const field of fields) {
    for (const channel of field.channels) {
      if (device.telemetry[channel] === undefined)
        throw new Error(`${device.model} decodes ${channel}, which it does not declare`)
    }
  }
}

import { fault } from '../../core/errors.ts'
import { err, type Result } from '../../core/result.ts'
import { createFramer } from '../codecs/serial-frames.ts'
import type { Decoded, DeviceDefinition, Example, SerialBinding } from '../define.ts'
import { decodedFault, exampleBytes } from './comparison.ts'

export function serialFault(
  definition: DeviceDefinition,
  example: Extract<Example, { via: 'serial' }>,
): string | null {
  const binding = definition.via.serial
  if (binding === undefined) return 'no serial binding to run it on'
  return decodedFault(example, decodeFrame(binding, definition.model, exampleBytes(example.bytes)))
}

/** What a binding makes of the bytes of one frame; PAYLOAD_TRUNCATED where they are none. */
export function decodeFrame(binding: SerialBinding, model: string, bytes: Uint8Array): Result<Decoded> {
  const frames: Uint8Array[] = []
  const framer = createFramer(binding.framing, { frame: (payload) => frames.push(payload) })
  framer.take(bytes)
  framer.quiet()
  const frame = frames.at(-1)
  return frame === undefined
    ? err(fault('PAYLOAD_TRUNCATED', { model, at: bytes.length }))
    : binding.decode(frame)
}

import { Decoder, Encoder } from 'cbor-x'
import type { Static, TSchema } from 'typebox'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { checker } from '../schema.ts'

/** Larger payloads are refused unread; the largest honest one is a dictionary part of 1000 series. */
export const MESSAGE_BYTES_MAX = 256 * 1024

const plain = { useRecords: false, mapsAsObjects: true, tagUint8Array: false } as const
const encoder = new Encoder(plain)
const decoder = new Decoder(plain)

export function encodeCbor(value: unknown): Uint8Array {
  return Uint8Array.from(encoder.encode(value))
}

/** Decodes untrusted CBOR; anything but one well-formed item is refused. */
export function decodeCbor(bytes: Uint8Array): Result<unknown> {
  if (bytes.length > MESSAGE_BYTES_MAX) {
    return err(fault('MESSAGE_TOO_LARGE', { bytes: bytes.length, limit: MESSAGE_BYTES_MAX }))
  }
  try {
    return ok(decoder.decode(bytes))
  } catch {
    // cbor-x throws Error, RangeError or TypeError for malformed input; all mean the same to us.
    return err(fault('MESSAGE_MALFORMED', { reason: 'not CBOR' }))
  }
}

/** A decoder for one message type: CBOR, then its schema. */
export function messageDecoder<S extends TSchema>(
  name: string,
  schema: S,
): (bytes: Uint8Array) => Result<Static<S>> {
  const check = checker(schema)
  return (bytes) => {
    const decoded = decodeCbor(bytes)
    if (!decoded.ok) return decoded
    const checked = check(decoded.value)
    if (checked.ok) return ok(checked.value)
    const { path, message } = checked.problem
    return err(fault('MESSAGE_INVALID', { message: name, key: path, reason: message }))
  }
}

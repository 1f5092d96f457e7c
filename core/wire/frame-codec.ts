import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type Fault, fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { crc32c } from './crc32c.ts'
import type { Frame } from './frame.ts'
import { decodeBody, encodeBody, type FrameVersion } from './frame-body.ts'
import { LANES } from './topics.ts'
import { byteReader, byteWriter } from './varint.ts'

/**
 * A frame on the wire; docs/protocol.md has it to the byte:
 *
 *     'T' 'F' 02 | lane | epoch ×8 | first | last − first | length | raw deflate of the body | CRC-32C, big-endian
 */

/** Largest frame that is sent or accepted. */
export const FRAME_BYTES_MAX = 256 * 1024
/** Largest body after inflating: what a hostile frame can make us allocate. */
const FRAME_BODY_BYTES_MAX = 4 * 1024 * 1024

const MAGIC = [0x54, 0x46] as const
/** What is written; version 1 is still read. */
const VERSION = 2
const HEAD_BYTES = MAGIC.length + 1 + 1 + 8
const CRC_BYTES = 4
/** Three one-byte varints and an empty deflate stream of two bytes. */
const FRAME_BYTES_MIN = HEAD_BYTES + 3 + 2 + CRC_BYTES

/** Throws for a frame that does not account for exactly its range, or is beyond the limits: the caller cuts frames. */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = encodeBody(frame)
  if (body.length > FRAME_BODY_BYTES_MAX) throw new RangeError(`frame body of ${body.length} bytes`)
  const packed = deflateRawSync(body)
  const writer = byteWriter(HEAD_BYTES + packed.length + 32)
  for (const byte of MAGIC) writer.byte(byte)
  writer.byte(VERSION)
  writer.byte(LANES.indexOf(frame.lane))
  writer.bytes(epochBytes(frame.epoch))
  writer.varint(frame.first)
  writer.varint(frame.last - frame.first)
  writer.varint(packed.length)
  writer.bytes(packed)
  const sum = crc32c(writer.done())
  for (const shift of [24, 16, 8, 0]) writer.byte((sum >>> shift) & 0xff)
  const bytes = writer.done()
  if (bytes.length > FRAME_BYTES_MAX) throw new RangeError(`frame of ${bytes.length} bytes`)
  return bytes
}

/** Decodes untrusted bytes: everything is bounded and checked, and any refusal has a FRAME_ code. */
export function decodeFrame(bytes: Uint8Array): Result<Frame> {
  const opened = openFrame(bytes)
  if (!opened.ok) return opened
  const { version, lane, epoch, first, last, packed } = opened.value
  const inflated = inflate(packed)
  if (!inflated.ok) return inflated
  const body = decodeBody(inflated.value, version, { lane, first, last })
  return body.ok ? ok({ epoch, first, last, ...body.value }) : body
}

/** The checksum at the end of a frame: with its range, what an acknowledgement names it by. */
export function frameCrc(bytes: Uint8Array): number {
  if (bytes.length < FRAME_BYTES_MIN) throw new RangeError(`frame of ${bytes.length} bytes`)
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - CRC_BYTES).getUint32(0)
}

interface Opened {
  readonly version: FrameVersion
  readonly lane: Frame['lane']
  readonly epoch: string
  readonly first: number
  readonly last: number
  readonly packed: Uint8Array
}

/** Everything around the body: magic, version, lengths, checksum, then the fields. */
function openFrame(bytes: Uint8Array): Result<Opened> {
  if (bytes.length > FRAME_BYTES_MAX) return tooLarge('frame', FRAME_BYTES_MAX)
  const reader = byteReader(bytes)
  if (reader.byte() !== MAGIC[0] || reader.byte() !== MAGIC[1]) {
    return err(bytes.length < MAGIC.length ? truncated(bytes) : fault('FRAME_BAD_MAGIC'))
  }
  const version = reader.byte()
  if (bytes.length < FRAME_BYTES_MIN) return err(truncated(bytes))
  if (version !== 1 && version !== VERSION) return err(fault('FRAME_VERSION', { version, known: VERSION }))
  const laneCode = reader.byte()
  const epoch = Buffer.from(reader.bytes(8)).toString('hex')
  const first = reader.varint()
  const last = first + reader.varint()
  const packed = reader.bytes(reader.varint())
  if (reader.failed || reader.left < CRC_BYTES) return err(truncated(bytes))
  if (reader.left > CRC_BYTES) return err(fault('FRAME_TRAILING', { bytes: reader.left - CRC_BYTES }))
  const found = Buffer.from(reader.bytes(CRC_BYTES)).readUInt32BE(0)
  const computed = crc32c(bytes.subarray(0, bytes.length - CRC_BYTES))
  if (found !== computed) return err(fault('FRAME_CRC', { found, computed }))
  const lane = LANES[laneCode]
  if (lane === undefined) return err(fault('FRAME_LANE', { lane: laneCode }))
  if (!Number.isSafeInteger(last)) return err(fault('FRAME_ACCOUNTING', { reason: 'last is too large' }))
  return ok({ version, lane, epoch, first, last, packed })
}

function inflate(packed: Uint8Array): Result<Uint8Array> {
  try {
    // With `info` zlib also tells how much it consumed: bytes after the stream's end must not pass unseen.
    const inflated: unknown = inflateRawSync(packed, { maxOutputLength: FRAME_BODY_BYTES_MAX, info: true })
    const { buffer, engine } = inflated as { buffer: Uint8Array; engine: { bytesWritten: number } }
    if (engine.bytesWritten !== packed.length) return err(fault('FRAME_BODY', { reason: 'trailing bytes' }))
    return ok(buffer)
  } catch (cause) {
    const large = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    if (large) return tooLarge('body', FRAME_BODY_BYTES_MAX)
    return err(fault('FRAME_BODY', { reason: 'not a deflate stream' }))
  }
}

function epochBytes(epoch: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(epoch)) throw new RangeError(`not an epoch: ${epoch}`)
  return Buffer.from(epoch, 'hex')
}

function truncated(bytes: Uint8Array): Fault {
  return fault('FRAME_TRUNCATED', { bytes: bytes.length })
}

function tooLarge(what: string, limit: number): Result<never> {
  return err(fault('FRAME_TOO_LARGE', { what, limit }))
}

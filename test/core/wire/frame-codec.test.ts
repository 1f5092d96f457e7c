import { readdirSync, readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { crc32c } from '../../../core/wire/crc32c.ts'
import type { Frame, FrameReading } from '../../../core/wire/frame.ts'
import { encodeBody } from '../../../core/wire/frame-body.ts'
import { decodeFrame, encodeFrame, FRAME_BYTES_MAX, frameCrc } from '../../../core/wire/frame-codec.ts'
import { byteReader, byteWriter } from '../../../core/wire/varint.ts'
import { anyFrame } from './frames.ts'

const EPOCH = '00112233445566ff'

function liveFrame(
  readings: readonly FrameReading[],
  more: Partial<Pick<Frame, 'first' | 'last' | 'gaps'>> = {},
): Frame {
  return { lane: 'live', epoch: EPOCH, first: 0, last: readings.length - 1, gaps: [], ...more, readings }
}

function reading(seq: number): FrameReading {
  return { seq, series: seq % 10, at: 1_790_000_000_000 + seq, value: seq, flag: 1 }
}

/** A frame around any body, with a right checksum: what a hostile but careful sender can make. */
function sealed(
  body: Uint8Array,
  head: { lane?: number; first?: number; span?: number; version?: number } = {},
): Uint8Array {
  const writer = byteWriter()
  writer.bytes(Uint8Array.of(0x54, 0x46, head.version ?? 2, head.lane ?? 2))
  writer.bytes(Buffer.from(EPOCH, 'hex'))
  writer.varint(head.first ?? 0)
  writer.varint(head.span ?? 0)
  writer.varint(body.length)
  writer.bytes(body)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32c(writer.done()))
  writer.bytes(sum)
  return writer.done()
}

/** A body of version 1: what version 2 has between the gaps and the rows, and behind them, taken out. */
function bodyOf1(readings: readonly FrameReading[]): Uint8Array {
  const body = encodeBody(liveFrame(readings))
  return Uint8Array.of(body[0] ?? 0, ...body.subarray(3, -1))
}

function codeOf(bytes: Uint8Array): string {
  const decoded = decodeFrame(bytes)
  return decoded.ok ? 'accepted' : decoded.error.code
}

test('CRC-32C of "123456789" is E3069283 (RFC 3720 and the CRC catalogue)', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
})

test('a zigzag varint carries every integer of 53 bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), (value) => {
      const writer = byteWriter()
      writer.zigzag(value)
      const reader = byteReader(writer.done())
      expect([reader.zigzag() + 0, reader.left, reader.failed]).toEqual([value + 0, 0, false])
    }),
  )
})

describe('a frame', () => {
  test('comes back as it went, whatever its lane, rows and gaps', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame })
      }),
      { numRuns: 2000 },
    )
  })

  test('takes less than two bytes a reading in a batch of 100 sets of 10 channels', () => {
    const random = seededRandom(3)
    const values = Array.from({ length: 10 }, () => 2000)
    const readings = Array.from({ length: 1000 }, (_, seq): FrameReading => {
      const series = seq % 10
      values[series] = (values[series] ?? 0) + Math.round((random.next() - 0.5) * 12)
      const at = 1_790_000_000_000 + Math.floor(seq / 10) * 60_000
      // Each station reports when it likes: the minute, and up to a second of jitter.
      const jitter = (Math.floor(seq / 10) * 7919) % 1000
      return { seq, series, at: at + jitter, value: values[series] ?? 0, flag: 1 }
    })
    expect(encodeFrame(liveFrame(readings)).length / 1000).toBeLessThan(2)
  })

  test('of a thousand rows grows by at most eight bytes for what version 2 adds', () => {
    const readings = Array.from({ length: 1000 }, (_, seq) => reading(seq))
    const version1 = 2 + 1 + 1 + 8 + 1 + 2 + 2 + deflateRawSync(bodyOf1(readings)).length + 4
    const version2 = encodeFrame({ ...liveFrame(readings), dictionary: 0x9e3779b9 } as Frame).length
    expect(version2 - version1).toBeLessThanOrEqual(8)
  })

  test('of an hour of thinned rows takes less than seven bytes a row', () => {
    const random = seededRandom(5)
    const readings = Array.from({ length: 600 }, (_, seq): FrameReading => {
      const at = 1_790_000_000_000 + Math.floor(seq / 10) * 60_000 + 55_000
      const value = 2000 + Math.round(random.next() * 20)
      const [min, max] = [value - Math.round(random.next() * 8), value + Math.round(random.next() * 8)]
      const sum = 12 * min + Math.round(random.next() * 12 * (max - min))
      const summary = { from: at - 55_000, count: 12, sum, min, max }
      return { seq, series: seq % 10, at, value, flag: 1, summary }
    })
    expect(encodeFrame(liveFrame(readings)).length / 600).toBeLessThan(7)
  })

  test('is named by the checksum at its end', () => {
    const bytes = encodeFrame(liveFrame([reading(0)]))
    expect(frameCrc(bytes)).toBe(Buffer.from(bytes.subarray(-4)).readUInt32BE(0))
  })

  test.each([
    ['a value outside it', { min: 1, max: 5 }],
    ['one reading alone', { count: 1 }],
    ['a sum that cannot be', { sum: 100 }],
    ['a sum that a double does not hold', { count: 2 ** 32 - 1, max: 2 ** 40, sum: 2 ** 41 }],
    ['a beginning after its end', { from: 1_790_000_000_001 }],
  ])('with a summary of %s is not encoded', (_what, wrong) => {
    const summary = { from: 1_790_000_000_000, count: 2, sum: 3, min: 0, max: 5, ...wrong }
    expect(() => encodeFrame(liveFrame([{ ...reading(0), summary }]))).toThrow('summary')
  })

  test('with undated ranges that overlap is not encoded', () => {
    const range = { first: 0, last: 1, after: 0, before: 1 }
    const frame = { ...liveFrame([reading(0), reading(1)]), undated: [range, range] }
    expect(() => encodeFrame(frame)).toThrow('out of place')
  })

  test('that does not account for its range is not encoded', () => {
    expect(() => encodeFrame(liveFrame([reading(0), reading(2)], { last: 2 }))).toThrow(
      'neither a row nor in a gap',
    )
  })

  test('whose rows and gaps overlap is not encoded', () => {
    const gaps = [{ first: 0, last: 0, reason: 'dropped' }] as const
    expect(() => encodeFrame(liveFrame([reading(0)], { gaps }))).toThrow('frame live 0 to 0')
  })

  test('with a value beyond 2^51 is not encoded', () => {
    expect(() => encodeFrame(liveFrame([{ ...reading(0), value: 2 ** 51 }]))).toThrow('value')
  })
})

/** No gaps, nothing undated, no dictionary; series 0 at 1970 with the value 0 and flag 1. Summaries are to follow. */
const ONE_ROW = [0, 0, 0, 0, 1, 0, 0, 1, 1]

function body(bytes: readonly number[], head: { span?: number; version?: number } = {}): Uint8Array {
  return sealed(deflateRawSync(Uint8Array.from(bytes)), head)
}

describe('refused frames', () => {
  const good = encodeFrame(liveFrame([reading(0), reading(1), reading(2)]))

  test.each([
    ['nothing at all', new Uint8Array(), 'FRAME_TRUNCATED'],
    ['one byte', good.subarray(0, 1), 'FRAME_TRUNCATED'],
    ['the head alone', good.subarray(0, 12), 'FRAME_TRUNCATED'],
    ['all but the last byte', good.subarray(0, -1), 'FRAME_TRUNCATED'],
    ['a JSON text', new TextEncoder().encode('{"v":1,"value":17.25,"unit":"m"}'), 'FRAME_BAD_MAGIC'],
    ['another version', good.with(2, 3), 'FRAME_VERSION'],
    ['a byte too many', Uint8Array.of(...good, 0), 'FRAME_TRAILING'],
    ['a flipped bit in the body', good.with(20, (good[20] ?? 0) ^ 1), 'FRAME_CRC'],
    ['more bytes than any frame', new Uint8Array(FRAME_BYTES_MAX + 1), 'FRAME_TOO_LARGE'],
    ['an unknown lane', sealed(deflateRawSync(Uint8Array.of(0)), { lane: 3 }), 'FRAME_LANE'],
    ['a body that is not deflated', sealed(Uint8Array.of(0xff, 0xff)), 'FRAME_BODY'],
    [
      'bytes after the deflate stream',
      sealed(Uint8Array.of(...deflateRawSync(Uint8Array.of(1, 0, 0, 2)), 7)),
      'FRAME_BODY',
    ],
    [
      'a body that inflates without end',
      sealed(deflateRawSync(new Uint8Array(64 * 1024 * 1024))),
      'FRAME_TOO_LARGE',
    ],
    [
      'more rows than any frame',
      sealed(deflateRawSync(Uint8Array.of(0, 0)), { span: 10_000 }),
      'FRAME_TOO_LARGE',
    ],
    [
      'a gap beyond its range',
      sealed(deflateRawSync(Uint8Array.of(1, 0, 1, 2)), { span: 0 }),
      'FRAME_ACCOUNTING',
    ],
    ['an unknown gap reason', sealed(deflateRawSync(Uint8Array.of(1, 0, 0, 99))), 'FRAME_BODY'],
    [
      'a range beyond 2^53',
      sealed(deflateRawSync(Uint8Array.of(0)), { first: 2 ** 53 - 1, span: 5 }),
      'FRAME_ACCOUNTING',
    ],
    ['rows that are missing', body([0, 0, 0], { span: 1 }), 'FRAME_BODY'],
    ['bytes after the columns', body([0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0]), 'FRAME_BODY'],
    ['bytes after the columns of version 1', body([0, 0, 1, 0, 0, 1, 1, 0], { version: 1 }), 'FRAME_BODY'],
    ['an unknown flag', body([0, 0, 0, 0, 1, 0, 0, 7, 1, 0]), 'FRAME_BODY'],
    ['an overlong varint', body([0, 0, 0, 0x80, 0, 1, 0, 0, 1, 1, 0]), 'FRAME_BODY'],
    ['no word on the dictionary', body([0, 0, 2, 0, 1, 0, 0, 1, 1, 0]), 'FRAME_BODY'],
    ['a checksum of the dictionary cut short', body([0, 0, 1, 0, 0]), 'FRAME_BODY'],
    ['an undated range beyond its frame', body([0, 1, 0, 1, 0, 0]), 'FRAME_ACCOUNTING'],
    ['an undated range before 1970', body([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0]), 'FRAME_BODY'],
    ['more undated ranges than any frame', body([0, 0xff, 0xff, 1]), 'FRAME_TOO_LARGE'],
    ['undated ranges cut short', body([0, 1, 0]), 'FRAME_BODY'],
    ['more summaries than rows', body([...ONE_ROW, 2]), 'FRAME_BODY'],
    ['a summary of no row', body([...ONE_ROW, 1, 1, 0, 0, 0, 0, 0]), 'FRAME_BODY'],
    ['a summary that begins before 1970', body([...ONE_ROW, 1, 0, 1, 0, 0, 0, 0]), 'FRAME_BODY'],
    ['a summary whose sum exceeds its maximum', body([...ONE_ROW, 1, 0, 0, 0, 0, 3, 7]), 'FRAME_BODY'],
    ['summaries cut short', body([...ONE_ROW, 1, 0, 0]), 'FRAME_BODY'],
  ])('%s: %#', (_what, bytes, code) => {
    expect(codeOf(bytes)).toBe(code)
  })

  test('the smallest frame of one reading is accepted', () => {
    expect(codeOf(body([...ONE_ROW, 0]))).toBe('accepted')
  })

  test('the smallest frame of version 1 is accepted', () => {
    expect(codeOf(body([0, 0, 1, 0, 0, 1, 1], { version: 1 }))).toBe('accepted')
  })

  test('a summary at its bounds is accepted', () => {
    expect(codeOf(body([...ONE_ROW, 1, 0, 0, 0, 0, 3, 6]))).toBe('accepted')
  })
})

describe('hostile input', () => {
  const random = seededRandom(20)
  const noise = (length: number) => random.bytes(length)

  test('100,000 random and mangled frames never throw and are never accepted', () => {
    const frames = fc.sample(anyFrame, { numRuns: 50, seed: 5 }).map(encodeFrame)
    let accepted = 0
    for (let round = 0; round < 100_000; round++) {
      const frame = frames[round % frames.length] ?? new Uint8Array()
      const at = Math.floor(random.next() * frame.length)
      const kind = round % 3
      const bytes =
        kind === 0
          ? Uint8Array.of(0x54, 0x46, 1 + (round % 2), ...noise(round % 60))
          : kind === 1
            ? frame.subarray(0, at)
            : frame.with(at, (frame[at] ?? 0) ^ (1 << (round % 8)))
      if (decodeFrame(bytes).ok) accepted++
    }
    expect(accepted).toBe(0)
  })

  test('100,000 random bodies under a right checksum never throw, and what is accepted is encodable', () => {
    for (let round = 0; round < 100_000; round++) {
      const body = noise(1 + (round % 40)).map((byte) => (random.next() < 0.7 ? byte & 3 : byte))
      const decoded = decodeFrame(
        sealed(deflateRawSync(body, { level: 0 }), {
          lane: round % 3,
          span: round % 4,
          version: 1 + (round % 2),
        }),
      )
      if (decoded.ok) expect(decodeFrame(encodeFrame(decoded.value))).toEqual(decoded)
    }
  })
})

describe('published vectors', () => {
  const folder = new URL('../../fixtures/wire/', import.meta.url)
  const vectors = readdirSync(folder)
    .filter((name) => name.startsWith('frame-'))
    .map((name): [string, { hex: string; frame: unknown }] => [
      name,
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
    ])

  test.each(vectors)('%s decodes to what it says', (_name, { hex, frame }) => {
    const decoded = decodeFrame(Buffer.from(hex, 'hex'))
    const plain = JSON.parse(
      JSON.stringify(decoded, (_key, value) => {
        return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
      }),
    )
    expect(plain).toEqual({ ok: true, value: frame })
  })
})

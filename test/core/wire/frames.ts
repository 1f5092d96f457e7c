import fc from 'fast-check'
import { FLAG } from '../../../core/reading.ts'
import { type Frame, GAP_REASONS, type Gap } from '../../../core/wire/frame.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../../core/wire/frame-body.ts'

const epoch = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const at = fc.oneof(fc.integer({ min: 0, max: FRAME_AT_MAX }), fc.integer({ min: 1.79e12, max: 1.8e12 }))
const value = fc.oneof(
  fc.integer({ min: -FRAME_VALUE_MAX, max: FRAME_VALUE_MAX }),
  fc.integer({ min: -50, max: 50 }),
)
const flag = fc.constantFrom(...Object.values(FLAG))
const reason = fc.constantFrom(...GAP_REASONS)

/** A row, or a run of numbers without one. */
const part = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ at, value, flag, series: fc.nat(9_999), body: fc.uint8Array({ maxLength: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ reason, size: fc.integer({ min: 1, max: 1_000_000 }) }) },
)

/** Frames of every lane that account exactly for their range. */
export const anyFrame: fc.Arbitrary<Frame> = fc
  .record({
    lane: fc.constantFrom('alarm', 'state', 'live'),
    epoch,
    first: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 52 })),
    parts: fc.array(part, { minLength: 1, maxLength: 60 }),
  })
  .map(({ lane, epoch, first, parts }): Frame => {
    const gaps: Gap[] = []
    const rows: {
      seq: number
      at: number
      value: number
      flag: 1 | 2 | 3 | 4 | 9
      series: number
      body: Uint8Array
    }[] = []
    let seq = first
    for (const item of parts) {
      if ('size' in item) {
        gaps.push({ first: seq, last: seq + item.size - 1, reason: item.reason })
        seq += item.size
      } else rows.push({ seq: seq++, ...item })
    }
    const head = { epoch, first, last: seq - 1, gaps }
    if (lane === 'alarm')
      return { ...head, lane, events: rows.map(({ seq, at, body }) => ({ seq, at, body })) }
    return {
      ...head,
      lane,
      readings: rows.map(({ seq, series, at, value, flag }) => ({ seq, series, at, value, flag })),
    }
  })

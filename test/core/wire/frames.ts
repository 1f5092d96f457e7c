import fc from 'fast-check'
import { FLAG } from '../../../core/reading.ts'
import { type Frame, GAP_REASONS, type Gap, type Summary, type Undated } from '../../../core/wire/frame.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../../core/wire/frame-limits.ts'

const epoch = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const at = fc.oneof(fc.integer({ min: 0, max: FRAME_AT_MAX }), fc.integer({ min: 1.79e12, max: 1.8e12 }))
const value = fc.oneof(
  fc.integer({ min: -FRAME_VALUE_MAX, max: FRAME_VALUE_MAX }),
  fc.integer({ min: -50, max: 50 }),
)
const flag = fc.constantFrom(...Object.values(FLAG))
const reason = fc.constantFrom(...GAP_REASONS)

/** Distances of a summary from its row's time and value; the largest make its sum nearly inexact. */
const spread = fc.option(
  fc.record({
    span: fc.nat(86_400_000),
    count: fc.oneof(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 1_000_000 })),
    below: fc.nat(1_000),
    above: fc.nat(1_000),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
)

/** A row, or a run of numbers without one. */
const part = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ at, value, flag, spread },
      series: fc.nat(9_999),
      body: fc.uint8Array({ maxLength: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ reason, size: fc.integer({ min: 1, max: 1_000_000 }) }) },
)

type Row = Extract<typeof part extends fc.Arbitrary<infer T> ? T : never, { at: number }>

/** Undefined where the row lies too near to the bounds for it. */
function summaryOf({ at, value, spread }: Row): Summary | undefined {
  if (spread === null) return undefined
  const { span, count, below, above, part } = spread
  const [min, max] = [value - below, value + above]
  const fits = at >= span && count * Math.max(Math.abs(min), Math.abs(max)) < 2 ** 52
  if (!fits) return undefined
  const sum = count * min + Math.round(part * count * (max - min))
  return { from: at - span, count, sum, min, max }
}

/** Frames of every lane that account exactly for their range. */
export const anyFrame: fc.Arbitrary<Frame> = fc
  .record({
    lane: fc.constantFrom('alarm', 'state', 'live'),
    epoch,
    first: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 52 })),
    parts: fc.array(part, { minLength: 1, maxLength: 60 }),
    cuts: fc.array(fc.tuple(fc.nat(20), fc.nat(20), at, fc.nat(86_400_000)), { maxLength: 5 }),
    dictionary: fc.option(fc.nat(0xffffffff)),
  })
  .map(({ lane, epoch, first, parts, cuts, dictionary }): Frame => {
    const gaps: Gap[] = []
    const rows: (Row & { readonly seq: number })[] = []
    let seq = first
    for (const item of parts) {
      if ('size' in item) {
        gaps.push({ first: seq, last: seq + item.size - 1, reason: item.reason })
        seq += item.size
      } else rows.push({ seq: seq++, ...item })
    }
    const undated = undatedOf(cuts, first, seq - 1)
    const head = { epoch, first, last: seq - 1, gaps, ...(undated.length > 0 && { undated }) }
    if (lane === 'alarm')
      return { ...head, lane, events: rows.map(({ seq, at, body }) => ({ seq, at, body })) }
    const readings = rows.map((row) => {
      const { seq, series, at, value, flag } = row
      const summary = summaryOf(row)
      return { seq, series, at, value, flag, ...(summary !== undefined && { summary }) }
    })
    return { ...head, lane, readings, ...(dictionary !== null && { dictionary }) }
  })

function undatedOf(
  cuts: readonly (readonly [number, number, number, number])[],
  first: number,
  last: number,
): Undated[] {
  const ranges: Undated[] = []
  let next = first
  for (const [skip, size, after, width] of cuts) {
    const range = { first: next + skip, last: next + skip + size, after, before: after + width }
    if (range.last > last || range.before > FRAME_AT_MAX) break
    ranges.push(range)
    next = range.last + 1
  }
  return ranges
}

import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import type { Undated } from './frame.ts'
import { broken } from './frame-fault.ts'
import { FRAME_AT_MAX } from './frame-limits.ts'
import type { ByteReader, ByteWriter } from './varint.ts'

/**
 * Ranges of rows that no clock dated: a count, then for each (distance from the end of the one before, length − 1,
 * `after` as the difference to the one before, `before − after`).
 */

const FRAME_UNDATED_MAX = 10_000

/** What is wrong with ranges that are to be written; undefined when nothing is. */
export function undatedProblem(ranges: readonly Undated[], first: number, last: number): string | undefined {
  if (ranges.length > FRAME_UNDATED_MAX) return `${ranges.length} undated ranges`
  let next = first
  for (const range of ranges) {
    const whole = [range.first, range.last, range.after, range.before].every(Number.isSafeInteger)
    if (!whole || range.first < next || range.last < range.first) return 'an undated range is out of place'
    if (range.last > last) return 'an undated range reaches beyond the frame'
    if (range.after < 0 || range.before < range.after || range.before > FRAME_AT_MAX)
      return `an undated range between ${range.after} and ${range.before}`
    next = range.last + 1
  }
  return undefined
}

export function writeUndated(writer: ByteWriter, ranges: readonly Undated[], first: number): void {
  writer.varint(ranges.length)
  let next = first
  let known = 0
  for (const { first: from, last: to, after, before } of ranges) {
    writer.varint(from - next)
    writer.varint(to - from)
    writer.zigzag(after - known)
    writer.varint(before - after)
    next = to + 1
    known = after
  }
}

export function readUndated(reader: ByteReader, first: number, last: number): Result<Undated[]> {
  const count = reader.varint()
  if (count > FRAME_UNDATED_MAX)
    return err(fault('FRAME_TOO_LARGE', { what: 'undated', limit: FRAME_UNDATED_MAX }))
  const ranges: Undated[] = []
  let next = first
  let after = 0
  for (let index = 0; index < count; index++) {
    const from = next + reader.varint()
    const to = from + reader.varint()
    after += reader.zigzag()
    const before = after + reader.varint()
    if (reader.failed) return broken('undated ranges end early')
    if (to > last)
      return err(fault('FRAME_ACCOUNTING', { reason: 'an undated range reaches beyond the frame' }))
    if (after < 0 || before > FRAME_AT_MAX) return broken('undated time out of range')
    ranges.push({ first: from, last: to, after, before })
    next = to + 1
  }
  return reader.failed ? broken('undated ranges end early') : ok(ranges)
}

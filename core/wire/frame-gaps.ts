import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { GAP_REASONS, type Gap } from './frame.ts'
import { broken } from './frame-fault.ts'
import { FRAME_GAPS_MAX } from './frame-limits.ts'
import type { ByteReader, ByteWriter } from './varint.ts'

/** Gaps: a count, then for each (distance from the end of the one before, length − 1, reason). */

export function writeGaps(writer: ByteWriter, first: number, gaps: readonly Gap[]): void {
  writer.varint(gaps.length)
  let next = first
  for (const gap of gaps) {
    writer.varint(gap.first - next)
    writer.varint(gap.last - gap.first)
    writer.byte(GAP_REASONS.indexOf(gap.reason))
    next = gap.last + 1
  }
}

export function readGaps(reader: ByteReader, first: number, last: number): Result<Gap[]> {
  const count = reader.varint()
  if (count > FRAME_GAPS_MAX) return err(fault('FRAME_TOO_LARGE', { what: 'gaps', limit: FRAME_GAPS_MAX }))
  const gaps: Gap[] = []
  let next = first
  for (let index = 0; index < count; index++) {
    const from = next + reader.varint()
    const to = from + reader.varint()
    const reason = GAP_REASONS[reader.byte()]
    if (reader.failed) return broken('gaps end early')
    if (reason === undefined) return broken('unknown gap reason')
    if (to > last) return err(fault('FRAME_ACCOUNTING', { reason: 'a gap reaches beyond the frame' }))
    gaps.push({ first: from, last: to, reason })
    next = to + 1
  }
  return reader.failed ? broken('gaps end early') : ok(gaps)
}

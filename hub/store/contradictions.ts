import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { decodeCbor } from '../../core/wire/cbor.ts'
import type { FrameEvent, Gap, Undated } from '../../core/wire/frame.ts'
import { blob, number } from './columns.ts'
import type { Range } from './ranges.ts'
import type { StoredReading } from './rows.ts'

/**
 * Whether what an edge sends is what is held under the same numbers. Only the edge's own rows come twice: others show
 * that two nodes give numbers in one epoch. Each function takes rows in order of their numbers, all of them held, and
 * returns the lowest number under which something else is held; undefined when there is none.
 *
 * Of a row that no clock dated, two nodes with copies of it estimate other times, or one of them has learnt the time
 * since: it is the same row where the one time lies within what the other says of it.
 */
export interface Contradictions {
  /** `undated` are the ranges that the edge could not date. */
  ofReadings(stream: number, rows: readonly StoredReading[], undated?: readonly Undated[]): number | undefined
  ofEvents(stream: number, rows: readonly FrameEvent[], undated?: readonly Undated[]): number | undefined
  /** Of numbers that never had a row: the lowest under which one is held. */
  ofGaps(lane: 'alarm' | 'live', stream: number, gaps: readonly Gap[]): number | undefined
}

export function createContradictions(sql: SqlStore): Contradictions {
  const readings = sql.prepare(
    `SELECT seq, point, at, value, flag, from_at, count, sum, min, max
     FROM reading LEFT JOIN summary USING (stream, seq) WHERE stream = ? AND seq BETWEEN ? AND ?`,
  )
  const events = sql.prepare('SELECT seq, at, body FROM event WHERE stream = ? AND seq BETWEEN ? AND ?')
  // Gaps do not overlap: what reaches into a range is in it, or the last one that begins before it.
  const gaps = sql.prepare(
    `SELECT first, last FROM gap WHERE stream = ? AND first <= ? AND first >=
       coalesce((SELECT max(first) FROM gap WHERE stream = ? AND first <= ?), 0) ORDER BY first`,
  )
  const rowIn = {
    live: sql.prepare(
      'SELECT seq FROM reading WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT 1',
    ),
    alarm: sql.prepare('SELECT seq FROM event WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT 1'),
  }
  const undatedIn = sql.prepare(
    'SELECT first, last, after_at, before_at FROM undated WHERE stream = ? AND last >= ? AND first <= ? ORDER BY first',
  )
  const expired = sql.prepare('SELECT expired_before FROM stream WHERE id = ?')

  /** Where a gap was recorded there was no row; where rows were deleted for their age, there was no young one. */
  const find = <Row extends { readonly seq: number; readonly at: number }>(
    stream: number,
    rows: readonly Row[],
    told: readonly Undated[],
    held: ReadonlyMap<number, SqlRow>,
    same: (row: Row, held: SqlRow, sameTime: boolean) => boolean,
  ): number | undefined => {
    const [first, last] = [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? -1]
    const known = undatedIn.all(stream, first, last).map(undatedFrom)
    const sameTime = ({ seq, at }: Row, heldAt: number): boolean => {
      if (at === heldAt) return true
      const here = rangeOf(known, seq) ?? { after: heldAt, before: heldAt }
      const there = rangeOf(told, seq) ?? { after: at, before: at }
      return here.after <= there.before && there.after <= here.before
    }
    const lost = gaps
      .all(stream, last, stream, first)
      .map((row): Range => [number(row, 'first'), number(row, 'last')])
    const before = number(expired.get(stream) ?? {}, 'expired_before')
    const contradicts = (row: Row): boolean => {
      const one = held.get(row.seq)
      if (one !== undefined) return !same(row, one, sameTime(row, number(one, 'at')))
      if (lost.some(([from, to]) => row.seq >= from && row.seq <= to)) return true
      return before > 0 && row.at >= before
    }
    return rows.find(contradicts)?.seq
  }
  const bySeq = (rows: readonly SqlRow[]) => new Map(rows.map((row) => [number(row, 'seq'), row]))
  const span = (rows: readonly { readonly seq: number }[]) =>
    [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? -1] as const

  return {
    ofReadings: (stream, rows, undated = []) =>
      rows.length === 0
        ? undefined
        : find(stream, rows, undated, bySeq(readings.all(stream, ...span(rows))), sameReading),
    ofEvents: (stream, rows, undated = []) =>
      rows.length === 0
        ? undefined
        : find(stream, rows, undated, bySeq(events.all(stream, ...span(rows))), sameEvent),
    ofGaps(lane, stream, told) {
      for (const { first, last, reason } of told) {
        // What was acknowledged is told as released; every other reason says that no row was ever sent.
        const row = reason === 'released' ? undefined : rowIn[lane].get(stream, first, last)
        if (row !== undefined) return number(row, 'seq')
      }
      return undefined
    },
  }
}

function sameReading(
  { point, at, value, flag, summary }: StoredReading,
  held: SqlRow,
  sameTime: boolean,
): boolean {
  if (held.point !== point || !sameTime || held.value !== value || held.flag !== flag) return false
  if (summary === undefined) return held.count === null
  const { from, count, sum, min, max } = summary
  // Where the row's own time is an estimate, so is that of the first in it.
  const sameSpan = held.count === count && (held.from_at === from || held.at !== at)
  return sameSpan && held.sum === sum && held.min === min && held.max === max
}

function sameEvent({ at, body }: FrameEvent, held: SqlRow, sameTime: boolean): boolean {
  const known = blob(held, 'body')
  if (Buffer.compare(body, known) === 0) return held.at === at || sameTime
  return held.at !== at && sameTime && timeless(body) === timeless(known)
}

/** What an event says but for its time. */
function timeless(body: Uint8Array): string {
  const decoded = decodeCbor(body)
  if (!decoded.ok || typeof decoded.value !== 'object') return Buffer.from(body).toString('hex')
  return JSON.stringify({ ...decoded.value, at: null })
}

function undatedFrom(row: SqlRow): Undated {
  return {
    first: number(row, 'first'),
    last: number(row, 'last'),
    after: number(row, 'after_at'),
    before: number(row, 'before_at'),
  }
}

function rangeOf(undated: readonly Undated[], seq: number): Undated | undefined {
  return undated.find(({ first, last }) => seq >= first && seq <= last)
}

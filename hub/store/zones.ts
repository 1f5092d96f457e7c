import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number } from './columns.ts'
import type { Range } from './ranges.ts'

/** Neighbouring frames share a zone up to this size: a live lane's frames may hold one row each. */
const ZONE_ROWS_MAX = 1_000
const ZONE_SPAN_MS = 6 * 3_600_000

/** A run of sequence numbers and the times of its rows. */
export interface Zone {
  readonly first: number
  readonly last: number
  readonly from: number
  readonly to: number
  readonly rows: number
}

export interface Zones {
  add(stream: number, zone: Zone): void
  /** Runs that may hold rows of `from` to `to`, both included. */
  between(stream: number, from: number, to: number, limit: number): Range[]
  /** Times of the rows around a sequence number that is not held: the newest before it and the oldest after it. */
  around(stream: number, first: number, last: number): { readonly after: number; readonly before: number }
  span(stream: number): { readonly from: number | null; readonly to: number | null }
  olderThan(stream: number, at: number, limit: number): Range[]
  remove(stream: number, first: number): void
}

export function createZones(sql: SqlStore): Zones {
  const previous = sql.prepare(
    'SELECT first, last, at_min, at_max, rows FROM zone WHERE stream = ? AND first < ? ORDER BY first DESC LIMIT 1',
  )
  const following = sql.prepare(
    'SELECT at_min FROM zone WHERE stream = ? AND first > ? ORDER BY first LIMIT 1',
  )
  const put = sql.prepare(
    `INSERT INTO zone (stream, first, last, at_min, at_max, rows) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last = excluded.last, at_min = excluded.at_min, at_max = excluded.at_max,
       rows = excluded.rows`,
  )
  const overlapping = sql.prepare(
    'SELECT first, last FROM zone WHERE stream = ? AND at_max >= ? AND at_min <= ? ORDER BY first LIMIT ?',
  )
  const old = sql.prepare(
    'SELECT first, last FROM zone WHERE stream = ? AND at_max < ? ORDER BY at_max LIMIT ?',
  )
  const spanned = sql.prepare(
    'SELECT min(at_min) AS at_min, max(at_max) AS at_max FROM zone WHERE stream = ?',
  )
  const removed = sql.prepare('DELETE FROM zone WHERE stream = ? AND first = ?')
  const ranges = (rows: ReturnType<typeof overlapping.all>) =>
    rows.map((row): Range => [number(row, 'first'), number(row, 'last')])

  return {
    add(stream, zone) {
      const row = previous.get(stream, zone.first)
      const left = row === undefined ? undefined : zoneFrom(row)
      const joined = left === undefined ? undefined : join(left, zone)
      const { first, last, from, to, rows } = joined ?? zone
      put.run(stream, first, last, from, to, rows)
    },
    between: (stream, from, to, limit) => ranges(overlapping.all(stream, from, to, limit)),
    around(stream, first, last) {
      const left = previous.get(stream, first)
      const right = following.get(stream, last)
      return {
        after: left === undefined ? Number.NEGATIVE_INFINITY : number(left, 'at_max'),
        before: right === undefined ? Number.POSITIVE_INFINITY : number(right, 'at_min'),
      }
    },
    span(stream) {
      const row = spanned.get(stream)
      if (row === undefined || row.at_min === null) return { from: null, to: null }
      return { from: number(row, 'at_min'), to: number(row, 'at_max') }
    },
    olderThan: (stream, at, limit) => ranges(old.all(stream, at, limit)),
    remove: (stream, first) => void removed.run(stream, first),
  }
}

function zoneFrom(row: Parameters<typeof number>[0]): Zone {
  return {
    first: number(row, 'first'),
    last: number(row, 'last'),
    from: number(row, 'at_min'),
    to: number(row, 'at_max'),
    rows: number(row, 'rows'),
  }
}

/** Undefined where the two do not touch, or would be too large together. */
function join(left: Zone, right: Zone): Zone | undefined {
  const rows = left.rows + right.rows
  const from = Math.min(left.from, right.from)
  const to = Math.max(left.to, right.to)
  const small = rows <= ZONE_ROWS_MAX && to - from <= ZONE_SPAN_MS
  return left.last + 1 === right.first && small
    ? { first: left.first, last: right.last, from, to, rows }
    : undefined
}

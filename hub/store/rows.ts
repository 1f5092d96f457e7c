import type { SqlRow, SqlStatement, SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import { GAP_REASONS, type Gap, type GapReason, type Summary, type Undated } from '../../core/wire/frame.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { number, text } from './columns.ts'
import type { Point } from './points.ts'
import { counts } from './rollups.ts'
import type { Zones } from './zones.ts'

/** A reading as it is stored: its point instead of its series, its value in the channel's unit. */
export interface StoredReading {
  readonly seq: number
  readonly point: number
  readonly at: number
  readonly value: number
  readonly flag: number
  /** What a thinned row stands for, in the channel's unit. */
  readonly summary?: Summary
}

/** A value, or what a thinned row says of those that it stands for. */
export interface RawValue {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
}

/** Between these times something happened; infinite where there is no row. */
export interface Around {
  readonly after: number
  readonly before: number
}

/** Rows given to SQLite in one call: the call itself costs about as much as a row. */
const ROWS_PER_INSERT = 16
/** Zones looked through for one raw query. */
const ZONES_PER_QUERY = 2_000

export interface Rows {
  insert(stream: number, rows: readonly StoredReading[]): void
  insertEvent(row: {
    readonly stream: number
    readonly seq: number
    readonly at: number
    readonly edge: string
    readonly alarm: string | null
    readonly body: Uint8Array
  }): void
  addGap(stream: number, gap: Gap): void
  gaps(stream: number, limit: number): Gap[]
  /** Times of the rows that are kept next to numbers without one: the one before `first`, the one after `last`. */
  around(lane: Exclude<Lane, 'state'>, stream: number, first: number, last: number): Around
  /** How many numbers hold no row, by reason. */
  lost(stream: number): Partial<Record<GapReason, number>>
  addUndated(stream: number, range: Undated): void
  /** Lowest first. */
  undated(stream: number, limit: number): Undated[]
  /** Believable values of a point in time order; undefined when there are more than `limit`. */
  raw(
    streams: readonly number[],
    point: Point,
    from: number,
    to: number,
    limit: number,
  ): RawValue[] | undefined
  /** Returns how many rows there were. */
  remove(stream: number, first: number, last: number): number
}

export function createRows(sql: SqlStore, zones: Zones): Rows {
  const many = sql.prepare(insertOf(ROWS_PER_INSERT))
  const one = sql.prepare(insertOf(1))
  const event = sql.prepare(
    'INSERT INTO event (stream, seq, at, edge, alarm, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const gapBefore = sql.prepare(
    'SELECT first, last, reason FROM gap WHERE stream = ? AND first < ? ORDER BY first DESC LIMIT 1',
  )
  const putGap = sql.prepare(
    `INSERT INTO gap (stream, first, last, reason) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last = excluded.last`,
  )
  const listGaps = sql.prepare('SELECT first, last, reason FROM gap WHERE stream = ? ORDER BY first LIMIT ?')
  const next = { live: nextTo(sql, 'reading'), alarm: nextTo(sql, 'event') } as const
  const sumGaps = sql.prepare(
    'SELECT reason, sum(last - first + 1) AS n FROM gap WHERE stream = ? GROUP BY reason',
  )
  const summary = sql.prepare(
    'INSERT INTO summary (stream, seq, from_at, count, sum, min, max) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const putUndated = sql.prepare(
    'INSERT INTO undated (stream, first, last, after_at, before_at) VALUES (?, ?, ?, ?, ?)',
  )
  const listUndated = sql.prepare(
    'SELECT first, last, after_at, before_at FROM undated WHERE stream = ? ORDER BY first LIMIT ?',
  )
  const within = sql.prepare(
    `SELECT at, value, flag, count, sum, min, max FROM reading LEFT JOIN summary USING (stream, seq)
     WHERE stream = ? AND seq BETWEEN ? AND ? AND point = ? AND at BETWEEN ? AND ?`,
  )
  const removed = sql.prepare('DELETE FROM reading WHERE stream = ? AND seq BETWEEN ? AND ?')
  const removedSummaries = sql.prepare('DELETE FROM summary WHERE stream = ? AND seq BETWEEN ? AND ?')
  // A range goes with the last of its rows.
  const removedUndated = sql.prepare('DELETE FROM undated WHERE stream = ? AND last BETWEEN ? AND ?')

  return {
    insert(stream, rows) {
      insertAll(many, one, stream, rows)
      for (const { seq, summary: told } of rows)
        if (told !== undefined) summary.run(stream, seq, told.from, told.count, told.sum, told.min, told.max)
    },
    insertEvent: ({ stream, seq, at, edge, alarm, body }) =>
      void event.run(stream, seq, at, edge, alarm, body),
    addGap(stream, { first, last, reason }) {
      const left = gapBefore.get(stream, first)
      const joins =
        left !== undefined && number(left, 'last') === first - 1 && text(left, 'reason') === reason
      putGap.run(stream, joins ? number(left, 'first') : first, last, reason)
    },
    gaps: (stream, limit) =>
      listGaps.all(stream, limit).map((row) => ({
        first: number(row, 'first'),
        last: number(row, 'last'),
        reason: reasonOf(text(row, 'reason')),
      })),
    around(lane, stream, first, last) {
      const { before, after } = next[lane]
      const [left, right] = [before.get(stream, first), after.get(stream, last)]
      const times = [
        left === undefined ? Number.NEGATIVE_INFINITY : number(left, 'at'),
        right === undefined ? Number.POSITIVE_INFINITY : number(right, 'at'),
      ]
      // Rows come in the order in which they were noticed; what they tell of may be older.
      return { after: Math.min(...times), before: Math.max(...times) }
    },
    lost: (stream) =>
      Object.fromEntries(
        sumGaps.all(stream).map((row) => [reasonOf(text(row, 'reason')), number(row, 'n')] as const),
      ),
    addUndated: (stream, { first, last, after, before }) =>
      void putUndated.run(stream, first, last, after, before),
    undated: (stream, limit) =>
      listUndated.all(stream, limit).map((row) => ({
        first: number(row, 'first'),
        last: number(row, 'last'),
        after: number(row, 'after_at'),
        before: number(row, 'before_at'),
      })),
    raw(streams, point, from, to, limit) {
      const found: RawValue[] = []
      for (const stream of streams) {
        for (const [first, last] of zones.between(stream, from, to, ZONES_PER_QUERY)) {
          for (const row of within.iterate(stream, first, last, point.id, from, to)) {
            if (!counts(number(row, 'flag'))) continue
            if (found.length >= limit) return undefined
            found.push(rawFrom(row))
          }
        }
      }
      return found.sort((a, b) => a.at - b.at)
    },
    remove(stream, first, last) {
      removedSummaries.run(stream, first, last)
      removedUndated.run(stream, first, last)
      return removed.run(stream, first, last).changes
    },
  }
}

function nextTo(sql: SqlStore, table: 'reading' | 'event') {
  return {
    before: sql.prepare(`SELECT at FROM ${table} WHERE stream = ? AND seq < ? ORDER BY seq DESC LIMIT 1`),
    after: sql.prepare(`SELECT at FROM ${table} WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 1`),
  }
}

function rawFrom(row: SqlRow): RawValue {
  const at = number(row, 'at')
  if (row.count !== null) {
    const mean = number(row, 'sum') / number(row, 'count')
    return { at, min: number(row, 'min'), max: number(row, 'max'), mean }
  }
  const value = number(row, 'value')
  return { at, min: value, max: value, mean: value }
}

function insertOf(rows: number): string {
  const values = new Array<string>(rows).fill('(?, ?, ?, ?, ?, ?)').join(', ')
  return `INSERT INTO reading (stream, seq, point, at, value, flag) VALUES ${values}`
}

function insertAll(
  many: SqlStatement,
  one: SqlStatement,
  stream: number,
  rows: readonly StoredReading[],
): void {
  const whole = rows.length - (rows.length % ROWS_PER_INSERT)
  const values: SqlValue[] = []
  for (const [index, { seq, point, at, value, flag }] of rows.entries()) {
    if (index >= whole) {
      one.run(stream, seq, point, at, value, flag)
      continue
    }
    values.push(stream, seq, point, at, value, flag)
    if (values.length === ROWS_PER_INSERT * 6) {
      many.run(...values)
      values.length = 0
    }
  }
}

function reasonOf(name: string): GapReason {
  const reason = GAP_REASONS.find((known) => known === name)
  if (reason === undefined) throw new Error(`unknown gap reason ${name} in the store`)
  return reason
}

import type { SqlStatement, SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import { type FrameEvent, GAP_REASONS, type Gap, type GapReason } from '../../core/wire/frame.ts'
import { blob, number, text } from './columns.ts'
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
  /** Whether one of these rows, in order of their numbers, is held with other contents. */
  differ(stream: number, rows: readonly StoredReading[]): boolean
  eventsDiffer(stream: number, rows: readonly FrameEvent[]): boolean
  /** Remembers the newest value of a point. A time beyond `horizon` came from a wrong clock and does not stay newest. */
  present(row: Omit<StoredReading, 'seq'>, horizon: number): void
  addGap(stream: number, gap: Gap): void
  gaps(stream: number, limit: number): Gap[]
  /** Believable values of a point in time order; undefined when there are more than `limit`. */
  raw(
    streams: readonly number[],
    point: Point,
    from: number,
    to: number,
    limit: number,
  ): { readonly at: number; readonly value: number }[] | undefined
  /** Returns how many rows there were. */
  remove(stream: number, first: number, last: number): number
}

export function createRows(sql: SqlStore, zones: Zones): Rows {
  const many = sql.prepare(insertOf(ROWS_PER_INSERT))
  const one = sql.prepare(insertOf(1))
  const event = sql.prepare(
    'INSERT INTO event (stream, seq, at, edge, alarm, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const present = sql.prepare(
    `INSERT INTO present (point, at, value, flag) VALUES (?, ?, ?, ?)
     ON CONFLICT (point) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag
     WHERE excluded.at >= at OR at > ?`,
  )
  const gapBefore = sql.prepare(
    'SELECT first, last, reason FROM gap WHERE stream = ? AND first < ? ORDER BY first DESC LIMIT 1',
  )
  const putGap = sql.prepare(
    `INSERT INTO gap (stream, first, last, reason) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last = excluded.last`,
  )
  const listGaps = sql.prepare('SELECT first, last, reason FROM gap WHERE stream = ? ORDER BY first LIMIT ?')
  const within = sql.prepare(
    `SELECT at, value, flag FROM reading
     WHERE stream = ? AND seq BETWEEN ? AND ? AND point = ? AND at BETWEEN ? AND ?`,
  )
  const held = sql.prepare(
    'SELECT seq, point, at, value, flag FROM reading WHERE stream = ? AND seq BETWEEN ? AND ?',
  )
  const heldEvents = sql.prepare('SELECT seq, body FROM event WHERE stream = ? AND seq BETWEEN ? AND ?')
  const removed = sql.prepare('DELETE FROM reading WHERE stream = ? AND seq BETWEEN ? AND ?')

  return {
    insert: (stream, rows) => insertAll(many, one, stream, rows),
    insertEvent: ({ stream, seq, at, edge, alarm, body }) =>
      void event.run(stream, seq, at, edge, alarm, body),
    differ(stream, rows) {
      const told = new Map(rows.map((row) => [row.seq, row]))
      return held.all(stream, rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? -1).some((row) => {
        const { point, at, value, flag } = told.get(number(row, 'seq')) ?? row
        return row.point !== point || row.at !== at || row.value !== value || row.flag !== flag
      })
    },
    eventsDiffer(stream, rows) {
      const told = new Map(rows.map((row) => [row.seq, row.body]))
      return heldEvents.all(stream, rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? -1).some((row) => {
        const body = told.get(number(row, 'seq'))
        return body !== undefined && Buffer.compare(body, blob(row, 'body')) !== 0
      })
    },
    present: ({ point, at, value, flag }, horizon) => void present.run(point, at, value, flag, horizon),
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
    raw(streams, point, from, to, limit) {
      const found: { at: number; value: number }[] = []
      for (const stream of streams) {
        for (const [first, last] of zones.between(stream, from, to, ZONES_PER_QUERY)) {
          for (const row of within.iterate(stream, first, last, point.id, from, to)) {
            if (!counts(number(row, 'flag'))) continue
            if (found.length >= limit) return undefined
            found.push({ at: number(row, 'at'), value: number(row, 'value') })
          }
        }
      }
      return found.sort((a, b) => a.at - b.at)
    },
    remove: (stream, first, last) => removed.run(stream, first, last).changes,
  }
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

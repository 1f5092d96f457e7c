import { FaultError } from '../../core/errors.ts'
import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { type Boot, readBoots } from './boots.ts'
import type { Span } from './ledger.ts'
import type { SeriesEntry } from './outbox.ts'
import { number, seriesEntry, spanOf, storeFault } from './tables.ts'

/**
 * Reads a damaged database row by row. `sqlite3 .recover` gives up where single rows are still readable: a range that
 * cannot be read is halved until what is unreadable stands alone.
 */

export type Piece =
  | { readonly kind: 'rows'; readonly rows: readonly SqlRow[]; readonly last: number }
  /** These keys may have held rows; they cannot be read any more. */
  | { readonly kind: 'unreadable'; readonly first: number; readonly last: number }

const ROWS_AT_ONCE = 1000
/** Failed reads before what is left is given up: 200,000 take some seconds, in slices. */
const ATTEMPTS_MAX = 200_000
/** Frames and dictionaries are read in one go. */
const SMALL_ATTEMPTS_MAX = 2_000
/** Above any row of the small tables. */
const ROWID_MAX = 2 ** 20

const KEYS = {
  boots: 'id',
  alarm: 'seq',
  live: 'seq',
  series: 'id',
  frames: 'rowid',
  former_frames: 'id',
  former_series: 'rowid',
} as const
type Table = keyof typeof KEYS

/** Rows of a table beyond `after` in order of their key, and what was lost between them. Ends by itself; never throws. */
export function* salvageTable(store: SqlStore, table: Table, after = -1): Generator<Piece> {
  const key = KEYS[table]
  const most = table === 'alarm' || table === 'live' ? ATTEMPTS_MAX : SMALL_ATTEMPTS_MAX
  const bounds = keyBounds(store, table, key)
  if (bounds === undefined || bounds[1] <= after) return
  let attempts = 0
  const ranges: [number, number][] = [[Math.max(bounds[0], after + 1), bounds[1]]]
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const [low, high] = range
    const rows = tryAll(
      store,
      `SELECT ${key} AS k, * FROM ${table} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`,
      [low, high],
    )
    if (rows === undefined) {
      const middle = Math.floor((low + high) / 2)
      if (low === high || ++attempts > most) yield { kind: 'unreadable', first: low, last: high }
      else ranges.push([middle + 1, high], [low, middle])
      continue
    }
    const last = rows.at(-1)?.k
    if (typeof last !== 'number') continue
    yield { kind: 'rows', rows, last }
    if (rows.length === ROWS_AT_ONCE && last < high) ranges.push([last + 1, high])
  }
}

/** The dictionary by id, or that of a former epoch; entries that cannot be read are missing. */
export function salvageSeries(store: SqlStore, epoch?: string): Map<number, SeriesEntry> {
  const entries = new Map<number, SeriesEntry>()
  for (const piece of salvageTable(store, epoch === undefined ? 'series' : 'former_series')) {
    if (piece.kind === 'unreadable') continue
    for (const row of piece.rows) {
      if (row.epoch !== epoch) continue
      try {
        entries.set(number(row, 'id'), seriesEntry(row))
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause
      }
    }
  }
  return entries
}

export function salvageBoots(store: SqlStore): Boot[] {
  const pieces = [...salvageTable(store, 'boots')]
  return readBoots(pieces.flatMap((piece) => (piece.kind === 'rows' ? piece.rows : [])))
}

/** What became of numbers without a row, told to the hub or not; none where the table cannot be read. */
export function salvageSpans(store: SqlStore, lane: number, told: 0 | 1): Span[] {
  const query = 'SELECT first, last, fate, told FROM spans WHERE lane = ? AND told = ? ORDER BY first'
  try {
    return (tryAll(store, query, [lane, told]) ?? []).map(spanOf)
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    return []
  }
}

/** Lowest and highest key. Where an end cannot be read, the lane's `next` bounds it. */
function keyBounds(store: SqlStore, table: Table, key: string): [number, number] | undefined {
  const end = (order: 'ASC' | 'DESC') =>
    tryAll(store, `SELECT ${key} AS k FROM ${table} ORDER BY ${key} ${order} LIMIT 1`, [])
  const lowest = end('ASC')
  if (lowest?.length === 0) return undefined
  const low = lowest?.[0]?.k ?? 0
  const highest = end('DESC')?.[0]?.k ?? laneEnd(store, table)
  if (typeof low !== 'number' || typeof highest !== 'number' || highest < low) return undefined
  return [low, highest]
}

function laneEnd(store: SqlStore, table: Table): number | undefined {
  if (table !== 'alarm' && table !== 'live') return ROWID_MAX
  const code = table === 'alarm' ? 0 : 2
  const next = tryAll(store, 'SELECT next FROM lanes WHERE lane = ?', [code])?.[0]?.next
  return typeof next === 'number' ? next - 1 : undefined
}

function tryAll(store: SqlStore, sql: string, values: number[]): SqlRow[] | undefined {
  try {
    return store.prepare(sql).all(...values)
  } catch (cause) {
    storeFault(cause)
    return undefined
  }
}

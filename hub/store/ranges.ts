import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number } from './columns.ts'

/** First and last sequence number, both included. */
export type Range = readonly [first: number, last: number]

/** Which sequence numbers of a stream are here or accounted for: ranges that neither overlap nor touch. */
export interface Ranges {
  /** The parts of `first` to `last` that are not held, lowest first; the rest is cut off beyond `limit`. */
  missing(stream: number, first: number, last: number, limit?: number): Range[]
  /** How many numbers of `first` to `last` are held. */
  held(stream: number, first: number, last: number): number
  /** Marks `first` to `last` as held, merging with what it touches. */
  add(stream: number, first: number, last: number): void
  /** The lowest sequence number at or above `from` that is not held. */
  nextMissing(stream: number, from: number): number
  /** Ranges that end at or above `from`, lowest first. */
  list(stream: number, from: number, limit: number): Range[]
  count(stream: number): number
}

export function createRanges(sql: SqlStore): Ranges {
  const before = sql.prepare(
    'SELECT first, last FROM held WHERE stream = ? AND first <= ? ORDER BY first DESC LIMIT 1',
  )
  const after = sql.prepare(
    'SELECT first, last FROM held WHERE stream = ? AND first > ? AND first <= ? ORDER BY first',
  )
  const listed = sql.prepare(
    'SELECT first, last FROM held WHERE stream = ? AND first > ? ORDER BY first LIMIT ?',
  )
  const covered = sql.prepare(
    `SELECT coalesce(sum(min(last, ?) - max(first, ?) + 1), 0) AS n FROM held
     WHERE stream = ? AND last >= ? AND first <= ?`,
  )
  const counted = sql.prepare('SELECT count(*) AS n FROM held WHERE stream = ?')
  const remove = sql.prepare('DELETE FROM held WHERE stream = ? AND first > ? AND first <= ?')
  const put = sql.prepare(
    'INSERT INTO held (stream, first, last) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last',
  )

  const at = (stream: number, seq: number): Range | undefined => {
    const row = before.get(stream, seq)
    return row === undefined ? undefined : [number(row, 'first'), number(row, 'last')]
  }
  return {
    missing(stream, first, last, limit = Number.POSITIVE_INFINITY) {
      const missing: Range[] = []
      let next = Math.max(first, (at(stream, first)?.[1] ?? -1) + 1)
      if (next > last) return missing
      for (const row of after.iterate(stream, first, last)) {
        const start = number(row, 'first')
        if (start > next) missing.push([next, start - 1])
        if (missing.length >= limit) return missing
        next = Math.max(next, number(row, 'last') + 1)
      }
      if (next <= last) missing.push([next, last])
      return missing
    },
    held(stream, first, last) {
      const row = covered.get(last, first, stream, first, last)
      return row === undefined ? 0 : number(row, 'n')
    },
    add(stream, first, last) {
      const left = at(stream, first)
      const start = left !== undefined && left[1] >= first - 1 ? left[0] : first
      const right = at(stream, last + 1)
      const end = Math.max(last, left?.[0] === start ? left[1] : last, right?.[1] ?? last)
      if (right !== undefined && right[0] > start) remove.run(stream, start, last + 1)
      put.run(stream, start, end)
    },
    nextMissing(stream, from) {
      const range = at(stream, from)
      return range !== undefined && range[1] >= from ? range[1] + 1 : from
    },
    list(stream, from, limit) {
      const first = at(stream, from)
      const head: Range[] = first !== undefined && first[1] >= from ? [first] : []
      const rest = listed
        .all(stream, from, limit)
        .map((row): Range => [number(row, 'first'), number(row, 'last')])
      return [...head, ...rest].slice(0, limit)
    },
    count: (stream) => {
      const row = counted.get(stream)
      return row === undefined ? 0 : number(row, 'n')
    },
  }
}

import type { SqlStatement, SqlStore } from '../../core/ports/sql-store.ts'

/** What is kept of one point's readings within one bucket of time. */
export interface Rollup {
  n: number
  sum: number
  min: number
  max: number
  /** Of the reading that came last. */
  last: number
}

/** What a counter went up by, by local day (days since 1970). */
export interface Used {
  readonly day: number
  readonly amount: number
}

export const MINUTE_MS = 60_000
export const QUARTER_MS = 15 * MINUTE_MS
export const DAY_MS = 24 * 3_600_000

/** Bucket width in ms → for how many days. */
export const KEPT_DAYS = { minute: 7, quarter: 400, used: 1_100 } as const
const WIDTHS = { minute: MINUTE_MS, quarter: QUARTER_MS } as const
export type Width = keyof typeof WIDTHS
export function widthMs(width: Width): number {
  return WIDTHS[width]
}

/** Points that have a history; those that come later have none. */
export const POINTS_MAX = 2_000

/** The tables of the local history. Every call may throw a FaultError of the disk. */
export interface RollupStore {
  /** Number of a point; undefined where there is none, or no room for another. */
  point(device: string, channel: string, make: boolean): number | undefined
  points(): readonly number[]
  /** All of it or nothing. */
  write(news: RollupNews): void
  read(point: number, width: Width, from: number, to: number, stepMs: number): readonly HistoryRow[]
  used(point: number, fromDay: number, toDay: number): readonly Used[]
  /** Last value of each counter, by point. */
  counters(): ReadonlyMap<number, number>
  /** Deletes a point's buckets before these times; how many there were. */
  forget(
    point: number,
    before: { readonly minute: number; readonly quarter: number; readonly day: number },
  ): number
  close(): void
}

export interface RollupNews {
  /** By point, minute by minute. */
  readonly rollups: readonly { readonly point: number; readonly at: number; readonly rollup: Rollup }[]
  readonly used: readonly ({ readonly point: number } & Used)[]
  readonly counters: readonly { readonly point: number; readonly last: number }[]
}

/** t, min, mean, max */
export type HistoryRow = readonly [number, number, number, number]

const ROLLUP = `point INTEGER NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL,
  max REAL NOT NULL, last REAL NOT NULL, PRIMARY KEY (point, at)`
const TABLES = `
CREATE TABLE IF NOT EXISTS point (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, channel TEXT NOT NULL, UNIQUE (device, channel)
) STRICT;
CREATE TABLE IF NOT EXISTS minute (${ROLLUP}) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarter (${ROLLUP}) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used (
  point INTEGER NOT NULL, day INTEGER NOT NULL, amount REAL NOT NULL, PRIMARY KEY (point, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (point INTEGER PRIMARY KEY, last REAL NOT NULL) STRICT;
`

export function openRollupStore(sql: SqlStore): RollupStore {
  sql.exec(TABLES)
  const points = new Map<string, number>()
  for (const { id, device, channel } of sql.prepare('SELECT * FROM point').all())
    points.set(`${device}/${channel}`, Number(id))
  const addPoint = sql.prepare('INSERT INTO point (device, channel) VALUES (?, ?) RETURNING id')
  const merge = (width: Width) =>
    sql.prepare(
      `INSERT INTO ${width} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (point, at) DO UPDATE SET
       n = n + excluded.n, sum = sum + excluded.sum, min = min(min, excluded.min), max = max(max, excluded.max),
       last = excluded.last`,
    )
  const select = (width: Width) =>
    sql.prepare(
      `SELECT (at / ?) * ? AS t, min(min) AS min, sum(sum) / sum(n) AS mean, max(max) AS max FROM ${width}
       WHERE point = ? AND at >= ? AND at < ? GROUP BY t ORDER BY t`,
    )
  const prune = (table: string, key: string) =>
    sql.prepare(`DELETE FROM ${table} WHERE point = ? AND ${key} < ?`)
  const minutes = { merge: merge('minute'), select: select('minute'), prune: prune('minute', 'at') }
  const quarters = { merge: merge('quarter'), select: select('quarter'), prune: prune('quarter', 'at') }
  const addUsed = sql.prepare(
    'INSERT INTO used VALUES (?, ?, ?) ON CONFLICT (point, day) DO UPDATE SET amount = amount + excluded.amount',
  )
  const used = sql.prepare(
    'SELECT day, amount FROM used WHERE point = ? AND day >= ? AND day <= ? ORDER BY day',
  )
  const pruneUsed = prune('used', 'day')
  const setCounter = sql.prepare(
    'INSERT INTO counter VALUES (?, ?) ON CONFLICT (point) DO UPDATE SET last = excluded.last',
  )
  const put = (statement: SqlStatement, point: number, at: number, { n, sum, min, max, last }: Rollup) =>
    statement.run(point, at, n, sum, min, max, last)

  return {
    point(device, channel, make) {
      const key = `${device}/${channel}`
      const known = points.get(key)
      if (known !== undefined || !make || points.size >= POINTS_MAX) return known
      const id = Number(addPoint.get(device, channel)?.id)
      points.set(key, id)
      return id
    },
    points: () => [...points.values()],
    write(news) {
      sql.transaction(() => {
        for (const { point, at, rollup } of news.rollups) {
          put(minutes.merge, point, at, rollup)
          put(quarters.merge, point, Math.floor(at / QUARTER_MS) * QUARTER_MS, rollup)
        }
        for (const { point, day, amount } of news.used) addUsed.run(point, day, amount)
        for (const { point, last } of news.counters) setCounter.run(point, last)
      })
    },
    read(point, width, from, to, stepMs) {
      const { select: statement } = width === 'minute' ? minutes : quarters
      // Integers divide as integers in SQLite only where both are given as such.
      const step = BigInt(stepMs)
      return statement
        .all(step, step, point, BigInt(from), BigInt(to))
        .map(({ t, min, mean, max }) => [Number(t), Number(min), Number(mean), Number(max)] as const)
    },
    used: (point, fromDay, toDay) =>
      used
        .all(point, fromDay, toDay)
        .map(({ day, amount }) => ({ day: Number(day), amount: Number(amount) })),
    counters() {
      const rows = sql.prepare('SELECT * FROM counter').all()
      return new Map(rows.map(({ point, last }) => [Number(point), Number(last)]))
    },
    forget(point, before) {
      const forgotten = [
        minutes.prune.run(point, before.minute),
        quarters.prune.run(point, before.quarter),
        pruneUsed.run(point, before.day),
      ]
      return forgotten.reduce((sum, { changes }) => sum + changes, 0)
    },
    close: () => sql.close(),
  }
}

import type { SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import { FLAG } from '../../core/reading.ts'
import { number } from './columns.ts'
import type { DayStart } from './local-day.ts'

export const MINUTE_MS = 60_000
export const QUARTER_MS = 900_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const WIDTHS = [MINUTE_MS, QUARTER_MS, HOUR_MS, DAY_MS] as const
export type Width = (typeof WIDTHS)[number]

interface Sums {
  count: number
  min: number
  max: number
  sum: number
  last: number
  lastAt: number
}

export interface Bucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
}

/** A value that failed its checks, or is none, says nothing about the water. */
export function counts(flag: number): boolean {
  return flag !== FLAG.fail && flag !== FLAG.missing
}

export interface Rollups {
  /** Adds a new row to the batch in memory. */
  add(point: number, at: number, value: number): void
  /** Writes the batch into the buckets that it touches; call inside the transaction of its rows. */
  flush(): void
  /** Drops the batch of a transaction that was rolled back. */
  forget(): void
  read(point: number, width: Width, from: number, to: number, limit: number): Bucket[]
}

/** Given to SQLite in one call: the call itself costs about as much as a bucket. */
const BUCKETS_PER_UPSERT = 16
const COLUMNS = 9

function upsertOf(buckets: number): string {
  const values = new Array<string>(buckets).fill('(?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')
  return `INSERT INTO rollup (point, width, bucket, count, min, max, sum, last, last_at) VALUES ${values}
    ON CONFLICT (point, width, bucket) DO UPDATE SET
      count = count + excluded.count, min = min(min, excluded.min), max = max(max, excluded.max),
      sum = sum + excluded.sum,
      last = CASE WHEN excluded.last_at >= last_at THEN excluded.last ELSE last END,
      last_at = max(last_at, excluded.last_at)`
}

/** Buckets of a minute, a quarter, an hour and a local day: minutes are summed in memory, wider ones from them. */
export function createRollups(sql: SqlStore, dayStart: DayStart): Rollups {
  const many = sql.prepare(upsertOf(BUCKETS_PER_UPSERT))
  const one = sql.prepare(upsertOf(1))
  const range = sql.prepare(
    `SELECT bucket, min, max, sum, count FROM rollup
     WHERE point = ? AND width = ? AND bucket >= ? AND bucket < ? ORDER BY bucket LIMIT ?`,
  )
  const batch = new Map<number, Map<number, Sums>>()

  const minutesOf = (point: number): Map<number, Sums> => {
    const found = batch.get(point)
    if (found !== undefined) return found
    const made = new Map<number, Sums>()
    batch.set(point, made)
    return made
  }
  const write = (point: number, width: Width, buckets: ReadonlyMap<number, Sums>) => {
    let left = buckets.size
    let values: SqlValue[] = []
    for (const [bucket, { count, min, max, sum, last, lastAt }] of buckets) {
      values.push(point, width, bucket, count, min, max, sum, last, lastAt)
      const whole = left >= BUCKETS_PER_UPSERT
      if (whole && values.length < BUCKETS_PER_UPSERT * COLUMNS) continue
      if (whole) left -= BUCKETS_PER_UPSERT
      ;(whole ? many : one).run(...values)
      values = []
    }
  }
  return {
    add(point, at, value) {
      const minutes = minutesOf(point)
      const bucket = at - (at % MINUTE_MS)
      const sums = minutes.get(bucket)
      if (sums === undefined) {
        minutes.set(bucket, { count: 1, min: value, max: value, sum: value, last: value, lastAt: at })
        return
      }
      sums.count++
      sums.sum += value
      if (value < sums.min) sums.min = value
      if (value > sums.max) sums.max = value
      if (at >= sums.lastAt) {
        sums.last = value
        sums.lastAt = at
      }
    },
    flush() {
      for (const [point, minutes] of batch) {
        const quarters = widen(minutes, (at) => at - (at % QUARTER_MS))
        write(point, MINUTE_MS, minutes)
        write(point, QUARTER_MS, quarters)
        write(
          point,
          HOUR_MS,
          widen(quarters, (at) => at - (at % HOUR_MS)),
        )
        write(point, DAY_MS, widen(quarters, dayStart))
      }
      batch.clear()
    },
    forget: () => batch.clear(),
    read: (point, width, from, to, limit) =>
      range.all(point, width, from, to, limit).map((row) => ({
        at: number(row, 'bucket'),
        min: number(row, 'min'),
        max: number(row, 'max'),
        mean: number(row, 'sum') / number(row, 'count'),
      })),
  }
}

function merge(buckets: Map<number, Sums>, bucket: number, more: Sums): void {
  const into = buckets.get(bucket)
  if (into === undefined) {
    buckets.set(bucket, { ...more })
    return
  }
  into.count += more.count
  into.sum += more.sum
  if (more.min < into.min) into.min = more.min
  if (more.max > into.max) into.max = more.max
  if (more.lastAt >= into.lastAt) {
    into.last = more.last
    into.lastAt = more.lastAt
  }
}

function widen(narrow: ReadonlyMap<number, Sums>, start: (at: number) => number): Map<number, Sums> {
  const wide = new Map<number, Sums>()
  for (const [bucket, sums] of narrow) merge(wide, start(bucket), sums)
  return wide
}

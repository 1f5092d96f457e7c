import type { SqlStore } from '../../core/ports/sql-store.ts'
import { FLAG } from '../../core/reading.ts'
import type { DayStart } from '../../core/time-zone.ts'
import type { Summary } from '../../core/wire/frame.ts'
import { blob } from './columns.ts'
import {
  addMany,
  addSums,
  addValue,
  bucketsOf,
  countOf,
  noSums,
  packSums,
  type Start,
  type Sums,
  startOf,
  unpackSums,
} from './sums.ts'

export const MINUTE_MS = 60_000
export const QUARTER_MS = 900_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const WIDTHS = [MINUTE_MS, QUARTER_MS, HOUR_MS, DAY_MS] as const
export type Width = (typeof WIDTHS)[number]

/**
 * Neighbouring buckets share a row, about as many for each width. A row a bucket would be more than one for each
 * reading of a point that speaks every few minutes; written together they are a tenth of that.
 */
export const PACK_MS: Readonly<Record<Width, number>> = {
  [MINUTE_MS]: HOUR_MS,
  [QUARTER_MS]: 3 * HOUR_MS,
  [HOUR_MS]: 12 * HOUR_MS,
  [DAY_MS]: 16 * DAY_MS,
}

export interface Bucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  /** The value that was measured last. */
  readonly last: number
}

/** A value that failed its checks, or is none, says nothing about the water. */
export function counts(flag: number): boolean {
  return flag !== FLAG.fail && flag !== FLAG.missing
}

export interface Rollups {
  /** Adds a new row to the batch in memory. */
  add(point: number, at: number, value: number): void
  /**
   * Adds a thinned row: all that it stands for to the buckets that hold them all, to a narrower one only the row's own
   * value, since nobody knows any more which of the others were in it.
   */
  addSummary(point: number, at: number, value: number, summary: Summary): void
  /** Writes the batch into the buckets that it touches; call inside the transaction of its rows. */
  flush(): void
  /** Drops the batch of a transaction that was rolled back. */
  forget(): void
  /** Buckets that begin in [from, to), oldest first. */
  read(point: number, width: Width, from: number, to: number, limit: number): Bucket[]
}

/** Buckets of a minute, a quarter, an hour and a local day: minutes are summed in memory, wider ones from them. */
export function createRollups(sql: SqlStore, dayStart: DayStart): Rollups {
  const get = sql.prepare('SELECT buckets FROM rollup WHERE point = ? AND width = ? AND pack = ?')
  const put = sql.prepare(
    `INSERT INTO rollup (point, width, pack, count, buckets) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = excluded.count, buckets = excluded.buckets`,
  )
  const packs = sql.prepare(
    'SELECT buckets FROM rollup WHERE point = ? AND width = ? AND pack >= ? AND pack < ? ORDER BY pack',
  )
  const starts: Readonly<Record<Width, Start>> = {
    [MINUTE_MS]: (at) => at - (at % MINUTE_MS),
    [QUARTER_MS]: (at) => at - (at % QUARTER_MS),
    [HOUR_MS]: (at) => at - (at % HOUR_MS),
    [DAY_MS]: dayStart,
  }
  /** Minutes by point. */
  const batch = new Map<number, Sums>()
  /** By point, what thinned rows say: to each width something else, so that none follows from the narrower one. */
  const thinned = new Map<number, Readonly<Record<Width, Sums>>>()

  /** Adds the records `from` to `to` (excluded), all of one pack, to what the pack holds. */
  const writePack = (point: number, width: Width, pack: number, sums: Sums, from: number, to: number) => {
    const row = get.get(point, width, pack)
    const kept = row === undefined ? noSums() : unpackSums(blob(row, 'buckets'), starts[width])
    addSums(kept, sums, from, to, starts[width])
    put.run(point, width, pack, countOf(kept), packSums(kept))
  }
  /** Neighbours of one pack are written together; records out of order only cost another write. */
  const write = (point: number, width: Width, sums: Sums) => {
    for (let from = 0; from < sums.size; ) {
      const pack = packOf(width, startOf(sums, from))
      let to = from + 1
      while (to < sums.size && packOf(width, startOf(sums, to)) === pack) to++
      writePack(point, width, pack, sums, from, to)
      from = to
    }
  }
  const widen = (sums: Sums, start: Start): Sums => {
    const wide = noSums()
    addSums(wide, sums, 0, sums.size, start)
    return wide
  }
  const forget = () => {
    batch.clear()
    thinned.clear()
  }
  return {
    add(point, at, value) {
      let minutes = batch.get(point)
      if (minutes === undefined) {
        minutes = noSums()
        batch.set(point, minutes)
      }
      addValue(minutes, starts[MINUTE_MS](at), at, value)
    },
    addSummary(point, at, value, summary) {
      let sums = thinned.get(point)
      if (sums === undefined) {
        sums = { [MINUTE_MS]: noSums(), [QUARTER_MS]: noSums(), [HOUR_MS]: noSums(), [DAY_MS]: noSums() }
        thinned.set(point, sums)
      }
      for (const width of WIDTHS) {
        const start = starts[width](at)
        if (starts[width](summary.from) === start) addMany(sums[width], start, { at, value }, summary)
        else addValue(sums[width], start, at, value)
      }
    },
    flush() {
      for (const [point, sums] of thinned) for (const width of WIDTHS) write(point, width, sums[width])
      for (const [point, minutes] of batch) {
        const quarters = widen(minutes, starts[QUARTER_MS])
        write(point, MINUTE_MS, minutes)
        write(point, QUARTER_MS, quarters)
        write(point, HOUR_MS, widen(quarters, starts[HOUR_MS]))
        write(point, DAY_MS, widen(quarters, starts[DAY_MS]))
      }
      forget()
    },
    forget,
    read(point, width, from, to, limit) {
      const found: Bucket[] = []
      for (const row of packs.iterate(point, width, packOf(width, from), to)) {
        const buckets = bucketsOf(unpackSums(blob(row, 'buckets'), starts[width]))
        found.push(...buckets.filter(({ at }) => at >= from && at < to))
        if (found.length >= limit) break
      }
      return found.sort((one, two) => one.at - two.at).slice(0, limit)
    },
  }
}

function packOf(width: Width, start: number): number {
  return start - (start % PACK_MS[width])
}

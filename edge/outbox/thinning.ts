import type { Utc } from '../../core/clock.ts'
import type { DayStart } from '../../core/time-zone.ts'
import { canCarrySummary } from '../../core/wire/frame-summaries.ts'
import { byteReader, byteWriter } from '../../core/wire/varint.ts'

/**
 * Thinning, without a database: readings of one point in one interval become one row, the last of them as it was,
 * with what it stands for. Counts are exact: the counts of what comes out add up to those of what went in.
 */

const DAY_MS = 86_400_000
/** Lengths of the intervals that readings are thinned to, one after the other, as they age. */
export const TIERS_MS = [60_000, 900_000, 3_600_000, DAY_MS] as const
/** Readings as they came, and those of each length. */
export const TIERS = TIERS_MS.length + 1

/** Start of the interval that a time lies in. */
export type IntervalStart = (at: Utc) => Utc

/** Intervals of each length: those of a day are days of the site, which a hub of the same zone can count whole. */
export function intervalStarts(dayStart: DayStart): readonly IntervalStart[] {
  return TIERS_MS.map((length) => (length === DAY_MS ? dayStart : (at) => at - (at % length)))
}

/** More than any mark; times the most series still exact in a double. */
const MARKS = 2 ** 39

/** What a row stands for. Its first reading is `span` ms older than the row; so dating the row dates it too. */
export interface Standing {
  readonly span: number
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

export interface LiveRow {
  readonly seq: number
  readonly series: number
  /** As the clock said when it was measured; another one once its boot knew the time. */
  readonly at: Utc
  readonly value: number
  readonly mono: number
  /** Flag, clock quality and boot: only rows that agree in all of them are summed up. */
  readonly mark: number
  readonly standing?: Standing
}

/** How many readings a row stands for. */
export const countOf = ({ standing }: LiveRow): number => standing?.count ?? 1

/**
 * `rows`, in order of their numbers, with all of one point, mark and interval in one. The numbers are still those that
 * the kept rows had, ascending. A sum too large for a frame begins another row.
 */
export function thin(
  rows: readonly LiveRow[],
  start: IntervalStart,
  date: (row: LiveRow) => Utc,
): readonly LiveRow[] {
  const intervals = new Map<number, Map<number, LiveRow>>()
  const full: LiveRow[] = []
  for (const row of rows) {
    const interval = start(date(row))
    const open = intervals.get(interval) ?? new Map<number, LiveRow>()
    intervals.set(interval, open)
    const key = row.series * MARKS + row.mark
    const before = open.get(key)
    const both = before === undefined ? row : joined(before, row)
    if (before !== undefined && both === undefined) full.push(before)
    open.set(key, both ?? row)
  }
  const last = [...intervals.values()].flatMap((open) => [...open.values()])
  return [...full, ...last].sort((one, two) => one.seq - two.seq)
}

/** Both as the later of them; undefined where no frame could carry that. */
function joined(one: LiveRow, two: LiveRow): LiveRow | undefined {
  // Within a boot `at` moves with the monotonic time; what was measured earlier may have been written later.
  const last = one.at > two.at ? one : two
  const [a, b] = [standingOf(one), standingOf(two)]
  const from = Math.min(one.at - a.span, two.at - b.span)
  const standing = {
    span: last.at - from,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
  if (!canCarrySummary(last.at, last.value, { from, ...standing })) return undefined
  return { ...last, seq: Math.max(one.seq, two.seq), standing }
}

function standingOf({ value, standing }: LiveRow): Standing {
  return standing ?? { span: 0, count: 1, sum: value, min: value, max: value }
}

/** The tier that gives: the one with the most rows, the older of two. */
export function giver(rows: readonly number[]): number {
  return rows.reduce((most, count, tier) => (count >= (rows[most] ?? 0) ? tier : most), 0)
}

/**
 * How long it takes until readings are dropped when nobody fetches any: in the end every tier holds as many rows as
 * the others, and covers the longer the coarser it is. What the tiers cover now is gone already.
 */
export function secondsUntilDropped(now: {
  readonly tiers: readonly number[]
  /** Rows that there is room for. */
  readonly capacity: number
  readonly rowsPerSecond: number
  readonly points: number
}): number {
  const { tiers, capacity, rowsPerSecond, points } = now
  const finest = (ms: number) => Math.min(rowsPerSecond, (points * 1000) / ms)
  const rates = [rowsPerSecond, ...TIERS_MS.map(finest)].filter((rate) => rate > 0)
  const covers = (rows: (tier: number) => number) =>
    rates.reduce((sum, rate, tier) => sum + rows(tier) / rate, 0)
  return Math.max(0, covers(() => capacity / TIERS) - covers((tier) => tiers[tier] ?? 0))
}

/** As it is kept beside a row: span and count as varints, then sum, min and max as zigzags. */
export function encodeStanding({ span, count, sum, min, max }: Standing): Uint8Array {
  const writer = byteWriter(40)
  writer.varint(span)
  writer.varint(count)
  for (const value of [sum, min, max]) writer.zigzag(value)
  return writer.done()
}

/** Undefined for what `encodeStanding` did not write. */
export function decodeStanding(bytes: Uint8Array): Standing | undefined {
  const reader = byteReader(bytes)
  const [span, count] = [reader.varint(), reader.varint()]
  const [sum, min, max] = [reader.zigzag(), reader.zigzag(), reader.zigzag()]
  return reader.failed || reader.left > 0 ? undefined : { span, count, sum, min, max }
}

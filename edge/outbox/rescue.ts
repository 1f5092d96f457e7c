import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../core/wire/frame-body.ts'
import type { QueuedAlarm, SavedReading } from './disk.ts'
import { count, outside, type Range } from './ledger.ts'
import type { SeriesEntry } from './outbox.ts'
import { salvageSeries, salvageTable } from './salvage.ts'
import { flagOf, number, qualityOf, type RescuePosition, storeFault } from './tables.ts'

/** A portion of what a damaged database still holds, small enough for one transaction between other work. */
export interface Rescued {
  /** Everything up to here is in this portion or an earlier one. */
  readonly position: RescuePosition
  readonly alarms: readonly QueuedAlarm[]
  readonly readings: readonly SavedReading[]
  readonly unreadable: { readonly alarms: number; readonly readings: number }
}

/**
 * Alarms first, beyond `from`, without the numbers whose frozen frames were `carried` as they are. What the hub already
 * had is not in the tables any more and not counted as lost.
 *
 * A row is stored twice by the hub only if its frame was sent and arrived, was never acknowledged here, and cannot be
 * read any more (or its series cannot) while the row itself still can: lost or twice, and we choose twice.
 */
export function* rescue(
  damaged: SqlStore,
  from: RescuePosition,
  carried: Readonly<Record<'alarm' | 'live', readonly Range[]>>,
): Generator<Rescued> {
  const nothing = { alarms: [], readings: [], unreadable: { alarms: 0, readings: 0 } }
  const goneAlarms = byStart([...toldSpans(damaged, 0), ...carried.alarm])
  for (const piece of from.table === 'live' ? [] : salvageTable(damaged, 'alarm', from.seq)) {
    const position = { table: 'alarm', seq: piece.last } as const
    if (piece.kind === 'unreadable') {
      const alarms = count(outside(goneAlarms, piece.first, piece.last))
      yield { ...nothing, position, unreadable: { alarms, readings: 0 } }
      continue
    }
    const rows = piece.rows.filter(outsideOf(carried.alarm))
    const alarms = rows.flatMap(savedAlarm)
    const unreadable = { alarms: rows.length - alarms.length, readings: 0 }
    yield { ...nothing, position, alarms, unreadable }
  }
  const series = salvageSeries(damaged)
  const goneReadings = byStart([...toldSpans(damaged, 2), ...carried.live])
  for (const piece of salvageTable(damaged, 'live', from.table === 'live' ? from.seq : -1)) {
    const position = { table: 'live', seq: piece.last } as const
    if (piece.kind === 'unreadable') {
      const readings = count(outside(goneReadings, piece.first, piece.last))
      yield { ...nothing, position, unreadable: { alarms: 0, readings } }
      continue
    }
    const rows = piece.rows.filter(outsideOf(carried.live))
    const readings = rows.flatMap((row) => savedReading(row, series))
    const unreadable = { alarms: 0, readings: rows.length - readings.length }
    yield { ...nothing, position, readings, unreadable }
  }
}

function outsideOf(ranges: readonly Range[]): (row: SqlRow) => boolean {
  return ({ seq }) => typeof seq !== 'number' || outside(ranges, seq, seq).length > 0
}

function byStart(ranges: Range[]): Range[] {
  return ranges.sort((one, two) => one.first - two.first)
}

function savedAlarm({ at, mono, mark, body }: SqlRow): QueuedAlarm[] {
  if (!whole(at, 0, FRAME_AT_MAX) || !(body instanceof Uint8Array)) return []
  const quality = typeof mark === 'number' ? qualityOf(mark) : 'unknown'
  return [{ at, mono: typeof mono === 'number' ? mono : 0, quality, body }]
}

function savedReading(row: SqlRow, series: ReadonlyMap<number, SeriesEntry>): SavedReading[] {
  const { at, value, mono, mark } = row
  const entry = typeof row.series === 'number' ? series.get(row.series) : undefined
  if (entry === undefined || !whole(at, 0, FRAME_AT_MAX)) return []
  if (!whole(value, -FRAME_VALUE_MAX, FRAME_VALUE_MAX) || !whole(mark, 0, Number.MAX_SAFE_INTEGER)) return []
  return [
    {
      entry,
      at,
      value,
      mono: typeof mono === 'number' ? mono : 0,
      flag: flagOf(mark),
      quality: qualityOf(mark),
    },
  ]
}

function toldSpans(damaged: SqlStore, lane: number): Range[] {
  try {
    return damaged
      .prepare('SELECT first, last FROM spans WHERE lane = ? AND told = 1 ORDER BY first')
      .all(lane)
      .map((row) => ({ first: number(row, 'first'), last: number(row, 'last') }))
  } catch (cause) {
    storeFault(cause)
    return []
  }
}

function whole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
}

import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { count, outside, type Range } from './ledger.ts'
import type { SeriesEntry } from './outbox.ts'
import { alarmLine, liveRow } from './rows.ts'
import { salvageSeries, salvageSpans, salvageTable } from './salvage.ts'
import type { QueuedAlarm, SavedReading } from './saved-rows.ts'
import { bootOf, flagOf, LOST_BOOT, laneCode, qualityOf, type RescuePosition } from './tables.ts'

/** A portion of what a damaged database still holds, small enough for one transaction between other work. */
export interface Rescued {
  /** Everything up to here is in this portion or an earlier one. */
  readonly position: RescuePosition
  readonly alarms: readonly QueuedAlarm[]
  readonly readings: readonly SavedReading[]
  readonly unreadable: { readonly alarms: number; readonly readings: number }
}

export interface RescueOptions {
  readonly from: RescuePosition
  /** Numbers whose rows came as frozen frames. */
  readonly carried: Readonly<Record<'alarm' | 'live', readonly Range[]>>
  /** Numbers of boots there → here. */
  readonly boots: ReadonlyMap<number, number>
}

/**
 * Alarms first, beyond `from`, without the numbers whose frozen frames were `carried` as they are. What the hub already
 * had is not in the tables any more and not counted as lost.
 *
 * A row is stored twice by the hub only if its frame was sent and arrived, was never acknowledged here, and cannot be
 * read any more (or its series cannot) while the row itself still can: lost or twice, and we choose twice.
 */
export function* rescue(damaged: SqlStore, { from, carried, boots }: RescueOptions): Generator<Rescued> {
  const nothing = { alarms: [], readings: [], unreadable: { alarms: 0, readings: 0 } }
  const bootHere = (mark: number) => boots.get(bootOf(mark)) ?? LOST_BOOT
  const gone = (lane: 'alarm' | 'live') => {
    const code = laneCode(lane)
    const spans = [...salvageSpans(damaged, code, 0), ...salvageSpans(damaged, code, 1)]
    return byStart([...spans, ...carried[lane]])
  }
  const goneAlarms = gone('alarm')
  for (const piece of from.table === 'live' ? [] : salvageTable(damaged, 'alarm', from.seq)) {
    const position = { table: 'alarm', seq: piece.last } as const
    if (piece.kind === 'unreadable') {
      const alarms = count(outside(goneAlarms, piece.first, piece.last))
      yield { ...nothing, position, unreadable: { alarms, readings: 0 } }
      continue
    }
    const rows = piece.rows.filter(outsideOf(carried.alarm))
    const alarms = rows.flatMap((row) => savedAlarm(row, bootHere))
    const unreadable = { alarms: rows.length - alarms.length, readings: 0 }
    yield { ...nothing, position, alarms, unreadable }
  }
  const series = salvageSeries(damaged)
  const goneReadings = gone('live')
  for (const piece of salvageTable(damaged, 'live', from.table === 'live' ? from.seq : -1)) {
    const position = { table: 'live', seq: piece.last } as const
    if (piece.kind === 'unreadable') {
      const readings = count(outside(goneReadings, piece.first, piece.last))
      yield { ...nothing, position, unreadable: { alarms: 0, readings } }
      continue
    }
    const rows = piece.rows.filter(outsideOf(carried.live))
    const readings = rows.flatMap((row) => savedReading(row, series, bootHere))
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

type BootHere = (mark: number) => number

function savedAlarm(row: SqlRow, bootHere: BootHere): QueuedAlarm[] {
  const line = alarmLine(row)
  if (line === undefined) return []
  const { at, mono, mark, body } = line
  return [{ at, mono, quality: qualityOf(mark), boot: bootHere(mark), body }]
}

function savedReading(
  row: SqlRow,
  series: ReadonlyMap<number, SeriesEntry>,
  bootHere: BootHere,
): SavedReading[] {
  const read = liveRow(row, Number.POSITIVE_INFINITY)
  const entry = read && series.get(read.series)
  if (read === undefined || entry === undefined) return []
  const { at, value, mono, mark, standing } = read
  const saved = { entry, at, value, mono, flag: flagOf(mark), quality: qualityOf(mark), boot: bootHere(mark) }
  return [{ ...saved, ...(standing === undefined ? {} : { standing }) }]
}

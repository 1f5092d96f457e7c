import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { decodeFrame } from '../../core/wire/frame-codec.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { outside, type Range } from './ledger.ts'
import type { FormerFrame, SeriesEntry } from './outbox.ts'
import { salvageSeries, salvageTable } from './salvage.ts'
import { blob, damaged, laneCode, number, seriesEntry, text } from './tables.ts'

/**
 * Frozen frames of databases that were damaged, and what their series mean. They may be at the hub already, so they
 * are told as the same bytes under the same epoch, and never under new numbers.
 */

/** A window of eight in two lanes, from each of several damaged databases. */
const FORMER_FRAMES_MAX = 128
/** The most that a hello may name. */
const FORMER_EPOCHS_MAX = 8

export interface Carried {
  /** `own`: of the damaged database's own epoch; the others were carried into it. */
  readonly frames: readonly (Omit<FormerFrame, 'id'> & {
    readonly bytes: Uint8Array
    readonly own: boolean
  })[]
  /** By epoch, counting from 0 without a hole. */
  readonly series: ReadonlyMap<string, readonly SeriesEntry[]>
  /** Rows of frames that were carried before and cannot be again. */
  readonly unreadable: { readonly alarms: number; readonly readings: number }
}

/**
 * What can be carried on: frames whose bytes are whole and whose series are known. State is left: that of now is told
 * anew. An own frame that is left comes as rows with new numbers, and may so be stored twice; a former one is lost.
 */
export function salvageFormer(store: SqlStore): Carried {
  const frames: Carried['frames'][number][] = []
  const known = new Map<string, readonly SeriesEntry[]>()
  const series = new Map<string, readonly SeriesEntry[]>()
  const unreadable = { alarms: 0, readings: 0 }
  const carry = (row: SqlRow, isOwn: boolean): boolean => {
    const frame = wholeFrame(row)
    if (frame === undefined || frames.length >= FORMER_FRAMES_MAX) return false
    const { epoch } = frame
    const entries = known.get(epoch) ?? withoutHole(salvageSeries(store, isOwn ? undefined : epoch))
    known.set(epoch, entries)
    if (frame.series > entries.length) return false
    if (!series.has(epoch) && series.size >= FORMER_EPOCHS_MAX) return false
    series.set(epoch, entries)
    frames.push({ ...frame, own: isOwn })
    return true
  }
  for (const row of rowsOf(store, 'frames')) if (row.lane !== laneCode('state')) carry(row, true)
  for (const row of rowsOf(store, 'former_frames')) {
    if (carry(row, false) || typeof row.rows !== 'number') continue
    unreadable[row.lane === laneCode('alarm') ? 'alarms' : 'readings'] += row.rows
  }
  return { frames, series, unreadable }
}

/** Undefined for bytes that are not what was written. `series`: how many entries of the dictionary it needs. */
function wholeFrame({ bytes }: SqlRow) {
  const decoded = bytes instanceof Uint8Array ? decodeFrame(bytes) : undefined
  if (!decoded?.ok || !(bytes instanceof Uint8Array) || decoded.value.lane === 'state') return undefined
  const frame = decoded.value
  const { epoch, first, last } = frame
  if (frame.lane === 'alarm') {
    return { epoch, lane: frame.lane, first, last, bytes, rows: frame.events.length, series: 0 }
  }
  const series = frame.readings.reduce((most, reading) => Math.max(most, reading.series + 1), 0)
  return { epoch, lane: 'live' as const, first, last, bytes, rows: frame.readings.length, series }
}

function* rowsOf(store: SqlStore, table: 'frames' | 'former_frames'): Generator<SqlRow> {
  for (const piece of salvageTable(store, table)) if (piece.kind === 'rows') yield* piece.rows
}

function withoutHole(entries: ReadonlyMap<number, SeriesEntry>): SeriesEntry[] {
  const whole: SeriesEntry[] = []
  for (let next = entries.get(0); next !== undefined; next = entries.get(whole.length)) whole.push(next)
  return whole
}

/** Those of an open database. What changes something runs inside the caller's transaction. */
export function formerFrames(store: SqlStore) {
  const sql = {
    list: store.prepare('SELECT id, epoch, lane, first, last, rows FROM former_frames ORDER BY id'),
    bytes: store.prepare('SELECT bytes FROM former_frames WHERE id = ?'),
    series: store.prepare('SELECT * FROM former_series WHERE epoch = ? ORDER BY id'),
    put: store.prepare(
      'INSERT INTO former_frames (epoch, lane, first, last, rows, bytes) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    putSeries: store.prepare('INSERT INTO former_series VALUES (?, ?, ?, ?, ?, ?)'),
    carry: store.prepare('INSERT INTO carried (lane, first, last) VALUES (?, ?, ?)'),
    carried: store.prepare('SELECT first, last FROM carried WHERE lane = ? ORDER BY first'),
    forgetCarried: store.prepare('DELETE FROM carried'),
    remove: store.prepare('DELETE FROM former_frames WHERE id = ?'),
    removeSeries: store.prepare('DELETE FROM former_series WHERE epoch = ?'),
  }
  const list = () => sql.list.all().map(formerFrame)
  let frames = list()
  return {
    frames: (): readonly FormerFrame[] => frames,
    bytes(id: number): Uint8Array | undefined {
      if (!frames.some((frame) => frame.id === id)) return undefined
      const bytes = blob(sql.bytes.get(id), 'bytes')
      if (!decodeFrame(bytes).ok) throw damaged('a former frame is not what was written')
      return bytes
    },
    series: (epoch: string): readonly SeriesEntry[] => sql.series.all(epoch).map(seriesEntry),
    keep(carried: Carried): void {
      for (const { epoch, lane, first, last, rows, bytes, own } of carried.frames) {
        sql.put.run(epoch, laneCode(lane), first, last, rows, bytes)
        if (own) sql.carry.run(laneCode(lane), first, last)
      }
      for (const [epoch, entries] of carried.series) {
        for (const [id, { device, channel, unit, resolution }] of entries.entries()) {
          sql.putSeries.run(epoch, id, device, channel, unit, resolution)
        }
      }
      frames = list()
    },
    /** Numbers of the database put aside whose rows came as frames; known until the rescue is done. */
    carried: (lane: 'alarm' | 'live'): Range[] =>
      sql.carried
        .all(laneCode(lane))
        .map((row) => ({ first: number(row, 'first'), last: number(row, 'last') })),
    forgetCarried: () => void sql.forgetCarried.run(),
    release(epoch: string, lane: Lane, ranges: readonly Range[]): void {
      const held = [...ranges].sort((one, two) => one.first - two.first)
      const arrived = frames.filter(
        (frame) =>
          frame.epoch === epoch && frame.lane === lane && outside(held, frame.first, frame.last).length === 0,
      )
      for (const { id } of arrived) sql.remove.run(id)
      frames = frames.filter((frame) => !arrived.includes(frame))
      if (arrived.length > 0 && !frames.some((frame) => frame.epoch === epoch)) sql.removeSeries.run(epoch)
    },
  }
}

function formerFrame(row: SqlRow): FormerFrame {
  return {
    id: number(row, 'id'),
    epoch: text(row, 'epoch'),
    lane: number(row, 'lane') === laneCode('alarm') ? 'alarm' : 'live',
    first: number(row, 'first'),
    last: number(row, 'last'),
    rows: number(row, 'rows'),
  }
}

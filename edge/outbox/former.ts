import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import type { Frame, Gap, GapReason, Undated } from '../../core/wire/frame.ts'
import { decodeFrame, encodeFrame, frameCrc } from '../../core/wire/frame-codec.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { clipped } from './clip.ts'
import { isNamed } from './lane-store.ts'
import { count, inside, outside, type Range } from './ledger.ts'
import type { FormerFrame, FrameName, SeriesEntry } from './outbox.ts'
import type { Rescued } from './rescue.ts'
import { salvageSeries, salvageSpans, salvageTable } from './salvage.ts'
import type { SavedReading } from './saved-rows.ts'
import { blob, damaged, frozenFrame, LOST_BOOT, laneCode, number, seriesEntry, text } from './tables.ts'

/**
 * Frozen frames of databases that were damaged, and what their series mean. They may be at the hub already, so they
 * are told as the same bytes under the same epoch, and never under new numbers.
 */

/** A window of eight in two lanes, from each of several damaged databases. */
export const FORMER_FRAMES_MAX = 128
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
  /** Rows of frames that were carried before and cannot be again, and losses that the hub has not been told of. */
  readonly lost: Losses
}

/** Numbers without a row, by lane and reason. */
export type Losses = Readonly<Record<'alarm' | 'live', Partial<Readonly<Record<GapReason, number>>>>>

/**
 * What can be carried on: frames whose bytes are whole and whose series are known. State is left: that of now is told
 * anew. An own frame that is left comes as rows with new numbers, and may so be stored twice; a former one is lost.
 */
export function salvageFormer(store: SqlStore): Carried {
  const frames: Carried['frames'][number][] = []
  const known = new Map<string, readonly SeriesEntry[]>()
  const series = new Map<string, readonly SeriesEntry[]>()
  const lost: Record<'alarm' | 'live', Partial<Record<GapReason, number>>> = { alarm: {}, live: {} }
  const lose = (lane: 'alarm' | 'live', reason: GapReason, size: number) => {
    if (size > 0) lost[lane][reason] = (lost[lane][reason] ?? 0) + size
  }
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
    lose(row.lane === laneCode('alarm') ? 'alarm' : 'live', 'unreadable', row.rows)
  }
  for (const lane of ['alarm', 'live'] as const) {
    const told = frames.filter((frame) => frame.own && frame.lane === lane)
    for (const { first, last, fate } of salvageSpans(store, laneCode(lane), 0)) {
      if (fate !== 'acknowledged') lose(lane, fate, count(outside(byStart(told), first, last)))
    }
  }
  return { frames, series, lost }
}

function byStart<R extends Range>(ranges: R[]): R[] {
  return ranges.sort((one, two) => one.first - two.first)
}

/** Undefined for bytes that are not what was written. `series`: how many entries of the dictionary it needs. */
function wholeFrame({ bytes }: SqlRow) {
  const decoded = bytes instanceof Uint8Array ? decodeFrame(bytes) : undefined
  if (!decoded?.ok || !(bytes instanceof Uint8Array) || decoded.value.lane === 'state') return undefined
  const frame = decoded.value
  const { epoch, first, last } = frame
  const head = { epoch, first, last, bytes, crc: frameCrc(bytes), oldestAt: oldestIn(frame) }
  if (frame.lane === 'alarm') return { ...head, lane: frame.lane, rows: frame.events.length, series: 0 }
  const series = frame.readings.reduce((most, reading) => Math.max(most, reading.series + 1), 0)
  return { ...head, lane: 'live' as const, rows: frame.readings.length, series }
}

function oldestIn(frame: Frame): number | undefined {
  const times =
    frame.lane === 'alarm'
      ? frame.events.map(({ at }) => at)
      : frame.readings.map(({ at, summary }) => summary?.from ?? at)
  return times.length === 0 ? undefined : times.reduce((oldest, at) => Math.min(oldest, at))
}

function* rowsOf(store: SqlStore, table: 'frames' | 'former_frames'): Generator<SqlRow> {
  for (const piece of salvageTable(store, table)) if (piece.kind === 'rows') yield* piece.rows
}

function withoutHole(entries: ReadonlyMap<number, SeriesEntry>): SeriesEntry[] {
  const whole: SeriesEntry[] = []
  for (let next = entries.get(0); next !== undefined; next = entries.get(whole.length)) whole.push(next)
  return whole
}

type SavedRows = Pick<Rescued, 'alarms' | 'readings'>
interface Unnumbered extends SavedRows {
  readonly gaps: readonly Gap[]
}

/** Those of an open database. What changes something runs inside the caller's transaction. */
export function formerFrames(store: SqlStore) {
  const sql = {
    list: store.prepare('SELECT * FROM former_frames ORDER BY id'),
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
  const drop = (gone: readonly FormerFrame[]) => {
    for (const { id } of gone) sql.remove.run(id)
    frames = frames.filter(({ id }) => !gone.some((frame) => frame.id === id))
    for (const { epoch } of gone) {
      if (!frames.some((frame) => frame.epoch === epoch)) sql.removeSeries.run(epoch)
    }
  }
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
    release(epoch: string, lane: Lane, named: readonly FrameName[]): void {
      drop(
        frames.filter(
          (frame) =>
            frame.epoch === epoch && frame.lane === lane && named.some((name) => isNamed(frame, name)),
        ),
      )
    },
    /** Keeps what lies below `at`; the rest is given back as what has no number yet: rows dated as told, and losses. */
    split(frame: FormerFrame, at: number, between: (bounds: Undated) => number): Unnumbered {
      const { id, epoch, lane, first, last } = frame
      const decoded = decodeFrame(blob(sql.bytes.get(id), 'bytes'))
      if (!decoded.ok) throw damaged('a former frame is not what was written')
      const series = sql.series.all(epoch).map(seriesEntry)
      if (at > first) {
        const kept = clipped(decoded.value, Math.min(last, at - 1), series)
        const rows = kept.lane === 'alarm' ? kept.events.length : kept.readings.length
        sql.put.run(epoch, laneCode(lane), kept.first, kept.last, rows, encodeFrame(kept))
        frames = list()
      }
      drop([frame])
      return { ...savedRows(decoded.value, series, at, between), gaps: inside(decoded.value.gaps, at, last) }
    },
    find: (epoch: string, lane: Lane, crc: number): FormerFrame | undefined =>
      frames.find((frame) => frame.epoch === epoch && frame.lane === lane && frame.crc === crc),
  }
}

function savedRows(
  frame: Frame,
  series: readonly SeriesEntry[],
  from: number,
  between: (bounds: Undated) => number,
): SavedRows {
  // Dated, and of no boot that could date them anew; else undated, and no more is known than what the frame says.
  const time = ({ seq, at }: { readonly seq: number; readonly at: number }) => {
    const [undated] = inside(frame.undated ?? [], seq, seq)
    if (undated === undefined) return { at, mono: at, boot: LOST_BOOT, quality: 'holdover' } as const
    return { at, mono: at, boot: between(undated), quality: 'unknown' } as const
  }
  if (frame.lane === 'alarm') {
    const events = frame.events.filter(({ seq }) => seq >= from)
    return { alarms: events.map((event) => ({ ...time(event), body: event.body })), readings: [] }
  }
  const readings = frame.readings.flatMap((reading): SavedReading[] => {
    const { seq, at, value, flag, summary } = reading
    const entry = series[reading.series]
    if (seq < from || entry === undefined) return []
    const saved = { ...time(reading), entry, value, flag }
    if (summary === undefined) return [saved]
    const { from: first, ...rest } = summary
    return [{ ...saved, standing: { span: at - first, ...rest } }]
  })
  return { alarms: [], readings }
}

function formerFrame(row: SqlRow): FormerFrame {
  const { crc } = frozenFrame({ ...row, crc: blob(row, 'bytes').subarray(-4) })
  return {
    id: number(row, 'id'),
    epoch: text(row, 'epoch'),
    lane: number(row, 'lane') === laneCode('alarm') ? 'alarm' : 'live',
    first: number(row, 'first'),
    last: number(row, 'last'),
    rows: number(row, 'rows'),
    crc,
    oldestAt: wholeFrame(row)?.oldestAt,
  }
}

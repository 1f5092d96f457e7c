import { type Fault, fault } from '../../core/errors.ts'
import { err, ok } from '../../core/result.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import { decodeAlarmRow } from '../../core/wire/decoders.ts'
import type { Frame, FrameEvent, FrameReading, Gap } from '../../core/wire/frame.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { SeriesPoint } from '../store/points.ts'
import type { Range } from '../store/ranges.ts'
import { counts } from '../store/rollups.ts'
import type { StoredReading } from '../store/rows.ts'
import type { HubStore } from '../store/store.ts'
import type { Stream } from '../store/streams.ts'

/** A clock ahead of ours by more than this does not keep its reading newest for ever. */
const AHEAD_MS = 3_600_000
/** A stream in more pieces than this is not being filled honestly. */
const RANGES_PER_STREAM_MAX = 10_000

/** What a stored frame means to others. */
export interface Stored {
  readonly stream: Stream
  /** Something of it was not held yet: it is no message that came a second time. */
  readonly fresh: boolean
  /** Rows of the alarm lane that were new here and could be read. */
  readonly alarms: readonly AlarmEvent[]
  readonly outcomes: readonly CommandOutcome[]
  /** Those that could not be read; kept and acknowledged all the same. */
  readonly unreadable: readonly Fault[]
}

/** Why a frame was not stored. `fork`: from this number on it is none of this epoch's own. */
export interface Refused {
  readonly ok: false
  readonly error: Fault
  readonly fork?: { readonly at: number; readonly reason: 'rows' | 'dictionary' }
}

/** Newest value of each point over one transaction. */
export type Newest = Map<number, StoredReading>

/** Stores what of a frame is not held yet. Call inside the transaction; a refused frame has written nothing. */
export function storeFrame(
  store: HubStore,
  stream: Stream,
  frame: Frame,
  newest: Newest,
): { readonly ok: true; readonly value: Stored } | Refused {
  const { edge } = stream
  const { lane, first, last } = frame
  const readings = frame.lane === 'alarm' ? ok([]) : translate(store, stream, frame)
  if (!readings.ok) return readings
  const events = frame.lane === 'alarm' ? frame.events : []

  const missing = store.ranges.missing(stream.id, first, last)
  const partial = missing[0]?.[0] !== first || missing[0]?.[1] !== last
  const changed = partial ? firstChanged(store, stream, frame, missing, readings.value, events) : undefined
  if (changed !== undefined) {
    // What lies below comes again, as a frame of its own: shared rows of a copied disk stay under their numbers.
    const error = fault('INGEST_ROWS_CHANGED', { edge, lane, first, last })
    return { ok: false, error, fork: { at: changed, reason: 'rows' } }
  }
  const fresh = missing.length > 0
  const stored: Stored = { stream, fresh, alarms: [], outcomes: [], unreadable: [] }
  if (!fresh) return ok(stored)
  if (splits(store, stream, frame) && store.ranges.count(stream.id) >= RANGES_PER_STREAM_MAX)
    return err(fault('INGEST_LIMIT', { edge, limit: RANGES_PER_STREAM_MAX, what: 'ranges' }))

  const newReadings = partial ? readings.value.filter(inside(missing)) : readings.value
  const newEvents = partial ? events.filter(inside(missing)) : events
  storeReadings(store, stream, newReadings, newest)
  const told = storeEvents(store, stream, newEvents)
  const superseded = storeGaps(store, stream, frame.gaps, missing)
  if (lane !== 'state')
    for (const range of partsOf(frame.undated ?? [], missing)) store.rows.addUndated(stream.id, range)
  storeZones(store, stream, missing, lane === 'alarm' ? newEvents : newReadings)
  store.ranges.add(stream.id, first, last)
  store.streams.count(stream, newReadings.length + newEvents.length, superseded, last)
  return ok({ ...stored, ...told })
}

/**
 * The lowest number under which something else is held than the frame says. Rows of lane state are not kept, and can
 * say nothing: what guards that lane is the dictionary's checksum, and that every value in it comes in lane live too.
 */
function firstChanged(
  { contradictions }: HubStore,
  { id, lane }: Stream,
  { gaps, undated }: Frame,
  missing: readonly Range[],
  readings: readonly StoredReading[],
  events: readonly FrameEvent[],
): number | undefined {
  if (lane === 'state') return undefined
  const isNew = inside(missing)
  const ofRows =
    lane === 'live'
      ? contradictions.ofReadings(
          id,
          readings.filter((row) => !isNew(row)),
          undated,
        )
      : contradictions.ofEvents(
          id,
          events.filter((row) => !isNew(row)),
          undated,
        )
  const ofGaps = contradictions.ofGaps(lane, id, gaps)
  return ofRows === undefined ? ofGaps : Math.min(ofRows, ofGaps ?? ofRows)
}

/** Where nothing is held just before the frame, it may become a range of its own. */
function splits(store: HubStore, stream: Stream, { first }: Frame): boolean {
  return first > 0 && store.ranges.nextMissing(stream.id, first - 1) === first - 1
}

/** Whether a row's number lies in `ranges`; both in ascending order, so for one pass over the rows. */
function inside(ranges: readonly Range[]): (row: { readonly seq: number }) => boolean {
  let index = 0
  return ({ seq }) => {
    while ((ranges[index]?.[1] ?? Number.POSITIVE_INFINITY) < seq) index++
    return (ranges[index]?.[0] ?? Number.POSITIVE_INFINITY) <= seq
  }
}

/** The parts of `ranges` that are `missing`; both in ascending order. */
function* partsOf<R extends { readonly first: number; readonly last: number }>(
  ranges: readonly R[],
  missing: readonly Range[],
): Generator<R> {
  let index = 0
  for (const range of ranges) {
    while ((missing[index]?.[1] ?? Number.POSITIVE_INFINITY) < range.first) index++
    for (let next = index; (missing[next]?.[0] ?? Number.POSITIVE_INFINITY) <= range.last; next++) {
      const [first, last] = missing[next] ?? [0, 0]
      yield { ...range, first: Math.max(range.first, first), last: Math.min(range.last, last) }
    }
  }
}

function translate(
  store: HubStore,
  stream: Stream,
  frame: Exclude<Frame, { readonly lane: 'alarm' }>,
): { readonly ok: true; readonly value: readonly StoredReading[] } | Refused {
  const dictionary = store.points.dictionary(stream.epochId)
  const { edge } = stream
  const { readings } = frame
  const highest = readings.reduce((most, { series }) => Math.max(most, series), -1)
  if (highest >= dictionary.length) return err(fault('INGEST_SERIES_UNKNOWN', { edge, series: highest }))
  const crc = dictionary[highest]?.crc
  if (frame.dictionary !== undefined && crc !== undefined && frame.dictionary !== crc) {
    const error = fault('INGEST_DICTIONARY_CHANGED', { edge, lane: frame.lane, first: frame.first })
    return { ok: false, error, fork: { at: frame.first, reason: 'dictionary' } }
  }
  const rows = new Array<StoredReading>(readings.length)
  for (const [index, reading] of readings.entries()) {
    const known = dictionary[reading.series]
    if (known !== undefined) rows[index] = scaled(reading, known)
  }
  return ok(rows)
}

function scaled(
  { seq, at, value, flag, summary }: FrameReading,
  { point, scale }: SeriesPoint,
): StoredReading {
  const row = { seq, point, at, value: scale(value), flag }
  if (summary === undefined) return row
  const { from, count, sum, min, max } = summary
  return { ...row, summary: { from, count, sum: scale(sum), min: scale(min), max: scale(max) } }
}

/** `state` rows are only the newest of each point: their history comes as `live`. */
function storeReadings(
  store: HubStore,
  stream: Stream,
  readings: readonly StoredReading[],
  newest: Newest,
): void {
  for (const reading of readings) {
    const known = newest.get(reading.point)
    if (known === undefined || reading.at >= known.at) newest.set(reading.point, reading)
  }
  if (stream.lane !== 'live') return
  store.rows.insert(stream.id, readings)
  for (const { point, at, value, flag, summary } of readings) {
    if (!counts(flag)) continue
    if (summary === undefined) store.rollups.add(point, at, value)
    else store.rollups.addSummary(point, at, value, summary)
  }
}

export function storeNewest(store: HubStore, newest: Newest, now: number): void {
  for (const reading of newest.values()) store.presents.put(reading, now + AHEAD_MS)
}

function storeEvents(store: HubStore, stream: Stream, events: readonly FrameEvent[]) {
  const alarms: AlarmEvent[] = []
  const outcomes: CommandOutcome[] = []
  const unreadable: Fault[] = []
  for (const { seq, at, body } of events) {
    const decoded = decodeAlarmRow(body)
    const alarm = decoded.ok && decoded.value.kind === 'alarm' ? decoded.value.event.alarm : null
    if (!decoded.ok) unreadable.push(decoded.error)
    else if (decoded.value.kind === 'alarm') alarms.push(decoded.value.event)
    else outcomes.push(decoded.value.outcome)
    store.rows.insertEvent({ stream: stream.id, seq, at, edge: stream.edge, alarm, body })
  }
  return { alarms, outcomes, unreadable }
}

/** Returns how many numbers were superseded: that is how `state` works and no loss, so they are only counted. */
function storeGaps(store: HubStore, stream: Stream, gaps: readonly Gap[], missing: readonly Range[]): number {
  let superseded = 0
  for (const gap of partsOf(gaps, missing)) {
    if (gap.reason === 'superseded') superseded += gap.last - gap.first + 1
    else store.rows.addGap(stream.id, gap)
  }
  return superseded
}

/** `rows` are all of the `missing` numbers that have one. */
function storeZones(
  store: HubStore,
  stream: Stream,
  missing: readonly Range[],
  rows: readonly { readonly seq: number; readonly at: number }[],
): void {
  let next = 0
  for (const [first, last] of missing) {
    const start = next
    let from = Number.POSITIVE_INFINITY
    let to = Number.NEGATIVE_INFINITY
    for (let row = rows[next]; row !== undefined && row.seq <= last; row = rows[++next]) {
      from = Math.min(from, row.at)
      to = Math.max(to, row.at)
    }
    if (next > start) store.zones.add(stream.id, { first, last, from, to, rows: next - start })
  }
}

import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { decodeAlarmEvent } from '../../core/wire/decoders.ts'
import type { Frame, FrameEvent, FrameReading, Gap } from '../../core/wire/frame.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
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
  readonly range: Range
  /** Alarm rows that were new here and could be read. */
  readonly alarms: readonly AlarmEvent[]
  /** Alarm rows that could not be read; kept and acknowledged all the same. */
  readonly unreadable: readonly Fault[]
}

/** Newest value of each point over one transaction. */
export type Newest = Map<number, StoredReading>

/** Stores what of a frame is not held yet. Call inside the transaction; a refused frame has written nothing. */
export function storeFrame(store: HubStore, edge: string, frame: Frame, newest: Newest): Result<Stored> {
  const opened = store.streams.open(edge, frame.epoch, frame.lane)
  if (!opened.ok) return opened
  const stream = opened.value
  const readings = frame.lane === 'alarm' ? ok([]) : translate(store, stream, frame.readings)
  if (!readings.ok) return readings
  const events = frame.lane === 'alarm' ? frame.events : []

  const missing = store.ranges.missing(stream.id, frame.first, frame.last)
  const partial = missing[0]?.[0] !== frame.first || missing[0]?.[1] !== frame.last
  if (partial && contradicts(store, stream, readings.value, events)) {
    const { first, last } = frame
    return err(fault('INGEST_ROWS_CHANGED', { edge, lane: frame.lane, first, last }))
  }
  const stored: Stored = { stream, range: [frame.first, frame.last], alarms: [], unreadable: [] }
  if (missing.length === 0) return ok(stored)
  if (splits(store, stream, frame) && store.ranges.count(stream.id) >= RANGES_PER_STREAM_MAX)
    return err(fault('INGEST_LIMIT', { edge, limit: RANGES_PER_STREAM_MAX, what: 'ranges' }))

  const newReadings = partial ? readings.value.filter(inside(missing)) : readings.value
  const newEvents = partial ? events.filter(inside(missing)) : events
  storeReadings(store, stream, newReadings, newest)
  const told = storeEvents(store, stream, newEvents)
  const superseded = storeGaps(store, stream, frame.gaps, missing)
  for (const [first, last] of missing) storeZone(store, stream, [first, last], newReadings, newEvents)
  store.ranges.add(stream.id, frame.first, frame.last)
  store.streams.count(stream, newReadings.length + newEvents.length, superseded, frame.last)
  return ok({ ...stored, ...told })
}

/** Whether other rows are held under these numbers. State rows are not kept, and can say nothing. */
function contradicts(
  { rows }: HubStore,
  stream: Stream,
  readings: readonly StoredReading[],
  events: readonly FrameEvent[],
): boolean {
  if (stream.lane === 'state') return false
  return stream.lane === 'live' ? rows.differ(stream.id, readings) : rows.eventsDiffer(stream.id, events)
}

/** Where nothing is held just before the frame, it may become a range of its own. */
function splits(store: HubStore, stream: Stream, { first }: Frame): boolean {
  return first > 0 && store.ranges.nextMissing(stream.id, first - 1) === first - 1
}

function inside(ranges: readonly Range[]): (row: { readonly seq: number }) => boolean {
  return ({ seq }) => ranges.some(([first, last]) => seq >= first && seq <= last)
}

function translate(
  store: HubStore,
  stream: Stream,
  readings: readonly FrameReading[],
): Result<readonly StoredReading[]> {
  const dictionary = store.points.dictionary(stream.epochId)
  const { edge } = stream
  const rows = new Array<StoredReading>(readings.length)
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index]
    if (reading === undefined) continue
    const { seq, series, at, flag } = reading
    const known = dictionary[series]
    if (known === undefined) return err(fault('INGEST_SERIES_UNKNOWN', { edge, series }))
    rows[index] = { seq, point: known.point, at, value: known.scale(reading.value), flag }
  }
  return ok(rows)
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
  for (const { point, at, value, flag } of readings) if (counts(flag)) store.rollups.add(point, at, value)
}

export function storeNewest(store: HubStore, newest: Newest, now: number): void {
  for (const reading of newest.values()) store.rows.present(reading, now + AHEAD_MS)
}

function storeEvents(store: HubStore, stream: Stream, events: readonly FrameEvent[]) {
  const alarms: AlarmEvent[] = []
  const unreadable: Fault[] = []
  for (const { seq, at, body } of events) {
    const decoded = decodeAlarmEvent(body)
    if (decoded.ok) alarms.push(decoded.value)
    else unreadable.push(decoded.error)
    const alarm = decoded.ok ? decoded.value.alarm : null
    store.rows.insertEvent({ stream: stream.id, seq, at, edge: stream.edge, alarm, body })
  }
  return { alarms, unreadable }
}

/** Returns how many numbers were superseded: that is how `state` works and no loss, so they are only counted. */
function storeGaps(store: HubStore, stream: Stream, gaps: readonly Gap[], missing: readonly Range[]): number {
  let superseded = 0
  for (const gap of gaps) {
    for (const [from, to] of missing) {
      const first = Math.max(gap.first, from)
      const last = Math.min(gap.last, to)
      if (first > last) continue
      if (gap.reason === 'superseded') superseded += last - first + 1
      else store.rows.addGap(stream.id, { first, last, reason: gap.reason })
    }
  }
  return superseded
}

function storeZone(
  store: HubStore,
  stream: Stream,
  [first, last]: Range,
  readings: readonly StoredReading[],
  events: readonly FrameEvent[],
): void {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let rows = 0
  const see = ({ seq, at }: { readonly seq: number; readonly at: number }) => {
    if (seq < first || seq > last) return
    rows++
    if (at < from) from = at
    if (at > to) to = at
  }
  readings.forEach(see)
  events.forEach(see)
  if (rows > 0) store.zones.add(stream.id, { first, last, from, to, rows })
}

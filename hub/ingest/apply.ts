import type { Clock } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import type { EdgeId } from '../../core/ids.ts'
import type { Ack, AlarmEvent, Hello, Want } from '../../core/wire/messages.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges } from '../fleet/edges.ts'
import type { Range } from '../store/ranges.ts'
import type { HubStore } from '../store/store.ts'
import type { Stream } from '../store/streams.ts'
import { type Newest, storeFrame, storeNewest } from './frame.ts'
import type { Changes } from './ingest.ts'
import type { Message } from './message.ts'

/** What goes back to an edge once the transaction has committed. */
export type Reply =
  | { readonly edge: EdgeId; readonly kind: 'ack'; readonly message: Ack }
  | { readonly edge: EdgeId; readonly kind: 'want'; readonly message: Want }

export interface Applied {
  readonly replies: readonly Reply[]
  readonly refused: readonly Fault[]
  readonly changes: Changes
}

export interface ApplyContext {
  readonly clock: Clock
  readonly store: HubStore
  readonly edges: Edges
  readonly alerts: Alerts
}

/** Most ranges in one acknowledgement (the schema's limit). */
const ACK_RANGES_MAX = 256
/** Most ranges in one request (the schema's limit); the next hello asks for more. */
const WANT_RANGES_MAX = 64

/** Everything that one transaction gathers while its messages are applied. */
interface Batch {
  readonly newest: Newest
  readonly refused: Fault[]
  readonly replies: Reply[]
  readonly alarms: { readonly edge: string; readonly alarm: AlarmEvent }[]
  readonly stored: Map<number, { readonly edge: EdgeId; readonly stream: Stream; readonly ranges: Range[] }>
  readonly wanted: Set<string>
  readonly seen: Set<EdgeId>
}

/** Applies messages in order, inside a transaction. Replies must be sent only after it has committed. */
export function applyMessages(context: ApplyContext, messages: readonly Message[]): Applied {
  const { clock, store, edges, alerts } = context
  const batch: Batch = {
    newest: new Map(),
    refused: [],
    replies: [],
    alarms: [],
    stored: new Map(),
    wanted: new Set(),
    seen: new Set(),
  }
  const now = clock.now()
  for (const message of messages) applyOne(context, batch, message, now)
  storeNewest(store, batch.newest, now)
  for (const edge of batch.seen) edges.saw(edge, now)
  const touched = new Map(batch.alarms.map(({ edge, alarm }) => [`${edge} ${alarm.alarm}`, { edge, alarm }]))
  const changed = [...touched.values()].map(({ edge, alarm }) => alerts.refresh(edge, alarm.alarm))
  for (const { edge, stream, ranges } of batch.stored.values())
    for (let from = 0; from < ranges.length; from += ACK_RANGES_MAX)
      batch.replies.push(ackOf(store, edge, stream, ranges.slice(from, from + ACK_RANGES_MAX), false, now))
  return {
    replies: batch.replies,
    refused: batch.refused,
    changes: {
      edges: new Set(messages.map(({ edge }) => edge)),
      alarms: batch.alarms,
      alerts: new Set(changed.filter((id) => id !== undefined)),
    },
  }
}

function applyOne(context: ApplyContext, batch: Batch, message: Message, now: number): void {
  const { store, edges } = context
  const { edge } = message
  switch (message.kind) {
    case 'frame':
      applyFrame(context, batch, message, now)
      break
    case 'hello':
      applyHello(context, batch, message.edge, message.hello, message.payload, now)
      break
    case 'series': {
      const epoch = store.streams.openEpoch(edge, message.series.epoch)
      const learnt = epoch.ok ? store.points.learn(edge, epoch.value, message.series) : epoch
      if (!learnt.ok) batch.refused.push(learnt.error)
      break
    }
    case 'describe':
      edges.describe(edge, message.describe, message.payload)
      break
    case 'alive':
      if (message.alive) batch.seen.add(edge)
      edges.alive(edge, message.alive)
      break
  }
}

function applyFrame(
  { store, edges }: ApplyContext,
  batch: Batch,
  { edge, frame }: Extract<Message, { kind: 'frame' }>,
  now: number,
): void {
  const result = storeFrame(store, edge, frame, batch.newest)
  if (!result.ok) {
    batch.refused.push(result.error)
    if (result.error.code === 'INGEST_ROWS_CHANGED') edges.suspect(edge, now)
    if (result.error.code === 'INGEST_SERIES_UNKNOWN') wantSeries(store, batch, edge, frame.epoch)
    return
  }
  const { stream, range, alarms, unreadable } = result.value
  const known = batch.stored.get(stream.id)
  if (known === undefined) batch.stored.set(stream.id, { edge, stream, ranges: [range] })
  else known.ranges.push(range)
  batch.refused.push(...unreadable)
  for (const alarm of alarms) batch.alarms.push({ edge, alarm })
  batch.seen.add(edge)
  edges.alive(edge, true)
}

/** Answers a hello with all that is held of its epoch, so that neither side sends or keeps more than it must. */
function applyHello(
  { store, edges }: ApplyContext,
  batch: Batch,
  edge: EdgeId,
  hello: Hello,
  payload: Uint8Array,
  now: number,
): void {
  const taken = edges.hello(edge, hello, payload, now)
  if (!taken.ok) batch.refused.push(taken.error)
  for (const epoch of hello.former ?? [])
    for (const lane of ['alarm', 'live'] as const) {
      const stream = store.streams.open(edge, epoch, lane)
      if (stream.ok) batch.replies.push(ackWhole(store, edge, stream.value, now))
      else batch.refused.push(stream.error)
    }
  for (const { lane, oldest, next } of hello.lanes) {
    const stream = store.streams.open(edge, hello.epoch, lane)
    if (!stream.ok) {
      batch.refused.push(stream.error)
      return
    }
    store.streams.told(stream.value, oldest, next)
    batch.replies.push(ackWhole(store, edge, stream.value, now))
    const gone = oldest === 0 ? [] : store.ranges.missing(stream.value.id, 0, oldest - 1, WANT_RANGES_MAX)
    if (gone.length > 0) batch.replies.push(wantAccount(edge, hello.epoch, lane, gone))
  }
  const epoch = store.streams.openEpoch(edge, hello.epoch)
  if (epoch.ok && store.points.known(epoch.value) < hello.series) wantSeries(store, batch, edge, hello.epoch)
}

/** Rows that the node no longer keeps and the hub never had: it may still say why. */
function wantAccount(edge: EdgeId, epoch: string, lane: Lane, gone: readonly Range[]): Reply {
  const ranges = gone.map(([first, last]): [number, number] => [first, last])
  return { edge, kind: 'want', message: { v: 1, epoch, rows: { lane, ranges } } }
}

function wantSeries(store: HubStore, batch: Batch, edge: EdgeId, epoch: string): void {
  const key = `${edge} ${epoch}`
  if (batch.wanted.has(key)) return
  batch.wanted.add(key)
  const epochId = store.streams.openEpoch(edge, epoch)
  const from = epochId.ok ? store.points.known(epochId.value) : 0
  batch.replies.push({ edge, kind: 'want', message: { v: 1, epoch, series: { from } } })
}

/** All that is held of a stream. */
function ackWhole(store: HubStore, edge: EdgeId, stream: Stream, now: number): Reply {
  const ranges = store.ranges.list(stream.id, store.ranges.nextMissing(stream.id, 0), ACK_RANGES_MAX)
  return ackOf(store, edge, stream, ranges, true, now)
}

function ackOf(
  store: HubStore,
  edge: EdgeId,
  stream: Stream,
  ranges: readonly Range[],
  whole: boolean,
  now: number,
): Reply {
  const upTo = store.ranges.nextMissing(stream.id, 0)
  const listed = ranges.map(([first, last]): [number, number] => [first, last])
  const message = {
    v: 1,
    epoch: stream.epoch,
    lane: stream.lane,
    upTo,
    ranges: listed,
    whole,
    at: now,
  } as const
  return { edge, kind: 'ack', message }
}

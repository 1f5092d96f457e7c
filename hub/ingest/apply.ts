import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { EdgeId } from '../../core/ids.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import type { Frame } from '../../core/wire/frame.ts'
import type { Ack, AlarmEvent, Series, Want } from '../../core/wire/messages.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges, QuarantineReason } from '../fleet/edges.ts'
import type { Quarantine } from '../fleet/quarantine.ts'
import type { Range } from '../store/ranges.ts'
import type { HubStore } from '../store/store.ts'
import type { Stream } from '../store/streams.ts'
import { type Newest, type Refused, storeFrame, storeNewest } from './frame.ts'
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

/** Who is told what became of commands; within the transaction that stores it, so that neither is without the other. */
export interface CommandOutcomes {
  outcome(edge: EdgeId, outcome: CommandOutcome): void
}

export interface ApplyContext {
  readonly clock: Clock
  readonly store: HubStore
  readonly edges: Edges
  readonly alerts: Alerts
  readonly quarantine: Quarantine
  readonly commands: CommandOutcomes
}

/** A message with the time at which it came. */
export interface Heard {
  readonly at: number
  readonly message: Message
}

/** Most ranges and most frames in one acknowledgement (the schema's limits). */
const ACK_RANGES_MAX = 256
/** Most ranges in one request (the schema's limit); the next hello asks for more. */
const WANT_RANGES_MAX = 64

type AckFrame = NonNullable<Ack['frames']>[number]

/** Everything that one transaction gathers while its messages are applied. */
interface Batch {
  readonly newest: Newest
  readonly refused: Fault[]
  readonly replies: Reply[]
  readonly alarms: { readonly edge: string; readonly alarm: AlarmEvent }[]
  /** Alerts that the hub raised itself. */
  readonly raised: Set<number>
  readonly stored: Map<
    number,
    { readonly edge: EdgeId; readonly stream: Stream; readonly frames: AckFrame[] }
  >
  readonly wanted: Set<string>
  readonly seen: Set<EdgeId>
  readonly hellos: Set<EdgeId>
}

/** Applies messages in order, inside a transaction. Replies must be sent only after it has committed. */
export function applyMessages(context: ApplyContext, heard: readonly Heard[]): Applied {
  const { clock, store, edges, alerts } = context
  const batch: Batch = {
    newest: new Map(),
    refused: [],
    replies: [],
    alarms: [],
    raised: new Set(),
    stored: new Map(),
    wanted: new Set(),
    seen: new Set(),
    hellos: new Set(),
  }
  const now = clock.now()
  for (const { message, at } of heard) applyOne(context, batch, message, at, now)
  storeNewest(store, batch.newest, now)
  for (const edge of batch.seen) edges.saw(edge, now)
  const touched = new Map(batch.alarms.map(({ edge, alarm }) => [`${edge} ${alarm.alarm}`, { edge, alarm }]))
  const changed = [...touched.values()].map(({ edge, alarm }) => alerts.refresh(edge, alarm.alarm))
  for (const { edge, stream, frames } of batch.stored.values())
    for (let from = 0; from < frames.length; from += ACK_RANGES_MAX)
      batch.replies.push(ackFrames(store, edge, stream, frames.slice(from, from + ACK_RANGES_MAX), now))
  return {
    replies: batch.replies,
    refused: batch.refused,
    changes: {
      edges: new Set(heard.map(({ message }) => message.edge)),
      hellos: batch.hellos,
      alarms: batch.alarms,
      alerts: new Set([...changed.filter((id) => id !== undefined), ...batch.raised]),
    },
  }
}

function applyOne(context: ApplyContext, batch: Batch, message: Message, at: number, now: number): void {
  const { edges } = context
  const { edge } = message
  switch (message.kind) {
    case 'frame':
      applyFrame(context, batch, message, at, now)
      break
    case 'hello':
      applyHello(context, batch, message, at, now)
      break
    case 'series':
      applySeries(context, batch, edge, message.series, now)
      break
    case 'describe':
      edges.describe(edge, message.describe, message.payload)
      break
    case 'alive':
      if (message.alive) batch.seen.add(edge)
      edges.alive(edge, message.alive, message.boot)
      break
  }
}

/** A dictionary that contradicts what is held is another node's: nothing of it is taken. */
function applySeries(context: ApplyContext, batch: Batch, edge: EdgeId, series: Series, now: number): void {
  const { streams, points } = context.store
  const epoch = streams.openEpoch(edge, series.epoch, now)
  const learnt = epoch.ok ? points.learn(edge, epoch.value, series) : epoch
  if (learnt.ok) return
  batch.refused.push(learnt.error)
  if (learnt.error.code === 'INGEST_SERIES_CONFLICT') suspect(context, batch, edge, 'dictionary', now)
}

function suspect(
  { quarantine }: ApplyContext,
  batch: Batch,
  edge: EdgeId,
  reason: QuarantineReason,
  now: number,
): void {
  const alert = quarantine.suspect(edge, reason, now)
  if (alert !== undefined) batch.raised.add(alert)
}

function applyFrame(
  context: ApplyContext,
  batch: Batch,
  { edge, frame, crc }: Extract<Message, { kind: 'frame' }>,
  at: number,
  now: number,
): void {
  const { store, edges, commands } = context
  const { epoch, lane, first, last } = frame
  if (lane === 'live' && store.room.reserved()) {
    batch.refused.push(fault('INGEST_STORE_RESERVED', { edge }))
    return
  }
  const opened = store.streams.open(edge, epoch, lane, now)
  const result = opened.ok ? storeFrame(store, opened.value, frame, batch.newest) : opened
  if (!result.ok) {
    refuseFrame(context, batch, { edge, frame, crc }, result, now)
    return
  }
  twinCheck(context, batch, edge, epoch, edges.spoke(edge, epoch, at), now)
  const { stream, alarms, outcomes, unreadable } = result.value
  const known = batch.stored.get(stream.id)
  const named: AckFrame = [first, last, crc]
  if (known === undefined) batch.stored.set(stream.id, { edge, stream, frames: [named] })
  else known.frames.push(named)
  batch.refused.push(...unreadable)
  for (const alarm of alarms) batch.alarms.push({ edge, alarm })
  for (const outcome of outcomes) commands.outcome(edge, outcome)
  batch.seen.add(edge)
  edges.alive(edge, true)
}

/** Not stored and not acknowledged. Where another node's rows are held, the sender is told from which number on. */
function refuseFrame(
  context: ApplyContext,
  batch: Batch,
  { edge, frame, crc }: { readonly edge: EdgeId; readonly frame: Frame; readonly crc: number },
  { error, fork }: Refused,
  now: number,
): void {
  const { epoch, lane } = frame
  batch.refused.push(error)
  if (error.code === 'INGEST_SERIES_UNKNOWN') wantSeries(context.store, batch, edge, epoch, now)
  if (fork === undefined) return
  suspect(context, batch, edge, fork.reason, now)
  const message: Want = { v: 1, epoch, fork: { lane, at: fork.at, frame: crc } }
  batch.replies.push({ edge, kind: 'want', message })
}

function twinCheck(
  context: ApplyContext,
  batch: Batch,
  edge: EdgeId,
  epoch: string,
  twin: 'boot' | 'epoch' | undefined,
  now: number,
): void {
  if (twin === undefined) return
  if (!context.edges.quarantined(edge)) batch.refused.push(fault('INGEST_CLONE_SUSPECTED', { edge, epoch }))
  suspect(context, batch, edge, twin, now)
}

/** Answers a hello with all that is held of its epoch, so that neither side sends or keeps more than it must. */
function applyHello(
  context: ApplyContext,
  batch: Batch,
  { edge, hello, payload }: Extract<Message, { kind: 'hello' }>,
  at: number,
  now: number,
): void {
  const { store, edges } = context
  const { streams, points, ranges } = store
  batch.hellos.add(edge)
  twinCheck(context, batch, edge, hello.epoch, edges.hello(edge, hello, payload, at), now)
  const asked = hello.ask === undefined ? {} : { asked: hello.ask }
  for (const epoch of hello.former ?? [])
    for (const lane of ['alarm', 'live'] as const) {
      const stream = streams.open(edge, epoch, lane, now)
      if (stream.ok) batch.replies.push(ackWhole(store, edge, stream.value, asked, now))
      else batch.refused.push(stream.error)
    }
  for (const { lane, oldest, next } of hello.lanes) {
    const stream = streams.open(edge, hello.epoch, lane, now)
    if (!stream.ok) {
      batch.refused.push(stream.error)
      return
    }
    streams.told(stream.value, oldest, next)
    batch.replies.push(ackWhole(store, edge, stream.value, asked, now))
    const gone = oldest === 0 ? [] : ranges.missing(stream.value.id, 0, oldest - 1, WANT_RANGES_MAX)
    if (gone.length > 0) batch.replies.push(wantAccount(edge, hello.epoch, lane, gone))
  }
  const epoch = streams.openEpoch(edge, hello.epoch, now)
  if (epoch.ok && points.known(epoch.value) < hello.series) wantSeries(store, batch, edge, hello.epoch, now)
}

/** Rows that the node no longer keeps and the hub never had: it may still say why. */
function wantAccount(edge: EdgeId, epoch: string, lane: Lane, gone: readonly Range[]): Reply {
  const ranges = gone.map(([first, last]): [number, number] => [first, last])
  return { edge, kind: 'want', message: { v: 1, epoch, rows: { lane, ranges } } }
}

function wantSeries(store: HubStore, batch: Batch, edge: EdgeId, epoch: string, now: number): void {
  const key = `${edge} ${epoch}`
  if (batch.wanted.has(key)) return
  batch.wanted.add(key)
  const epochId = store.streams.openEpoch(edge, epoch, now)
  const from = epochId.ok ? store.points.known(epochId.value) : 0
  batch.replies.push({ edge, kind: 'want', message: { v: 1, epoch, series: { from } } })
}

/** All that is held of a stream. */
function ackWhole(
  store: HubStore,
  edge: EdgeId,
  stream: Stream,
  asked: Pick<Ack, 'asked'>,
  now: number,
): Reply {
  const upTo = store.ranges.nextMissing(stream.id, 0)
  const ranges = pairs(store.ranges.list(stream.id, upTo, ACK_RANGES_MAX))
  const { epoch, lane } = stream
  return { edge, kind: 'ack', message: { v: 1, epoch, lane, upTo, ranges, ...asked, whole: true, at: now } }
}

/** These frames, which are committed with the reply. */
function ackFrames(
  store: HubStore,
  edge: EdgeId,
  { id, epoch, lane }: Stream,
  frames: AckFrame[],
  now: number,
): Reply {
  const upTo = store.ranges.nextMissing(id, 0)
  const ranges = pairs(frames.map(([first, last]) => [first, last]))
  return { edge, kind: 'ack', message: { v: 1, epoch, lane, upTo, ranges, frames, whole: false, at: now } }
}

function pairs(ranges: readonly Range[]): [number, number][] {
  return ranges.map(([first, last]) => [first, last])
}

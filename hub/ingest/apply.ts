import { type Fault, fault } from '../../core/errors.ts'
import type { EdgeId } from '../../core/ids.ts'
import type { Frame } from '../../core/wire/frame.ts'
import type { Series, Want } from '../../core/wire/messages.ts'
import { type ApplyContext, type Batch, type Heard, noteTwin, suspect } from './batch.ts'
import type { Changes } from './changes.ts'
import { type Refused, storeFrame, storeNewest } from './frame.ts'
import { applyHello, wantSeries } from './hello.ts'
import type { Message } from './message.ts'
import { type AckFrame, ackFrames, type Reply } from './replies.ts'

export interface Applied {
  readonly replies: readonly Reply[]
  readonly refused: readonly Fault[]
  readonly changes: Changes
}

/**
 * Applies messages in order, inside a transaction; no more of them than one acknowledgement can name. Replies must be
 * sent only after it has committed.
 */
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
  }
  const now = clock.now()
  for (const { message, at } of heard) applyOne(context, batch, message, at, now)
  storeNewest(store, batch.newest, now)
  for (const edge of batch.seen) edges.saw(edge, now)
  const touched = new Map(batch.alarms.map(({ edge, alarm }) => [`${edge} ${alarm.alarm}`, { edge, alarm }]))
  const changed = [...touched.values()].map(({ edge, alarm }) => alerts.refresh(edge, alarm.alarm))
  for (const { edge, stream, frames } of batch.stored.values())
    batch.replies.push(ackFrames(store, edge, stream, frames, now))
  return {
    replies: batch.replies,
    refused: batch.refused,
    changes: {
      edges: new Set(heard.map(({ message }) => message.edge)),
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
  const { stream, fresh, alarms, outcomes, unreadable } = result.value
  const known = batch.stored.get(stream.id)
  const named: AckFrame = [first, last, crc]
  if (known === undefined) batch.stored.set(stream.id, { edge, stream, frames: [named] })
  else known.frames.push(named)
  if (fresh) noteTwin(context, batch, edge, epoch, edges.spoke(edge, epoch, at), now)
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

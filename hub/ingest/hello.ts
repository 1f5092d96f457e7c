import type { EdgeId } from '../../core/ids.ts'
import type { HubStore } from '../store/store.ts'
import { type ApplyContext, type Batch, noteTwin } from './batch.ts'
import type { Message } from './message.ts'
import { ackWhole, WANT_RANGES_MAX, wantAccount } from './replies.ts'

/** Answers a hello with all that is held of its epoch, so that neither side sends or keeps more than it must. */
export function applyHello(
  context: ApplyContext,
  batch: Batch,
  { edge, hello, payload }: Extract<Message, { kind: 'hello' }>,
  at: number,
  now: number,
): void {
  const { store, edges } = context
  const { streams, points, ranges } = store
  noteTwin(context, batch, edge, hello.epoch, edges.hello(edge, hello, payload, at), now)
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

/** Asks for the part of the dictionary that is not known, once a transaction. */
export function wantSeries(store: HubStore, batch: Batch, edge: EdgeId, epoch: string, now: number): void {
  const key = `${edge} ${epoch}`
  if (batch.wanted.has(key)) return
  batch.wanted.add(key)
  const epochId = store.streams.openEpoch(edge, epoch, now)
  const from = epochId.ok ? store.points.known(epochId.value) : 0
  batch.replies.push({ edge, kind: 'want', message: { v: 1, epoch, series: { from } } })
}

import type { EdgeId } from '../../core/ids.ts'
import type { Ack, Want } from '../../core/wire/messages.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { Range } from '../store/ranges.ts'
import type { HubStore } from '../store/store.ts'
import type { Stream } from '../store/streams.ts'

/** What goes back to an edge once the transaction has committed. */
export type Reply =
  | { readonly edge: EdgeId; readonly kind: 'ack'; readonly message: Ack }
  | { readonly edge: EdgeId; readonly kind: 'want'; readonly message: Want }

export type AckFrame = NonNullable<Ack['frames']>[number]

/** Most ranges in one acknowledgement (the schema's limit; likewise of frames). */
const ACK_RANGES_MAX = 256
/** Most ranges in one request (the schema's limit); the next hello asks for more. */
export const WANT_RANGES_MAX = 64

/** All that is held of a stream. */
export function ackWhole(
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
export function ackFrames(
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

/** Rows that the node no longer keeps and the hub never had: it may still say why. */
export function wantAccount(edge: EdgeId, epoch: string, lane: Lane, gone: readonly Range[]): Reply {
  const ranges = gone.map(([first, last]): [number, number] => [first, last])
  return { edge, kind: 'want', message: { v: 1, epoch, rows: { lane, ranges } } }
}

import type { Cancel, Clock, Mono } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { EdgeId, SiteId } from '../../core/ids.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { Result } from '../../core/result.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { decodeRelayed } from '../../core/wire/decoders.ts'
import { RELAY_WAITED_MAX_S, type Relay } from '../../core/wire/messages.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import type { RelayedFrame } from '../drivers/driver.ts'

/** Passes neighbours' sealed frames on to the hub, and the hub's answers back to them. */
export interface Neighbours {
  heard(frame: RelayedFrame): void
  stop(): void
}

/**
 * Frames kept while this node itself has no way to the hub; the oldest gives way. They are kept in memory alone: their
 * sender repeats what was not acknowledged, and a restart of this node costs no alarm.
 */
const KEPT_MAX = 64

export function createNeighbours(options: {
  readonly broker: Broker
  /** Real time: how long a frame has waited. */
  readonly wall: Clock
  readonly site: SiteId
  readonly edge: EdgeId
  /** Sends to a neighbour's modem. */
  relay(to: string, bytes: Uint8Array): Result<void>
  readonly refused: (problem: Fault) => void
}): Neighbours {
  const { broker, wall, refused } = options
  const topics = edgeTopics(options.site, options.edge)
  const kept: { readonly frame: RelayedFrame; readonly since: Mono }[] = []
  let sending = false

  const messageOf = ({ from, bytes }: RelayedFrame, since: Mono): Relay => {
    const waited_s = Math.min(RELAY_WAITED_MAX_S, Math.floor((wall.monotonic() - since) / 1000))
    return { v: 1, from, payload: bytes, ...(waited_s === 0 ? {} : { waited_s }) }
  }
  /** One after another, each until the broker has it. */
  const drain = async () => {
    if (sending) return
    sending = true
    for (let next = kept[0]; next !== undefined && broker.state() === 'online'; next = kept[0]) {
      if (!(await broker.publish(topics.relay, encodeCbor(messageOf(next.frame, next.since))))) break
      const place = kept.indexOf(next)
      if (place >= 0) kept.splice(place, 1)
    }
    sending = false
  }
  const answer = (bytes: Uint8Array) => {
    const message = decodeRelayed(bytes)
    if (!message.ok) return refused(message.error)
    const { to, payload } = message.value
    const sent = options.relay(to, payload)
    if (!sent.ok) refused(sent.error)
  }
  const cancels: Cancel[] = [
    broker.onState(() => void drain()),
    broker.subscribe(topics.relayed, (_topic, payload) => answer(payload)),
  ]

  return {
    heard(frame) {
      kept.push({ frame, since: wall.monotonic() })
      if (kept.length > KEPT_MAX) {
        kept.shift()
        refused(fault('RELAY_QUEUE_FULL', { limit: KEPT_MAX }))
      }
      void drain()
    },
    stop() {
      for (const cancel of cancels.splice(0)) cancel()
      kept.length = 0
    },
  }
}

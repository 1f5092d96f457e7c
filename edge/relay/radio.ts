import type { Clock } from '../../core/clock.ts'
import { FaultError } from '../../core/errors.ts'
import { edgeId, siteId } from '../../core/ids.ts'
import { parseKey } from '../../core/lorawan/keys.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { Address } from '../../core/ports/datagram.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import type { Result } from '../../core/result.ts'
import type { Agent } from '../agent.ts'
import type { RelayedFrame } from '../drivers/driver.ts'
import type { LoadedEdge } from '../load-config.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Sync } from '../outbox/sync.ts'
import type { Refusals } from '../refusals.ts'
import { createRelayMemory } from './memory.ts'
import { createModem } from './modem.ts'
import { createNeighbours } from './neighbours.ts'
import { createRelaySender, type RelaySender, type RelayStatus } from './sender.ts'

/** Both ends of the radio path that a node may be: it speaks over a neighbour, and it is one. */
export interface Radio {
  /** A neighbour's frame, from a driver. */
  heard(frame: RelayedFrame): void
  start(): void
  stop(): Promise<void>
  /** The hub has been told of these stations by network. */
  described(stations: readonly unknown[]): void
  /** Undefined for a node without a modem. */
  status(): RelayStatus | undefined
}

export interface RadioParts {
  readonly clock: Clock
  readonly wall: Clock
  readonly random: Random
  readonly outbox: Outbox
  readonly agent: Agent
  readonly refusals: Refusals
  readonly broker: Broker
  readonly sync: Sync
  /** Opens a small database of the node by its name. */
  small(name: string): SqlStore
  serial(port: { readonly path: string; readonly baud: number }): ByteStream
  tcp(address: Address): ByteStream
  readSecret(file: string): Result<string>
  /** The key shared with the hub. */
  readKey(file: string): Result<Uint8Array>
}

/** As the configuration has it. Throws a FaultError for a key that cannot be read. */
export function openRadio(loaded: LoadedEdge, parts: RadioParts): Radio {
  const neighbours = neighboursOf(loaded, parts)
  const sender = senderOf(loaded, parts)
  return {
    heard: (frame) => neighbours?.heard(frame),
    start: () => sender?.start(),
    async stop() {
      neighbours?.stop()
      await sender?.stop()
    },
    described: (stations) => sender?.described(stations),
    status: () => sender?.status(),
  }
}

function neighboursOf({ config }: LoadedEdge, { broker, wall, agent, refusals }: RadioParts) {
  if ((config.lorawan?.relays ?? []).length === 0) return undefined
  return createNeighbours({
    broker,
    wall,
    site: sound(siteId(config.site)),
    edge: sound(edgeId(config.edge)),
    relay: agent.relay,
    refused: (problem) => refusals.note(problem, 'relay'),
  })
}

function senderOf({ config, path }: LoadedEdge, parts: RadioParts): RelaySender | undefined {
  const { relay } = config
  if (relay === undefined) return undefined
  const { clock, wall, random, outbox, agent, refusals, broker, sync } = parts
  const refused = (problem: Parameters<Refusals['note']>[0]) => refusals.note(problem, 'relay')
  const key = sound(parts.readKey(path(relay.keyFile)))
  const appKey = sound(parseKey('appKey', sound(parts.readSecret(path(relay.appKeyFile)))))
  const stream = 'path' in relay.modem ? parts.serial(relay.modem) : parts.tcp(relay.modem)
  const sender = createRelaySender({
    ...{ clock, wall, random, outbox, refused, key },
    edge: config.edge,
    config: relay,
    modem: createModem({ ...relay, stream, clock: wall, appKey, refused }),
    memory: createRelayMemory(parts.small('relay.db'), refused),
    present: agent,
    documents: () => agent.describe().stations,
    reachable: () => sync.status().ready,
  })
  broker.onState(() => sender.reachChanged())
  return sender
}

function sound<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}

import type { Duplex } from 'node:stream'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { SiteId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { limitPackets } from '../../core/mqtt-packet-limit.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { FRAME_BYTES_MAX } from '../../core/wire/frame-codec.ts'
import type { HubConfig } from '../config.ts'
import type { Refuse } from '../refusals.ts'
import { createEdgeAuth } from './edge-auth.ts'
import { type Listeners, listen, type PeerSecrets } from './listen.ts'
import { localBroker } from './local-broker.ts'
import type { Peer } from './peer.ts'
import { mayPublish, mayRetain, maySubscribe } from './topic-rules.ts'

/** The longest payload and room for its topic. */
const PACKET_BYTES_MAX = FRAME_BYTES_MAX + 1_024
/** Packets that may wait for a client's CONNECT to be answered. */
const EARLY_PACKETS_MAX = 42
const CONNECT_TIMEOUT_MS = 10_000
const DRAIN_TIMEOUT_MS = 30_000
/** MQTT.js reconnects before the old connection is known to be dead: a few at once are honest. */
const CONNECTIONS_PER_EDGE_MAX = 4
/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
const RETURN_UNAVAILABLE = 3
const RETURN_NOT_AUTHORIZED = 5

export interface HubBroker {
  /** The hub's own side. */
  readonly local: Broker
  /** Told when an edge's last connection has gone, or its first came. */
  onPresence(handler: (edge: string, connected: boolean) => void): void
  /** Opens the ports. Rejects with a FaultError PORT_UNAVAILABLE. */
  start(): Promise<{ readonly tcp: number; readonly ws: number | null }>
  stop(): Promise<void>
}

export async function createHubBroker(options: {
  readonly clock: Clock
  readonly log: Log
  readonly site: SiteId
  readonly config: HubConfig
  readonly secrets?: PeerSecrets
  readonly refuse: Refuse
}): Promise<HubBroker> {
  const { site, config, refuse, log } = options
  const auth = createEdgeAuth({ clock: options.clock, edges: config.edges })
  const presence = createPresence()
  const owners = new WeakMap<Client, string>()
  const peers = new WeakMap<object, Peer>()

  const aedes = await Aedes.createBroker({
    queueLimit: EARLY_PACKETS_MAX,
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxClientsIdLength: 128,
    maxTopicLevels: 8,
    preConnect(client, packet, done) {
      // Client ids of one edge are its own: it cannot name another's and push that off its connection.
      const owner = peers.get(client.conn)?.certificateName ?? packet.username ?? ''
      packet.clientId = `${owner}/${packet.clientId}`.slice(0, 128)
      // A session kept for an absent client would be an unbounded queue; the outbox is where data waits.
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const peer = peers.get(client.conn)
      const attempt = {
        username,
        password,
        certificateName: peer?.certificateName,
        address: peer?.address ?? '',
      }
      auth.authenticate(attempt).then(
        (proven) => {
          if (!proven.ok) return done(denial(proven.error), false)
          if (presence.count(proven.value) >= CONNECTIONS_PER_EDGE_MAX)
            return done(
              denial(fault('BROKER_TOO_MANY_CONNECTIONS', { limit: CONNECTIONS_PER_EDGE_MAX })),
              false,
            )
          owners.set(client, proven.value)
          if (peer?.lapsed !== undefined)
            refuse(fault('EDGE_CERTIFICATE_EXPIRED', { edge: proven.value, until: peer.lapsed }))
          done(null, true)
        },
        (cause: unknown) => {
          log.error('key check failed', { reason: String(cause) })
          done(denial(fault('BROKER_BUSY')), false)
        },
      )
    },
    authorizePublish(client, packet, done) {
      const edge = client === null ? undefined : owners.get(client)
      if (edge === undefined || !mayPublish(site, edge, packet.topic)) {
        const problem = fault('BROKER_TOPIC_FORBIDDEN', {
          edge: edge ?? '',
          topic: packet.topic.slice(0, 100),
        })
        refuse(problem)
        return done(new Error(problem.code))
      }
      if (packet.retain && !mayRetain(packet.topic)) packet.retain = false
      done(null)
    },
    authorizeSubscribe(client, subscription, done) {
      const edge = owners.get(client)
      if (edge !== undefined && maySubscribe(site, edge, subscription.topic)) return done(null, subscription)
      refuse(fault('BROKER_TOPIC_FORBIDDEN', { edge: edge ?? '', topic: subscription.topic.slice(0, 100) }))
      done(null, null)
    },
  })

  const denial = (problem: Fault): AuthenticateError => {
    refuse(problem)
    const returnCode = problem.code === 'BROKER_BUSY' ? RETURN_UNAVAILABLE : RETURN_NOT_AUTHORIZED
    return Object.assign(new Error(problem.code), { returnCode })
  }
  aedes.on('client', (client) => presence.arrived(owners.get(client)))
  aedes.on('clientDisconnect', (client) => presence.left(owners.get(client)))
  aedes.on('clientError', (_client, error) => refuseProtocol(refuse, error))
  aedes.on('connectionError', (_client, error) => refuseProtocol(refuse, error))

  const accept = (inner: Duplex, peer: Peer) => {
    const tooLarge = () => refuse(fault('BROKER_PACKET_TOO_LARGE', { limit: PACKET_BYTES_MAX }))
    const stream = limitPackets(inner, PACKET_BYTES_MAX, tooLarge)
    peers.set(stream, peer)
    aedes.handle(stream)
  }
  let listeners: Listeners | undefined
  const local = localBroker(aedes)
  return {
    local,
    onPresence: presence.watch,
    async start() {
      listeners = await listen({ config: config.broker, secrets: options.secrets, accept, refuse })
      return { tcp: listeners.tcp, ws: listeners.ws }
    },
    async stop() {
      const closed = listeners?.close()
      await local.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
      await closed
    },
  }
}

/** A cut line is everyday life; anything else is worth counting. */
function refuseProtocol(refuse: Refuse, error: Error): void {
  const code = 'code' in error ? error.code : undefined
  const everyday =
    code === 'ECONNRESET' || code === 'EPIPE' || /premature close|^BROKER_/i.test(error.message)
  if (!everyday) refuse(fault('BROKER_PROTOCOL', { reason: error.message.slice(0, 100) }))
}

function createPresence() {
  const counts = new Map<string, number>()
  const watchers = new Set<(edge: string, connected: boolean) => void>()
  const tell = (edge: string, connected: boolean) => {
    for (const watcher of watchers) watcher(edge, connected)
  }
  return {
    count: (edge: string) => counts.get(edge) ?? 0,
    watch: (handler: (edge: string, connected: boolean) => void) => void watchers.add(handler),
    arrived(edge: string | undefined) {
      if (edge === undefined) return
      const count = (counts.get(edge) ?? 0) + 1
      counts.set(edge, count)
      if (count === 1) tell(edge, true)
    },
    left(edge: string | undefined) {
      const count = edge === undefined ? undefined : counts.get(edge)
      if (edge === undefined || count === undefined) return
      if (count > 1) counts.set(edge, count - 1)
      else {
        counts.delete(edge)
        tell(edge, false)
      }
    },
  }
}

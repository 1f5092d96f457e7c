import { createServer, type Server, type Socket } from 'node:net'
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes'
import type { Clock } from '../../../core/clock.ts'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import { limitPackets } from '../../../core/mqtt-packet-limit.ts'
import type { DeviceBroker, DeviceBrokerOptions, DeviceLogin } from './device-broker.ts'
import { createLogins } from './logins.ts'
import { createRate } from './rate.ts'

/** A sensor's message is some hundred bytes; Tasmota's longest status is below 4 KiB. */
const PACKET_BYTES_MAX = 16 * 1024
const CONNECTIONS_MAX = 256
/** A device that reconnects before its old connection is known to be dead has two for a moment. */
const CONNECTIONS_PER_DEVICE_MAX = 2
const SUBSCRIPTIONS_PER_DEVICE_MAX = 16
const EARLY_PACKETS_MAX = 16
const CONNECT_TIMEOUT_MS = 10_000
const DRAIN_TIMEOUT_MS = 10_000
const SILENT_CONNECTION_MS = 60_000
const MESSAGES_PER_SECOND_MAX = 20
const TOPIC_LEVELS_MAX = 8
const NOT_AUTHORIZED = 5

/**
 * Aedes on a TCP port of the node. No anonymous guest; no session, retained message or queue is kept for anybody, so that
 * nothing grows; QoS 0 and 1.
 */
export async function openAedesBroker(
  options: DeviceBrokerOptions & { readonly clock: Clock },
): Promise<DeviceBroker> {
  const { clock, refused, received, presence } = options
  const logins = createLogins(clock, options.logins)
  const rate = createRate(clock, MESSAGES_PER_SECOND_MAX)
  const owners = new WeakMap<Client, DeviceLogin>()
  const connections = new Map<string, Set<Client>>()
  const subscribed = new WeakMap<Client, Set<string>>()
  const addresses = new WeakMap<object, string>()

  const aedes = await Aedes.createBroker({
    queueLimit: EARLY_PACKETS_MAX,
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxClientsIdLength: 128,
    maxTopicLevels: TOPIC_LEVELS_MAX,
    preConnect(_client, packet, done) {
      // A device's client ids are its own: it cannot name another's and push that off its connection.
      packet.clientId = `${packet.username ?? ''}/${packet.clientId}`.slice(0, 128)
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const address = addresses.get(client.conn) ?? ''
      const proven = logins.check(username ?? '', password, address)
      if (!proven.ok) return done(denial(proven.error), false)
      const { device } = proven.value
      if ((connections.get(device)?.size ?? 0) >= CONNECTIONS_PER_DEVICE_MAX) {
        return done(denial(fault('MQTT_TOO_MANY_CONNECTIONS', { limit: CONNECTIONS_PER_DEVICE_MAX })), false)
      }
      owners.set(client, proven.value)
      done(null, true)
    },
    authorizePublish(client, packet, done) {
      const owner = client === null ? undefined : owners.get(client)
      const problem = publishFault(owner, packet)
      packet.retain = false
      if (problem === undefined) return done(null)
      refused(problem, owner?.device)
      done(new Error(problem.code))
    },
    authorizeSubscribe(client, subscription, done) {
      const owner = owners.get(client)
      const problem = subscribeFault(client, owner, subscription)
      if (problem === undefined) return done(null, { ...subscription, qos: subscription.qos === 0 ? 0 : 1 })
      refused(problem, owner?.device)
      done(null, null)
    },
  })

  const denial = (problem: Fault): AuthenticateError => {
    refused(problem)
    return Object.assign(new Error(problem.code), { returnCode: NOT_AUTHORIZED })
  }
  const publishFault = (owner: DeviceLogin | undefined, packet: PublishPacket): Fault | undefined => {
    if (owner === undefined || !packet.topic.startsWith(`${owner.topic}/`)) {
      return forbidden(owner, packet.topic)
    }
    if (packet.qos === 2) return fault('MQTT_QOS', { device: owner.device })
    if (rate.admits(owner.device)) return undefined
    return fault('MQTT_FLOOD', { device: owner.device, limit: MESSAGES_PER_SECOND_MAX })
  }
  /** A wildcard below its own topic reaches nothing of others. */
  const subscribeFault = (client: Client, owner: DeviceLogin | undefined, { topic }: Subscription) => {
    const heard = subscribed.get(client) ?? new Set()
    const own = owner !== undefined && topic.startsWith(`${owner.topic}/`)
    if (!own || (heard.size >= SUBSCRIPTIONS_PER_DEVICE_MAX && !heard.has(topic)))
      return forbidden(owner, topic)
    subscribed.set(client, heard.add(topic))
    return undefined
  }
  const forget = (client: Client) => {
    const owner = owners.get(client)
    const own = owner === undefined ? undefined : connections.get(owner.device)
    if (owner === undefined || own?.delete(client) !== true || own.size > 0) return
    connections.delete(owner.device)
    presence(owner.device, false)
  }
  aedes.on('client', (client) => {
    const owner = owners.get(client)
    if (owner === undefined) return
    const own = connections.get(owner.device)
    connections.set(owner.device, new Set([...(own ?? []), client]))
    if (own === undefined) presence(owner.device, true)
  })
  aedes.on('clientDisconnect', forget)
  aedes.on('publish', (packet, client) => {
    const owner = client === null ? undefined : owners.get(client)
    if (owner === undefined) return
    const { payload } = packet
    received(owner.device, packet.topic, typeof payload === 'string' ? Buffer.from(payload) : payload)
  })
  const protocol = (error: Error) => {
    const code = 'code' in error ? error.code : undefined
    // A cut line is everyday life, and what we refused has been told.
    const everyday =
      code === 'ECONNRESET' || code === 'EPIPE' || /premature close|^MQTT_/i.test(error.message)
    if (!everyday) refused(fault('MQTT_PROTOCOL', { reason: error.message.slice(0, 100) }))
  }
  aedes.on('clientError', (_client, error) => protocol(error))
  aedes.on('connectionError', (_client, error) => protocol(error))

  const accept = (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const stream = limitPackets(socket, PACKET_BYTES_MAX, () =>
      refused(fault('MQTT_PACKET_TOO_LARGE', { address, limit: PACKET_BYTES_MAX })),
    )
    addresses.set(stream, address)
    aedes.handle(stream)
  }
  // Nagle with delayed acknowledgement would make a motion sensor tens of times slower. A device that lost its power
  // says no goodbye; if it asked for no keep-alive of MQTT either, its connection would stand for ever.
  const alive = { keepAlive: true, keepAliveInitialDelay: SILENT_CONNECTION_MS }
  const server = createServer({ noDelay: true, ...alive }, accept)
  server.maxConnections = CONNECTIONS_MAX
  server.on('drop', () => refused(fault('MQTT_TOO_MANY_CONNECTIONS', { limit: CONNECTIONS_MAX })))

  return {
    start: () => listen(server, options.host, options.port, protocol),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await new Promise<void>((resolve) => aedes.close(resolve))
      await closed
    },
    publish(topic, payload) {
      if (aedes.closed) return false
      const message = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
      aedes.publish({ cmd: 'publish', qos: 1, dup: false, retain: false, topic, payload: message }, () => {})
      return true
    },
  }
}

function forbidden(owner: DeviceLogin | undefined, topic: string): Fault {
  const { device = '', topic: own = '' } = owner ?? {}
  return fault('MQTT_TOPIC_FORBIDDEN', { device, own, topic: topic.slice(0, 100) })
}

function listen(server: Server, host: string, port: number, broken: (error: Error) => void) {
  return new Promise<{ readonly port: number }>((resolve, reject) => {
    const refuse = (cause: Error) =>
      reject(new FaultError(fault('PORT_UNAVAILABLE', { host, port, reason: cause.message }), { cause }))
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      server.on('error', broken)
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port })
    })
  })
}

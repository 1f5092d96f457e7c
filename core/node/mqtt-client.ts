import { Socket } from 'node:net'
import { connect, type IClientOptions, MqttClient } from 'mqtt'
import type { Cancel } from '../clock.ts'
import { FaultError, fault } from '../errors.ts'
import { type Broker, type BrokerOptions, type BrokerState, topicMatches } from '../ports/broker.ts'
import { certificatesIn } from './certificate-chain.ts'
import { addressIn, connectJudged } from './judged-tls.ts'
import { requireText } from './read-text.ts'

const KEEPALIVE_S = 15
const RECONNECT_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000
const PUBLISH_TIMEOUT_MS = 10_000
/** MQTT.js keeps what the broker has not confirmed, beyond our timeout and from one connection to the next. */
const UNCONFIRMED_MAX = 256

/**
 * MQTT.js as nothing but the pipe: no queue of its own, clean session, one reconnect a second.
 * Throws a FaultError CONFIG_UNREADABLE for a PEM file that cannot be read.
 */
export function mqttBroker(options: BrokerOptions): Broker {
  const { log } = options
  const subscriptions = new Map<
    symbol,
    { filter: string; handler: (topic: string, payload: Uint8Array) => void }
  >()
  const watchers = new Set<(state: BrokerState) => void>()
  let state: BrokerState = 'offline'
  let unconfirmed = 0
  const pending = new Set<(acknowledged: boolean) => void>()
  const setState = (next: BrokerState) => {
    if (next === state) return
    state = next
    // What was under way when the connection fell was not acknowledged; nobody should wait for it.
    if (next === 'offline') for (const settle of [...pending]) settle(false)
    for (const watcher of watchers) watcher(next)
  }

  const client = dial(options)
  client.on('connect', () => {
    noDelay(client)
    const filters = [...new Set([...subscriptions.values()].map((subscription) => subscription.filter))]
    if (filters.length === 0) return setState('online')
    client.subscribe(filters, { qos: 1 }, (error) => {
      if (error === null) return setState('online')
      // Without its subscriptions a connection is deaf: it is given up, and the next one tries again.
      log.warn('subscribe failed', { reason: error.message })
      client.stream.destroy()
    })
  })
  client.on('close', () => setState('offline'))
  client.on('offline', () => setState('offline'))
  client.on('error', (error) => log.debug('mqtt', { reason: error.message }))
  client.on('message', (topic, payload) => {
    for (const { filter, handler } of [...subscriptions.values()])
      if (topicMatches(filter, topic)) handler(topic, payload)
  })

  return {
    state: () => state,
    onState(handler): Cancel {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    publish(topic, payload, publishOptions) {
      if (state === 'offline' || unconfirmed >= UNCONFIRMED_MAX) return Promise.resolve(false)
      unconfirmed++
      return new Promise((resolve) => {
        const settle = (acknowledged: boolean) => {
          clearTimeout(timer)
          pending.delete(settle)
          resolve(acknowledged)
        }
        const timer = setTimeout(() => settle(false), options.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS)
        pending.add(settle)
        const packet = { qos: 1 as const, retain: publishOptions?.retain ?? false }
        client.publish(topic, Buffer.from(payload), packet, (error) => {
          unconfirmed--
          settle(!error)
        })
      })
    },
    subscribe(filter, handler): Cancel {
      const key = Symbol(filter)
      subscriptions.set(key, { filter, handler })
      if (client.connected) client.subscribe(filter, { qos: 1 })
      return () => {
        subscriptions.delete(key)
        const wanted = [...subscriptions.values()].some((subscription) => subscription.filter === filter)
        if (!wanted && client.connected) client.unsubscribe(filter)
      }
    },
    async close() {
      await client.endAsync(true)
      setState('offline')
    },
  }
}

/** Ports where a URL names none. */
const SECURE_PORTS: Readonly<Record<string, number>> = { 'mqtts:': 8883, 'wss:': 443 }

function dial(options: BrokerOptions): MqttClient {
  const { url, tls, bounds, refused } = options
  const { protocol } = new URL(url)
  const common = clientOptions(options)
  const port = SECURE_PORTS[protocol]
  if (port === undefined || tls?.ca === undefined || bounds === undefined) return connect(url, common)
  const judged = {
    ...addressIn(url, port),
    trusted: trustedIn(tls.ca),
    cert: pem(tls.cert),
    key: pem(tls.key),
    bounds,
  }
  const open = () => {
    const socket = connectJudged(judged)
    socket.on('error', (cause) => {
      if (cause instanceof FaultError) refused?.(cause.fault)
    })
    return socket
  }
  return protocol === 'wss:'
    ? connect(url, { ...common, wsOptions: { createConnection: open } })
    : new MqttClient(open, common)
}

function trustedIn(file: string): ReturnType<typeof certificatesIn> {
  const text = requireText(file)
  try {
    const trusted = certificatesIn(text)
    if (trusted.length > 0) return trusted
  } catch (cause) {
    throw new FaultError(fault('CONFIG_UNREADABLE', { file, reason: 'a certificate in it is damaged' }), {
      cause,
    })
  }
  throw new FaultError(fault('CONFIG_UNREADABLE', { file, reason: 'there is no certificate in it' }))
}

function clientOptions(options: BrokerOptions): IClientOptions {
  const secrets = { ca: pem(options.tls?.ca), cert: pem(options.tls?.cert), key: pem(options.tls?.key) }
  return {
    clientId: options.clientId,
    clean: true,
    keepalive: options.keepalive_s ?? KEEPALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
    resubscribe: false,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.will === undefined
      ? {}
      : {
          will: {
            topic: options.will.topic,
            payload: Buffer.from(options.will.payload),
            qos: 1 as const,
            retain: true,
          },
        }),
    ...Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined)),
  }
}

function pem(file: string | undefined): string | undefined {
  return file === undefined ? undefined : requireText(file)
}

/** Nagle with delayed acknowledgement makes an alarm tens of times slower. */
function noDelay(client: MqttClient): void {
  if (client.stream instanceof Socket) client.stream.setNoDelay(true)
}

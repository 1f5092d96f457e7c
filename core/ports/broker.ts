import type { Cancel, UtcBounds } from '../clock.ts'
import type { Fault } from '../errors.ts'
import type { Log } from '../log.ts'

export type BrokerState = 'online' | 'offline'

/**
 * A client's view of an MQTT broker: QoS 1, clean session, reconnecting by itself.
 * It queues nothing: what is published offline resolves to `false` at once. Durability is the outbox's.
 */
export interface Broker {
  state(): BrokerState
  onState(handler: (state: BrokerState) => void): Cancel
  /** Resolves to true once the broker has acknowledged, false when it did not (offline, cut, timed out). */
  publish(topic: string, payload: Uint8Array, options?: { readonly retain?: boolean }): Promise<boolean>
  /** Subscribed now and again after each reconnect, before onState reports `online`. */
  subscribe(filter: string, handler: (topic: string, payload: Uint8Array) => void): Cancel
  close(): Promise<void>
}

/** A broker and how to reach it. */
export interface BrokerOptions {
  /** mqtt://, mqtts://, ws:// or wss:// */
  readonly url: string
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  /** PEM files for mutual TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /**
   * What is known of the time. Where it is given with a `ca`, the dates of an mqtts:// or wss:// server's certificates are
   * held against it and not against the system's clock.
   */
  readonly bounds?: () => UtcBounds
  /** Told of certificates that were refused, once per attempt to connect. */
  readonly refused?: (problem: Fault) => void
  readonly will?: { readonly topic: string; readonly payload: Uint8Array }
  readonly log: Log
  readonly publishTimeoutMs?: number
  /** A line that is silent for one and a half times as long is taken as cut. */
  readonly keepalive_s?: number
}

/** Connects; throws a FaultError CONFIG_UNREADABLE for a PEM file that cannot be read. */
export type DialBroker = (options: BrokerOptions) => Broker

/** True when an MQTT topic matches a filter with `+` and `#`. */
export function topicMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const given = topic.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (index >= given.length) return false
    if (level !== '+' && level !== given[index]) return false
  }
  return wanted.length === given.length
}

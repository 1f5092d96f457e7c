import type { Cancel } from '../clock.ts'

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

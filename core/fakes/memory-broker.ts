import type { Clock } from '../clock.ts'
import { type Broker, type BrokerState, topicMatches } from '../ports/broker.ts'

export interface MemoryBroker {
  /** A new client of this broker; `name` tells it apart for `cut`. */
  client(name: string): Broker
  /** Takes one client, or all, off line until `restore`. */
  cut(name?: string): void
  restore(name?: string): void
}

interface Client {
  readonly name: string
  state: BrokerState
  closed: boolean
  readonly filters: Map<symbol, { filter: string; handler: (topic: string, payload: Uint8Array) => void }>
  readonly watchers: Set<(state: BrokerState) => void>
}

/** An MQTT broker in memory: QoS 1 with retained messages, delivered `latencyMs` later on the given clock. */
export function memoryBroker(clock: Clock, latencyMs = 1): MemoryBroker {
  const clients = new Set<Client>()
  const retained = new Map<string, Uint8Array>()

  const deliver = (client: Client, topic: string, payload: Uint8Array) => {
    clock.after(latencyMs, () => {
      if (client.closed || client.state === 'offline') return
      for (const { filter, handler } of [...client.filters.values()]) {
        if (topicMatches(filter, topic)) handler(topic, payload)
      }
    })
  }
  const setState = (client: Client, state: BrokerState) => {
    if (client.closed || client.state === state) return
    client.state = state
    if (state === 'online') for (const { filter } of client.filters.values()) deliverRetained(client, filter)
    for (const watcher of client.watchers) watcher(state)
  }
  const deliverRetained = (client: Client, filter: string) => {
    for (const [topic, payload] of retained) if (topicMatches(filter, topic)) deliver(client, topic, payload)
  }
  const each = (name: string | undefined, state: BrokerState) => {
    for (const client of clients) if (name === undefined || client.name === name) setState(client, state)
  }

  return {
    cut: (name) => each(name, 'offline'),
    restore: (name) => each(name, 'online'),
    client(name) {
      const client: Client = {
        name,
        state: 'offline',
        closed: false,
        filters: new Map(),
        watchers: new Set(),
      }
      clients.add(client)
      clock.after(latencyMs, () => setState(client, 'online'))
      return {
        state: () => client.state,
        onState(handler) {
          client.watchers.add(handler)
          return () => client.watchers.delete(handler)
        },
        publish(topic, payload, options) {
          if (client.state === 'offline' || client.closed) return Promise.resolve(false)
          if (options?.retain) {
            if (payload.length === 0) retained.delete(topic)
            else retained.set(topic, payload)
          }
          for (const other of clients) deliver(other, topic, payload)
          return new Promise((resolve) => {
            clock.after(latencyMs, () => resolve(client.state === 'online' && !client.closed))
          })
        },
        subscribe(filter, handler) {
          const key = Symbol(filter)
          client.filters.set(key, { filter, handler })
          if (client.state === 'online') deliverRetained(client, filter)
          return () => client.filters.delete(key)
        },
        close() {
          client.closed = true
          client.state = 'offline'
          clients.delete(client)
          return Promise.resolve()
        },
      }
    },
  }
}

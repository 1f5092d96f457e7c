import type { Aedes, AedesPublishPacket } from 'aedes'
import type { Broker, BrokerState } from '../../core/ports/broker.ts'

/**
 * The hub's own seat inside its broker: no socket, no authorization. Subscribe before the broker listens:
 * retained messages from before a subscription are not repeated here.
 */
export function localBroker(aedes: Aedes): Broker {
  const watchers = new Set<(state: BrokerState) => void>()
  const cancels = new Set<() => void>()
  let state: BrokerState = 'online'
  return {
    state: () => state,
    onState(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    publish(topic, payload, options) {
      if (state === 'offline' || aedes.closed) return Promise.resolve(false)
      const packet = {
        cmd: 'publish',
        qos: 1,
        dup: false,
        retain: options?.retain ?? false,
        topic,
        payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      } as const
      return new Promise((resolve) => aedes.publish(packet, (error) => resolve(!error)))
    },
    subscribe(filter, handler) {
      const deliver = ({ topic, payload }: AedesPublishPacket, done: () => void) => {
        handler(topic, typeof payload === 'string' ? Buffer.from(payload) : payload)
        done()
      }
      aedes.subscribe(filter, deliver, () => {})
      const cancel = () => {
        if (cancels.delete(cancel)) aedes.unsubscribe(filter, deliver, () => {})
      }
      cancels.add(cancel)
      return cancel
    },
    close() {
      for (const cancel of [...cancels]) cancel()
      state = 'offline'
      for (const watcher of watchers) watcher(state)
      return Promise.resolve()
    },
  }
}

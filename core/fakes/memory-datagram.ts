import type { Clock } from '../clock.ts'
import { FaultError, fault } from '../errors.ts'
import type { Address, Datagram, DatagramNetwork } from '../ports/datagram.ts'
import type { Random } from '../random.ts'

/** What the network does to each datagram, decided one by one. */
export interface Weather {
  /** Share that is lost, and that arrives twice: 0 to 1. */
  readonly loss?: number
  readonly duplication?: number
  /** Each is late by up to this much on top of the latency, so that later ones overtake it. */
  readonly jitterMs?: number
}

export interface MemoryNetwork extends DatagramNetwork {
  setWeather(weather: Weather): void
}

export interface MemoryNetworkParts {
  readonly clock: Clock
  readonly random: Random
  readonly latencyMs?: number
}

const FIRST_FREE_PORT = 49_152
const DATAGRAM_BYTES_MAX = 65_507

/** UDP in memory, on the given clock: what is sent arrives `latencyMs` later, or as the weather has it. */
export function memoryNetwork({ clock, random, latencyMs = 1 }: MemoryNetworkParts): MemoryNetwork {
  const bound = new Map<string, Set<(bytes: Uint8Array, from: Address) => void>>()
  let weather: Weather = {}
  let nextPort = FIRST_FREE_PORT

  const deliver = (bytes: Uint8Array, from: Address, to: Address) => {
    clock.after(latencyMs + random.next() * (weather.jitterMs ?? 0), () => {
      for (const handler of bound.get(keyOf(to)) ?? []) handler(Uint8Array.from(bytes), from)
    })
  }

  return {
    setWeather(next) {
      weather = next
    },
    bind(address) {
      const local = { host: address.host, port: address.port === 0 ? nextPort++ : address.port }
      const key = keyOf(local)
      if (bound.has(key)) {
        return Promise.reject(new FaultError(fault('PORT_UNAVAILABLE', { ...local, reason: 'in use' })))
      }
      const handlers = new Set<(bytes: Uint8Array, from: Address) => void>()
      bound.set(key, handlers)
      let open = true
      const datagram: Datagram = {
        local,
        send(bytes, to) {
          if (!open || bytes.length > DATAGRAM_BYTES_MAX) return
          const copy = Uint8Array.from(bytes)
          if (random.next() >= (weather.loss ?? 0)) deliver(copy, local, to)
          if (random.next() < (weather.duplication ?? 0)) deliver(copy, local, to)
        },
        onMessage(handler) {
          handlers.add(handler)
          return () => handlers.delete(handler)
        },
        close() {
          if (open) bound.delete(key)
          open = false
          return Promise.resolve()
        },
      }
      return Promise.resolve(datagram)
    },
  }
}

function keyOf(address: Address): string {
  return `${address.host} ${address.port}`
}

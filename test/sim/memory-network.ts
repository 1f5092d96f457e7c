import type { Clock } from '../../core/clock.ts'
import type { Address, Datagram, DatagramNetwork } from '../../core/ports/datagram.ts'

/** UDP in memory: what is sent arrives a millisecond later, in order, on the given clock. */
export function memoryNetwork(clock: Clock): DatagramNetwork {
  const sockets = new Map<string, Set<(bytes: Uint8Array, from: Address) => void>>()
  let nextPort = 40_000
  return {
    bind(wanted) {
      const local = { host: '127.0.0.1', port: wanted.port === 0 ? nextPort++ : wanted.port }
      const handlers = new Set<(bytes: Uint8Array, from: Address) => void>()
      sockets.set(`${local.port}`, handlers)
      const datagram: Datagram = {
        local,
        send(bytes, to) {
          const copy = Uint8Array.from(bytes)
          clock.after(1, () => {
            for (const handler of sockets.get(`${to.port}`) ?? []) handler(copy, local)
          })
        },
        onMessage(handler) {
          handlers.add(handler)
          return () => handlers.delete(handler)
        },
        close() {
          sockets.delete(`${local.port}`)
          return Promise.resolve()
        },
      }
      return Promise.resolve(datagram)
    },
  }
}

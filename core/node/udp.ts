import { createSocket, type SocketOptions } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { FaultError, fault } from '../errors.ts'
import type { Address, Datagram, DatagramNetwork } from '../ports/datagram.ts'

/** UDP over the operating system. */
export const udpNetwork: DatagramNetwork = {
  async bind(address) {
    const socket = createSocket({ type: address.host.includes(':') ? 'udp6' : 'udp4', lookup: find })
    await new Promise<void>((resolve, reject) => {
      const refuse = (cause: Error) => {
        reject(
          new FaultError(
            fault('PORT_UNAVAILABLE', { host: address.host, port: address.port, reason: cause.message }),
            { cause },
          ),
        )
      }
      socket.once('error', refuse)
      socket.bind(address.port, address.host, () => {
        socket.off('error', refuse)
        resolve()
      })
    })
    // An ICMP "port unreachable" for an earlier send surfaces here; the datagram is lost, as datagrams are.
    socket.on('error', () => {})
    return datagramOver(socket)
  },
}

/**
 * An address needs no name service. Node would go through its own all the same and send a turn later: behind whatever
 * the caller writes to a disk after telling a siren to sound.
 */
const find: NonNullable<SocketOptions['lookup']> = (host, options, found) => {
  const family = isIP(host)
  if (family === 0) lookup(host, options, found)
  else found(null, host, family)
}

function datagramOver(socket: ReturnType<typeof createSocket>): Datagram {
  const handlers = new Set<(bytes: Uint8Array, from: Address) => void>()
  socket.on('message', (bytes, from) => {
    for (const handler of handlers) handler(bytes, { host: from.address, port: from.port })
  })
  const bound = socket.address()
  let open = true
  return {
    local: { host: bound.address, port: bound.port },
    send(bytes, to) {
      // Port 0 is nobody's: only a forged datagram comes from it, and Node throws at it.
      if (open && to.port > 0) socket.send(bytes, to.port, to.host, () => {})
    },
    onMessage(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    close() {
      if (!open) return Promise.resolve()
      open = false
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
}

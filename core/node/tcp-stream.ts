import { connect, type Socket } from 'node:net'
import type { ByteStream } from '../ports/byte-stream.ts'
import type { Address } from '../ports/datagram.ts'
import { byteStreamOver } from './duplex-stream.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** A serial server that lost its power says nothing: the system asks it this often. */
const KEEP_ALIVE_MS = 15_000

/** A line to a serial server (or any device) by TCP. */
export function tcpStream(address: Address): ByteStream {
  return byteStreamOver({
    where: `tcp ${address.host}:${address.port}`,
    connect: () => dial(address),
    release(duplex) {
      duplex.destroy()
      return Promise.resolve()
    },
  })
}

function dial({ host, port }: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    })
    const give = (cause: Error) => {
      socket.destroy()
      reject(cause)
    }
    socket.once('error', give)
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => give(new Error('no answer')))
    socket.once('connect', () => {
      socket.off('error', give)
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      resolve(socket)
    })
  })
}

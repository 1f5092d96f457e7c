import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const TRIES = 50

/** The wanted TCP port on loopback, or the next free one above it. */
export function freeTcpPort(wanted: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  return firstFree(wanted, taken, tcpIsFree)
}

/** The wanted UDP port on loopback, or the next free one above it. */
export function freeUdpPort(wanted: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  return firstFree(wanted, taken, udpIsFree)
}

async function firstFree(
  wanted: number,
  taken: ReadonlySet<number>,
  isFree: (port: number) => Promise<boolean>,
): Promise<number> {
  for (let port = wanted; port < wanted + TRIES; port++) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port from ${wanted} to ${wanted + TRIES - 1}`)
}

function tcpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function udpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
}

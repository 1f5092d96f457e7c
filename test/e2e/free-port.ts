import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the range from which the system takes the ports of outgoing connections: while a hub is down, its port must
 * not be taken by a client, least of all by the node that is calling it.
 */
const LOWEST = 12_000
const HIGHEST = 31_999
const TRIES = 200

/** A port that is free on loopback, chosen by chance so that tests side by side do not meet. */
export async function freePort(kind: 'tcp' | 'udp'): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1))
    if (await (kind === 'tcp' ? tcpIsFree(port) : udpIsFree(port))) return port
  }
  throw new Error(`no free ${kind} port`)
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

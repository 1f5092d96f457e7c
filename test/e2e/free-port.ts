import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the range from which the system takes the ports of outgoing connections: while a hub is down, its port must
 * not be taken by a client, least of all by the node that is calling it.
 */
const LOWEST = 12_000
const HIGHEST = 31_999
const TRIES = 200
/** A port is taken some seconds after it was found free: files that run side by side look each in a share of its own. */
const SHARES = 8
const SHARE = Math.floor((HIGHEST - LOWEST + 1) / SHARES)
const FIRST = LOWEST + (Number(process.env.VITEST_POOL_ID ?? 0) % SHARES) * SHARE
const given = new Set<number>()

/** A port that is free on loopback, chosen by chance so that tests side by side do not meet; never the same one twice. */
export async function freePort(kind: 'tcp' | 'udp'): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = FIRST + Math.floor(Math.random() * SHARE)
    if (given.has(port)) continue
    given.add(port)
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

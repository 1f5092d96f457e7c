import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './workplace.ts'

/** The way to the hub, which the bench can open: a relay that counts what crosses it. */
export interface Link {
  readonly port: number
  /** From now on whoever dials gets through. */
  up(): Promise<void>
  /** `performance.now()` at which the first one got through. */
  connectedAt(): number | undefined
  /** Bytes of TCP payload in both directions. */
  bytes(): number
  close(): Promise<void>
}

/** Begins cut: whoever dials is refused. */
export async function openLink(farPort: number): Promise<Link> {
  const sockets = new Set<Socket>()
  let connectedAt: number | undefined
  let bytes = 0

  const join = (one: Socket, other: Socket) => {
    sockets.add(one)
    one.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (!other.write(chunk)) one.pause()
    })
    one.on('drain', () => other.resume())
    one.on('error', () => {})
    one.on('close', () => {
      sockets.delete(one)
      other.destroy()
    })
  }
  const server = createServer({ noDelay: true }, (near) => {
    connectedAt ??= performance.now()
    const far = connect({ port: farPort, host: '127.0.0.1', noDelay: true })
    join(near, far)
    join(far, near)
  })
  const port = await freePort()
  return {
    port,
    up: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    connectedAt: () => connectedAt,
    bytes: () => bytes,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

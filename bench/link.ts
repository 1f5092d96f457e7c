import { connect, createServer, type Socket } from 'node:net'

/** The way to the hub, which the bench can cut: a relay that counts what crosses it. */
export interface Link {
  readonly port: number
  /** From now on whoever dials gets through. */
  up(): void
  /** Cuts what is connected and lets nobody through. */
  down(): void
  /** `performance.now()` at which the first one got through since it came up. */
  connectedAt(): number | undefined
  /** Bytes of TCP payload in both directions. */
  bytes(): number
  close(): Promise<void>
}

/** Begins cut. */
export async function openLink(farPort: number): Promise<Link> {
  const sockets = new Set<Socket>()
  let open = false
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
    if (!open) return void near.on('error', () => {}).destroy()
    connectedAt ??= performance.now()
    const far = connect({ port: farPort, host: '127.0.0.1', noDelay: true })
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const down = () => {
    open = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    up() {
      open = true
      connectedAt = undefined
    },
    down,
    connectedAt: () => connectedAt,
    bytes: () => bytes,
    close() {
      down()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

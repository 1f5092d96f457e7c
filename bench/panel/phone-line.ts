import { connect, createServer, type Socket } from 'node:net'

/**
 * A phone's way to the node, which counts what comes over it. A browser can slow a page down by itself, but not the
 * service worker that loads the same files once more beside it, nor does it count what that one loads.
 */
export interface PhoneLine {
  readonly port: number
  /** Bytes that have arrived at the phone, headers included. */
  arrived(): number
  close(): Promise<void>
}

/** So many bits a second each way, shared by all connections, and a delay. */
export interface Pace {
  readonly bitsPerSecond: number
  readonly roundTrip_ms: number
}

const UNHINDERED: Pace = { bitsPerSecond: Number.POSITIVE_INFINITY, roundTrip_ms: 0 }

interface Pieces {
  readonly waiting: { readonly due: number; readonly bytes: Buffer | undefined }[]
  timer: NodeJS.Timeout | undefined
}

/** What a connection hands on at once. */
const PIECE_BYTES = 4_096

export async function openPhoneLine(
  farPort: number,
  { bitsPerSecond, roundTrip_ms }: Pace = UNHINDERED,
): Promise<PhoneLine> {
  const sockets = new Set<Socket>()
  const perMs = bitsPerSecond / 8 / 1_000
  const busyUntil = { up: 0, down: 0 }
  let arrived = 0

  const carry = (from: Socket, to: Socket, way: 'up' | 'down', since: number) => {
    const pieces: Pieces = { waiting: [], timer: undefined }
    const deliver = () => {
      pieces.timer = undefined
      for (let [first] = pieces.waiting; first !== undefined; [first] = pieces.waiting) {
        const inMs = first.due - performance.now()
        if (inMs > 0) {
          pieces.timer = setTimeout(deliver, inMs)
          return
        }
        pieces.waiting.shift()
        if (first.bytes === undefined) to.end()
        else {
          if (way === 'down') arrived += first.bytes.length
          to.write(first.bytes)
        }
      }
    }
    const send = (bytes: Buffer | undefined) => {
      busyUntil[way] = Math.max(busyUntil[way], performance.now()) + (bytes?.length ?? 0) / perMs
      pieces.waiting.push({ due: Math.max(busyUntil[way], since) + roundTrip_ms / 2, bytes })
      if (pieces.timer === undefined) deliver()
    }
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) send(chunk.subarray(at, at + PIECE_BYTES))
    })
    from.on('end', () => send(undefined))
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      if (!from.readableEnded) to.destroy()
    })
    to.on('close', () => clearTimeout(pieces.timer))
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ port: farPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    sockets.add(near).add(far)
    // The handshake of TCP has gone over the line once both ways before anything is said.
    carry(near, far, 'up', performance.now() + roundTrip_ms)
    carry(far, near, 'down', 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arrived: () => arrived,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

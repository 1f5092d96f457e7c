import { createServer, type Socket } from 'node:net'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { VirtualBoard } from './virtual-board.ts'

export interface ServedBoard {
  readonly port: number
  /** As if the cable were pulled: the host is cut off, and nobody comes in until it is plugged again. */
  unplug(out: boolean): void
  close(): Promise<void>
}

/** A board behind a TCP serial server at `port` (0 takes any) of this machine alone, for one host at a time. */
export async function serveBoard(board: VirtualBoard, port: number): Promise<ServedBoard> {
  let host: Socket | undefined
  let unplugged = false
  const server = createServer({ noDelay: true }, (socket) => {
    // A host that goes away is no news.
    socket.on('error', () => {})
    if (unplugged) return void socket.destroy()
    host?.destroy()
    host = socket
    const line = board.attach((bytes) => {
      if (socket.writable) socket.write(bytes)
    })
    socket.on('data', (bytes) => line.hear(bytes))
    socket.on('close', () => {
      line.leave()
      if (host === socket) host = undefined
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    unplug(out) {
      unplugged = out
      if (out) host?.destroy()
    },
    async close() {
      host?.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

/** A board at the far end of a serial line. */
export async function boardOnLine(
  board: VirtualBoard,
  stream: ByteStream,
): Promise<{ close(): Promise<void> }> {
  let waiting: number[] = []
  // What is said within one turn leaves together, as a line does it.
  const line = board.attach((bytes) => {
    if (waiting.length === 0)
      queueMicrotask(() => {
        void stream.write(Uint8Array.from(waiting))
        waiting = []
      })
    waiting.push(...bytes)
  })
  const off = stream.onBytes((bytes) => line.hear(bytes))
  await stream.open()
  return {
    async close() {
      off()
      line.leave()
      await stream.close()
    },
  }
}

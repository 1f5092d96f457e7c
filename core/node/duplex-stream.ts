import type { Duplex } from 'node:stream'
import { type Fault, fault } from '../errors.ts'
import { type ByteStream, STREAM_WAITING_BYTES_MAX } from '../ports/byte-stream.ts'
import { err, ok, type Result } from '../result.ts'

/** How a Node stream is come by and let go. */
export interface Line {
  readonly where: string
  /** Rejects with an Error that says why not. */
  connect(): Promise<Duplex>
  /** Ends it for good; never rejects. */
  release(duplex: Duplex): Promise<void>
}

/** A ByteStream over whatever Node calls a Duplex. */
export function byteStreamOver({ where, connect, release }: Line): ByteStream {
  const hearers = new Set<(bytes: Uint8Array) => void>()
  const watchers = new Set<(problem: Fault) => void>()
  let current: Duplex | undefined
  let opening: Promise<Result<void>> | undefined
  let closed = 0

  const lose = (duplex: Duplex, reason: string) => {
    if (current !== duplex) return
    current = undefined
    void release(duplex)
    for (const watcher of [...watchers]) watcher(fault('STREAM_LOST', { where, reason }))
  }
  const attach = (duplex: Duplex) => {
    current = duplex
    duplex.on('data', (bytes: Uint8Array) => {
      if (current === duplex) for (const hearer of [...hearers]) hearer(Uint8Array.from(bytes))
    })
    duplex.on('error', (cause: Error) => lose(duplex, cause.message))
    duplex.on('end', () => lose(duplex, 'hung up'))
    duplex.on('close', () => lose(duplex, 'gone'))
  }
  const openNow = async (): Promise<Result<void>> => {
    const before = closed
    try {
      const duplex = await connect()
      // Closed while it was being opened: whoever closed it wants no line.
      if (closed !== before) {
        await release(duplex)
        return err(fault('STREAM_CLOSED', { where }))
      }
      attach(duplex)
      return ok(undefined)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown'
      return err(fault('STREAM_UNAVAILABLE', { where, reason }))
    }
  }

  return {
    where,
    isOpen: () => current !== undefined,
    async open() {
      if (current !== undefined) return ok(undefined)
      opening ??= openNow().finally(() => {
        opening = undefined
      })
      return opening
    },
    write(bytes) {
      const duplex = current
      if (duplex === undefined) return Promise.resolve(err(fault('STREAM_CLOSED', { where })))
      if (duplex.writableLength + bytes.length > STREAM_WAITING_BYTES_MAX)
        return Promise.resolve(err(fault('STREAM_OVERFLOW', { where, limit: STREAM_WAITING_BYTES_MAX })))
      return new Promise((resolve) => {
        // A stream that is destroyed meanwhile may never call back.
        const gone = () => resolve(err(fault('STREAM_CLOSED', { where })))
        duplex.once('close', gone)
        duplex.write(Uint8Array.from(bytes), (problem) => {
          duplex.off('close', gone)
          if (problem) gone()
          else resolve(ok(undefined))
        })
      })
    },
    onBytes(handler) {
      hearers.add(handler)
      return () => hearers.delete(handler)
    },
    onLost(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    async close() {
      closed++
      const duplex = current
      current = undefined
      if (duplex !== undefined) await release(duplex)
    },
  }
}

import type { Clock } from '../clock.ts'
import { type Fault, fault } from '../errors.ts'
import { type ByteStream, STREAM_WAITING_BYTES_MAX } from '../ports/byte-stream.ts'
import { err, ok } from '../result.ts'

/** Two ends of one line in memory; what is plugged in at the far end can be pulled out. */
export interface MemoryLine {
  readonly near: ByteStream
  readonly far: ByteStream
  unplug(): void
  plug(): void
}

/**
 * Each end is heard `latencyMs` after it wrote, in order; with `byteMs`, after the time that its bytes take on a wire, one
 * after the other. Plugged in at first; an end is opened by its owner.
 */
export function memoryLine(clock: Clock, latencyMs = 1, byteMs = 0): MemoryLine {
  let plugged = true
  const near = end('memory near')
  const far = end('memory far')
  const ends = [near, far]
  near.reach(far)
  far.reach(near)

  function end(where: string) {
    const hearers = new Set<(bytes: Uint8Array) => void>()
    const watchers = new Set<(problem: Fault) => void>()
    let open = false
    let other: { take(bytes: Uint8Array): void } | undefined
    let waiting = 0
    /** When the last byte that was written will have gone over the wire. */
    let sentAt = 0
    /** Counts openings: what was written before one is not heard after it. */
    let life = 0
    const stream: ByteStream = {
      where,
      isOpen: () => open,
      open() {
        if (!plugged) return Promise.resolve(err(fault('STREAM_UNAVAILABLE', { where, reason: 'unplugged' })))
        if (!open) life++
        open = true
        return Promise.resolve(ok(undefined))
      },
      write(bytes) {
        if (!open) return Promise.resolve(err(fault('STREAM_CLOSED', { where })))
        if (waiting + bytes.length > STREAM_WAITING_BYTES_MAX)
          return Promise.resolve(err(fault('STREAM_OVERFLOW', { where, limit: STREAM_WAITING_BYTES_MAX })))
        const copy = Uint8Array.from(bytes)
        const during = life
        waiting += copy.length
        sentAt = Math.max(sentAt, clock.monotonic()) + copy.length * byteMs
        clock.after(latencyMs + sentAt - clock.monotonic(), () => {
          waiting -= copy.length
          if (open && life === during) other?.take(copy)
        })
        return Promise.resolve(ok(undefined))
      },
      onBytes(handler) {
        hearers.add(handler)
        return () => hearers.delete(handler)
      },
      onLost(handler) {
        watchers.add(handler)
        return () => watchers.delete(handler)
      },
      close() {
        open = false
        return Promise.resolve()
      },
    }
    return {
      stream,
      reach(peer: { take(bytes: Uint8Array): void }) {
        other = peer
      },
      take(bytes: Uint8Array) {
        if (open) for (const hearer of [...hearers]) hearer(bytes)
      },
      lose() {
        if (!open) return
        open = false
        for (const watcher of [...watchers]) watcher(fault('STREAM_LOST', { where, reason: 'unplugged' }))
      },
    }
  }

  return {
    near: near.stream,
    far: far.stream,
    unplug() {
      plugged = false
      for (const one of ends) one.lose()
    },
    plug() {
      plugged = true
    },
  }
}

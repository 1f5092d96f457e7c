import type { Cancel, Clock } from '../../../core/clock.ts'

/** Bytes on their way to a board, no faster than it takes them. */
export interface PacedSender {
  send(bytes: Uint8Array): void
  /** What has not left yet never will. */
  clear(): void
}

/** The receive buffer of an AVR holds 64 bytes; at 57600 baud, 48 take 8.3 ms. */
const PIECE_BYTES = 48
const PIECE_MS = 10
/** A whole setup is some 300 bytes. Beyond this nothing is heard any more, and what waits is of no use. */
const WAITING_BYTES_MAX = 4_096

/** What was sent within one turn leaves together. */
export function createPacedSender(clock: Clock, write: (bytes: Uint8Array) => void): PacedSender {
  let waiting: number[] = []
  let due = false
  let cancel: Cancel | undefined

  const flush = () => {
    due = false
    if (cancel !== undefined || waiting.length === 0) return
    write(Uint8Array.from(waiting.splice(0, PIECE_BYTES)))
    cancel = clock.after(PIECE_MS, () => {
      cancel = undefined
      flush()
    })
  }
  return {
    send(bytes) {
      if (waiting.length + bytes.length > WAITING_BYTES_MAX) return
      waiting.push(...bytes)
      if (due) return
      due = true
      queueMicrotask(flush)
    },
    clear() {
      waiting = []
      cancel?.()
      cancel = undefined
    },
  }
}

import type { Cancel } from '../clock.ts'
import type { Fault } from '../errors.ts'
import type { Result } from '../result.ts'

/** Bytes that may wait for a slow far end; a write beyond them is refused with STREAM_OVERFLOW. */
export const STREAM_WAITING_BYTES_MAX = 64 * 1024

/**
 * A two-way line of bytes to one device: a serial port, or a TCP connection to a serial server.
 * It may be unplugged at any time; it then says so once and can be opened again. Nothing it does throws.
 */
export interface ByteStream {
  /** Where it leads, for people: `/dev/serial/by-id/…`, `tcp 10.0.0.7:4001`. */
  readonly where: string
  isOpen(): boolean
  /** Already open is fine. Faults: STREAM_UNAVAILABLE. */
  open(): Promise<Result<void>>
  /** Resolves once the system has taken the bytes. Faults: STREAM_CLOSED, STREAM_OVERFLOW. */
  write(bytes: Uint8Array): Promise<Result<void>>
  /** Bytes as they come, in pieces of any size. */
  onBytes(handler: (bytes: Uint8Array) => void): Cancel
  /** The far end has gone: unplugged, hung up. Never called for `close`. Fault: STREAM_LOST. */
  onLost(handler: (problem: Fault) => void): Cancel
  /** Lets the line go. Idempotent; it can be opened again. */
  close(): Promise<void>
}

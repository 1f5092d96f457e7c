import type { Result } from '../../../core/result.ts'

/**
 * What came back after a query. `none` is DALI's "no" (or nobody there); `collision`: several gears answered at once, or
 * what came was damaged.
 */
export type DaliAnswer =
  | { readonly kind: 'answer'; readonly value: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'collision' }

/**
 * One DALI line behind a gateway. Forward frames of 16 bits, one at a time: whoever asks waits for the end of what it
 * asked before. Faults: DALI_GATEWAY_SILENT, DALI_GATEWAY_REFUSED, DALI_LINE_UNPOWERED, and those of the wire to the
 * gateway (MODBUS_…, STREAM_…).
 */
export interface DaliLine {
  readonly where: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Whether the way to the gateway is open. */
  working(): boolean
  /** `twice`: sent again within 100 ms, as commands that change settings must be. */
  send(forward: number, options?: { readonly twice?: boolean }): Promise<Result<void>>
  query(forward: number): Promise<Result<DaliAnswer>>
}

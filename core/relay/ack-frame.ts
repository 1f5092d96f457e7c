import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { packBits, unpackBits } from './bits.ts'

/** The plaintext of an acknowledgement: a number and which of the 40 from it on the hub has committed. */
export const ACK_PLAIN_BYTES = 7
export const ACK_WINDOW = 40
const SPAN = 2 ** 16
const WIDTHS = [16, ...Array.from({ length: ACK_WINDOW }, () => 1)]

/**
 * Low 16 bits of rows that the hub has committed; empty says only that it knows the epoch. All must lie within
 * `ACK_WINDOW` of the first, counted upwards past 65535; the rest is left out.
 */
export function packAck(seqs16: readonly number[]): Uint8Array {
  const base = seqs16[0] ?? 0
  const told = new Set(seqs16.map((seq) => (seq - base + SPAN) % SPAN))
  const bitmap = Array.from({ length: ACK_WINDOW }, (_, index) => [told.has(index) ? 1 : 0, 1] as const)
  return packBits([[base, 16], ...bitmap])
}

/** Fault: RELAY_FRAME_MALFORMED. */
export function unpackAck(plain: Uint8Array): Result<readonly number[]> {
  if (plain.length !== ACK_PLAIN_BYTES) return err(fault('RELAY_FRAME_MALFORMED', { what: 'length' }))
  const [base = 0, ...bitmap] = unpackBits(plain, WIDTHS)
  return ok(bitmap.flatMap((bit, index) => (bit === 1 ? [(base + index) % SPAN] : [])))
}

import type { DaliMemory } from '../define.ts'

/** Powers of ten that energy reporting knows (DiiA part 252). */
const TENFOLD_MAX = 6
const BYTE = 256

/**
 * The number that stands in a memory bank, of its bytes, the most significant first, and the byte at `tenfoldAt`.
 * Undefined for "not known": all ones (MASK) and the value below (TMASK), or a power of ten that there is not.
 */
export function memoryValue(memory: DaliMemory, bytes: readonly number[], tenfold = 0): number | undefined {
  const { scale = 1 } = memory
  const exponent = tenfold >= BYTE / 2 ? tenfold - BYTE : tenfold
  if (bytes.length !== memory.bytes || Math.abs(exponent) > TENFOLD_MAX) return undefined
  const ones = bytes.slice(0, -1).every((byte) => byte === 0xff)
  if (ones && (bytes.at(-1) ?? 0) >= 0xfe) return undefined
  const raw = bytes.reduce((sum, byte) => sum * BYTE + byte, 0)
  // A division by a whole power keeps what is decimal exact.
  return (exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent) * scale
}

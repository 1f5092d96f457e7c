/** Castagnoli polynomial 0x1EDC6F41, reflected: RFC 3720 appendix B.4. */
const POLYNOMIAL = 0x82f63b78

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  }
  return remainder
})

/** CRC-32C of `bytes` as an unsigned 32-bit number; of `before` and `bytes` in one where that of the former is given. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let remainder = before ^ 0xffffffff
  for (const byte of bytes) {
    remainder = (table[(remainder ^ byte) & 0xff] ?? 0) ^ (remainder >>> 8)
  }
  return (remainder ^ 0xffffffff) >>> 0
}

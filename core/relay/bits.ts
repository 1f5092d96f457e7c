/** Fields of a few bits each, most significant first, into whole bytes. */
export function packBits(fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  let packed = 0n
  let length = 0
  for (const [value, bits] of fields) {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw new RangeError(`${value} does not fit in ${bits} bits`)
    packed = (packed << BigInt(bits)) | BigInt(value)
    length += bits
  }
  if (length % 8 !== 0) throw new RangeError(`${length} bits are not whole bytes`)
  return Uint8Array.from(Buffer.from(packed.toString(16).padStart(length / 4, '0'), 'hex'))
}

/** The fields again; `bytes` must have as many bits as the widths add up to. */
export function unpackBits(bytes: Uint8Array, widths: readonly number[]): number[] {
  let at = 0
  return widths.map((width) => {
    let value = 0
    for (let end = at + width; at < end; at++) {
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
    }
    return value
  })
}

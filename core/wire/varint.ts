/**
 * LEB128 over the integers that a double holds exactly: seven bits a byte, least significant first, in the shortest
 * form. Bit operators stop at 32 bits, so the upper part is done in arithmetic.
 */

const LOW_BITS = 28
const LOW_UNIT = 2 ** LOW_BITS
/** 53 bits need eight bytes of seven. */
const VARINT_BYTES_MAX = 8

/** A growing buffer. */
export interface ByteWriter {
  byte(value: number): void
  /** 0 to 2^53 − 1. */
  varint(value: number): void
  /** −2^52 to 2^52 − 1: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
  zigzag(value: number): void
  bytes(values: Uint8Array): void
  done(): Uint8Array
}

export function byteWriter(capacity = 1024): ByteWriter {
  let buffer = new Uint8Array(capacity)
  let length = 0
  const room = (count: number) => {
    if (length + count <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + count))
    larger.set(buffer)
    buffer = larger
  }
  const varint = (value: number) => {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a varint: ${value}`)
    room(VARINT_BYTES_MAX)
    let rest = value
    while (rest >= LOW_UNIT) {
      buffer[length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      buffer[length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    buffer[length++] = rest
  }
  return {
    byte(value) {
      room(1)
      buffer[length++] = value
    },
    varint,
    zigzag: (value) => varint(value < 0 ? -2 * value - 1 : 2 * value),
    bytes(values) {
      room(values.length)
      buffer.set(values, length)
      length += values.length
    },
    done: () => buffer.slice(0, length),
  }
}

/**
 * Reads what `byteWriter` wrote. A read past the end, or of a number that is overlong or too large, returns 0 and
 * leaves `failed` true for good: whoever reads a bounded count of fields checks once, at the end.
 */
export interface ByteReader {
  readonly failed: boolean
  readonly offset: number
  readonly left: number
  byte(): number
  varint(): number
  zigzag(): number
  /** A view, not a copy. */
  bytes(count: number): Uint8Array
}

export function byteReader(buffer: Uint8Array): ByteReader {
  let offset = 0
  let failed = false
  const fail = () => {
    failed = true
    offset = buffer.length
    return 0
  }
  const byte = () => {
    const value = buffer[offset]
    if (value === undefined) return fail()
    offset++
    return value
  }
  const varint = () => {
    let value = 0
    let unit = 1
    for (let count = 1; count <= VARINT_BYTES_MAX; count++) {
      const part = byte()
      value += (part & 0x7f) * unit
      if (part < 0x80) {
        if ((part === 0 && count > 1) || value > Number.MAX_SAFE_INTEGER) return fail()
        return value
      }
      unit *= 128
    }
    return fail()
  }
  return {
    get failed() {
      return failed
    },
    get offset() {
      return offset
    },
    get left() {
      return buffer.length - offset
    },
    byte,
    varint,
    zigzag() {
      const value = varint()
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    },
    bytes(count) {
      if (count > buffer.length - offset) {
        fail()
        return new Uint8Array()
      }
      offset += count
      return buffer.subarray(offset - count, offset)
    },
  }
}

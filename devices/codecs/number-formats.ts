/** How a number lies in bytes. `read` is only ever called where `size` bytes are known to be there. */
export interface NumberFormat {
  readonly size: number
  read(view: DataView, at: number): number
}

const LITTLE = true
const BIG = false

export const u8: NumberFormat = { size: 1, read: (view, at) => view.getUint8(at) }

export const u16le: NumberFormat = { size: 2, read: (view, at) => view.getUint16(at, LITTLE) }
export const i16le: NumberFormat = { size: 2, read: (view, at) => view.getInt16(at, LITTLE) }
export const u32le: NumberFormat = { size: 4, read: (view, at) => view.getUint32(at, LITTLE) }
export const f32le: NumberFormat = { size: 4, read: (view, at) => view.getFloat32(at, LITTLE) }
export const f16le: NumberFormat = { size: 2, read: (view, at) => half(view.getUint16(at, LITTLE)) }

export const u16be: NumberFormat = { size: 2, read: (view, at) => view.getUint16(at, BIG) }
export const i16be: NumberFormat = { size: 2, read: (view, at) => view.getInt16(at, BIG) }
export const i24be: NumberFormat = {
  size: 3,
  read: (view, at) => view.getInt8(at) * 65_536 + view.getUint16(at + 1, BIG),
}
export const u32be: NumberFormat = { size: 4, read: (view, at) => view.getUint32(at, BIG) }

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

import type { ModbusNumber, ModbusOrder } from '../define.ts'

/** How many registers a number fills. */
export function wordsOf(type: ModbusNumber): number {
  switch (type) {
    case 'u16':
    case 's16':
      return 1
    case 'u32':
    case 's32':
    case 'f32':
      return 2
    case 'u64':
      return 4
  }
}

/** The number that these registers hold, NaN for none; of a `u64` above 2⁵³ the nearest that can be told. */
export function numberOf(type: ModbusNumber, order: ModbusOrder, words: readonly number[]): number {
  const view = new DataView(new ArrayBuffer(2 * wordsOf(type)))
  for (const [index, word] of ordered(order, words).entries()) view.setUint16(2 * index, word)
  switch (type) {
    case 'u16':
      return view.getUint16(0)
    case 's16':
      return view.getInt16(0)
    case 'u32':
      return view.getUint32(0)
    case 's32':
      return view.getInt32(0)
    case 'f32':
      return measured(view.getFloat32(0))
    case 'u64':
      return Number(view.getBigUint64(0))
  }
}

/** The registers that hold a number; undefined for one that the type cannot hold. */
export function wordsFor(
  type: ModbusNumber,
  order: ModbusOrder,
  value: number,
): readonly number[] | undefined {
  const view = new DataView(new ArrayBuffer(2 * wordsOf(type)))
  if (type === 'f32') view.setFloat32(0, value)
  else if (!Number.isSafeInteger(value) || value < LEAST[type] || value > MOST[type]) return undefined
  else if (type === 'u64') view.setBigUint64(0, BigInt(value))
  else if (wordsOf(type) === 2) view.setInt32(0, value)
  else view.setInt16(0, value)
  const words = Array.from({ length: wordsOf(type) }, (_, index) => view.getUint16(2 * index))
  return ordered(order, words)
}

type Whole = Exclude<ModbusNumber, 'f32'>
const LEAST: Readonly<Record<Whole, number>> = { u16: 0, s16: -(2 ** 15), u32: 0, s32: -(2 ** 31), u64: 0 }
const MOST: Readonly<Record<Whole, number>> = {
  u16: 2 ** 16 - 1,
  s16: 2 ** 15 - 1,
  u32: 2 ** 32 - 1,
  s32: 2 ** 31 - 1,
  u64: Number.MAX_SAFE_INTEGER,
}

/** From wire order to the standard's, and back: each order is its own inverse. */
function ordered(order: ModbusOrder, words: readonly number[]): readonly number[] {
  switch (order) {
    case 'ABCD':
      return words
    case 'CDAB':
      return words.toReversed()
    case 'BADC':
      return words.map(swapped)
    case 'DCBA':
      return words.toReversed().map(swapped)
  }
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8)
}

/** The least float that is not subnormal. */
const FLOAT32_LEAST = 2 ** -126

/** A subnormal is no measurement but a float whose bytes were read in a wrong order: 230 V become 3.6e-41. */
function measured(float: number): number {
  return float !== 0 && Math.abs(float) < FLOAT32_LEAST ? Number.NaN : shortest(float)
}

/** Every decimal of so many digits survives being a 32-bit float, and 9 tell any two floats apart. */
const FLOAT32_DIGITS = 7

/** The shortest decimal number that is this float: 0.1 rather than 0.10000000149011612. */
function shortest(float: number): number {
  for (const digits of [FLOAT32_DIGITS, FLOAT32_DIGITS + 1]) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return Number(float.toPrecision(FLOAT32_DIGITS + 2))
}

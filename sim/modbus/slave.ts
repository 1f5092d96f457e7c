import type { ModbusTable } from '../../devices/define.ts'
import type { ModbusTrouble, ModbusUnit } from './unit.ts'

const ILLEGAL_FUNCTION = 1
const ILLEGAL_ADDRESS = 2
const ILLEGAL_VALUE = 3
const EXCEPTION = 0x80
const ADDRESSES = 65_536
const ON = 0xff00

/** "MODBUS application protocol" 1.1b3, 6: the functions that field devices know. */
const READS: Readonly<Record<number, { readonly table: ModbusTable; readonly most: number }>> = {
  1: { table: 'coil', most: 2_000 },
  2: { table: 'discrete', most: 2_000 },
  3: { table: 'holding', most: 125 },
  4: { table: 'input', most: 125 },
}

/** What a unit answers to a request (both without unit number and check sum). */
export function answerOf(unit: ModbusUnit, request: Uint8Array): Uint8Array {
  const code = request[0] ?? 0
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const refuse = (exception: number) => Uint8Array.of(code | EXCEPTION, exception)
  if (request.length < 5) return refuse(ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const count = view.getUint16(3)
  const read = READS[code]
  if (read !== undefined) {
    if (count < 1 || count > read.most) return refuse(ILLEGAL_VALUE)
    if (address + count > ADDRESSES) return refuse(ILLEGAL_ADDRESS)
    const values = unit.read(read.table, address, count)
    if (typeof values === 'number') return refuse(values)
    const data = code <= 2 ? packed(values) : words(values)
    return Uint8Array.of(code, data.length, ...data)
  }
  const write = writeOf(code, request, view)
  if (write === undefined) return refuse([5, 6, 15, 16].includes(code) ? ILLEGAL_VALUE : ILLEGAL_FUNCTION)
  const refused = unit.write(write.table, address, write.values)
  return refused === undefined ? request.slice(0, 5) : refuse(refused)
}

function writeOf(code: number, request: Uint8Array, view: DataView) {
  const second = view.getUint16(3)
  const data = request.subarray(6)
  switch (code) {
    case 5:
      if (second !== 0 && second !== ON) return undefined
      return { table: 'coil', values: [second === ON ? 1 : 0] } as const
    case 6:
      return { table: 'holding', values: [second] } as const
    case 15:
      if (second < 1 || data.length !== Math.ceil(second / 8) || request[5] !== data.length) return undefined
      return { table: 'coil', values: unpacked(data, second) } as const
    case 16:
      if (second < 1 || data.length !== 2 * second || request[5] !== data.length) return undefined
      return {
        table: 'holding',
        values: Array.from({ length: second }, (_, index) => view.getUint16(6 + 2 * index)),
      } as const
    default:
      return undefined
  }
}

/** The unit as it stands with its trouble; undefined for one that is silent. */
export function troubled(unit: ModbusUnit, trouble: ModbusTrouble | undefined): ModbusUnit | undefined {
  switch (trouble?.kind) {
    case undefined:
    case 'slow':
    case 'garbled':
      return unit
    case 'silent':
      return undefined
    case 'exception':
      return { read: () => trouble.code, write: () => trouble.code }
    case 'nonsense':
      return { ...unit, read: (_table, _address, count) => Array.from({ length: count }, () => trouble.word) }
  }
}

function words(values: readonly number[]): number[] {
  return values.flatMap((value) => [(value >>> 8) & 0xff, value & 0xff])
}

function packed(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of bits.entries())
    if (bit === 1) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  return bytes
}

function unpacked(bytes: Uint8Array, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1)
}

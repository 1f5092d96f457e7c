import type { ModbusBinding, ModbusField, ModbusTable } from '../define.ts'
import { wordsOf } from './modbus-numbers.ts'

/** Neighbouring registers, or bits, that are read at once. */
export interface ModbusSpan {
  readonly table: ModbusTable
  readonly address: number
  readonly count: number
}

const REGISTERS_MAX = 125
const BITS_MAX = 2_000
/**
 * Between two fields so many are read along that nobody asked for. A register costs two bytes; a question of its own
 * costs thirteen, two silences and the unit's time to think: at 9600 baud as much as some fifteen registers.
 */
export const HOLE_REGISTERS_MAX = 12
export const HOLE_BITS_MAX = 96

/**
 * The fewest reads that hold every field, in order of table and address. Some units refuse a read that touches registers
 * which they do not have: for them the plan `withoutHoles`.
 */
export function plannedReads(
  { read, longestRead = REGISTERS_MAX }: Pick<ModbusBinding, 'read' | 'longestRead'>,
  withoutHoles = false,
): readonly ModbusSpan[] {
  const fields = Object.values(read).map(spanOf)
  const tables: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input']
  return tables.flatMap((table) => {
    const bits = isBits(table)
    const most = bits ? BITS_MAX : Math.min(longestRead, REGISTERS_MAX)
    const hole = withoutHoles ? 0 : bits ? HOLE_BITS_MAX : HOLE_REGISTERS_MAX
    const inOrder = fields
      .filter((field) => field.table === table)
      .sort((a, b) => a.address - b.address || a.count - b.count)
    return joined(inOrder, most, hole)
  })
}

function joined(fields: readonly ModbusSpan[], most: number, hole: number): readonly ModbusSpan[] {
  const spans: ModbusSpan[] = []
  for (const field of fields) {
    const last = spans.at(-1)
    const end = field.address + field.count
    if (last === undefined) {
      spans.push(field)
      continue
    }
    const lastEnd = last.address + last.count
    const count = Math.max(lastEnd, end) - last.address
    if (field.address - lastEnd <= hole && count <= most) spans[spans.length - 1] = { ...last, count }
    else spans.push(field)
  }
  return spans
}

/** The registers, or the bit, that one field fills. */
export function spanOf({ table, address, type = 'u16' }: ModbusField): ModbusSpan {
  return { table, address, count: isBits(table) ? 1 : wordsOf(type) }
}

export function isBits(table: ModbusTable): boolean {
  return table === 'coil' || table === 'discrete'
}

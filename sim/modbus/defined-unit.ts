import { numberOf, wordsFor } from '../../devices/codecs/modbus-numbers.ts'
import { isBits, plannedReads, spanOf } from '../../devices/codecs/modbus-reads.ts'
import type { DeviceDefinition, ModbusField, ModbusTable } from '../../devices/define.ts'
import type { ModbusException, ModbusUnit } from './unit.ts'

/** What stands behind a unit: the world as its channels measure it, and what its outputs do to it. */
export interface UnitWorld {
  /** A channel's value in its unit; undefined for one that this unit does not have: it reads 0. */
  channel(name: string): number | undefined
  drive?(output: string, value: number): void
}

const ILLEGAL_ADDRESS = 2

/** The unit that a definition describes: registers filled from the world as its scales and orders say. */
export function definedUnit(definition: DeviceDefinition, world: UnitWorld): ModbusUnit {
  const binding = definition.via.modbus
  if (binding === undefined) throw new Error(`${definition.model} does not speak Modbus`)
  const reads = Object.entries(binding.read)
  const writes = Object.entries(binding.write ?? {})
  const spans = plannedReads(binding)
  /** Commands to run, by their addresses. */
  const started = new Map<number, number>(
    writes.flatMap(([_, { starts }]) => (starts === undefined ? [] : [[starts, 0] as const])),
  )
  const known = (table: ModbusTable, address: number) =>
    spans.some(
      (span) => span.table === table && address >= span.address && address < span.address + span.count,
    )

  const read = (table: ModbusTable, address: number, count: number): readonly number[] | ModbusException => {
    const values = new Map<number, number>()
    for (let at = address; at < address + count; at++) {
      if (!known(table, at)) return ILLEGAL_ADDRESS
      values.set(at, 0)
    }
    for (const [name, field] of reads) {
      if (field.table !== table || !overlaps(field, address, count)) continue
      for (const [index, word] of wordsOfValue(field, world.channel(name) ?? 0).entries())
        values.set(field.address + index, word)
    }
    if (table === 'holding') for (const [at, value] of started) if (values.has(at)) values.set(at, value)
    return Array.from({ length: count }, (_, index) => values.get(address + index) ?? 0)
  }

  return {
    read,
    write(table, address, values) {
      for (const [name, field] of writes) {
        if (field.table !== table || !overlaps(field, address, values.length)) continue
        const { count } = spanOf(field)
        const words = values.slice(field.address - address, field.address - address + count)
        if (words.length < count) return ILLEGAL_ADDRESS
        world.drive?.(name, valueOfWords(field, words))
      }
      if (table === 'holding')
        for (const at of started.keys()) started.set(at, values[at - address] ?? started.get(at) ?? 0)
      const last = address + values.length - 1
      return known(table, address) && known(table, last) ? undefined : ILLEGAL_ADDRESS
    },
  }
}

function overlaps(field: ModbusField, address: number, count: number): boolean {
  return field.address < address + count && address < field.address + spanOf(field).count
}

function wordsOfValue(field: ModbusField, value: number): readonly number[] {
  const { table, type = 'u16', order = 'ABCD', scale = 1, offset = 0 } = field
  const raw = (value - offset) / scale
  if (isBits(table)) return [raw >= 0.5 ? 1 : 0]
  return wordsFor(type, order, type === 'f32' ? raw : Math.round(raw)) ?? [0]
}

function valueOfWords(field: ModbusField, words: readonly number[]): number {
  const { table, type = 'u16', order = 'ABCD', scale = 1, offset = 0 } = field
  const raw = isBits(table) ? (words[0] ?? 0) : numberOf(type, order, words)
  return raw * scale + offset
}

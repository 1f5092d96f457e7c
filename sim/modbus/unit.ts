import type { ModbusTable } from '../../devices/define.ts'

/** An exception code of the protocol: 1 function, 2 address, 3 value, 4 failure, 6 busy. */
export type ModbusException = number

/** A device behind a slave. Addresses as in the protocol, from 0; values are words, or 0 and 1 for bits. */
export interface ModbusUnit {
  read(table: ModbusTable, address: number, count: number): readonly number[] | ModbusException
  write(table: 'coil' | 'holding', address: number, values: readonly number[]): ModbusException | undefined
}

/** What can be wrong with a unit, or with the line to it. */
export type ModbusTrouble =
  /** It answers nothing: no power, a cut wire. */
  | { readonly kind: 'silent' }
  /** It answers so much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Its answers arrive broken. */
  | { readonly kind: 'garbled' }
  /** It refuses everything. */
  | { readonly kind: 'exception'; readonly code: ModbusException }
  /** Every register reads as this word: FFFF of a broken sensor bus, 7FC0 twice for a NaN. */
  | { readonly kind: 'nonsense'; readonly word: number }

/** Registers in memory, for devices that are no more than that; a write outside what is there is refused. */
export function registerUnit(tables: Partial<Record<ModbusTable, Record<number, number>>>): ModbusUnit {
  const ILLEGAL_ADDRESS = 2
  return {
    read(table, address, count) {
      const held = tables[table] ?? {}
      const values = Array.from({ length: count }, (_, index) => held[address + index])
      return values.every((value) => value !== undefined) ? values : ILLEGAL_ADDRESS
    },
    write(table, address, values) {
      const held = tables[table] ?? {}
      if (values.some((_, index) => held[address + index] === undefined)) return ILLEGAL_ADDRESS
      for (const [index, value] of values.entries()) held[address + index] = value
      return undefined
    },
  }
}

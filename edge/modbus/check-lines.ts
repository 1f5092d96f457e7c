import { type Fault, fault } from '../../core/errors.ts'
import type { ModbusLineConfig } from './config.ts'

/** What the schema cannot say of Modbus lines: one way to each, and one device to a unit. `file` for the fault. */
export function linesFault(lines: readonly ModbusLineConfig[], file: string): Fault | undefined {
  const ids = new Set<string>()
  for (const { id, serial, tcp, devices } of lines) {
    if (ids.has(id)) return fault('CONFIG_DUPLICATE', { file, list: 'modbus', id })
    ids.add(id)
    if ((serial === undefined) === (tcp === undefined)) return fault('MODBUS_LINE_CHOICE', { line: id })
    const units = new Set<number>()
    for (const { unit } of devices) {
      if (units.has(unit)) return fault('MODBUS_UNIT_TWICE', { line: id, unit })
      units.add(unit)
    }
  }
  return undefined
}

import { isBits, spanOf } from './codecs/modbus-reads.ts'
import type { DeviceDefinition, ModbusField } from './define.ts'

const ADDRESSES = 65_536
/** No number is longer; a device that answers fewer registers at once could not be read whole. */
const LONGEST_NUMBER = 4

/** What is wrong with a definition's register map, as sentences for its author. */
export function modbusProblems({ telemetry, outputs, via }: DeviceDefinition): readonly string[] {
  const { modbus } = via
  if (modbus === undefined) return []
  const { read, write = {}, poll_s, longestRead = LONGEST_NUMBER } = modbus
  return [
    ...complaint(!(poll_s > 0), `poll_s ${poll_s} is not above 0`),
    ...complaint(longestRead < LONGEST_NUMBER, `longestRead ${longestRead} is below ${LONGEST_NUMBER}`),
    ...complaint(Object.keys(read).length === 0, 'it reads nothing: via.modbus.read is empty'),
    ...Object.keys(read).flatMap((name) =>
      complaint(!Object.hasOwn(telemetry, name), `it reads ${name}, which is no channel`),
    ),
    ...Object.keys(write).flatMap((name) =>
      complaint(!Object.hasOwn(outputs, name), `it writes ${name}, which is no output`),
    ),
    ...Object.keys(outputs).flatMap((name) =>
      complaint(!Object.hasOwn(write, name), `output ${name}: nothing says where it is written`),
    ),
    ...Object.entries(read).flatMap(([name, field]) => fieldProblems(`channel ${name}`, field)),
    ...Object.entries(write).flatMap(([name, field]) => fieldProblems(`output ${name}`, field)),
    ...Object.entries(write).flatMap(([name, { table, starts }]) =>
      starts === undefined ? [] : fieldProblems(`start of output ${name}`, { table, address: starts }),
    ),
  ]
}

function fieldProblems(owner: string, field: ModbusField): readonly string[] {
  const { table, address, type, scale = 1, bit } = field
  const end = address + spanOf(field).count
  return [
    ...complaint(
      !Number.isInteger(address) || address < 0 || end > ADDRESSES,
      `${owner}: address ${address} is not within the table`,
    ),
    ...complaint(!Number.isFinite(scale) || scale === 0, `${owner}: scale ${scale} says nothing`),
    ...complaint(
      isBits(table) && (type !== undefined || bit !== undefined),
      `${owner}: a ${table} is one bit and has neither type nor bit`,
    ),
    ...complaint(
      bit !== undefined && !(Number.isInteger(bit) && bit >= 0 && bit < 16 * spanOf(field).count),
      `${owner}: there is no bit ${bit}`,
    ),
  ]
}

function complaint(wrong: boolean, text: string): readonly string[] {
  return wrong ? [text] : []
}

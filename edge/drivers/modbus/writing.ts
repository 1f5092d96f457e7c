import type { Fault } from '../../../core/errors.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import {
  imageOf,
  type ModbusPatch,
  outputIn,
  outputStep,
  writesFor,
} from '../../../devices/codecs/modbus-image.ts'
import type { ModbusImage, OutputRequest } from '../../../devices/define.ts'
import type { ModbusBus } from '../../modbus/bus.ts'
import type { Unit } from './unit.ts'

/** Writes requests and reads the same registers back. Faults: the line's, the unit's, or MODBUS_READ_BACK. */
export async function writeAndReadBack(
  bus: ModbusBus,
  unit: Unit,
  requests: readonly OutputRequest[],
  urgent: boolean,
): Promise<Result<void>> {
  const { definition, binding, number } = unit
  const patches = writesFor(definition, binding, requests)
  if (!patches.ok) return patches
  for (const { table, address, values } of patches.value) {
    const written = await bus.write({ unit: number, table, address, values, urgent })
    if (!written.ok) return written
  }
  const held: ModbusPatch[] = []
  for (const { table, address, values } of patches.value) {
    const read = await bus.read({ unit: number, table, address, count: values.length, urgent })
    if (!read.ok) return read
    held.push({ table, address, values: read.value })
  }
  const problem = otherwise(unit, requests, imageOf(held))
  return problem === undefined ? ok(undefined) : err(problem)
}

/** Outputs in this image that do not hold what they were told. */
export function astray(unit: Unit, requests: readonly OutputRequest[], image: ModbusImage): OutputRequest[] {
  return requests.filter((request) => {
    const read = readOf(unit, request, image)
    return read !== undefined && !holds(unit, request, read)
  })
}

function otherwise(unit: Unit, requests: readonly OutputRequest[], image: ModbusImage): Fault | undefined {
  const [request] = astray(unit, requests, image)
  if (request === undefined) return undefined
  const { output, value } = request
  const read = readOf(unit, request, image) ?? Number.NaN
  return fault('MODBUS_READ_BACK', { device: unit.id, output, written: value, read })
}

function readOf(unit: Unit, { output }: OutputRequest, image: ModbusImage): number | undefined {
  const place = unit.binding.write?.[output]
  return place === undefined ? undefined : outputIn(place, image)
}

/** Half a step is lost in rounding. */
function holds(unit: Unit, { output, value }: OutputRequest, read: number): boolean {
  const place = unit.binding.write?.[output]
  return place !== undefined && Math.abs(read - value) <= 0.51 * outputStep(place)
}

import { type Fault, fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { type ModbusSpan, plannedReads } from '../../../devices/codecs/modbus-reads.ts'
import type { ModbusImage, ModbusTable } from '../../../devices/define.ts'
import type { ModbusBus } from '../../modbus/bus.ts'
import type { Unit } from './unit.ts'

export interface Polled {
  readonly image: ModbusImage
  /** What the unit refused to read; the rest stands. */
  readonly refused: readonly Fault[]
}

/** Nobody is there, whoever says so. */
const SILENCE: ReadonlySet<Fault['code']> = new Set([
  'MODBUS_TIMEOUT',
  'MODBUS_CRC',
  'MODBUS_GATEWAY',
  'MODBUS_LINE_DOWN',
  'MODBUS_QUEUE_FULL',
])

export function isSilence(problem: Fault): boolean {
  return SILENCE.has(problem.code)
}

/** Reads all that the definition asks for. The fault of a unit that does not answer, at its first silence. */
export async function pollUnit(bus: ModbusBus, unit: Unit): Promise<Result<Polled>> {
  const image: Partial<Record<ModbusTable, Record<number, number>>> = {}
  const refused: Fault[] = []
  for (let index = 0; index < unit.plan.length; index++) {
    const span = unit.plan[index]
    if (span === undefined) break
    const read = await bus.read({ unit: unit.number, ...span })
    if (read.ok) keep(image, span, read.value)
    else if (isSilence(read.error)) return err(read.error)
    else if (mayBeHole(unit, read.error)) {
      unit.withoutHoles = true
      unit.plan = plannedReads(unit.binding, true)
      return pollUnit(bus, unit)
    } else refused.push(read.error)
  }
  return ok({ image, refused })
}

function mayBeHole(unit: Unit, problem: Fault): boolean {
  return (
    !unit.withoutHoles &&
    (problem.code === 'MODBUS_ILLEGAL_ADDRESS' || problem.code === 'MODBUS_ILLEGAL_VALUE')
  )
}

function keep(
  image: Partial<Record<ModbusTable, Record<number, number>>>,
  { table, address }: ModbusSpan,
  values: readonly number[],
): void {
  const held = image[table] ?? {}
  for (const [index, value] of values.entries()) held[address + index] = value
  image[table] = held
}

export function modbusFault(problem: Fault): Fault {
  if (problem.code !== 'PAYLOAD_OUT_OF_RANGE') return problem
  // NaN is no number in the formats that a fault travels in.
  return fault('MODBUS_NONSENSE', { ...problem.details, value: String(problem.details.value) })
}

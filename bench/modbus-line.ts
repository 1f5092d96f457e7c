import type { Clock } from '../core/clock.ts'
import { memoryLine } from '../core/fakes/memory-byte-stream.ts'
import { silentLog } from '../core/log.ts'
import { type ModbusSpan, plannedReads } from '../devices/codecs/modbus-reads.ts'
import type { DeviceDefinition } from '../devices/define.ts'
import type { DriverSink } from '../edge/drivers/driver.ts'
import { createModbusDriver } from '../edge/drivers/modbus/modbus-driver.ts'
import { createModbusLine } from '../edge/modbus/line.ts'
import { definedUnit } from '../sim/modbus/defined-unit.ts'
import { serveRtu } from '../sim/modbus/serve.ts'

/** A Modbus line of 9600 baud whose bytes take their real time. */
export const BAUD = 9_600
const BITS = 11
export const BYTE_MS = (BITS * 1_000) / BAUD
const SILENCE_MS = 3.5 * BYTE_MS
/** What a unit takes to think; meters' manuals say 5 to 60 ms. */
export const TURN_ROUND_MS = 5
export const ANSWER_MS = 300
const QUESTION_BYTES = 8
const OVERHEAD_BYTES = 5

/** How long these reads take at least: bytes on the wire, the unit's thinking, and a silence before each question. */
export function limitMs(spans: readonly ModbusSpan[]): number {
  return spans.reduce((sum, { count }) => {
    const bytes = QUESTION_BYTES + OVERHEAD_BYTES + 2 * count
    return sum + bytes * BYTE_MS + TURN_ROUND_MS + SILENCE_MS
  }, 0)
}

export function readsOf(definition: DeviceDefinition): readonly ModbusSpan[] {
  const binding = definition.via.modbus
  return binding === undefined ? [] : plannedReads(binding)
}

export interface LineUnit {
  readonly id: string
  readonly unit: number
  readonly definition: DeviceDefinition
  /** What its channels measure, and what its outputs are driven to. */
  readonly world: Record<string, number>
}

/** Units that are asked as fast as the line allows. */
export async function busyLine(units: readonly LineUnit[], clock: Clock, sink: Partial<DriverSink>) {
  const line = memoryLine(clock, 0, BYTE_MS)
  const slaves = await serveRtu(line.far, {
    units: new Map(
      units.map(({ unit, definition, world }) => [
        unit,
        definedUnit(definition, {
          channel: (name) => world[name],
          drive(output, value) {
            world[output] = value
          },
        }),
      ]),
    ),
    clock,
    turnRoundMs: TURN_ROUND_MS,
  })
  const bus = createModbusLine({
    stream: line.near,
    framing: { kind: 'rtu', baud: BAUD },
    answerMs: ANSWER_MS,
    clock,
    refused: () => {},
  })
  const driver = createModbusDriver({
    config: {
      id: 'line',
      devices: units.map(({ id, unit, definition }) => ({ id, unit, model: definition.model, poll_s: 0.5 })),
    },
    bus,
    devices: new Map(units.map(({ id, definition }) => [id, definition])),
    clock,
    wall: clock,
    log: silentLog,
    sink: { telemetry: () => {}, refused: () => {}, output: () => {}, health: () => {}, ...sink },
  })
  return { slaves, bus, driver }
}

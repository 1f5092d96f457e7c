import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { silentLog } from '../../../core/log.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import { deviceDefinitions } from '../../../devices/registry.ts'
import type { HealthReport, OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createModbusDriver } from '../../../edge/drivers/modbus/modbus-driver.ts'
import { createModbusLine } from '../../../edge/modbus/line.ts'
import { definedUnit } from '../../../sim/modbus/defined-unit.ts'
import { type ModbusSlaves, serveRtu } from '../../../sim/modbus/serve.ts'
import type { ModbusUnit } from '../../../sim/modbus/unit.ts'

export interface SiteUnit {
  readonly id: string
  readonly unit: number
  readonly definition: DeviceDefinition
  readonly poll_s?: number
  /** What its channels measure, and what its outputs were driven to; a test changes it. */
  readonly world?: Record<string, number>
  /** Registers of the test's own instead. */
  readonly registers?: ModbusUnit
}

export const ANSWER_MS = 200

export function known(model: string): DeviceDefinition {
  const definition = deviceDefinitions.get(model)
  if (definition === undefined) throw new Error(`${model} is gone`)
  return definition
}

/** A line of 9600 baud in memory, its units, and a driver that polls them; everything on one fake clock. */
export async function createSite(units: readonly SiteUnit[]) {
  const clock = fakeClock()
  const line = memoryLine(clock)
  const slaves: ModbusSlaves = await serveRtu(line.far, {
    units: new Map(units.map((unit) => [unit.unit, virtual(unit)])),
    clock,
    turnRoundMs: 5,
  })
  const refused: string[] = []
  const telemetry: TelemetryReport[] = []
  const outputs: OutputProgress[] = []
  const health: HealthReport[] = []
  const bus = createModbusLine({
    stream: line.near,
    framing: { kind: 'rtu', baud: 9_600 },
    answerMs: ANSWER_MS,
    clock,
    refused: (problem) => void refused.push(problem.code),
  })
  const driver = createModbusDriver({
    config: {
      id: 'tu-dien',
      devices: units.map(({ id, unit, definition, poll_s }) => ({
        id,
        unit,
        model: definition.model,
        ...(poll_s === undefined ? {} : { poll_s }),
      })),
    },
    bus,
    devices: new Map(units.map(({ id, definition }) => [id, definition])),
    clock,
    wall: clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: (problem, device) => void refused.push(`${problem.code} ${device ?? ''}`.trim()),
      output: (progress) => void outputs.push(progress),
      health: (report) => void health.push(report),
    },
  })
  await driver.start()
  const of = (device: string) => telemetry.filter((report) => report.device === device)
  const stages = () =>
    outputs.map(({ stage, requests, problem }) =>
      [stage, requests.map(({ output, value }) => `${output}=${value}`).join(' '), problem?.code]
        .filter((part) => part !== undefined)
        .join(' '),
    )
  return { clock, line, slaves, bus, driver, refused, telemetry, outputs, health, of, stages }
}

function virtual({ definition, world = {}, registers }: SiteUnit): ModbusUnit {
  if (registers !== undefined) return registers
  return definedUnit(definition, {
    channel: (name) => world[name],
    drive(output, value) {
      world[definition.outputs[output]?.readBack ?? output] = Math.round(value * 100) / 100
    },
  })
}

import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import { deviceDefinitions } from '../../../devices/registry.ts'
import type { DaliLineConfig } from '../../../edge/drivers/dali/config.ts'
import { createDaliDriver } from '../../../edge/drivers/dali/dali-driver.ts'
import type { DaliLine } from '../../../edge/drivers/dali/line.ts'
import { GATEWAY_REGISTERS, modbusDaliLine } from '../../../edge/drivers/dali/modbus-gateway.ts'
import { foxtronDaliLine } from '../../../edge/drivers/dali/serial-gateway.ts'
import type { HealthReport, OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createModbusLine } from '../../../edge/modbus/line.ts'
import { createVirtualDaliBus, type VirtualDaliBus } from '../../../sim/dali/bus.ts'
import { serveFoxtron } from '../../../sim/dali/foxtron-gateway.ts'
import { createVirtualGear } from '../../../sim/dali/gear.ts'
import { resiGateway } from '../../../sim/dali/resi-gateway.ts'
import { createPoleLamp, type PoleLamp } from '../../../sim/lighting/virtual-lamp.ts'
import { serveRtu } from '../../../sim/modbus/serve.ts'

export const GATEWAYS = ['resi', 'foxtron'] as const
export type Gateway = (typeof GATEWAYS)[number]

const UNIT = 7
const MAINS_V = 230

/** A way to a DALI line, through the real driver code and a gateway at the far end of a line in memory. */
export async function wayTo(
  gateway: Gateway,
  bus: VirtualDaliBus,
  clock: FakeClock,
  refused: (code: string) => void = () => {},
) {
  const wire = memoryLine(clock)
  if (gateway === 'foxtron') {
    await serveFoxtron(wire.far, { bus, clock })
    const line = foxtronDaliLine({ stream: wire.near, clock, refused: ({ code }) => refused(code) })
    return { wire, line }
  }
  await serveRtu(wire.far, { units: new Map([[UNIT, resiGateway({ bus, clock })]]), clock, turnRoundMs: 2 })
  const modbus = createModbusLine({
    stream: wire.near,
    framing: { kind: 'rtu', baud: 19_200 },
    answerMs: 100,
    clock,
    refused: ({ code }) => refused(code),
  })
  const registers = GATEWAY_REGISTERS['resi-dali']
  const line: DaliLine = modbusDaliLine({ bus: modbus, unit: UNIT, registers, clock })
  return { wire, line }
}

export function polesOf(clock: FakeClock, count: number): readonly PoleLamp[] {
  return Array.from({ length: count }, (_, index) => {
    const lamp = createPoleLamp({ id: `pole-${index}`, clock, rated_W: 100, standby_W: 1, hours: 1_000 })
    lamp.supply(MAINS_V)
    return lamp
  })
}

export function luminaire(model = 'dali-luminaire'): DeviceDefinition {
  const definition = deviceDefinitions.get(model)
  if (definition === undefined) throw new Error(`${model} is gone`)
  return definition
}

export interface StreetOptions {
  readonly lamps: number
  readonly gateway?: Gateway
  readonly model?: string
  /** Addresses of the lamps; two may share one. */
  readonly addresses?: readonly number[]
  /** Whether the gears keep what their definition places in memory banks. */
  readonly banks?: boolean
  /** Whether the gears are LED modules, which can be set to either curve; they are unless it says no. */
  readonly led?: boolean
  readonly config?: Partial<DaliLineConfig>
}

/** A line of lamps with its driver, all on one fake clock. Lamps are `lamp-0`, `lamp-1` … */
export async function createStreet(options: StreetOptions) {
  const { lamps: count, gateway = 'foxtron', model = 'dali-luminaire', config = {} } = options
  const clock = fakeClock()
  const lamps = polesOf(clock, count)
  const definition = luminaire(model)
  const memory = options.banks === false ? {} : (definition.via.dali?.memory ?? {})
  const addressOf = (index: number) => options.addresses?.[index] ?? index
  const gears = lamps.map((lamp, index) =>
    createVirtualGear({ address: addressOf(index), lamp, clock, memory, led: options.led ?? true }),
  )
  const bus = createVirtualDaliBus(gears, clock)
  const refused: string[] = []
  const telemetry: TelemetryReport[] = []
  const outputs: OutputProgress[] = []
  const health: HealthReport[] = []
  const { wire, line } = await wayTo(gateway, bus, clock, (code) => void refused.push(code))
  const ids = [...new Set(lamps.map((_, index) => addressOf(index)))].map((address) => `lamp-${address}`)
  const driver = createDaliDriver({
    config: {
      id: 'line',
      gateway: { model: 'foxtron-dali232', serial: { path: 'memory', baud: 19_200 } },
      fade_s: 0,
      devices: ids.map((id) => ({ id, model, address: Number(id.slice(5)) })),
      groups: [],
      scenes: [],
      ...config,
    },
    devices: new Map(ids.map((id) => [id, definition])),
    line,
    clock,
    wall: clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: ({ code }) => void refused.push(code),
      output: (progress) => void outputs.push(progress),
      health: (report) => void health.push(report),
    },
  })
  const drive = (index: number, value: number, urgency: 'urgent' | 'normal' = 'normal') => {
    const id = ids[index] ?? 'nobody'
    const device = telemetryDevice(id)
    return driver.drive(device, [{ output: 'level', value }], urgency)
  }
  const stages = (index: number) =>
    outputs.filter(({ device }) => device === ids[index]).map(({ stage }) => stage)
  const newest = (index: number) => telemetry.findLast(({ device }) => device === ids[index])
  return { clock, lamps, bus, wire, line, driver, drive, refused, telemetry, outputs, health, stages, newest }
}

function telemetryDevice(id: string) {
  const named = deviceId(id)
  if (!named.ok) throw new Error(id)
  return named.value
}

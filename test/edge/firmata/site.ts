import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { type MemoryLine, memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { silentLog } from '../../../core/log.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import type { Driver, HealthReport, OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import type { FirmataBoardConfig } from '../../../edge/drivers/firmata/config.ts'
import { createFirmataDriver } from '../../../edge/drivers/firmata/firmata-driver.ts'
import { MEGA } from '../../../sim/firmata/pins.ts'
import { boardOnLine } from '../../../sim/firmata/serve.ts'
import { createVirtualBoard, type VirtualBoard } from '../../../sim/firmata/virtual-board.ts'

export const SECOND = 1_000

export interface BoardSite {
  readonly clock: FakeClock
  readonly wire: MemoryLine
  readonly board: VirtualBoard
  readonly driver: Driver
  readonly telemetry: TelemetryReport[]
  readonly refused: string[]
  readonly outputs: OutputProgress[]
  readonly health: HealthReport[]
  /** Each change of a driven pin: `22=1`. */
  readonly driven: string[]
  /** `confirmed pump=1`, in the order in which it was told. */
  told(): readonly string[]
  stop(): Promise<void>
}

/** A board on a line in memory, its driver not yet started; `garbled` makes what the board hears of what was sent. */
export async function boardSite(
  definition: DeviceDefinition,
  config: Partial<FirmataBoardConfig> = {},
  garbled = (bytes: Uint8Array): Uint8Array => bytes,
): Promise<BoardSite> {
  const clock = fakeClock()
  const wire = memoryLine(clock)
  const board = createVirtualBoard({ pins: MEGA, clock })
  const driven: string[] = []
  board.onWrite((pin, value) => void driven.push(`${pin}=${value}`))
  const { far } = wire
  const ended = await boardOnLine(board, {
    ...far,
    onBytes: (hear) => far.onBytes((bytes) => hear(garbled(bytes))),
  })
  const telemetry: TelemetryReport[] = []
  const refused: string[] = []
  const outputs: OutputProgress[] = []
  const health: HealthReport[] = []
  const driver = createFirmataDriver({
    config: [{ id: 'board', model: definition.model, ...config }],
    devices: new Map([['board', definition]]),
    stream: () => wire.near,
    ...{ clock, wall: clock, log: silentLog },
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: ({ code }) => void refused.push(code),
      output: (progress) => void outputs.push(progress),
      health: (report) => void health.push(report),
    },
  })
  return {
    ...{ clock, wire, board, driver, telemetry, refused, outputs, health, driven },
    told: () =>
      outputs.flatMap(({ stage, requests }) =>
        requests.map(({ output, value }) => `${stage} ${output}=${value}`),
      ),
    async stop() {
      await driver.stop()
      await ended.close()
      board.close()
    },
  }
}

/** The last that was told of a channel: its value, or why there is none. */
export function lastOf(telemetry: readonly TelemetryReport[], channel: string): number | string | undefined {
  const report = telemetry.findLast((one) => channel in one.telemetry || channel in one.failed)
  return report?.telemetry[channel] ?? report?.failed[channel]
}

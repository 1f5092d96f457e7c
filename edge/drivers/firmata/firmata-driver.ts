import type { Clock } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { err } from '../../../core/result.ts'
import type { DeviceDefinition, FirmataBinding } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import { createBoard } from './board.ts'
import type { FirmataBoardConfig, FirmataConfig } from './config.ts'
import { loadLibraries } from './libraries.ts'

export interface FirmataParts {
  readonly config: FirmataConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** The way to a board; the driver opens and closes it. */
  readonly stream: (board: FirmataBoardConfig) => ByteStream
  /** By which readings are dated. */
  readonly clock: Clock
  /** Real time, by which wires go. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
}

/** Boards that run StandardFirmata: what hangs on their pins is read and driven as their definitions say. */
export function createFirmataDriver(parts: FirmataParts): Driver {
  const { config, devices, log } = parts
  const libraries = loadLibraries()
  const boards = new Map(
    config.map((board) => {
      const definition = devices.get(board.id)
      const binding = definition?.via.firmata
      if (definition === undefined || binding === undefined)
        throw new FaultError(fault('DEVICE_UNKNOWN_MODEL', { model: board.model }))
      const { id } = board
      const stream = parts.stream(board)
      const fitted = fittedTo(binding, board)
      return [id, createBoard({ ...parts, id, definition, binding: fitted, stream, libraries })] as const
    }),
  )
  const all = [...boards.values()]
  return {
    name: 'firmata',
    working: () => all.some((board) => board.working()),
    async start() {
      await Promise.all(all.map((board) => board.start()))
      log.info('looking for boards', { boards: boards.size })
    },
    async stop() {
      await Promise.all(all.map((board) => board.stop()))
    },
    drive(device, requests) {
      const board = boards.get(device)
      return board === undefined
        ? err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' }))
        : board.drive(requests)
    },
  }
}

/** The binding with what the site knows better: how its probes were calibrated, and how often they are read. */
function fittedTo(
  binding: FirmataBinding,
  { calibration = {}, sample_ms }: FirmataBoardConfig,
): FirmataBinding {
  const read = Object.fromEntries(
    Object.entries(binding.read).map(([name, one]) => {
      const curve = calibration[name]?.curve
      return [name, one.kind === 'analog' && curve !== undefined ? { ...one, curve } : one]
    }),
  )
  return { ...binding, read, sample_ms: sample_ms ?? binding.sample_ms }
}

import type { Clock } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { err } from '../../../core/result.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import type { SerialConfig, SerialLineConfig } from './config.ts'
import { createFramedLine } from './framed-line.ts'

export interface SerialParts {
  readonly config: SerialConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** The way to a line; the driver opens and closes it. */
  readonly stream: (line: SerialLineConfig) => ByteStream
  /** By which readings are dated. */
  readonly clock: Clock
  /** Real time, by which wires go. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
}

/** Devices with a serial line of their own: each is listened to, or asked, in the frames that its definition says. */
export function createSerialDriver(parts: SerialParts): Driver {
  const { config, devices, log } = parts
  const lines = config.map((line) => {
    const definition = devices.get(line.device.id)
    const binding = definition?.via.serial
    if (definition === undefined || binding === undefined)
      throw new FaultError(fault('DEVICE_UNKNOWN_MODEL', { model: line.device.model }))
    return createFramedLine({ ...parts, line, definition, binding, stream: parts.stream(line) })
  })
  return {
    name: 'serial',
    working: () => lines.some((line) => line.working()),
    async start() {
      await Promise.all(lines.map((line) => line.start()))
      log.info('listening to serial lines', { lines: lines.length })
    },
    async stop() {
      await Promise.all(lines.map((line) => line.stop()))
    },
    drive: (device, requests) =>
      err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' })),
  }
}

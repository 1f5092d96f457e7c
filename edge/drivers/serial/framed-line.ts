import { type Cancel, type Clock, every } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { deviceId } from '../../../core/ids.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { createFramer } from '../../../devices/codecs/serial-frames.ts'
import type { DeviceDefinition, SerialBinding } from '../../../devices/define.ts'
import { createReopening } from '../../lines/reopening.ts'
import type { DriverSink } from '../driver.ts'
import type { SerialLineConfig } from './config.ts'

/** Longer than any pause within a frame: adapters and serial servers hand bytes on within some 20 ms. */
const QUIET_MS = 250
const HEALTH_MS = 60_000

export interface FramedLine {
  start(): Promise<void>
  stop(): Promise<void>
  working(): boolean
}

/** One line with one device: kept open, cut into frames, asked where it must be, and missed when it falls silent. */
export function createFramedLine(parts: {
  readonly line: SerialLineConfig
  readonly definition: DeviceDefinition
  readonly binding: SerialBinding
  readonly stream: ByteStream
  readonly clock: Clock
  readonly wall: Clock
  readonly sink: DriverSink
}): FramedLine {
  const { line, definition, binding, stream, clock, wall, sink } = parts
  const named = deviceId(line.device.id)
  if (!named.ok) throw new FaultError(named.error)
  const device = named.value
  const counts = { frames: 0, broken: 0 }
  const timers: Cancel[] = []
  let quiet: Cancel = () => {}
  let missing: Cancel = () => {}
  let silent = false
  let toldAt = Number.NEGATIVE_INFINITY

  const instant = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  const tellHealth = () => {
    const values = { open: stream.isOpen() ? 1 : 0, silent: silent ? 1 : 0, ...counts }
    sink.health({ source: line.id, values })
  }
  /** The line is opened anew each time: adapters hang, and only a fresh one tells. */
  const miss = () => {
    awaitWord()
    if (!silent) {
      silent = true
      const failed = Object.fromEntries(Object.keys(definition.telemetry).map((name) => [name, 'silent']))
      const { silent_s: seconds } = line.device
      sink.refused(fault('SERIAL_SILENT', { device, where: stream.where, seconds }), device)
      sink.telemetry({ device, time: instant(), telemetry: {}, failed })
      tellHealth()
    }
    if (stream.isOpen()) reopening.again()
  }
  const awaitWord = () => {
    missing()
    missing = wall.after(line.device.silent_s * 1000, miss)
  }
  const hear = (payload: Uint8Array) => {
    const decoded = binding.decode(payload)
    if (!decoded.ok) return sink.refused(decoded.error, device)
    counts.frames++
    awaitWord()
    const early = wall.monotonic() - toldAt < line.device.least_s * 1000
    if (silent) {
      silent = false
      tellHealth()
    } else if (early) return
    toldAt = wall.monotonic()
    const { telemetry, failed = {} } = decoded.value
    sink.telemetry({ device, time: instant(), telemetry, failed })
  }
  const framer = createFramer(binding.framing, {
    frame: hear,
    broken() {
      counts.broken++
      sink.refused(fault('SERIAL_CHECKSUM', { device, where: stream.where }), device)
    },
  })
  const ask = () => {
    if (binding.poll === undefined || !stream.isOpen()) return
    // Not waited for: a line that takes nothing is told by the silence that follows.
    void stream.write(Uint8Array.from(Buffer.from(binding.poll.bytes, 'hex')))
  }
  const reopening = createReopening({
    stream,
    clock: wall,
    refused: (problem) => sink.refused(problem, device),
    opened: ask,
    lost() {
      quiet()
      framer.reset()
    },
  })

  return {
    working: () => stream.isOpen(),
    async start() {
      timers.push(
        stream.onBytes((bytes) => {
          quiet()
          quiet = wall.after(QUIET_MS, framer.quiet)
          framer.take(bytes)
        }),
        every(wall, HEALTH_MS, tellHealth),
      )
      if (binding.poll !== undefined) timers.push(every(wall, binding.poll.every_s * 1000, ask))
      awaitWord()
      await reopening.start()
    },
    async stop() {
      for (const cancel of timers.splice(0)) cancel()
      quiet()
      missing()
      await reopening.stop()
      missing()
    },
  }
}

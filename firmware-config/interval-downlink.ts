import { fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import { DRAGINO_PORT } from '../devices/codecs/dragino.ts'
import { MILESIGHT_PORT } from '../devices/codecs/milesight.ts'
import { bigEndian, littleEndian } from '../devices/codecs/relay-requests.ts'
import type { Downlink } from '../devices/define.ts'
import { deviceSettings, type IntervalCommand } from './device-settings.ts'

/**
 * The downlink that makes a device report every `seconds`.
 * SETTINGS_UNKNOWN where the maker documents none, REPORT_INTERVAL_UNSUPPORTED for a time that it cannot keep.
 */
export function intervalDownlink(model: string, seconds: number): Result<Downlink> {
  const settings = deviceSettings.get(model)
  if (settings === undefined) return err(fault('SETTINGS_UNKNOWN', { model: model.slice(0, 60) }))
  const { command, minS: min, maxS: max } = settings.interval
  const step = command === 'milesight-minutes' ? 60 : 1
  if (!(seconds >= min && seconds <= max) || seconds % step !== 0)
    return err(fault('REPORT_INTERVAL_UNSUPPORTED', { model, seconds, min, max, step }))
  return ok(encode(command, seconds))
}

function encode(command: IntervalCommand, seconds: number): Downlink {
  switch (command) {
    case 'milesight-seconds':
      return downlink(MILESIGHT_PORT, [0xff, 0x03, ...littleEndian(seconds, 2)])
    case 'milesight-minutes':
      return downlink(MILESIGHT_PORT, [0xff, 0x8e, 0x00, ...littleEndian(seconds / 60, 2)])
    case 'dragino-seconds':
      return downlink(DRAGINO_PORT, [0x01, ...bigEndian(seconds, 3)])
  }
}

function downlink(fPort: number, bytes: readonly number[]): Downlink {
  return { fPort, bytes: Uint8Array.from(bytes) }
}

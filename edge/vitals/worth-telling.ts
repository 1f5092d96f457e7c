import type { Clock } from '../../core/clock.ts'
import { NODE_SILENCE_S, nodePoint } from '../../core/documents/node-points.ts'
import { NODE_DEVICE } from '../../core/documents/points.ts'
import type { Reading } from '../../core/reading.ts'
import type { DeviceDefinition, ReportPolicy } from '../../devices/define.ts'

/** Points that are watched: those of some thousand lamps. What comes beyond is told each time. */
const WATCHED_MAX = 20_000
/** Of a channel that nothing is known of. */
const PLAIN: ReportPolicy = { deadBand: 0, silenceS: NODE_SILENCE_S }

/**
 * What says something new, of what the node asks again and again: its own numbers, and the registers of a unit on a
 * wire. Sixty days without a hub would otherwise fill the outbox with "as before". A point is told when it moved by its
 * dead band or its flag changed, and after its longest silence in any case.
 */
export function worthTelling(
  clock: Clock,
  definitions: ReadonlyMap<string, DeviceDefinition>,
): (readings: readonly Reading[]) => readonly Reading[] {
  const told = new Map<string, Pick<Reading, 'value' | 'flag'> & { readonly mono: number }>()
  const policyOf = ({ device, channel }: Reading): ReportPolicy => {
    if (device === NODE_DEVICE)
      return { deadBand: nodePoint(channel)?.deadBand ?? 1, silenceS: NODE_SILENCE_S }
    return definitions.get(device)?.telemetry[channel]?.report ?? PLAIN
  }
  return (readings) => {
    const mono = clock.monotonic()
    return readings.filter((reading) => {
      const { device, channel, value, flag } = reading
      const key = `${device}/${channel}`
      const last = told.get(key)
      if (last !== undefined && last.flag === flag) {
        const { deadBand, silenceS } = policyOf(reading)
        const moved = value !== last.value && Math.abs(value - last.value) >= deadBand
        if (!moved && mono - last.mono < silenceS * 1000) return false
      }
      if (last !== undefined || told.size < WATCHED_MAX) told.set(key, { value, flag, mono })
      return true
    })
  }
}

import type { Mono } from '../../../core/clock.ts'
import type { Telemetry } from '../../../devices/define.ts'
import type { Unit } from './unit.ts'

/**
 * A meter whose voltages do not move by a digit for so long repeats an old answer: mains, wind and temperature never
 * stand still.
 */
const STUCK_MS = 6 * 3_600_000
const STUCK = 'stuck'

/**
 * The gauges of a unit that have all stood still for too long, as failed channels. Nothing moves that rests at the least
 * of its range (no wind, no light), or that we hold ourselves: such gauges say nothing.
 */
export function stuckGauges(unit: Unit, telemetry: Telemetry, now: Mono): Readonly<Record<string, string>> {
  const { definition } = unit
  const held = new Set(Object.values(definition.outputs).map(({ readBack }) => readBack))
  const gauges = Object.entries(telemetry).filter(
    ([name]) => definition.telemetry[name]?.kind === 'gauge' && !held.has(name),
  )
  const telling = gauges.some(([name, value]) => value !== definition.telemetry[name]?.min)
  const image = JSON.stringify(gauges)
  if (!telling || unit.stillness?.image !== image) {
    unit.stillness = { image, since: now }
    unit.stuckTold = false
    return {}
  }
  if (now - unit.stillness.since < STUCK_MS) return {}
  return Object.fromEntries(gauges.map(([name]) => [name, STUCK]))
}

export const STUCK_HOURS = STUCK_MS / 3_600_000

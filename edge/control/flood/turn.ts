import type { Utc } from '../../../core/clock.ts'
import { STATION_POINTS } from '../../../core/documents/points.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import type { Flag, Reading } from '../../../core/reading.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { ControlOutput } from '../controller.ts'
import type { FloodState } from './state.ts'

/** One step's moment and what it has to tell so far; lives for that step only. */
export interface Turn {
  /** Milliseconds on the station's own timeline. */
  readonly t: number
  readonly at: Utc
  readonly events: AlarmEvent[]
  readonly outputs: ControlOutput[]
  readonly readings: Reading[]
}

export type DerivedPoint = keyof typeof STATION_POINTS

/** Tells a derived point when its rounded value or its flag has changed, or always where `always` is said. */
export function tell(
  state: FloodState,
  turn: Turn,
  channel: DerivedPoint,
  value: number,
  flag: Flag,
  always = false,
): FloodState {
  const { resolution } = STATION_POINTS[channel]
  const rounded = Number((Math.round(value / resolution) * resolution).toFixed(6))
  const said = `${rounded} ${flag}`
  if (!always && state.told[channel] === said) return state
  turn.readings.push({ device: pointDevice(state.station.id), channel, at: turn.at, value: rounded, flag })
  return state.told[channel] === said ? state : { ...state, told: { ...state.told, [channel]: said } }
}

/** A station's points carry its id as their device; the document's schema has already checked its form. */
function pointDevice(station: string): DeviceId {
  const id = deviceId(station)
  if (!id.ok) throw new Error(`station id "${station}" was not checked`)
  return id.value
}

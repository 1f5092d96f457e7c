import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { Word } from './alarm-book.ts'
import { clear } from './alarm-book.ts'
import { highestReached } from './levels.ts'
import { settleHops } from './path-proof.ts'
import { rainRule } from './rain.ts'
import { releaseOutputs } from './sounding.ts'
import { createFloodState, type FloodState } from './state.ts'
import type { Turn } from './turn.ts'
import { changeLevel } from './water.ts'

/**
 * Puts a new document in force while the station runs. The samples at hand are judged by the new levels at once; a
 * level that the new document would not have raised is lowered like every other, after its hold. What was measured with
 * another sensor or datum is forgotten, the alarm in force is not. The document in force, given again, changes nothing.
 */
export function changeDocument(state: FloodState, turn: Turn, station: FloodStation): FloodState {
  if (station.id !== state.station.id || JSON.stringify(station) === JSON.stringify(state.station))
    return state
  const fresh = createFloodState(station)
  const sameSensor = sensorKey(station) === sensorKey(state.station)
  const sameGauge = gaugeKey(station) === gaugeKey(state.station)
  const window = sameSensor ? state.level.window.slice(-station.raise.of) : []
  let next: FloodState = {
    ...state,
    station,
    level: { inForce: state.level.inForce, underT: [null, null, null], window },
    quality: sameSensor ? state.quality : { ...fresh.quality, goodT: turn.t },
    rise: sameSensor ? state.rise : fresh.rise,
    rain: sameGauge ? state.rain : fresh.rain,
    button: sameButton(station, state.station) ? state.button : null,
    selfTest: { ...state.selfTest, dueAt: null },
  }
  next = releaseOutputs(settleHops(next, turn), turn)
  next = clearForgotten(next, turn)
  const reached = highestReached(window, station)
  const newest = window[window.length - 1]
  if (newest === undefined || reached <= state.level.inForce) return next
  next = { ...next, level: { ...next.level, inForce: reached } }
  return changeLevel(next, turn, state.level.inForce, newest.stage_m)
}

function sensorKey({ level }: FloodStation): string {
  const { device, channel, measures, datum_m, tilt_deg, correction_m } = level
  return JSON.stringify([device, channel, measures, datum_m, tilt_deg, correction_m])
}

function gaugeKey({ rain, timeZone }: FloodStation): string {
  return JSON.stringify([rain?.device, rain?.channel, rain?.mm_per_count, timeZone])
}

function sameButton(one: FloodStation, other: FloodStation): boolean {
  return JSON.stringify(one.silence.button) === JSON.stringify(other.silence.button)
}

/** Ends alarms whose rule the new document no longer has. */
function clearForgotten(state: FloodState, turn: Turn): FloodState {
  const { station } = state
  const rain = new Set((station.rain?.limits ?? []).map(rainRule))
  let next = state
  for (const rule of Object.keys(state.alarms.active)) {
    const forgotten =
      (rule.startsWith('rain-') && !rain.has(rule)) ||
      (rule === 'rise' && station.rise === undefined) ||
      (rule === 'sensor-stuck' && station.level.stuck.after_h === 0)
    if (forgotten) next = clear(next, turn, rule, FORGOTTEN)
  }
  return next
}

const FORGOTTEN: Word = {
  text: {
    vi: 'Ngưỡng này không còn trong cấu hình của trạm.',
    en: "This limit is no longer in the station's document.",
  },
}

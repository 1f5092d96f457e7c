import { FLAG } from '../../../core/reading.ts'
import { clear, inForce, raise } from './alarm-book.ts'
import { judge } from './level-quality.ts'
import { followLevels } from './levels.ts'
import { prove } from './path-proof.ts'
import { RISE_WINDOW_MIN_DEFAULT, remember, riseOf } from './rise.ts'
import { endSilence } from './silence.ts'
import { stageOf } from './stage.ts'
import type { FloodState, Sample } from './state.ts'
import { type Turn, tell } from './turn.ts'
import { levelWord, riseWord, sensorBackWord, sensorLostWord, stuckWord } from './wording.ts'

const REASON_LENGTH_MAX = 40
/** Consecutive estimates at or above the limit before a rise alarm. */
const RISE_NEED = 2
/** A rise alarm ends once the rate has stayed below this share of its limit for `hold_min`. */
const RISE_CLEAR_SHARE = 0.8

/**
 * Takes one measurement of the level sensor, `age` ms old. A sample that is not newer than the newest is a duplicate
 * or comes late, and changes nothing.
 */
export function hearLevel(state: FloodState, turn: Turn, measured: number, age: number): FloodState {
  const source = state.station.level
  const sample: Sample = { t: turn.t - age, stage_m: stageOf(source, measured) }
  if (!Number.isFinite(sample.stage_m)) return state
  if (state.quality.newestT !== null && sample.t <= state.quality.newestT) return state
  const { memory, flag, believed, stuck } = judge(state.quality, source, sample)
  const unwatched = state.quality.good !== null && sample.t - state.quality.good.t > source.silent_s * 1000
  let next: FloodState = { ...state, quality: memory }
  next = tell(next, turn, 'stage', sample.stage_m, flag, true)
  if (believed.length === 0 && !stuck) return next
  next = prove(next, turn, ['level'])
  next = clear(next, turn, 'sensor-lost', sensorBackWord(state.station))
  if (unwatched) next = { ...next, level: { ...next.level, underT: [null, null, null] } }
  next = followStuck(next, turn, stuck, sample.stage_m)
  return believed.reduce((before, one) => followRise(before, turn, one), decide(next, turn, believed))
}

/** The device itself says that it cannot measure. That is not level 0: what is in force stays. */
export function hearFailure(state: FloodState, turn: Turn, reason: string): FloodState {
  const failed = reason.slice(0, REASON_LENGTH_MAX)
  const next: FloodState = { ...state, quality: { ...state.quality, failed } }
  const { good } = state.quality
  return good === null ? next : tell(next, turn, 'stage', good.stage_m, FLAG.missing, true)
}

/**
 * Blind, the station holds what it knew: an alarm in force goes on sounding and is not lowered, none is raised, and
 * `sensor-lost` says so, until a believed sample comes. A hold that was running begins again.
 */
export function followLoss(state: FloodState, turn: Turn): FloodState {
  const { quality, station } = state
  const lost = turn.t - quality.goodT >= station.level.silent_s * 1000
  let next = state
  if (lost && !inForce(state, 'sensor-lost')) {
    const word = sensorLostWord(station, quality.failed ?? undefined, state.level.inForce)
    next = raise(next, turn, 'sensor-lost', 0, word)
    next = { ...next, level: { ...next.level, underT: [null, null, null] } }
    if (quality.good !== null) next = tell(next, turn, 'stage', quality.good.stage_m, FLAG.missing, true)
  }
  if (quality.good === null) return next
  const seen = !lost && !inForce(next, 'sensor-stuck')
  return tell(next, turn, 'level', next.level.inForce, seen ? FLAG.good : FLAG.suspect)
}

/** Lets the samples decide the level; whatever they make of it is one event. */
function decide(state: FloodState, turn: Turn, believed: readonly Sample[]): FloodState {
  const newest = believed[believed.length - 1]
  if (newest === undefined) return state
  const level = followLevels(state.level, state.station, believed)
  return changeLevel({ ...state, level }, turn, state.level.inForce, newest.stage_m)
}

/** Draws the consequences of a level that has just changed from `before`: event, pattern, silence. */
export function changeLevel(state: FloodState, turn: Turn, before: number, stage_m: number): FloodState {
  const { inForce: level } = state.level
  if (level === before) return state
  const word = levelWord(state.station, before, level, stage_m)
  const next: FloodState = { ...state, patternT: turn.t }
  if (level === 0) return endSilence(clear(next, turn, 'level', word), turn, 'cleared')
  const raised = raise(next, turn, 'level', level, word)
  return level > before ? endSilence(raised, turn, 'higher') : raised
}

function followStuck(state: FloodState, turn: Turn, stuck: boolean, stage_m: number): FloodState {
  const word = () => stuckWord(state.station, stuck, stage_m)
  if (!stuck) return inForce(state, 'sensor-stuck') ? clear(state, turn, 'sensor-stuck', word()) : state
  if (inForce(state, 'sensor-stuck')) return state
  return raise(state, turn, 'sensor-stuck', 0, word())
}

function followRise(state: FloodState, turn: Turn, sample: Sample): FloodState {
  const { rise, clear: clearing } = state.station
  const over_min = rise?.over_min ?? RISE_WINDOW_MIN_DEFAULT
  const history = remember(state.rise.history, sample, over_min)
  const rate = riseOf(history, over_min)
  if (rate === undefined) return { ...state, rise: { history, over: 0, underT: null } }
  if (rise === undefined)
    return tell({ ...state, rise: { ...state.rise, history } }, turn, 'rise', rate, FLAG.good)
  const over = rate >= rise.m_per_h ? Math.min(state.rise.over + 1, RISE_NEED) : 0
  const underT = rate < rise.m_per_h * RISE_CLEAR_SHARE ? (state.rise.underT ?? sample.t) : null
  const next = tell({ ...state, rise: { history, over, underT } }, turn, 'rise', rate, FLAG.good)
  if (over >= RISE_NEED) return raise(next, turn, 'rise', 0, riseWord(state.station, rate, true))
  if (underT !== null && sample.t - underT >= clearing.hold_min * 60_000 && inForce(next, 'rise'))
    return clear(next, turn, 'rise', riseWord(state.station, rate, false))
  return next
}

import { FLAG } from '../../../core/reading.ts'
import { remark } from './alarm-book.ts'
import type { FloodState } from './state.ts'
import { type Turn, tell } from './turn.ts'
import { resoundedWord, silencedWord } from './wording.ts'

const MINUTE_MS = 60_000
const WHO_LENGTH_MAX = 60

/** Quiets the sirens of the alarm in force, for at most `longest_min`. With no alarm in force there is nothing to quiet. */
export function silence(state: FloodState, turn: Turn, who: string, forMin: number): FloodState {
  const minutes = Math.min(forMin, state.station.silence.longest_min)
  if (state.level.inForce === 0 || !(minutes > 0)) return state
  const name = who.slice(0, WHO_LENGTH_MAX)
  const next = remark(state, turn, 'level', 'silenced', silencedWord(state.station, name, minutes))
  return { ...next, silence: { untilT: turn.t + minutes * MINUTE_MS, who: name }, patternT: turn.t }
}

/** Ends a silence with its reason in the log; a silence whose alarm is over just ends. */
export function endSilence(
  state: FloodState,
  turn: Turn,
  why: 'higher' | 'over' | 'asked' | 'cleared',
  who = '',
): FloodState {
  if (state.silence === null) return state
  const quiet: FloodState = { ...state, silence: null, patternT: turn.t }
  if (why === 'cleared') return quiet
  const word = resoundedWord(state.station, why, who.slice(0, WHO_LENGTH_MAX))
  return remark(quiet, turn, 'level', 'resounded', word)
}

/** Lets a silence run out, and tells until when one lasts (UTC seconds, 0 for none). */
export function followSilence(state: FloodState, turn: Turn): FloodState {
  const due = state.silence !== null && turn.t >= state.silence.untilT
  const next = due ? endSilence(state, turn, 'over') : state
  const until = next.silence === null ? 0 : toldUntil(next, turn)
  return tell(next, turn, 'silenced_until', until, FLAG.good)
}

/** The told end is kept while the clock agrees with it within a second, so that rounding does not tell it again. */
function toldUntil(state: FloodState, turn: Turn): number {
  const until = Math.round((turn.at + (state.silence?.untilT ?? turn.t) - turn.t) / 1000)
  const told = Number.parseInt(state.told.silenced_until ?? '0', 10)
  return Math.abs(told - until) <= 1 ? told : until
}

/** A press is a change from 0 to 1 that was seen: a button that is stuck, or was down at the start, silences nothing. */
export function followButton(state: FloodState, turn: Turn, value: number): FloodState {
  const pressed = state.button === 0 && value === 1
  const next: FloodState = state.button === value ? state : { ...state, button: value }
  return pressed ? silence(next, turn, 'nút bấm (button)', state.station.silence.longest_min) : next
}

import type { Text } from '../../../core/text.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'

const TEXT_LENGTH_MAX = 400

export interface Word {
  readonly text: Text
  readonly value?: number
  readonly unit?: string
}

/**
 * Brings the alarm of `rule` into force at `level`, or moves it there. One rule has one alarm at a time; its id
 * `{station}/{rule}/{n}` stays until it is cleared, and `n` is never given twice.
 */
export function raise(state: FloodState, turn: Turn, rule: string, level: number, word: Word): FloodState {
  const active = state.alarms.active[rule]
  if (active?.level === level) return state
  const id = active?.id ?? `${state.station.id}/${rule}/${state.alarms.next}`
  const event = active !== undefined && level < active.level ? 'lowered' : 'raised'
  turn.events.push(eventOf(state, turn, { id, rule, event, level, word }))
  return {
    ...state,
    alarms: {
      next: active === undefined ? state.alarms.next + 1 : state.alarms.next,
      active: { ...state.alarms.active, [rule]: { id, level } },
    },
  }
}

/** Ends the alarm of `rule`, if it is in force. */
export function clear(state: FloodState, turn: Turn, rule: string, word: Word): FloodState {
  const active = state.alarms.active[rule]
  if (active === undefined) return state
  turn.events.push(eventOf(state, turn, { id: active.id, rule, event: 'cleared', level: 0, word }))
  const { [rule]: _ended, ...rest } = state.alarms.active
  return { ...state, alarms: { ...state.alarms, active: rest } }
}

/** Says something about the alarm of `rule` without changing it; without one it is a message of its own. */
export function remark(
  state: FloodState,
  turn: Turn,
  rule: string,
  event: 'silenced' | 'resounded' | 'note',
  word: Word,
): FloodState {
  const active = state.alarms.active[rule]
  const id = active?.id ?? `${state.station.id}/${rule}/${state.alarms.next}`
  turn.events.push(eventOf(state, turn, { id, rule, event, level: active?.level ?? 0, word }))
  if (active !== undefined) return state
  return { ...state, alarms: { ...state.alarms, next: state.alarms.next + 1 } }
}

export function inForce(state: FloodState, rule: string): boolean {
  return state.alarms.active[rule] !== undefined
}

interface Telling {
  readonly id: string
  readonly rule: string
  readonly event: AlarmEvent['event']
  readonly level: number
  readonly word: Word
}

function eventOf(state: FloodState, turn: Turn, telling: Telling): AlarmEvent {
  const { word } = telling
  return {
    v: 1,
    alarm: telling.id,
    station: state.station.id,
    rule: telling.rule,
    event: telling.event,
    level: telling.level,
    at: Math.round(turn.at),
    ...(word.value === undefined ? {} : { value: word.value }),
    ...(word.unit === undefined ? {} : { unit: word.unit }),
    text: {
      vi: word.text.vi.slice(0, TEXT_LENGTH_MAX),
      en: word.text.en.slice(0, TEXT_LENGTH_MAX),
    },
  }
}

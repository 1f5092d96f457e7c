import { clear, inForce, raise, remark } from './alarm-book.ts'
import { outputKey, SELF_TEST_WAIT_S } from './sounding.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'
import { unprovenWord } from './wording.ts'

const RULE = 'path-unproven'
const HOUR_MS = 3_600_000
/** The daily test that proves an output may be answered later today than it was yesterday, later yet at a slow site. */
const GRACE_S = SELF_TEST_WAIT_S
const GRACE_SHARE = 1 / 3

/**
 * The hops from water to siren: `level` (a believed sample), `rain` (its gauge was heard), `gateway` (anything heard
 * or confirmed over the air) and each output as `device/output` (a command was confirmed by the device).
 */
export function hopsOf(state: FloodState): readonly string[] {
  const { station } = state
  return [
    'level',
    ...(station.rain === undefined ? [] : ['rain']),
    'gateway',
    ...station.alarms.map(({ device, output }) => outputKey(device, output)),
  ]
}

/** Gives hops that are new their time to be proven, and forgets those that the document no longer has. */
export function settleHops(state: FloodState, turn: Turn): FloodState {
  const hops: Record<string, number> = {}
  for (const hop of hopsOf(state)) hops[hop] = state.hops[hop] ?? turn.t
  return { ...state, hops }
}

export function prove(state: FloodState, turn: Turn, proven: readonly string[]): FloodState {
  const known = proven.filter((hop) => state.hops[hop] !== undefined)
  if (known.length === 0) return state
  const hops: Record<string, number> = { ...state.hops }
  for (const hop of known) hops[hop] = turn.t
  return { ...state, hops }
}

/** One alarm names every hop that has been silent for too long; the log notes when another joins or one returns. */
export function followPath(state: FloodState, turn: Turn): FloodState {
  const { provenWithin_h, level } = state.station
  const grace_s = Math.max(GRACE_S, level.silent_s * GRACE_SHARE)
  const limit = turn.t - provenWithin_h * HOUR_MS - grace_s * 1000
  let silent: string[] | undefined
  for (const hop in state.hops) {
    if ((state.hops[hop] ?? 0) >= limit) continue
    silent ??= []
    silent.push(hop)
  }
  const unproven = silent ?? []
  if (same(unproven, state.unproven)) return state
  const next: FloodState = { ...state, unproven }
  const word = unprovenWord(state.station, unproven)
  if (unproven.length === 0) return clear(next, turn, RULE, word)
  return inForce(next, RULE) ? remark(next, turn, RULE, 'note', word) : raise(next, turn, RULE, 0, word)
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((hop, index) => hop === other[index])
}

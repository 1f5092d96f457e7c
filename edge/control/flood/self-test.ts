import { nextLocalTime } from '../local-time.ts'
import { clear, inForce, raise, remark } from './alarm-book.ts'
import { outputKey, SELF_TEST_WAIT_S, sounding } from './sounding.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'
import { selfTestWord } from './wording.ts'

const RULE = 'self-test'
/** A test that was missed by more (the node was off, the clock was set) waits for the next day: no sirens at odd hours. */
const LATE_MS_MAX = 3_600_000

/**
 * Begins a test of every alarm output. A station in alarm is not pulsed: what sounds already is its own proof, when
 * the device has confirmed it. A test that runs is not begun again.
 */
export function beginSelfTest(state: FloodState, turn: Turn): FloodState {
  if (state.selfTest.running !== null || state.station.alarms.length === 0) return state
  const running = { startT: turn.t, skipPulse: state.level.inForce > 0 }
  return { ...state, selfTest: { ...state.selfTest, running } }
}

/** Starts the daily test when it is due, and judges one that runs as soon as all is confirmed or the wait is over. */
export function followSelfTest(state: FloodState, turn: Turn): FloodState {
  const planned = plan(state, turn)
  const { running } = planned.selfTest
  if (running === null) return planned
  const missing = unconfirmed(planned, running, turn.t)
  if (missing.length > 0 && turn.t - running.startT < SELF_TEST_WAIT_S * 1000) return planned
  const ended: FloodState = { ...planned, selfTest: { ...planned.selfTest, running: null } }
  const word = selfTestWord(state.station, missing)
  if (missing.length > 0) {
    return inForce(ended, RULE) ? remark(ended, turn, RULE, 'note', word) : raise(ended, turn, RULE, 0, word)
  }
  return inForce(ended, RULE) ? clear(ended, turn, RULE, word) : remark(ended, turn, RULE, 'note', word)
}

/** The due time is worked out once a day, and again when the wall clock was set back behind the last time that was done. */
function plan(state: FloodState, turn: Turn): FloodState {
  const { dueAt, plannedAt } = state.selfTest
  if (dueAt !== null && turn.at < dueAt && turn.at >= plannedAt) return state
  const due = dueAt !== null && turn.at >= dueAt && turn.at - dueAt <= LATE_MS_MAX
  const next = nextLocalTime(state.station.timeZone, state.station.selfTest.at, turn.at)
  const planned = { ...state, selfTest: { ...state.selfTest, dueAt: next, plannedAt: turn.at } }
  return due ? beginSelfTest(planned, turn) : planned
}

type Running = NonNullable<FloodState['selfTest']['running']>

function unconfirmed(state: FloodState, running: Running, t: number): readonly string[] {
  const proofFrom = running.skipPulse ? t - state.station.provenWithin_h * 3_600_000 : running.startT
  return state.station.alarms
    .filter((alarm) => !running.skipPulse || sounding(state, alarm) !== undefined)
    .map(({ device, output }) => outputKey(device, output))
    .filter((key) => {
      const sounded = state.outputs[key]?.soundedT ?? null
      return sounded === null || sounded < proofFrom
    })
}

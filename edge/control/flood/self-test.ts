import { nextLocalTime } from '../local-time.ts'
import { clear, inForce, raise, remark } from './alarm-book.ts'
import { outputKey, SELF_TEST_WAIT_S, sounding } from './sounding.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'
import { selfTestWord } from './wording.ts'

const RULE = 'self-test'
/** A test that was missed by more (the node was off, the clock was set) waits for the next day: no sirens at odd hours. */
const LATE_MS_MAX = 3_600_000
/** The daily test does not run twice in a day, however often a clock that is set shows its time. */
const APART_MS_MIN = 18 * 3_600_000
/** A station that misses its test again and again makes it up by day, so that no siren stays untried. */
const OVERDUE_MS = 48 * 3_600_000
/** Hours at which a siren's short pulse troubles nobody. */
const MAKE_UP_AT = ['08:00', '09:00', '10:00', '11:00', '13:00', '14:00', '15:00', '16:00']

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

/**
 * The due time is worked out once a day, and again when the wall clock was set back behind the last time that was done.
 * How long ago the last one was, the timeline knows better than a clock that has been set.
 */
function plan(state: FloodState, turn: Turn): FloodState {
  const { dueAt, plannedAt, ranT } = state.selfTest
  if (dueAt !== null && turn.at < dueAt && turn.at >= plannedAt) return state
  // One that has never run may run at its first due time, and is overdue 30 hours later.
  const since_ms = turn.t - (ranT ?? turn.t - APART_MS_MIN)
  const inTime = dueAt !== null && turn.at >= dueAt && turn.at - dueAt <= LATE_MS_MAX
  const due = inTime && since_ms >= APART_MS_MIN
  const times = due || since_ms < OVERDUE_MS ? [] : MAKE_UP_AT
  const next = [state.station.selfTest.at, ...times].map((time) =>
    nextLocalTime(state.station.timeZone, time, turn.at),
  )
  const selfTest = {
    ...state.selfTest,
    dueAt: Math.min(...next),
    plannedAt: turn.at,
    ranT: due ? turn.t : turn.t - since_ms,
  }
  return due ? beginSelfTest({ ...state, selfTest }, turn) : { ...state, selfTest }
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

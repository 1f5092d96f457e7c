import { advanceTimeline } from '../timeline.ts'
import { changeDocument } from './document-change.ts'
import type { FloodInput, FloodNow, FloodStep } from './inputs.ts'
import { followObedience } from './output-fault.ts'
import { followPath, prove, settleHops } from './path-proof.ts'
import { countRain, followRain } from './rain.ts'
import { beginSelfTest, followSelfTest } from './self-test.ts'
import { endSilence, followButton, followSilence, silence } from './silence.ts'
import { followOutputs, noteProgress, noteReadBack, outputKey } from './sounding.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'
import { followLoss, hearFailure, hearLevel } from './water.ts'

/**
 * The flood controller: one input at one moment gives the next state and what there is to tell. Pure: it reads no
 * clock, does no I/O and leaves the given state alone, so that it runs the same on the pole and over a record.
 */
export function step(state: FloodState, input: FloodInput, now: FloodNow): FloodStep {
  const timeline = advanceTimeline(state.timeline, now)
  const turn: Turn = { t: timeline.t, at: now.at, events: [], outputs: [], readings: [] }
  let next: FloodState = {
    ...state,
    timeline,
    quality: wakened(state, timeline.t),
    alarms: numbered(state, now),
  }
  if (next.hops.gateway === undefined) next = settleHops(next, turn)
  next = take(next, turn, input)
  next = followLoss(next, turn)
  next = followRain(next, turn, false)
  next = followSilence(next, turn)
  next = followSelfTest(next, turn)
  next = followPath(next, turn)
  next = followOutputs(next, turn)
  next = followObedience(next, turn)
  return { state: next, outputs: turn.outputs, events: turn.events, readings: turn.readings }
}

/**
 * A station without a memory numbers its alarms from the clock's seconds: were it the memory that is lost, numbers from 1
 * would be those of alarms that people have long dealt with.
 */
function numbered({ alarms, timeline }: FloodState, now: FloodNow): FloodState['alarms'] {
  return timeline.at === null ? { ...alarms, next: Math.max(alarms.next, Math.floor(now.at / 1000)) } : alarms
}

/**
 * The time that the node itself was off is no silence of the sensor: it is not counted. The time that it ran is, so
 * that a node which restarts again and again still notices.
 */
function wakened(state: FloodState, t: number): FloodState['quality'] {
  if (state.timeline.mono !== null) return state.quality
  return { ...state.quality, goodT: state.quality.goodT + (t - state.timeline.t) }
}

function take(state: FloodState, turn: Turn, input: FloodInput): FloodState {
  switch (input.type) {
    case 'tick':
    case 'interlock':
      return state
    case 'telemetry':
      return hear(state, turn, input)
    case 'output':
      return hearOutput(state, turn, input)
    case 'silence':
      return silence(state, turn, input.who, input.forMin)
    case 'unsilence':
      return endSilence(state, turn, 'asked', input.who)
    case 'self-test':
      return beginSelfTest(state, turn)
    case 'document':
      return changeDocument(state, turn, input.document)
  }
}

/** One report may speak of several things: a device can be level sensor, rain gauge and button in one. */
function hear(state: FloodState, turn: Turn, input: Extract<FloodInput, { type: 'telemetry' }>): FloodState {
  const { level, rain, silence: quiet } = state.station
  const { device, telemetry, failed } = input
  if (!concerns(state, device)) return state
  const age = ageOf(input.at, turn.at)
  let next = noteReadBack(prove(state, turn, ['gateway']), turn, device, telemetry)
  if (device === level.device) {
    const reason = failed[level.channel]
    const measured = telemetry[level.channel]
    if (reason !== undefined) next = hearFailure(next, turn, reason)
    else if (measured !== undefined) next = hearLevel(next, turn, measured, age)
  }
  if (rain !== undefined && device === rain.device && failed[rain.channel] === undefined) {
    const count = telemetry[rain.channel]
    if (count !== undefined && Number.isFinite(count) && count >= 0) {
      next = prove(next, turn, ['rain'])
      next = { ...next, rain: countRain(next.rain, rain, count, turn.t - age) }
      next = followRain(next, turn, true)
    }
  }
  if (device === quiet.button?.device) {
    const value = telemetry[quiet.button.channel]
    if (value !== undefined && Number.isFinite(value)) next = followButton(next, turn, value)
  }
  return next
}

/** A measurement from the future is one of a clock that was just set: it counts as of now. */
function ageOf(at: number, now: number): number {
  return Number.isFinite(at) ? Math.max(0, now - at) : 0
}

function concerns({ station }: FloodState, device: string): boolean {
  return (
    device === station.level.device ||
    device === station.rain?.device ||
    device === station.silence.button?.device ||
    station.alarms.some((alarm) => alarm.device === device)
  )
}

/** What the device has confirmed proves the way to it; what was only sent proves nothing. */
function hearOutput(
  state: FloodState,
  turn: Turn,
  input: Extract<FloodInput, { type: 'output' }>,
): FloodState {
  const next = noteProgress(state, turn, input)
  if (input.stage !== 'confirmed') return next
  const outputs = input.requests.map(({ output }) => outputKey(input.device, output))
  const known = outputs.some((key) => state.hops[key] !== undefined)
  return known ? prove(next, turn, ['gateway', ...outputs]) : next
}

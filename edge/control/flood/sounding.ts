import { patternOf } from '../../../core/documents/alarm-pattern.ts'
import type { AlarmOutput, Pattern } from '../../../core/documents/flood-station.ts'
import type { Text } from '../../../core/text.ts'
import type { ControlOutput } from '../controller.ts'
import type { FloodInput } from './inputs.ts'
import type { FloodState, OutputMemory } from './state.ts'
import type { Turn } from './turn.ts'

/** An output that is on is told again this often, to keep claims and dead-man timers alive. */
export const RENEW_S = 60
/** A claim that is not told again dies after this long: three renewals may be lost. */
const VALID_S = 200
/** First wait for a confirmation; each further one is twice as long, up to the longest. */
const RETRY_S = 15
const RETRY_LONGEST_S = 300
/** An output at rest is asked for ever, for a siren that has not heard its end; but a dead one costs little air. */
const REST_RETRY_LONGEST_S = 3600
/** A device that is heard to do otherwise is told again after four minutes at the latest, however often it was before. */
const CONTRADICTED_TRIES = 5
/** Confirmations of a self-test may take a radio's time and its retries; later than this they are missing. */
export const SELF_TEST_WAIT_S = 600
/** A pulse of the self-test lasts until it is confirmed, within this: a radio may need several tries. */
const PULSE_LONGEST_S = 30

export function outputKey(device: string, output: string): string {
  return `${device}/${output}`
}

/** Whether the level in force makes this output sound, pauses of its pattern included. */
export function sounding(state: FloodState, alarm: AlarmOutput): Pattern | undefined {
  if (state.silence !== null && alarm.means === 'siren') return undefined
  return patternOf(alarm, state.level.inForce)
}

interface Wish {
  readonly value: 0 | 1
  readonly purpose: 'alarm' | 'self-test' | 'rest'
  readonly forS?: number
}

function wishFor(state: FloodState, turn: Turn, alarm: AlarmOutput): Wish {
  const pattern = sounding(state, alarm)
  if (pattern !== undefined) {
    if (pattern.off_s === 0) return { value: 1, purpose: 'alarm' }
    const phase = ((turn.t - state.patternT) / 1000) % (pattern.on_s + pattern.off_s)
    return phase < pattern.on_s
      ? { value: 1, purpose: 'alarm', forS: Math.max(1, Math.ceil(pattern.on_s - phase)) }
      : { value: 0, purpose: 'alarm' }
  }
  if (pulsing(state, turn, alarm)) {
    return { value: 1, purpose: 'self-test', forS: state.station.selfTest.pulse_s }
  }
  return { value: 0, purpose: 'rest' }
}

function pulsing(state: FloodState, turn: Turn, alarm: AlarmOutput): boolean {
  const { running } = state.selfTest
  if (running === null || running.skipPulse || state.level.inForce > 0) return false
  const { startT } = running
  const sounded = (state.outputs[outputKey(alarm.device, alarm.output)]?.soundedT ?? startT - 1) >= startT
  const longest_s = sounded ? state.station.selfTest.pulse_s : PULSE_LONGEST_S
  return turn.t - startT < longest_s * 1000
}

/**
 * Tells each output what the moment asks of it: where the value changes, every `RENEW_S` while it is on (so that claims
 * and dead-man timers stay alive), and again, ever more slowly, until a confirmation has come back.
 */
export function followOutputs(state: FloodState, turn: Turn): FloodState {
  let outputs = state.outputs
  for (const alarm of state.station.alarms) {
    const key = outputKey(alarm.device, alarm.output)
    const wish = wishFor(state, turn, alarm)
    const before = outputs[key]
    const again = before !== undefined && sameWish(before, wish, state.patternT)
    if (again && !due(before, wish, turn.t)) continue
    turn.outputs.push(order(state, alarm.device, alarm.output, wish))
    outputs = { ...outputs, [key]: told(state, turn, before, wish) }
  }
  return outputs === state.outputs ? state : { ...state, outputs }
}

/** What was told before the present pattern (or its silence) began was told for another time and another reason. */
function sameWish(memory: OutputMemory, { value }: Wish, patternT: number): boolean {
  return memory.value === value && memory.patternT === patternT
}

function due(memory: OutputMemory, wish: Wish, t: number): boolean {
  const waited = (t - memory.toldT) / 1000
  const longest = wish.value === 1 ? RETRY_LONGEST_S : REST_RETRY_LONGEST_S
  if (!memory.confirmed && waited >= Math.min(RETRY_S * 2 ** (memory.tries - 1), longest)) return true
  return wish.value === 1 && waited >= RENEW_S
}

/** `tries` counts what is still unanswered; a renewal of what was confirmed asks for no new proof. */
function told(
  { patternT }: FloodState,
  { t }: Turn,
  before: OutputMemory | undefined,
  wish: Wish,
): OutputMemory {
  const same = before !== undefined && sameWish(before, wish, patternT) ? before : undefined
  return {
    value: wish.value,
    toldT: t,
    patternT,
    tries: same === undefined ? 1 : Math.min(same.tries + 1, 1000),
    confirmed: same?.confirmed ?? false,
    soundedT: before?.soundedT ?? null,
    contrary: wish.purpose === 'alarm' ? feared(before, wish, t) : (same?.contrary ?? null),
  }
}

/** An alarm that nobody has answered for is feared silent from its first order on, through the pauses of its pattern. */
function feared(before: OutputMemory | undefined, wish: Wish, t: number): OutputMemory['contrary'] {
  const answered = before?.confirmed === true && before.value === wish.value
  return before?.contrary ?? (wish.value === 1 && !answered ? { t, heard: false } : null)
}

function order(state: FloodState, device: string, output: string, wish: Wish): ControlOutput {
  return {
    device,
    output,
    value: wish.value,
    ...(wish.forS === undefined ? {} : { forS: wish.forS }),
    again: true,
    urgency: wish.value === 1 && wish.purpose === 'alarm' ? 'urgent' : 'normal',
    purpose: wish.purpose,
    validS: VALID_S,
    reason: reasonOf(state, wish),
  }
}

function reasonOf(state: FloodState, wish: Wish): Text {
  switch (wish.purpose) {
    case 'alarm':
      return { vi: `Báo động ${state.level.inForce}`, en: `Alarm level ${state.level.inForce}` }
    case 'self-test':
      return { vi: 'Tự kiểm tra hằng ngày', en: 'Daily self-test' }
    case 'rest':
      if (state.silence !== null)
        return { vi: `Tắt còi bởi ${state.silence.who}`, en: `Silenced by ${state.silence.who}` }
      return { vi: 'Không có báo động', en: 'No alarm' }
  }
}

/** Takes the driver's word on what it sent. A failure changes nothing here: the retry is already counting. */
export function noteProgress(
  state: FloodState,
  turn: Turn,
  progress: Extract<FloodInput, { type: 'output' }>,
): FloodState {
  if (progress.stage !== 'confirmed') return state
  let outputs = state.outputs
  for (const { output, value } of progress.requests) {
    const key = outputKey(progress.device, output)
    const memory = outputs[key]
    if (memory === undefined) continue
    const confirmed = memory.confirmed || value === memory.value
    outputs = {
      ...outputs,
      [key]: {
        ...memory,
        confirmed,
        soundedT: value === 1 ? turn.t : memory.soundedT,
        contrary: memory.contrary?.heard === true ? memory.contrary : null,
      },
    }
  }
  return outputs === state.outputs ? state : { ...state, outputs }
}

/**
 * Takes what the device itself says of its outputs, on channels that are named like them. Agreement confirms. To
 * contradict what had been confirmed before (somebody switched it at the device, a contact sticks) makes it unconfirmed
 * again, and what was to sound has not sounded; what is still on its way cannot be contradicted, but who contradicts
 * can hear: it is told again soon.
 */
export function noteReadBack(
  state: FloodState,
  turn: Turn,
  device: string,
  telemetry: Readonly<Record<string, number>>,
): FloodState {
  let outputs = state.outputs
  for (const alarm of state.station.alarms) {
    const key = outputKey(device, alarm.output)
    const memory = outputs[key]
    const read = telemetry[alarm.output]
    if (alarm.device !== device || memory === undefined || read === undefined) continue
    const confirmed = read === memory.value
    const tries = confirmed ? memory.tries : Math.min(memory.tries, CONTRADICTED_TRIES)
    const refuted = memory.confirmed && !confirmed
    const soundedT =
      memory.value === 0 ? memory.soundedT : confirmed ? turn.t : refuted ? null : memory.soundedT
    const heard = { t: memory.contrary?.heard === true ? memory.contrary.t : turn.t, heard: true }
    const contrary = confirmed ? null : refuted ? heard : memory.contrary
    outputs = { ...outputs, [key]: { ...memory, confirmed, tries, soundedT, contrary } }
  }
  return outputs === state.outputs ? state : { ...state, outputs }
}

/** Tells outputs that a new document no longer names to rest, and forgets them. */
export function releaseOutputs(state: FloodState, turn: Turn): FloodState {
  const named = new Set(state.station.alarms.map(({ device, output }) => outputKey(device, output)))
  const kept: Record<string, OutputMemory> = {}
  for (const [key, memory] of Object.entries(state.outputs)) {
    if (named.has(key)) kept[key] = memory
    else {
      const cut = key.indexOf('/')
      turn.outputs.push(order(state, key.slice(0, cut), key.slice(cut + 1), { value: 0, purpose: 'rest' }))
    }
  }
  return { ...state, outputs: kept }
}

import type { Mono, Utc } from '../core/clock.ts'
import type { DeviceId } from '../core/ids.ts'
import type { Output, OutputRequest } from '../devices/define.ts'
import {
  type ArbiterState,
  type ArbitratedOutput,
  type Decision,
  heldUntil,
  restsAtStart,
} from './control/arbiter.ts'
import { longestLeave, runLeft } from './control/interlocks.ts'
import type { KnownOutput } from './control/needs.ts'
import type { Driver } from './drivers/driver.ts'

/** One output of the node, and when its hardware is told: reckoning with what was told and what is left. */

export interface Entry {
  readonly device: DeviceId
  readonly name: string
  /** The channel that it is read back on, and how far from the value asked for it may lie. */
  readonly readBack: { readonly channel: string; readonly within: number } | undefined
  /** Its interlocks go by news of points or of other outputs. */
  readonly guarded: boolean
  readonly driver: Driver
  readonly output: ArbitratedOutput
  /** How long the hardware is asked to keep a value other than its safe one; undefined where it cannot time itself out. */
  readonly holdS: number | undefined
  /** It may keep any value though no node tells it so: a lamp, a feeder. */
  readonly keeps: boolean
  arbiter: ArbiterState
  decision: Decision | undefined
  /** What the driver took on; null before that, and once it refused or gave up. */
  told: number | null
  /** Real time at which it was last told. */
  toldAt: number
  /** What was refused or given up last; null before that. */
  missed: number | null
  /** Real time before which it is not tried again. */
  retryAt: number
  /** When the hardware ends by itself what it was told; null where it does not. */
  timedUntil: Mono | null
  /** The same of what it was last known to have taken on. */
  takenUntil: Mono | null
  confirmed: { value: number; at: Utc } | null
  /** When its driver last confirmed anything. */
  answeredAt: Mono
  /** When anything was last heard of what it does. */
  heardAt: Mono
  /** Whether it is known to be away or at rest; null while that is not known. */
  known: KnownOutput | null
}

/** A device says what an output does, or it was read back. What contradicts the last telling is either old or broken. */
export function hear(entry: Entry, away: boolean, heardAt: Mono, now: Mono): void {
  const { told, output, known } = entry
  entry.heardAt = heardAt
  if (told !== null && (told !== output.safe) !== away) entry.known = null
  else entry.known = { away, since: known?.away === away ? known.since : now, heardAt }
}

/** What was read so soon after an answer may have been measured before it. */
const SETTLES_MS = 10_000

/**
 * What equipment is seen to do otherwise than it was last known to: a valve that somebody has opened or shut at the valve
 * itself, or that has shut by itself, and that it is so no more. Undefined for nothing new. How it follows what it was just
 * told is its driver's to answer; only what a settled read-back says after that answer is news.
 */
export function movedByOthers(
  entry: Entry,
  telemetry: Readonly<Record<string, number>>,
  { heardAt, at }: { readonly heardAt: Mono; readonly at: Utc },
): OutputRequest | undefined {
  const { name, output, readBack, decision, confirmed } = entry
  if (readBack === undefined || !Object.hasOwn(telemetry, readBack.channel)) return undefined
  if (heardAt < entry.heardAt || decision === undefined || !restsAtStart(output)) return undefined
  const read = telemetry[readBack.channel] ?? output.safe
  const value = Math.abs(read - output.safe) > readBack.within ? read : output.safe
  const was = confirmed?.value ?? output.safe
  if (decision.value === output.safe ? value === was : !isSettledChange(entry, value, was, heardAt))
    return undefined
  entry.confirmed = { value, at }
  return { output: name, value }
}

/** Of what is to run: it has stopped, or runs again. A speed that hunts about its mark is neither. */
function isSettledChange({ output, answeredAt }: Entry, value: number, was: number, heardAt: Mono): boolean {
  return (value !== output.safe) !== (was !== output.safe) && heardAt - answeredAt >= SETTLES_MS
}

/**
 * Whether the hardware is known to be about to end by itself what it does, or has: whoever needs it stops before. What it
 * outlasts it was given time for.
 */
export function endsItself({ takenUntil, output }: Entry, now: Mono): boolean {
  if (takenUntil === null) return false
  const before = output.interlocks.map((one) => (one.kind === 'outlasts' ? one.for_s * 1000 : 0))
  return now >= takenUntil - EARLY_MS - Math.max(0, ...before)
}

export function isGuarded(output: ArbitratedOutput): boolean {
  return output.interlocks.some(({ kind }) => kind === 'needs' || kind === 'outlasts')
}

/**
 * A value that was told is not told again sooner than this, in real time: a radio has better uses for its airtime, and
 * on a demonstration's fast clock every renewal would fall due at once.
 */
export const TELL_AGAIN_MS = 10_000
/**
 * What a driver gave up after all its tries is tried again after this long, or when its device is heard; an owner that lives
 * asks sooner itself.
 */
const GIVEN_UP_MS = 300_000
/** The hardware's time is renewed after a third of it, so that two renewals may be lost. */
const RENEWALS = 3
/** Hardware that ends this much before its time is not told again for it. */
const EARLY_MS = 1_000
/** Time for the next owner's value to be told and to arrive. */
const HANDOVER_MS = 20_000

/** Whether a value must be told now: it is another than what the driver took on or was asked in vain a moment ago. */
export function isNews({ told, missed, retryAt }: Entry, value: number, real: number): boolean {
  return value !== told && (told !== null || value !== missed || real >= retryAt)
}

/** The driver is asked for it; what was known before may not be so any more. */
export function tell(
  entry: Entry,
  value: number,
  { now, real, forS }: { readonly now: Mono; readonly real: number; readonly forS: number | undefined },
): void {
  entry.told = value
  entry.toldAt = real
  entry.retryAt = real + TELL_AGAIN_MS
  entry.timedUntil = forS === undefined ? null : ((now + forS * 1000) as Mono)
  if (entry.known !== null && entry.known.away !== (value !== entry.output.safe)) entry.known = null
}

/** The driver did not take it on. */
export function refuse(entry: Entry, value: number): void {
  entry.told = null
  entry.missed = value
}

/** The driver gave up on it. A stop that an interlock may have asked for is tried again soon. */
export function giveUp(entry: Entry, value: number, real: number): void {
  const { output } = entry
  entry.told = null
  entry.missed = value
  const soon = value === output.safe && isGuarded(output)
  entry.retryAt = real + (soon ? TELL_AGAIN_MS : GIVEN_UP_MS)
}

/**
 * Its device is heard: what was given up or refused is tried again now, though no sooner than anything is told again. True
 * where there is such a thing.
 */
export function retriesNow(entry: Entry, real: number): boolean {
  const { told, missed, toldAt, retryAt, decision } = entry
  if (told !== null || missed === null || decision?.value !== missed) return false
  entry.retryAt = Math.min(retryAt, toldAt + TELL_AGAIN_MS)
  return real >= entry.retryAt
}

export interface Due {
  readonly entry: Entry
  readonly value: number
}

/**
 * With the time after which the hardware ends it by itself: what is left of its owner's wish, of what the interlocks
 * allow, or the dead-man time.
 */
export function requestOf(entry: Entry, value: number, now: Mono): OutputRequest {
  const { name, output, holdS } = entry
  if (value === output.safe) return { output: name, value }
  const forS = Math.min(Math.max(1, timeOf(entry, now) / 1000), holdS ?? Number.POSITIVE_INFINITY)
  return { output: name, value, ...(Number.isFinite(forS) ? { forS } : {}) }
}

/**
 * What the hardware is told, in ms: a little longer than its owners want this value where others want it to run on with
 * theirs. Ended in between, it would be started anew without the rest that it is owed.
 */
export function timeOf(entry: Entry, now: Mono): number {
  const { arbiter, output } = entry
  const left = leftOf(entry, now)
  if (!restsAtStart(output)) return left
  const running = heldUntil(arbiter, (value) => value !== output.safe, now) - now
  const wanted = Math.min(
    runLeft(arbiter, output, now),
    Math.max(left, Math.min(running, left + HANDOVER_MS)),
  )
  // Time for what must come to rest before it: hardware that ends on the dot would leave a pump against a shut valve.
  return arbiter.leavingSince === null ? wanted + longestLeave(output) : left
}

/** How much longer its owners want it and the interlocks allow it, in ms; Infinity for without an end. */
export function leftOf({ arbiter, decision, output }: Entry, now: Mono): number {
  if (arbiter.leavingSince !== null) return arbiter.leavingSince + longestLeave(output) - now
  // What a switching limit keeps as it is has no owner who could want an end.
  const kept = decision?.winner === 'interlock' && decision.value !== output.safe
  const wanted = kept
    ? Number.POSITIVE_INFINITY
    : heldUntil(arbiter, (value) => value === (decision?.value ?? output.safe), now) - now
  return Math.min(wanted, runLeft(arbiter, output, now))
}

/**
 * Whether the hardware would end by itself what is wanted for longer: a third of the time that it was given is over, or
 * it was given that of an owner who wanted less.
 */
export function endsEarly(entry: Entry, now: Mono): boolean {
  const { told, output, holdS, timedUntil } = entry
  if (told === null || told === output.safe || timedUntil === null) return false
  const renewAt = holdS === undefined ? Number.POSITIVE_INFINITY : holdS * 1000 * (1 - 1 / RENEWALS)
  return timedUntil - now <= Math.min(leftOf(entry, now) - EARLY_MS, renewAt)
}

/**
 * Not shortly before the end, which the hardware knows: a renewal that a slow radio brings after it would start the
 * output once more. Nor soon after the last telling, unless the hardware ends before that.
 */
export function renewalDue(entry: Entry, now: Mono, real: number): boolean {
  const { toldAt, timedUntil } = entry
  if (!endsEarly(entry, now) || leftOf(entry, now) <= TELL_AGAIN_MS) return false
  return real - toldAt >= TELL_AGAIN_MS || (timedUntil ?? now) - now < TELL_AGAIN_MS
}

/**
 * Nobody could tell the hardware to go on, and what it took on is over, or all but: it comes to rest by itself. A late
 * telling would start it anew without the rest that it is owed.
 */
export function lapsed({ told, takenUntil, output }: Entry, now: Mono): boolean {
  return (
    told === null && takenUntil !== null && output.interlocks.length > 0 && now >= takenUntil - TELL_AGAIN_MS
  )
}

/** The time that the hardware was given is over before what runs on could be told, or it is over already. */
export function comesTooLate({ told, timedUntil, output }: Entry, value: number, now: Mono): boolean {
  if (told === null || told === output.safe || timedUntil === null) return false
  if (value === output.safe || !restsAtStart(output)) return false
  return now >= timedUntil - (value === told ? 0 : TELL_AGAIN_MS)
}

/**
 * The dead-man time that hardware is given, so that a dead node leaves nothing running: the definition's, within what
 * the hardware can count and the node can renew. Undefined where renewals could not keep up with the hardware.
 */
export function holdOf({ deadManS, timedS }: Output, speed: number): number | undefined {
  const leastS = (RENEWALS * TELL_AGAIN_MS * speed) / 1000
  if (deadManS === 0 || timedS === undefined || timedS < leastS) return undefined
  return Math.min(Math.max(deadManS, leastS), timedS)
}

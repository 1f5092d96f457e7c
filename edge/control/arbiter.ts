import type { Mono } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { Output } from '../../devices/define.ts'
import {
  assumedTimes,
  type InterlockedOutput,
  latching,
  later,
  lingering,
  observed,
  RESTED,
  type RunState,
  reasonOf,
  restAfterRun,
  type Stop,
  stopOf,
} from './interlocks.ts'
import { type Facts, NOTHING_KNOWN } from './needs.ts'

/**
 * Decides who drives one output: interlock, emergency command that overrides, manual hold at the site, an alarm that
 * sounds, emergency command, IOC command, schedule or controller, a controller that wants it at rest, default. Pure; one
 * state per output; times are of this boot's monotonic clock. Claims are not kept over a restart: an owner that lives
 * claims again, one that does not has no say.
 */

export const RANKS = ['override', 'manual', 'alarm', 'emergency', 'command', 'controller', 'rest'] as const
/** Highest first; an interlock stands above and the default below all of them. */
export type ClaimRank = (typeof RANKS)[number]

/** A wish to hold an output at a value. It dies at `until` unless the owner renews it: the dead-man's grip. */
export interface Claim {
  /** One owner has one claim; a new one takes the place of the old. */
  readonly owner: string
  readonly rank: ClaimRank
  readonly value: number
  readonly until: Mono
  /** When the owner itself wants the value to end, so that the hardware can be told; absent for not by itself. */
  readonly endsAt?: Mono
  /** Part of an alarm, be it a pause of its pattern, which quiets nobody else and has the rank of rest. */
  readonly alarm?: boolean
  readonly reason: Text
}

export interface ArbitratedOutput extends InterlockedOutput {
  readonly min: number
  readonly max: number
}

export interface ArbiterState extends RunState {
  readonly claims: readonly Claim[]
}

export interface Decision {
  readonly value: number
  readonly winner: ClaimRank | 'interlock' | 'default'
  /** Owner of the winning claim, kind of the interlock (of a need its name), or `default`. */
  readonly owner: string
  readonly reason: Text
}

/** Owners of one output; a higher rank displaces the lowest, anything else is refused. */
export const CLAIMS_MAX = 16

export function createArbiterState(): ArbiterState {
  return { claims: [], ...RESTED }
}

/**
 * The state after a start: nobody knows how long the output had run before, so its interlocks make it rest first; nor
 * how often it was changed, so it is taken to have been changed as often as its limit allows, evenly. Its first value is
 * then free, because it may well be what it does already, and a street must not lie dark for the rest of the window:
 * the next change waits for one share of it. The same as `createArbiterState` for an output without interlocks.
 */
export function startArbiterState(output: ArbitratedOutput, now: Mono): ArbiterState {
  const rests = output.interlocks.flatMap((one) => ('rest_s' in one ? [one.rest_s] : []))
  const changes = assumedTimes(output.interlocks, 'switching-limit', now)
  const state = { ...createArbiterState(), changes }
  if (rests.length === 0) return state
  return { ...state, restSince: now, restUntil: later(now, Math.max(...rests)) }
}

/** Whether it must be brought to rest after a start, because it may have run on since before. */
export function restsAtStart({ interlocks }: Pick<Output, 'interlocks'>): boolean {
  return (interlocks ?? []).some(({ kind }) => kind !== 'switching-limit')
}

/** Until when the claims keep the output at such a value, one taking over from the other; Infinity for without an end. */
export function heldUntil({ claims }: ArbiterState, isSuch: (value: number) => boolean, now: Mono): number {
  let until: number = now
  for (const held of highestFirst(claims)) {
    const ends = held.endsAt ?? Number.POSITIVE_INFINITY
    if (ends <= until) continue
    if (!isSuch(held.value)) break
    until = ends
  }
  return until
}

/** Whose alarm the output belongs to now, the pauses of its pattern included; undefined for nobody's. */
export function alarmOf({ claims }: ArbiterState, now: Mono): string | undefined {
  return claims.find(({ alarm, until }) => alarm === true && until > now)?.owner
}

/** Why an output cannot take such a value: it is out of its range, or between the only two that it has. */
export function valueFault({ min, max }: Pick<Output, 'min' | 'max'>, value: number): Fault | undefined {
  if (!(value >= min && value <= max)) return fault('OUTPUT_CLAIM_INVALID', { value, min, max })
  const isBetween = max - min <= 1 && value !== min && value !== max
  return isBetween ? fault('OUTPUT_VALUE_BETWEEN', { value, min, max }) : undefined
}

/** Sets or renews an owner's claim. Faults: OUTPUT_CLAIM_INVALID, OUTPUT_VALUE_BETWEEN, OUTPUT_CLAIMS_FULL. */
export function claim(state: ArbiterState, output: ArbitratedOutput, wish: Claim): Result<ArbiterState> {
  const { min, max } = output
  const problem = valueFault(output, wish.value)
  if (problem !== undefined) return err(problem)
  if (!Number.isFinite(wish.until)) return err(fault('OUTPUT_CLAIM_INVALID', { value: wish.value, min, max }))
  const others = state.claims.filter(({ owner }) => owner !== wish.owner)
  if (others.length < CLAIMS_MAX) return ok({ ...state, claims: [...others, wish] })
  const lowest = others.reduce((least, other) => (rankOf(other) > rankOf(least) ? other : least))
  if (rankOf(lowest) <= rankOf(wish))
    return err(fault('OUTPUT_CLAIMS_FULL', { max: CLAIMS_MAX, owner: wish.owner }))
  return ok({ ...state, claims: [...others.filter((other) => other !== lowest), wish] })
}

export function release(state: ArbiterState, owner: string): ArbiterState {
  return { ...state, claims: state.claims.filter((held) => held.owner !== owner) }
}

/** The output has come to rest without being told to; it is owed the rest that follows a run. */
export function comeToRest(state: ArbiterState, output: ArbitratedOutput, now: Mono): ArbiterState {
  return changed(rest(observed(state, output, NOTHING_KNOWN, now), now), output, output.safe, now)
}

/** A person has looked: what was latched may run again, and what nobody knew is taken as not having been. */
export function resetInterlocks(state: ArbiterState): ArbiterState {
  return { ...state, latches: [], untrue: {}, spent: state.spent.filter(({ lost }) => lost !== true) }
}

interface Arbitration {
  readonly state: ArbiterState
  readonly decision: Decision
}

/**
 * The value that the output takes now, whose it is and why. Call it at each change, at each news of what its interlocks
 * go by, and at least once a second.
 * Of equal ranks the newest claim wins; without a living claim the output is at its safe value. A switching limit holds
 * back wishes, the safe value of nobody among them; it does not hold back a rest that another interlock imposes. What it
 * outlasts holds back any rest, for a while.
 */
export function arbitrate(
  state: ArbiterState,
  output: ArbitratedOutput,
  now: Mono,
  facts: Facts = NOTHING_KNOWN,
): Arbitration {
  const claims = state.claims.filter(({ until }) => until > now)
  const living = observed({ ...state, claims }, output, facts, now)
  const stop = stopOf(living, output, facts, now)
  const wanted = resting(output, stop, limited(living, output, now))
  const decision = outlasting(living, output, wanted, facts, now)
  if (decision.value !== output.safe) {
    const leavingSince = decision === wanted ? null : (living.leavingSince ?? now)
    const running = { ...run(living, output, now), last: decision.value, leavingSince }
    return { state: changed(running, output, decision.value, now), decision }
  }
  const latches = [...new Set([...living.latches, ...latching(living, output, facts, now)])]
  const restUntil = restAfterRun(living, output, now)
  const rested = { ...rest(living, now), latches, restUntil: restUntil ?? living.restUntil }
  return { state: changed(rested, output, decision.value, now), decision }
}

/** What is wished, as far as the interlocks that make the output rest allow it. */
function resting({ safe }: ArbitratedOutput, stop: Stop | undefined, wished: Decision): Decision {
  return wished.value === safe || stop === undefined ? wished : heldBack(safe, stop)
}

function heldBack(value: number, { name, reason }: Pick<Stop, 'name' | 'reason'>): Decision {
  return { value, winner: 'interlock', owner: name, reason }
}

/** What is wanted, or what it does, where others must come to rest before it. */
function outlasting(
  { runningSince, leavingSince, last }: ArbiterState,
  output: ArbitratedOutput,
  wanted: Decision,
  facts: Facts,
  now: Mono,
): Decision {
  if (wanted.value !== output.safe || runningSince === null || last === null) return wanted
  const interlock = lingering(output, facts, leavingSince ?? now, now)
  if (interlock === undefined) return wanted
  return heldBack(last, { name: interlock.kind, reason: reasonOf(interlock) })
}

/** What is wished, or the value as it is where it has been changed as often as it may be. */
function limited({ claims, value, changes }: ArbiterState, output: ArbitratedOutput, now: Mono): Decision {
  const wished = wishOf(claims, output)
  if (value === null || wished.value === value) return wished
  const full = switchingLimits(output).find(
    ({ most, per_s }) => changes.filter((at) => now - at < per_s * 1000).length >= most,
  )
  return full === undefined ? wished : heldBack(value, { name: full.kind, reason: reasonOf(full) })
}

/** Remembers a change, as many as the limits count; the first value after a start is none that is known. */
function changed(state: ArbiterState, output: ArbitratedOutput, value: number, now: Mono): ArbiterState {
  const limits = switchingLimits(output)
  if (limits.length === 0 || state.value === value) return state
  if (state.value === null) return { ...state, value }
  const longest_s = Math.max(...limits.map(({ per_s }) => per_s))
  return { ...state, value, changes: [...state.changes.filter((at) => now - at < longest_s * 1000), now] }
}

function switchingLimits({ interlocks }: ArbitratedOutput) {
  return interlocks.filter((one) => one.kind === 'switching-limit')
}

function wishOf(claims: readonly Claim[], output: ArbitratedOutput): Decision {
  const [best] = highestFirst(claims)
  if (best === undefined) {
    const reason = { vi: 'Không ai điều khiển: giá trị an toàn', en: 'Nobody drives it: safe value' }
    return { value: output.safe, winner: 'default', owner: 'default', reason }
  }
  return { value: best.value, winner: best.rank, owner: best.owner, reason: best.reason }
}

function run(state: ArbiterState, { interlocks }: ArbitratedOutput, now: Mono): ArbiterState {
  if (state.runningSince !== null) return { ...state, restUntil: null }
  const longest_s = Math.max(0, ...interlocks.map((one) => (one.kind === 'starts-limit' ? one.per_s : 0)))
  const starts = longest_s === 0 ? [] : [...state.starts.filter((at) => later(at, longest_s) > now), now]
  return { ...state, runningSince: now, spentUntil: now, restUntil: null, starts }
}

function rest(state: ArbiterState, now: Mono): ArbiterState {
  if (state.runningSince === null) return state
  return { ...state, runningSince: null, spentUntil: null, restSince: now, untrue: {}, leavingSince: null }
}

/** By rank; of equal ranks the newest first. */
function highestFirst(claims: readonly Claim[]): readonly Claim[] {
  return claims.toReversed().toSorted((one, other) => rankOf(one) - rankOf(other))
}

function rankOf({ rank }: Claim): number {
  return RANKS.indexOf(rank)
}

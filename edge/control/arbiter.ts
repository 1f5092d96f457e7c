import type { Mono } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { Interlock, Output } from '../../devices/define.ts'

/**
 * Decides who drives one output: interlock, emergency command that overrides, manual hold at the site, an alarm that
 * sounds, emergency command, IOC command, schedule or controller, a controller that wants it at rest, default. Pure; one
 * state per output; times are of this boot's monotonic clock, and the state is not kept over a restart: an owner that
 * lives claims again, one that does not has no say.
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

export interface ArbitratedOutput {
  readonly min: number
  readonly max: number
  readonly safe: number
  readonly interlocks: readonly Interlock[]
}

export interface ArbiterState {
  readonly claims: readonly Claim[]
  /** Since when the output has been away from its safe value; null at rest. */
  readonly runningSince: Mono | null
  /** When it last came to rest; null before it has ever run. */
  readonly restSince: Mono | null
  /** A rest that an interlock has imposed lasts until then. */
  readonly restUntil: Mono | null
  /** What a switching limit counts: the value that it has now, null before its first, and when it changed, oldest first. */
  readonly value: number | null
  readonly changes: readonly Mono[]
}

export interface Decision {
  readonly value: number
  readonly winner: ClaimRank | 'interlock' | 'default'
  /** Owner of the winning claim, kind of the interlock, or `default`. */
  readonly owner: string
  readonly reason: Text
}

/** Owners of one output; a higher rank displaces the lowest, anything else is refused. */
export const CLAIMS_MAX = 16

export function createArbiterState(): ArbiterState {
  return { claims: [], runningSince: null, restSince: null, restUntil: null, value: null, changes: [] }
}

/**
 * The state after a start: nobody knows how long the output had run before, so its interlocks make it rest first; nor
 * how often it was changed, so it is taken to have been changed as often as its limit allows, evenly. Its first value is
 * then free, because it may well be what it does already, and a street must not lie dark for the rest of the window:
 * the next change waits for one share of it. The same as `createArbiterState` for an output without interlocks.
 */
export function startArbiterState(output: ArbitratedOutput, now: Mono): ArbiterState {
  const rests = output.interlocks.flatMap((one) => ('rest_s' in one ? [one.rest_s] : []))
  const changes = switchingLimits(output).flatMap(({ most, per_s }) =>
    Array.from({ length: most }, (_, index) => later(now, (-per_s * index) / most)),
  )
  const state = { ...createArbiterState(), changes: changes.toSorted((one, other) => one - other) }
  if (rests.length === 0) return state
  return { ...state, restSince: now, restUntil: later(now, Math.max(...rests)) }
}

/** Whether it must be brought to rest after a start, because it may have run on since before. */
export function restsAtStart({ interlocks }: Pick<Output, 'interlocks'>): boolean {
  return (interlocks ?? []).some(({ kind }) => kind !== 'switching-limit')
}

/** How much longer the interlocks let the output run, in ms; Infinity without one that limits it. */
export function runLeft({ runningSince }: ArbiterState, { interlocks }: ArbitratedOutput, now: Mono): number {
  const limits = interlocks.flatMap((one) => (one.kind === 'longest-run' ? [one.run_s * 1000] : []))
  return Math.min(Number.POSITIVE_INFINITY, ...limits) - (runningSince === null ? 0 : now - runningSince)
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

/** Sets or renews an owner's claim. Faults: OUTPUT_CLAIM_INVALID, OUTPUT_CLAIMS_FULL. */
export function claim(state: ArbiterState, output: ArbitratedOutput, wish: Claim): Result<ArbiterState> {
  const { min, max } = output
  if (!(wish.value >= min && wish.value <= max) || !Number.isFinite(wish.until))
    return err(fault('OUTPUT_CLAIM_INVALID', { value: wish.value, min, max }))
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
  return changed(rest(state, now), output, output.safe, now)
}

interface Arbitration {
  readonly state: ArbiterState
  readonly decision: Decision
}

/**
 * The value that the output takes now, whose it is and why. Call it at each change and at least once a second.
 * Of equal ranks the newest claim wins; without a living claim the output is at its safe value. A switching limit holds
 * back wishes, the safe value of nobody among them; it does not hold back a rest that another interlock imposes.
 */
export function arbitrate(state: ArbiterState, output: ArbitratedOutput, now: Mono): Arbitration {
  const claims = state.claims.filter(({ until }) => until > now)
  const living = { ...state, claims }
  const { state: next, decision } = resting(living, output, now, limited(living, output, now))
  return { state: changed(next, output, decision.value, now), decision }
}

/** What is wished, as far as the interlocks that make the output rest allow it. */
function resting(living: ArbiterState, output: ArbitratedOutput, now: Mono, wished: Decision): Arbitration {
  const stop = interlocked(living, output, now)
  if (wished.value === output.safe) {
    // A run that its owner ends at its very limit is followed by the same rest as one that was cut short.
    const ranOut = living.runningSince !== null && stop !== undefined
    const rested = rest(living, now)
    return { state: ranOut ? { ...rested, restUntil: stop.until } : rested, decision: wished }
  }
  if (stop === undefined) return { state: run(living, now), decision: wished }
  return {
    state: { ...rest(living, now), restUntil: stop.until },
    decision: heldBack(output.safe, stop.interlock),
  }
}

function heldBack(value: number, interlock: Interlock): Decision {
  return { value, winner: 'interlock', owner: interlock.kind, reason: reasonOf(interlock) }
}

/** What is wished, or the value as it is where it has been changed as often as it may be. */
function limited({ claims, value, changes }: ArbiterState, output: ArbitratedOutput, now: Mono): Decision {
  const wished = wishOf(claims, output)
  if (value === null || wished.value === value) return wished
  const full = switchingLimits(output).find(
    ({ most, per_s }) => changes.filter((at) => now - at < per_s * 1000).length >= most,
  )
  return full === undefined ? wished : heldBack(value, full)
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

interface Stop {
  readonly interlock: Interlock
  readonly until: Mono
}

/** The interlock that forbids running now, the one that lasts longest where several do. */
function interlocked(state: ArbiterState, output: ArbitratedOutput, now: Mono): Stop | undefined {
  let stop: Stop | undefined
  for (const interlock of output.interlocks) {
    const until = forbiddenUntil(state, interlock, now)
    if (until > now && (stop === undefined || until > stop.until)) stop = { interlock, until }
  }
  return stop
}

/** Until when this interlock keeps the output at rest; `now` or earlier when it does not. */
function forbiddenUntil(state: ArbiterState, interlock: Interlock, now: Mono): Mono {
  const { runningSince, restSince } = state
  switch (interlock.kind) {
    case 'longest-run': {
      const ranOut = runningSince !== null && now - runningSince >= interlock.run_s * 1000
      if (ranOut) return later(now, Math.max(interlock.rest_s, 0.001))
      return state.restUntil ?? now
    }
    case 'minimum-rest':
      return runningSince === null && restSince !== null ? later(restSince, interlock.rest_s) : now
    case 'switching-limit':
    case 'starts-limit':
    case 'run-budget':
    case 'needs':
    case 'outlasts':
      return now
  }
}

function later(from: Mono, seconds: number): Mono {
  return (from + seconds * 1000) as Mono
}

function run(state: ArbiterState, now: Mono): ArbiterState {
  return { ...state, runningSince: state.runningSince ?? now, restUntil: null }
}

function rest(state: ArbiterState, now: Mono): ArbiterState {
  if (state.runningSince === null) return state
  return { ...state, runningSince: null, restSince: now }
}

/** By rank; of equal ranks the newest first. */
function highestFirst(claims: readonly Claim[]): readonly Claim[] {
  return claims.toReversed().toSorted((one, other) => rankOf(one) - rankOf(other))
}

function rankOf({ rank }: Claim): number {
  return RANKS.indexOf(rank)
}

function reasonOf(interlock: Interlock): Text {
  switch (interlock.kind) {
    case 'longest-run':
      return {
        vi: `Khóa an toàn: chạy liên tục tối đa ${interlock.run_s} giây, rồi nghỉ ${interlock.rest_s} giây`,
        en: `Interlock: runs at most ${interlock.run_s} s at a stretch, then rests ${interlock.rest_s} s`,
      }
    case 'minimum-rest':
      return {
        vi: `Khóa an toàn: nghỉ ít nhất ${interlock.rest_s} giây giữa hai lần chạy`,
        en: `Interlock: rests at least ${interlock.rest_s} s between runs`,
      }
    case 'switching-limit':
      return {
        vi: `Khóa an toàn: đổi trạng thái tối đa ${interlock.most} lần trong ${interlock.per_s} giây, nên giữ nguyên`,
        en: `Interlock: changes at most ${interlock.most} times within ${interlock.per_s} s, so it stays as it is`,
      }
    case 'starts-limit':
      return {
        vi: `Khóa an toàn: khởi động tối đa ${interlock.most} lần trong ${interlock.per_s} giây`,
        en: `Interlock: starts at most ${interlock.most} times within ${interlock.per_s} s`,
      }
    case 'run-budget':
      return {
        vi: `Khóa an toàn: đã chạy đủ ${interlock.run_s} giây cho phép trong ${interlock.per_s} giây`,
        en: `Interlock: has run the ${interlock.run_s} s that it may within ${interlock.per_s} s`,
      }
    case 'needs':
      return interlock.text
    case 'outlasts':
      return {
        vi: 'Khóa an toàn: chờ bơm dừng rồi mới đóng',
        en: 'Interlock: shuts once the pump has stopped',
      }
  }
}

import type { Mono } from '../../core/clock.ts'
import type { Text } from '../../core/text.ts'
import type { Interlock, Output, OutputPlace } from '../../devices/define.ts'
import { type Facts, isDisproved, isMet, NOTHING_KNOWN, placesOf } from './needs.ts'
import {
  allSpent,
  budgetFreeAt,
  budgetLeft,
  type RunBudget,
  runBudgets,
  type Spent,
  spend,
} from './run-budget.ts'

/** What makes one output rest, or keeps it as it is, whoever asks for it. Pure; times are of this boot's monotonic clock. */

/** What interlocks remember of an output. */
export interface RunState {
  /** Since when the output has been away from its safe value; null at rest. */
  readonly runningSince: Mono | null
  /** When it last came to rest; null before it has ever run. */
  readonly restSince: Mono | null
  /** A rest that the end of a longest run has imposed lasts until then. */
  readonly restUntil: Mono | null
  /** What a switching limit counts: the value that it has now, null before its first, and when it changed, oldest first. */
  readonly value: number | null
  readonly changes: readonly Mono[]
  /** What a starts limit counts, oldest first. */
  readonly starts: readonly Mono[]
  /** What a budget counts, and until when the present run is in it. */
  readonly spent: readonly Spent[]
  readonly spentUntil: Mono | null
  /** Since when a need of this name has been untrue in this run. */
  readonly untrue: Readonly<Record<string, Mono>>
  /** Needs that a person has to look after before it runs again. */
  readonly latches: readonly string[]
  /** The value away from rest that it took last; null before that. */
  readonly last: number | null
  /** Since when it would be at rest but for what it outlasts. */
  readonly leavingSince: Mono | null
}

export const RESTED: RunState = {
  runningSince: null,
  restSince: null,
  restUntil: null,
  value: null,
  changes: [],
  starts: [],
  spent: [],
  spentUntil: null,
  untrue: {},
  latches: [],
  last: null,
  leavingSince: null,
}

export interface InterlockedOutput {
  readonly safe: number
  readonly interlocks: readonly Interlock[]
}

export interface Stop {
  /** Kind of the interlock; of a need its name. */
  readonly name: string
  readonly until: Mono
  readonly reason: Text
}

/** Those that ask for nothing but time. */
const TIMED: ReadonlySet<Interlock['kind']> = new Set(['longest-run', 'minimum-rest', 'starts-limit'])

/** The rest that it owes now and that is over by itself; of several the longest. */
export function restOwed(state: RunState, { interlocks }: InterlockedOutput, now: Mono): Stop | undefined {
  if (state.runningSince !== null) return undefined
  return stopOf(state, { interlocks: interlocks.filter(({ kind }) => TIMED.has(kind)) }, NOTHING_KNOWN, now)
}

/** As good as for ever: until a person, or news, ends it. */
const OPEN_END = Number.MAX_SAFE_INTEGER as Mono

export function later(from: Mono, seconds: number): Mono {
  return (from + seconds * 1000) as Mono
}

/** Its starts within any limit, as many as may be, evenly: what is taken to have been where nobody knows. */
export function assumedTimes(
  interlocks: readonly Interlock[],
  kind: 'switching-limit' | 'starts-limit',
  now: Mono,
) {
  return interlocks
    .flatMap((one) => (one.kind === kind ? [one] : []))
    .flatMap(({ most, per_s }) =>
      Array.from({ length: most }, (_, index) => later(now, (-per_s * index) / most)),
    )
    .toSorted((one, other) => one - other)
}

/** What was remembered of it cannot be read: it is taken to have been started and run as much as it may. */
export function forgotten(state: RunState, { interlocks }: InterlockedOutput, now: Mono): RunState {
  const starts = assumedTimes(interlocks, 'starts-limit', now)
  return { ...state, starts, spent: allSpent(runBudgets(interlocks), now) }
}

/** Brings what is counted and watched up to now: time that was run, and needs that are not so. */
export function observed<S extends RunState>(
  state: S,
  { interlocks }: InterlockedOutput,
  facts: Facts,
  now: Mono,
): S {
  const { runningSince, spentUntil } = state
  if (runningSince === null) return Object.keys(state.untrue).length === 0 ? state : { ...state, untrue: {} }
  const budgets = runBudgets(interlocks)
  const spent =
    budgets.length === 0 ? state.spent : spend(state.spent, budgets, now, now - (spentUntil ?? runningSince))
  const untrue: Record<string, Mono> = {}
  for (const one of interlocks) {
    if (one.kind !== 'needs' || now < later(runningSince, one.after_s) || isMet(one.need, facts, now))
      continue
    untrue[one.name] = state.untrue[one.name] ?? now
  }
  return { ...state, spent, spentUntil: now, untrue }
}

/** The interlock that forbids running now: one that a person must end before others, then the one that lasts longest. */
export function stopOf(
  state: RunState,
  output: Pick<InterlockedOutput, 'interlocks'>,
  facts: Facts,
  now: Mono,
): Stop | undefined {
  let stop: Stop | undefined
  for (const interlock of output.interlocks) {
    const one = stopBy(state, interlock, facts, now)
    if (one !== undefined && (stop === undefined || one.until > stop.until)) stop = one
  }
  return stop
}

/**
 * Whether what stopped an output would do so still, though nobody asks for it. Of a need that goes by other outputs nobody
 * can say while they rest as well: it does not.
 */
export function forbidsStill(
  state: RunState,
  { interlocks }: InterlockedOutput,
  name: string,
  facts: Facts,
  now: Mono,
): boolean {
  return interlocks.some((one) => {
    if ((one.kind === 'needs' ? one.name : one.kind) !== name || placesOf([one]).length > 0) return false
    return forbiddenUntil(state, one, facts, now) > now
  })
}

/** The names of the needs that end this run until a person has looked: what is not heard ends it too, but proves nothing. */
export function latching(
  state: RunState,
  { interlocks }: InterlockedOutput,
  facts: Facts,
  now: Mono,
): readonly string[] {
  return interlocks.flatMap((one) =>
    one.kind === 'needs' && one.latch && isUntrueTooLong(state, one, now) && isDisproved(one.need, facts, now)
      ? [one.name]
      : [],
  )
}

/** Until when the end of a longest run, were it now, would keep it at rest; null where this is none. */
export function restAfterRun(state: RunState, { interlocks }: InterlockedOutput, now: Mono): Mono | null {
  const { runningSince } = state
  if (runningSince === null) return state.restUntil
  const ends = interlocks.flatMap((one) =>
    one.kind === 'longest-run' && now - runningSince >= one.run_s * 1000
      ? [later(now, Math.max(one.rest_s, 0.001))]
      : [],
  )
  return ends.length === 0 ? null : (Math.max(...ends) as Mono)
}

/** How much longer the interlocks let the output run, in ms; Infinity without one that limits it. */
export function runLeft(state: RunState, { interlocks }: InterlockedOutput, now: Mono): number {
  const { runningSince } = state
  const ran = runningSince === null ? 0 : now - runningSince
  const limits = interlocks.flatMap((one) => {
    if (one.kind === 'longest-run') return [one.run_s * 1000 - ran]
    return one.kind === 'run-budget' ? [budgetLeft(state.spent, one, now)] : []
  })
  return Math.min(Number.POSITIVE_INFINITY, ...limits)
}

/** How long at most it may run at a stretch, in s; Infinity for what no interlock bounds. */
export function longestRun({ interlocks = [] }: Pick<Output, 'interlocks'>): number {
  const limits = interlocks.flatMap((one) => (one.kind === 'longest-run' ? [one.run_s] : []))
  return Math.min(Number.POSITIVE_INFINITY, ...limits)
}

/** Whether such a value makes it run though it may not run on: water, mist and stock. False for what is not known. */
export function runsBounded(output: Pick<Output, 'interlocks' | 'safe'> | undefined, value: number): boolean {
  return output !== undefined && value !== output.safe && Number.isFinite(longestRun(output))
}

/** How long at most it may outlast others, in ms. */
export function longestLeave({ interlocks }: InterlockedOutput): number {
  return Math.max(0, ...interlocks.map((one) => (one.kind === 'outlasts' ? one.most_s * 1000 : 0)))
}

/** Why it may not go to rest yet; undefined where it may. `since`: when it first would have. */
export function lingering(
  { interlocks }: InterlockedOutput,
  facts: Facts,
  since: Mono,
  now: Mono,
): Extract<Interlock, { kind: 'outlasts' }> | undefined {
  const outlasts = interlocks.filter((one) => one.kind === 'outlasts')
  return outlasts.find((one) => {
    if (now >= later(since, one.most_s)) return false
    return !one.others.every((place) => {
      const known = facts.output(place)
      return (known?.away === false && now >= later(known.since, one.for_s)) || facts.spares(place)
    })
  })
}

/** Whether a running output that needs such a place would still have what it needs; false for one that does not. */
export function runsOn(
  { interlocks }: InterlockedOutput,
  { device, output }: OutputPlace,
  facts: Facts,
  now: Mono,
): boolean {
  const about = interlocks
    .filter((one) => one.kind === 'needs')
    .filter((one) => placesOf([one]).some((place) => place.device === device && place.output === output))
  return about.length > 0 && about.every(({ need }) => isMet(need, facts, now))
}

function stopBy(state: RunState, interlock: Interlock, facts: Facts, now: Mono): Stop | undefined {
  const until = forbiddenUntil(state, interlock, facts, now)
  if (until <= now) return undefined
  if (interlock.kind === 'run-budget')
    return { name: interlock.kind, until, reason: budgetReason(state, interlock, facts) }
  if (interlock.kind === 'longest-run' && state.runningSince === null)
    return { name: interlock.kind, until, reason: longRest(interlock.rest_s) }
  if (interlock.kind !== 'needs') return { name: interlock.kind, until, reason: reasonOf(interlock) }
  const { name, text } = interlock
  if (!state.latches.includes(name)) return { name, until, reason: text }
  const reason = {
    vi: `${text.vi} (đã khóa: kiểm tra tại chỗ rồi mở lại)`,
    en: `${text.en} (latched: look on site, then reset it)`,
  }
  return { name, until, reason }
}

function longRest(rest_s: number): Text {
  return {
    vi: `Khóa an toàn: nghỉ ${rest_s} giây sau lượt chạy dài nhất, hoặc sau khởi động lại mà chưa rõ đã dừng từ lúc nào`,
    en: `Interlock: rests ${rest_s} s after its longest run, or after a restart where nobody knows since when it rests`,
  }
}

function budgetReason({ spent }: RunState, budget: RunBudget, { durable }: Facts): Text {
  if (!durable)
    return {
      vi: 'Khóa an toàn: không ghi được xuống đĩa đã dùng bao nhiêu',
      en: 'Interlock: how much is used cannot be written to the disk',
    }
  if (!spent.some(({ lost }) => lost === true)) return reasonOf(budget)
  return {
    vi: 'Khóa an toàn: sổ ghi đã dùng bao nhiêu bị hỏng, coi như đã dùng hết (kiểm tra bồn rồi mở lại)',
    en: 'Interlock: the record of how much was used is lost, all counts as used (look at the tank, then reset it)',
  }
}

/** Until when this interlock keeps the output at rest; `now` or earlier when it does not. */
function forbiddenUntil(state: RunState, interlock: Interlock, facts: Facts, now: Mono): Mono {
  const { runningSince, restSince } = state
  switch (interlock.kind) {
    case 'longest-run':
      if (runningSince === null) return state.restUntil ?? now
      return now - runningSince < interlock.run_s * 1000 ? now : later(now, Math.max(interlock.rest_s, 0.001))
    case 'minimum-rest':
      return runningSince === null && restSince !== null ? later(restSince, interlock.rest_s) : now
    case 'starts-limit': {
      const within = state.starts.filter((at) => later(at, interlock.per_s) > now)
      const blocking = within.at(-interlock.most)
      return runningSince !== null || blocking === undefined ? now : later(blocking, interlock.per_s)
    }
    case 'run-budget':
      if (!facts.durable) return later(now, 1)
      return budgetLeft(state.spent, interlock, now) > 0
        ? now
        : (Math.max(now + 1, budgetFreeAt(state.spent, interlock, now)) as Mono)
    case 'needs': {
      if (state.latches.includes(interlock.name)) return OPEN_END
      const missed =
        runningSince === null
          ? interlock.after_s === 0 && !isMet(interlock.need, facts, now)
          : isUntrueTooLong(state, interlock, now)
      return missed ? ((OPEN_END - 1) as Mono) : now
    }
    case 'switching-limit':
    case 'outlasts':
      return now
  }
}

function isUntrueTooLong(
  { untrue }: RunState,
  { name, for_s }: Extract<Interlock, { kind: 'needs' }>,
  now: Mono,
): boolean {
  const since = untrue[name]
  return since !== undefined && now >= later(since, for_s)
}

export function reasonOf(interlock: Exclude<Interlock, { kind: 'needs' }>): Text {
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
    case 'outlasts':
      return {
        vi: 'Khóa an toàn: chờ bơm dừng rồi mới đóng',
        en: 'Interlock: shuts once the pump has stopped',
      }
  }
}

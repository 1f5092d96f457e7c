import type { Clock, Mono, Utc } from '../core/clock.ts'
import type { Interlock } from '../devices/define.ts'
import type { ArbiterState, ArbitratedOutput } from './control/arbiter.ts'
import { forgotten } from './control/interlocks.ts'
import { runBudgets } from './control/run-budget.ts'
import { type Entry, TELL_AGAIN_MS } from './driven-output.ts'
import type { InterlockMemory, SavedRun } from './interlock-memory.ts'

/** What of an output's interlocks is written down, and how it comes back in a later life. */

/**
 * So much of a budget is written down as used ahead of a run, again and again while it lasts: what a power cut costs at
 * most, and how often a run writes.
 */
const AHEAD_MS = 30_000

/** Whether a restart must not forget what this output did. */
function isRemembered(interlocks: readonly Interlock[]): boolean {
  return interlocks.some(
    (one) => one.kind === 'starts-limit' || one.kind === 'run-budget' || (one.kind === 'needs' && one.latch),
  )
}

/** `ahead`: ms of a run that are counted though they lie before it; `restKnown`: it is not only told to rest. */
function savedRun(
  { latches, starts, spent, runningSince, restSince, restUntil }: ArbiterState,
  { interlocks }: ArbitratedOutput,
  times: {
    readonly now: Mono
    readonly ahead: number
    readonly restKnown: boolean
    latchedAt(name: string): Utc
  },
): Omit<SavedRun, 'latest'> {
  const { now, ahead } = times
  const rests = times.restKnown && runningSince === null && restSince !== null
  const shares = spent.map(({ until, ms, lost }) => ({ age: now - until, ms, lost: lost === true }))
  const reserved =
    ahead === 0 || runBudgets(interlocks).length === 0 ? [] : [{ age: -ahead, ms: ahead, lost: false }]
  return {
    latches: latches.map((name) => ({ name, at: times.latchedAt(name) })),
    starts: starts.map((at) => now - at),
    spent: [...shares, ...reserved],
    rest: rests ? { age: now - restSince, left: Math.max(0, (restUntil ?? now) - now) } : null,
  }
}

/**
 * What an earlier life left, `gone` ms before this one: no latch of a need that the configuration has no more. What was
 * not known to rest may have run until now, and owes the whole rest of a start.
 */
function restoredRun(
  state: ArbiterState,
  output: ArbitratedOutput,
  saved: SavedRun | 'lost',
  times: { readonly startedAt: Mono; readonly gone: number },
): ArbiterState {
  const { startedAt, gone } = times
  if (saved === 'lost') return { ...state, ...forgotten(state, output, startedAt) }
  const before = (age: number) => Math.min(startedAt, startedAt - age - gone) as Mono
  const needs = output.interlocks.flatMap((one) => (one.kind === 'needs' && one.latch ? [one.name] : []))
  const { rest } = saved
  return {
    ...state,
    ...(rest === undefined || rest === null
      ? {}
      : { restSince: before(rest.age), restUntil: (startedAt + rest.left - gone) as Mono }),
    latches: saved.latches.map(({ name }) => name).filter((name) => needs.includes(name)),
    starts: saved.starts.map(before),
    spent: saved.spent.map(({ age, ms, lost }) => ({
      until: before(age),
      ms,
      ...(lost ? { lost } : {}),
    })),
  }
}

/** What an earlier life left, a rest among it where that was known, lies `ms` further back than was known so far. */
function movedBack(state: ArbiterState, saved: SavedRun, startedAt: Mono, ms: number): ArbiterState {
  const moved = (at: Mono) => (at <= startedAt ? ((at - ms) as Mono) : at)
  const { restSince, restUntil } = state
  const rests =
    saved.rest !== undefined && saved.rest !== null && restSince !== null && restSince <= startedAt
  return {
    ...state,
    ...(rests ? { restSince: moved(restSince) } : {}),
    ...(rests && restUntil !== null ? { restUntil: (restUntil - ms) as Mono } : {}),
    starts: state.starts.map(moved),
    spent: state.spent.map((one) => ({ ...one, until: moved(one.until) })),
  }
}

/** A run is written down ahead again when less than this is left of what was written. */
const AHEAD_LEFT_MS = 5_000

export interface RememberedRuns {
  /** What an earlier life left of an output that has just been made. */
  restore(entry: Entry): void
  /** Its state, with what has been learnt since of how long ago that was. */
  learn(entry: Entry): ArbiterState
  /** Before it runs as `state` says: false where it may not, because nothing can be written down. */
  writeAhead(entry: Entry, state: ArbiterState, now: Mono): boolean
  isDurable(entry: Entry): boolean
  /** After it was driven: what has changed and can wait until then. */
  write(entry: Entry, now: Mono): void
  /** Every output of the node has been restored. */
  settled(): void
}

interface Kept {
  readonly saved: SavedRun | 'lost' | null
  gone: number
  /** Until when its run is written down ahead; null at rest. */
  aheadUntil: Mono | null
  latchedAt: ReadonlyMap<string, Utc>
  /** It has been heard to rest since its last run. */
  restKnown: boolean
  durable: boolean
  /** Real time before which a disk that failed is not tried again. */
  retryAt: number
  unwritten: boolean
}

export function createRememberedRuns(parts: {
  readonly clock: Clock
  readonly wall: Clock
  readonly startedAt: Mono
  readonly memory: InterlockMemory
}): RememberedRuns {
  const { clock, wall, startedAt, memory } = parts
  const kept = new Map<Entry, Kept>()

  const write = (entry: Entry, state: ArbiterState, now: Mono, ahead: number): boolean => {
    const its = kept.get(entry)
    if (its === undefined) return true
    const latchedAt = (name: string) => its.latchedAt.get(name) ?? clock.now()
    const run = savedRun(state, entry.output, { now, ahead, latchedAt, restKnown: its.restKnown })
    const done = memory.write({ device: entry.device, output: entry.name }, run)
    its.durable = done
    its.retryAt = wall.monotonic() + TELL_AGAIN_MS
    its.unwritten = !done
    if (done) its.aheadUntil = ahead === 0 ? null : ((now + ahead) as Mono)
    return done
  }

  return {
    restore(entry) {
      const { device, name: output } = entry
      if (!isRemembered(entry.output.interlocks)) return
      const { restSince, restUntil } = entry.arbiter
      const saved = memory.read({ device, output })
      const gone = saved === null || saved === 'lost' ? 0 : memory.gone(saved)
      if (saved !== null) entry.arbiter = restoredRun(entry.arbiter, entry.output, saved, { startedAt, gone })
      const latches = saved === null || saved === 'lost' ? [] : saved.latches
      const latchedAt = new Map(latches.map(({ name, at }) => [name, at]))
      const fresh = { aheadUntil: null, durable: true, retryAt: 0, unwritten: false }
      const restKnown = saved !== null && saved !== 'lost' && (saved.rest ?? null) !== null
      const its: Kept = { saved, gone, latchedAt, restKnown, ...fresh }
      kept.set(entry, its)
      if (write(entry, entry.arbiter, startedAt, 0) || saved === null || saved === 'lost') return
      // A disk that takes nothing may have taken nothing of a run since: what it says of a rest is no news of it.
      entry.arbiter = { ...entry.arbiter, restSince, restUntil }
      kept.set(entry, { ...its, saved: { ...saved, rest: null }, restKnown: false })
    },
    learn(entry) {
      const its = kept.get(entry)
      if (its === undefined || its.saved === null || its.saved === 'lost') return entry.arbiter
      const further = memory.gone(its.saved) - its.gone
      if (further <= 0) return entry.arbiter
      its.gone += further
      return movedBack(entry.arbiter, its.saved, startedAt, further)
    },
    writeAhead(entry, state, now) {
      const its = kept.get(entry)
      if (its === undefined) return true
      const { aheadUntil } = its
      const counts = runBudgets(entry.output.interlocks).length > 0
      if (aheadUntil !== null && (!counts || now < aheadUntil - AHEAD_LEFT_MS)) return true
      if (!its.durable && wall.monotonic() < its.retryAt) return !counts
      return write(entry, state, now, AHEAD_MS) || !counts
    },
    isDurable(entry) {
      const its = kept.get(entry)
      return its === undefined || its.durable || wall.monotonic() >= its.retryAt
    },
    write(entry, now) {
      const its = kept.get(entry)
      if (its === undefined) return
      const { latches, runningSince } = entry.arbiter
      const { known } = entry
      const restKnown = runningSince === null && (known === null ? its.restKnown : !known.away)
      if (restKnown && !its.restKnown) its.unwritten = true
      its.restKnown = restKnown
      const latched =
        latches.length !== its.latchedAt.size || latches.some((name) => !its.latchedAt.has(name))
      if (latched)
        its.latchedAt = new Map(latches.map((name) => [name, its.latchedAt.get(name) ?? clock.now()]))
      if (latched || (runningSince === null && its.aheadUntil !== null)) its.unwritten = true
      if (its.unwritten && (its.durable || wall.monotonic() >= its.retryAt))
        write(entry, entry.arbiter, now, runningSince === null ? 0 : AHEAD_MS)
    },
    settled: memory.settled,
  }
}

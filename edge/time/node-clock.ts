import type { Cancel, Clock, Mono, NodeClock, TimeSource, Utc } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { SystemTime } from '../../core/ports/system-time.ts'
import type { ClockFloor } from './clock-floor.ts'
import {
  agreed,
  apart,
  DRIFT_MAX,
  type OffsetRange,
  rangeAt,
  rangeOf,
  type TimeWord,
} from './offset-range.ts'

export interface NodeClockParts {
  /** The machine: its monotonic clock and timers are followed, its wall clock only while `system` vouches for it. */
  readonly base: Clock
  readonly system: SystemTime
  /** How far a synchronized wall clock may be off, in ms. */
  readonly systemError_ms?: number
  /** None on a demonstration, whose days repeat. */
  readonly floor?: ClockFloor
  /** When this software was made: no earlier time is believed, nor one more than `PLAUSIBLE_YEARS` later. */
  readonly madeAt: Utc
  readonly refused: (problem: Fault) => void
}

/** A node's clock and how it is told the time. `stop` writes the floor down for the last time. */
export interface LearningClock extends NodeClock {
  learn(source: TimeSource, word: TimeWord): void
  stop(): void
}

/** A word is fresh for so long: after that the clock runs on by itself, in holdover. */
export const FRESH_MS = 6 * 3_600_000
export const NTP_ERROR_MS = 1_000
const ASK_MS = 60_000
/** While the system keeps telling the time, and nothing is in doubt. */
const ASK_SYNCED_MS = 600_000
const FLOOR_MS = 600_000
/** A wall clock that moved by more while the system was asked was stepped in that moment. */
const STEPPED_MS = 1_000
/** A smaller correction, where the bounds do not ask for it, is noise of the source. */
const CORRECTION_MS = 20
const PLAUSIBLE_YEARS = 20
const YEAR_MS = 365.25 * 86_400_000

const RANK: Readonly<Record<TimeSource, number>> = { ntp: 3, hub: 2, lorawan: 1, gnss: 0 }
/** How often a word that contradicts what was known must be repeated. The hub's is authenticated and measured. */
const REPEATED: Readonly<Record<TimeSource, number>> = { ntp: 3, hub: 1, lorawan: 3, gnss: 3 }
/**
 * Only they prove anything: bounds and floor come from them alone. A gateway's word steers the clock, but anybody on its
 * network can forge it, and a forged year must not make every certificate look out of date.
 */
const AUTHORITIES: ReadonlySet<TimeSource> = new Set<TimeSource>(['ntp', 'hub'])

/** What is known of the offset, who is followed, and who spoke last. */
interface Estimate {
  readonly offset: number
  /** What all who are believed allow. */
  readonly range: OffsetRange
  /** What authorities alone allow; undefined before one has spoken. */
  readonly proven: OffsetRange | undefined
  readonly leader: TimeSource
  readonly ledAt: Mono
  readonly heard: { readonly source: TimeSource; readonly at: Utc; readonly mono: Mono }
}

interface Doubt {
  readonly range: OffsetRange
  readonly times: number
}

/**
 * The time of a node without a trustworthy wall clock. It runs on the monotonic clock and learns what to add to it:
 * each source narrows the range that the offset lies in, drift widens it, the best fresh source leads within it.
 * A word outside the range is doubted: it changes nothing until it was repeated and no better source is fresh. As
 * long as an authority contradicts what is followed, the bounds span both, so that nothing hangs on who is right.
 */
export function createNodeClock(parts: NodeClockParts): LearningClock {
  const { base, system, floor, madeAt, refused } = parts
  const startedAt = base.monotonic()
  const plausible = (utc: Utc) => utc >= madeAt && utc <= madeAt + PLAUSIBLE_YEARS * YEAR_MS
  const stored = storedFloor(floor, plausible, refused)
  const leastAtStart = stored ?? madeAt
  const wall = base.now()
  const guessAtStart = plausible(wall) ? Math.max(wall, leastAtStart) : leastAtStart
  const learners = new Set<() => void>()
  const doubts = new Map<TimeSource, Doubt>()
  let estimate: Estimate | undefined
  let stopped = false

  const fresh = (since: Mono, mono = base.monotonic()) => mono - since < FRESH_MS
  const now = () =>
    Math.round(
      estimate === undefined
        ? guessAtStart + (base.monotonic() - startedAt)
        : estimate.offset + base.monotonic(),
    )

  /** A lower bound that holds in this boot whatever is known. */
  const leastOffset = (mono: Mono): OffsetRange => {
    const low = leastAtStart - startedAt - (mono - startedAt) * DRIFT_MAX
    return { low, high: Number.POSITIVE_INFINITY, mono }
  }
  const bounds = () => {
    const mono = base.monotonic()
    const ranges = [estimate?.proven === undefined ? leastOffset(mono) : rangeAt(estimate.proven, mono)]
    for (const [source, { range }] of doubts) {
      if (AUTHORITIES.has(source) && fresh(range.mono)) ranges.push(rangeAt(range, mono))
    }
    return {
      earliest: Math.floor(mono + Math.min(...ranges.map(({ low }) => low))),
      latest: Math.ceil(mono + Math.max(...ranges.map(({ high }) => high))),
    }
  }

  const follow = (next: Estimate) => {
    const before = estimate?.offset
    estimate = next
    if (before !== next.offset) for (const learner of [...learners]) learner()
  }
  /** Narrows what is known to `range`; the offset follows the leader, and anybody into the range. */
  const confirm = (
    source: TimeSource,
    word: TimeWord,
    { range, proven }: Pick<Estimate, 'range' | 'proven'>,
  ) => {
    doubts.delete(source)
    const heard = { source, at: Math.round(word.utc), mono: word.mono }
    const told = clamp(word.utc - word.mono, range)
    if (estimate === undefined) {
      return follow({ offset: told, range, proven, leader: source, ledAt: word.mono, heard })
    }
    const leads = RANK[source] >= RANK[estimate.leader] || !fresh(estimate.ledAt, word.mono)
    const corrects = leads && Math.abs(told - estimate.offset) >= CORRECTION_MS
    const offset = corrects ? told : clamp(estimate.offset, range)
    const { leader, ledAt } = leads ? { leader: source, ledAt: word.mono } : estimate
    follow({ offset, range, proven, leader, ledAt, heard })
  }
  /** A word outside of what is known. */
  const contradict = (source: TimeSource, word: TimeWord, known: OffsetRange) => {
    const range = rangeOf(word)
    const apart_s = Math.round(apart(range, known) / 100) / 10
    refused(fault('TIME_DISAGREES', { source, apart_s }))
    const former = doubts.get(source)
    const same = former === undefined ? undefined : agreed(former.range, range)
    const times = same === undefined ? 1 : (former?.times ?? 0) + 1
    doubts.set(source, { range: same ?? range, times })
    const proves = AUTHORITIES.has(source)
    const outranked =
      (estimate !== undefined && RANK[source] < RANK[estimate.leader] && fresh(estimate.ledAt, word.mono)) ||
      (!proves && (estimate === undefined || estimate.proven !== undefined))
    if (outranked || times < REPEATED[source]) return
    // Who was followed until now has not become wrong by that: its word stands against the new one while it is fresh.
    const deposed = estimate
    estimate = undefined
    confirm(source, word, { range, proven: proves ? range : undefined })
    if (deposed?.proven !== undefined && deposed.leader !== source)
      doubts.set(deposed.leader, { range: deposed.proven, times: 1 })
  }
  const learn = (source: TimeSource, word: TimeWord) => {
    if (stopped) return
    if (
      !plausible(word.utc) ||
      !(word.error_ms >= 0 && word.error_ms < YEAR_MS) ||
      word.mono > base.monotonic()
    ) {
      return refused(fault('TIME_IMPLAUSIBLE', { source, utc: utcText(word.utc) }))
    }
    const said = rangeOf(word)
    const known = estimate?.range ?? leastOffset(word.mono)
    const range = agreed(known, said)
    if (range === undefined) return contradict(source, word, known)
    const before = estimate?.proven
    const proven = AUTHORITIES.has(source) ? agreed(before ?? leastOffset(word.mono), said) : before
    confirm(source, word, { range, proven })
  }

  const ask = async () => {
    const before = base.now() - base.monotonic()
    const vouched = await system.synchronized()
    const [utc, mono] = [base.now(), base.monotonic()]
    if (!vouched || Math.abs(utc - mono - before) > STEPPED_MS) return
    learn('ntp', { utc, mono, error_ms: parts.systemError_ms ?? NTP_ERROR_MS })
  }
  let asking: Cancel = () => {}
  const keepAsking = () => {
    void ask()
    const quiet = estimate?.leader === 'ntp' && fresh(estimate.ledAt) && doubts.size === 0
    asking = base.after(quiet ? ASK_SYNCED_MS : ASK_MS, keepAsking)
  }
  const writeFloor = () => {
    const { earliest } = bounds()
    // Without a word of this boot the floor only rises: by the time that this boot has lasted.
    if (plausible(earliest) && (estimate !== undefined || earliest > (stored ?? 0))) floor?.write(earliest)
  }
  let flooring: Cancel = () => {}
  const keepFloor = () => {
    flooring = base.after(FLOOR_MS, () => {
      writeFloor()
      keepFloor()
    })
  }
  keepAsking()
  if (floor !== undefined) keepFloor()

  return {
    now,
    monotonic: base.monotonic,
    after: base.after,
    quality() {
      if (estimate === undefined) return 'unknown'
      return fresh(estimate.heard.mono) ? 'synced' : 'holdover'
    },
    bounds,
    known: () =>
      estimate === undefined ? undefined : { source: estimate.heard.source, at: estimate.heard.at },
    offset: () => estimate?.offset,
    onLearnt(handler) {
      learners.add(handler)
      return () => learners.delete(handler)
    },
    learn,
    stop() {
      if (stopped) return
      stopped = true
      asking()
      flooring()
      writeFloor()
    },
  }
}

function clamp(offset: number, { low, high }: OffsetRange): number {
  return Math.min(Math.max(offset, low), high)
}

/** A floor outside of what is plausible is a damaged one, or was written by a clock that was wrong by decades. */
function storedFloor(
  floor: ClockFloor | undefined,
  plausible: (utc: Utc) => boolean,
  refused: (problem: Fault) => void,
): Utc | undefined {
  const at = floor?.read()
  if (at === undefined || plausible(at)) return at
  refused(fault('TIME_FLOOR_IMPLAUSIBLE', { utc: utcText(at) }))
  return undefined
}

/** Largest time that a Date can hold, in ms. */
const DATE_MAX = 8.64e15

function utcText(utc: Utc): string {
  return Math.abs(utc) <= DATE_MAX ? new Date(utc).toISOString() : String(utc)
}

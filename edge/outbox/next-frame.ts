import type { Lane } from '../../core/wire/topics.ts'
import type { Flights } from './flights.ts'
import { count, inside, type Range } from './ledger.ts'
import { FRAME_ROWS, type Outbox } from './outbox.ts'

/** Live rows wait this long for company, so that frames are worth their head. */
const LINGER_MS = 1_000

export interface Situation {
  readonly outbox: Outbox
  readonly underWay: Flights
  /** Lanes of which the hub has said what it holds. */
  readonly ready: ReadonlySet<Lane>
  /** Live rows below this number are history. */
  readonly boundary: number
  readonly window: number
  readonly historyWindow: number
  readonly now: number
  /** Monotonic time since which live rows wait for their frame. */
  readonly lingering: number | undefined
}

export interface Choice {
  readonly frame?: { readonly lane: Lane; readonly range: Range }
  readonly lingering: number | undefined
  /** Nothing to send now, but in so many milliseconds. */
  readonly wakeIn?: number
}

/** The frame to send next: alarms, the state of now, live readings, history. Cuts it where it is not cut yet. */
export function nextFrame(situation: Situation): Choice {
  const { lingering, now } = situation
  const alarm = nextAlarm(situation)
  // The readings that raised it go right behind an alarm: whoever sees the one should see the other.
  if (alarm !== undefined) return { frame: { lane: 'alarm', range: alarm }, lingering: now - LINGER_MS }
  const state = nextState(situation)
  if (state !== undefined) return { frame: { lane: 'state', range: state }, lingering }
  return nextLive(situation)
}

function nextAlarm(situation: Situation): Range | undefined {
  const { outbox, underWay, window } = situation
  if (!hasRoom(situation, 'alarm', window)) return undefined
  const frozen = outbox.frames('alarm').find(({ first }) => !underWay.has('alarm', first))
  if (frozen !== undefined) return frozen
  const uncut = outbox.unframed('alarm')[0]
  return uncut && outbox.cut('alarm', uncut, 1)[0]
}

/** Newest first: what is older is only of use to the ledger. */
function nextState(situation: Situation): Range | undefined {
  const { outbox, underWay, window } = situation
  if (!hasRoom(situation, 'state', window)) return undefined
  return outbox.frames('state').findLast(({ first }) => !underWay.has('state', first))
}

function nextLive(situation: Situation): Choice {
  const { outbox, underWay, boundary, window, now } = situation
  const free = window - underWay.of('live').length
  if (!hasRoom(situation, 'live', window)) return { lingering: situation.lingering }
  const waiting = outbox.frames('live').filter(({ first }) => !underWay.has('live', first))
  const present = waiting.find(({ first }) => first >= boundary)
  if (present !== undefined) return live(present, situation.lingering)

  const uncut = outbox.unframed('live')
  const fresh = inside(uncut, boundary, Number.MAX_SAFE_INTEGER)
  const [oldest] = fresh
  const lingering = oldest === undefined ? undefined : (situation.lingering ?? now)
  const waited = lingering === undefined ? 0 : now - lingering
  if (oldest !== undefined && (waited >= LINGER_MS || count(fresh) >= FRAME_ROWS)) {
    const [cut] = outbox.cut('live', oldest, free)
    if (cut !== undefined) return live(cut, undefined)
  }
  const history = nextHistory(situation, waiting, uncut)
  if (history !== undefined) return live(history, lingering)
  return lingering === undefined ? { lingering } : { lingering, wakeIn: Math.max(1, LINGER_MS - waited) }
}

function nextHistory(
  situation: Situation,
  waiting: readonly Range[],
  uncut: readonly Range[],
): Range | undefined {
  const { outbox, underWay, boundary, historyWindow } = situation
  const free = historyWindow - underWay.of('live').filter(({ first }) => first < boundary).length
  if (free <= 0) return undefined
  const [frozen] = waiting
  if (frozen !== undefined) return frozen
  const [oldest] = inside(uncut, 0, boundary - 1)
  return oldest && outbox.cut('live', oldest, free)[0]
}

function hasRoom({ underWay, ready }: Situation, lane: Lane, window: number): boolean {
  return ready.has(lane) && underWay.of(lane).length < window
}

function live(range: Range, lingering: number | undefined): Choice {
  return { frame: { lane: 'live', range }, lingering }
}

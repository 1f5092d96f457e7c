import { type Cancel, every, type Mono, type NodeClock, type Utc } from '../../core/clock.ts'
import type { TimeWord } from './offset-range.ts'

/** How far the hub's own clock may be off; it is a server with NTP. */
const HUB_ERROR_MS = 1_000
/** Well within the time for which a word is fresh, so that a few answers may be lost. */
const ASK_HUB_MS = 3_600_000

/** The hub said `utc` after it was asked at `asked`, and was heard at `heard`: on its way it grew at most so much older. */
export function hubWord(utc: Utc, asked: Mono, heard: Mono): TimeWord {
  const half = Math.max(0, heard - asked) / 2
  return { utc: utc + half, mono: heard, error_ms: half + HUB_ERROR_MS }
}

/** Asks the hub now and again, whoever else tells the time: two who agree know it better, and a liar is noticed. */
export function keepAskingHub(clock: NodeClock, ask: () => void): Cancel {
  return every(clock, ASK_HUB_MS, ask)
}

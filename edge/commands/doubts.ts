import type { NodeClock } from '../../core/clock.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandStore } from './command-store.ts'

/**
 * No momentary command is valid for longer than this, and what is forgotten expired by more than the persisted floor of
 * the time can fall back.
 */
export const FORGET_MS = 24 * 3_600_000

/** Whether something may come again that ran before, and is not remembered. */
export interface Doubts {
  /**
   * Something may that is valid still: it ran before a damaged store was lost. For a day by a clock that is known, over
   * restarts; a clock that was ahead does not make it longer.
   */
  stand(): boolean
  /** An unknown command whose time is over may have run: there was one of this expiry, or may have been. */
  mayHaveRun(expires: number): boolean
}

export function createDoubts(parts: {
  readonly clock: NodeClock
  readonly store: Pick<CommandStore, 'doubtedUntil' | 'doubtUntil' | 'forgottenUntil' | 'forgotUntil'>
  readonly refusals: Refusals
}): Doubts {
  const { clock, store, refusals } = parts
  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)

  const doubted = () => {
    const until = attempt(store.doubtedUntil)
    if (until === undefined) return false
    const { earliest, latest } = clock.bounds()
    if (until !== null && earliest >= until) {
      attempt(() => store.doubtUntil(undefined))
      return false
    }
    const longest = latest + FORGET_MS
    const unset = until === null || until > longest
    if (unset && Number.isFinite(longest)) attempt(() => store.doubtUntil(longest))
    return true
  }
  /** With a damaged store all was forgotten; an older release did not write down what it forgot, a day after its end. */
  const settle = (lost: boolean) => {
    if (attempt(store.forgottenUntil) !== null) return
    const until = clock.bounds().latest + (lost ? FORGET_MS : -FORGET_MS)
    if (Number.isFinite(until)) attempt(() => store.forgotUntil(until))
  }
  const stand = () => {
    const lost = doubted()
    settle(lost)
    return lost
  }

  return {
    stand,
    mayHaveRun(expires) {
      if (stand()) return true
      const until = attempt(store.forgottenUntil)
      return until === null || (until !== undefined && expires <= until)
    },
  }
}

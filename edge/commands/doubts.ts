import type { NodeClock } from '../../core/clock.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandStore } from './command-store.ts'

/**
 * No momentary command is valid for longer than this, and what is forgotten expired by more than the persisted floor of
 * the time can fall back.
 */
export const FORGET_MS = 24 * 3_600_000

/** Whether something may come again that ran before a damaged store was lost. */
export interface Doubts {
  /** For a day by a clock that is known, over restarts; a clock that was ahead does not make it longer. */
  stand(): boolean
}

export function createDoubts(parts: {
  readonly clock: NodeClock
  readonly store: Pick<CommandStore, 'doubtedUntil' | 'doubtUntil'>
  readonly refusals: Refusals
}): Doubts {
  const { clock, store, refusals } = parts
  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)
  return {
    stand() {
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
    },
  }
}

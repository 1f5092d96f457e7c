import type { Mono } from '../core/clock.ts'
import type { ArbitratedOutput, ClaimRank } from './control/arbiter.ts'
import type { ControlOutput } from './control/controller.ts'
import { type Entry, endsEarly, isNews, renewalDue, TELL_AGAIN_MS } from './driven-output.ts'

/** What owners of an output ask, beside its value: of what rank it is, and whether the hardware is told of it now. */

export type Urgency = 'urgent' | 'normal'

/** How an owner wants what it asks to be told to the device. */
export interface Wish {
  readonly owner: string
  readonly urgency: Urgency
  readonly again: boolean
  /** What a person asked for. */
  readonly ordered?: number
}

export function isDue(entry: Entry, value: number, wish: Wish | undefined, now: Mono, real: number): boolean {
  if (wish === undefined) return isNews(entry, value, real) || renewalDue(entry, now, real)
  // What the output does already is told once more: a driver may have given up on it, and a person waits for an answer.
  if (wish.ordered !== undefined) return value !== entry.told || value === wish.ordered
  const mine = entry.decision?.owner === wish.owner
  if (wish.again && mine && real - entry.toldAt >= TELL_AGAIN_MS) return true
  if (isNews(entry, value, wish.again ? Number.POSITIVE_INFINITY : real)) return true
  return mine && endsEarly(entry, now)
}

/** Two stations may share a siren: the calm of one, or a pause of its pattern, must not quiet the other's alarm. */
export function rankOf({ value, purpose }: ControlOutput, { safe }: ArbitratedOutput): ClaimRank {
  switch (purpose) {
    case 'alarm':
      return value === safe ? 'rest' : 'alarm'
    case 'emergency':
    case 'override':
      return purpose
    case 'schedule':
    case 'self-test':
      return 'controller'
    case 'rest':
      return 'rest'
  }
}

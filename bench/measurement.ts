import type { Workplace } from './workplace.ts'

/** How much a run does: rounds of ours and peer in turn, and the share of the full amount of work in each. */
export interface Effort {
  readonly rounds: number
  readonly share: number
}

export const FULL: Effort = { rounds: 5, share: 1 }
export const QUICK: Effort = { rounds: 3, share: 0.1 }

/** So much of the full amount, but never less than `least`. */
export function amount(effort: Effort, full: number, least = 1): number {
  return Math.max(least, Math.round(full * effort.share))
}

/** What the issue asks of a figure; `ratio` is ours over the peer's. */
export interface Target {
  readonly of: 'ours' | 'ratio'
  readonly bound: 'at least' | 'at most'
  readonly limit: number
}

/** One number of a measurement, once per round. Rounds of ours and of the peer stand at the same index. */
export interface Figure {
  readonly what: string
  readonly unit: string
  readonly ours: readonly number[]
  readonly peer?: { readonly name: string; readonly values: readonly number[] }
  readonly target?: Target
}

export interface Bench {
  readonly effort: Effort
  readonly workplace: Workplace
  /** Tells whoever waits at the terminal how far it is. */
  say(line: string): void
}

export type Outcome =
  | { readonly figures: readonly Figure[]; readonly notes: readonly string[] }
  | { readonly skipped: string }

export interface Measurement {
  readonly name: string
  readonly title: string
  run(bench: Bench): Promise<Outcome>
}

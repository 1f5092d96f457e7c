import type { Mono } from '../../core/clock.ts'
import type { Interlock } from '../../devices/define.ts'

/**
 * How long an output ran within a window that moves on. Runs are added up in shares of the window, each of which counts
 * whole until its end has left it: so much is never run within any such window, and a share's worth of patience is the
 * price for a list that does not grow with the number of pulses.
 */

/** Ran for `ms` in a share that ends at `until`. */
export interface Spent {
  readonly until: Mono
  readonly ms: number
  /** Nobody knows: what was written down was lost, and all that may be is taken to be used. */
  readonly lost?: true
}

export type RunBudget = Extract<Interlock, { kind: 'run-budget' }>

/** A window has about so many shares. */
const SHARES = 96
/** The longest window of an output has no more of its shortest one's shares than this. */
const SHARES_MAX = 960

export function runBudgets(interlocks: readonly Interlock[]): readonly RunBudget[] {
  return interlocks.filter((one) => one.kind === 'run-budget')
}

/** Adds a run of `ms` that lasted until `now`. */
export function spend(
  spent: readonly Spent[],
  budgets: readonly RunBudget[],
  now: Mono,
  ms: number,
): readonly Spent[] {
  const [shortest, longest] = windows(budgets)
  const kept = spent.filter((one) => one.until + longest > now)
  if (ms <= 0) return kept
  const share = Math.max(shortest / SHARES, longest / SHARES_MAX)
  const until = (Math.ceil(now / share) * share) as Mono
  const same = kept.find((one) => one.until === until && one.lost === undefined)
  if (same === undefined) return [...kept, { until, ms }]
  return kept.map((one) => (one === same ? { until, ms: one.ms + ms } : one))
}

/** How much longer it may run now, in ms; 0 or less for not at all. */
export function budgetLeft(spent: readonly Spent[], { run_s, per_s }: RunBudget, now: Mono): number {
  const within = spent.filter(({ until }) => until + per_s * 1000 > now)
  return run_s * 1000 - within.reduce((sum, { ms }) => sum + ms, 0)
}

/** When it may run again if it does not run until then. */
export function budgetFreeAt(spent: readonly Spent[], budget: RunBudget, now: Mono): Mono {
  const ends = spent.map(({ until }) => (until + budget.per_s * 1000) as Mono).filter((end) => end > now)
  const byTime = ends.toSorted((one, other) => one - other)
  return byTime.find((end) => budgetLeft(spent, budget, end) > 0) ?? now
}

/** Everything that may be is used. */
export function allSpent(budgets: readonly RunBudget[], now: Mono): readonly Spent[] {
  const most_s = Math.max(0, ...budgets.map(({ run_s }) => run_s))
  return most_s === 0 ? [] : [{ until: now, ms: most_s * 1000, lost: true }]
}

/** Shortest and longest window, ms. */
function windows(budgets: readonly RunBudget[]): readonly [number, number] {
  const list = budgets.map(({ per_s }) => per_s * 1000)
  return [Math.min(...list), Math.max(...list)]
}

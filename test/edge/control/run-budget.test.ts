import { array, assert, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { budgetFreeAt, budgetLeft, type Spent, spend } from '../../../edge/control/run-budget.ts'

/** An output never runs more than its budget within any window, wherever the window begins. */

const BUDGET = { kind: 'run-budget', run_s: 20, per_s: 3_600 } as const
const mono = (ms: number): Mono => ms as Mono

interface Ran {
  readonly from: number
  readonly until: number
}

/** Runs as long as it may, whenever it is asked to. */
function live(asked: readonly { readonly after_s: number; readonly for_s: number }[]): readonly Ran[] {
  let now = 0
  let spent: readonly Spent[] = []
  const ran: Ran[] = []
  for (const { after_s, for_s } of asked) {
    now += after_s * 1_000
    const ms = Math.min(for_s * 1_000, budgetLeft(spent, BUDGET, mono(now)))
    if (ms <= 0) continue
    ran.push({ from: now, until: now + ms })
    now += ms
    spent = spend(spent, [BUDGET], mono(now), ms)
  }
  return ran
}

function ranWithin(ran: readonly Ran[], from: number, until: number): number {
  return ran.reduce((sum, one) => sum + Math.max(0, Math.min(one.until, until) - Math.max(one.from, from)), 0)
}

test('in no window does it run for longer', () => {
  // Pulses shorter than a share of the window, asked for again and again while it moves on.
  const pulse = record({ after_s: integer({ min: 0, max: 40 }), for_s: integer({ min: 1, max: 20 }) })
  const asked = array(pulse, { minLength: 150, maxLength: 300 })
  assert(
    property(asked, (list) => {
      const ran = live(list)
      const [window, most] = [BUDGET.per_s * 1_000, BUDGET.run_s * 1_000]
      for (const { from } of ran) expect(ranWithin(ran, from, from + window)).toBeLessThanOrEqual(most)
    }),
    { numRuns: 300 },
  )
})

test('what is used up is there again a window later, and a share of it at most', () => {
  const spent = spend([], [BUDGET], mono(1_000_000), BUDGET.run_s * 1_000)
  expect(budgetLeft(spent, BUDGET, mono(1_000_000))).toBe(0)
  const free = budgetFreeAt(spent, BUDGET, mono(1_000_000))
  expect(free).toBeGreaterThanOrEqual(1_000_000 + BUDGET.per_s * 1_000)
  expect(free).toBeLessThanOrEqual(1_000_000 + BUDGET.per_s * 1_000 * (1 + 1 / 96))
  expect(budgetLeft(spent, BUDGET, free)).toBe(BUDGET.run_s * 1_000)
})

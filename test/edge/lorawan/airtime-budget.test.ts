import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { createAirtimeBudget } from '../../../edge/drivers/lorawan/airtime-budget.ts'

const at = (ms: number) => ms as Mono
const HOUR_MS = 3_600_000
const limits = { percent: 10, urgentReserve_percent: 50 }

describe('the airtime of one gateway', () => {
  test('normal frames may use what is not reserved', () => {
    const budget = createAirtimeBudget(limits)
    budget.spend(180_000 - 100, at(0))
    expect([budget.allows(100, false, at(1)), budget.allows(101, false, at(1))]).toEqual([true, false])
  })

  test('urgent frames may use all of it', () => {
    const budget = createAirtimeBudget(limits)
    budget.spend(360_000 - 100, at(0))
    expect([budget.allows(100, true, at(1)), budget.allows(101, true, at(1))]).toEqual([true, false])
  })

  test('is free again after an hour', () => {
    const budget = createAirtimeBudget(limits)
    budget.spend(360_000, at(0))
    expect(budget.allows(1, false, at(HOUR_MS + 1))).toBe(true)
  })

  test('never exceeds the limit in any hour, to the minute, whatever is asked when', () => {
    const request = fc.tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 1, max: 60_000 }))
    fc.assert(
      fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
        const budget = createAirtimeBudget(limits)
        const sent: { readonly at: number; readonly length: number }[] = []
        let now = 0
        for (const [wait, length] of requests) {
          now += wait
          if (!budget.allows(length, true, at(now))) continue
          budget.spend(length, at(now))
          sent.push({ at: now, length })
          const hour = sent.filter((one) => one.at > now - HOUR_MS + 60_000)
          expect(hour.reduce((sum, one) => sum + one.length, 0)).toBeLessThanOrEqual(360_000)
        }
      }),
      { numRuns: 200 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BREAKS, type Course, course, type Rule, rulesBroken } from './random-house.ts'

/** Whatever is asked, heard, lost, refused or restarted, no rule is broken; and the judge would notice if one were. */

test('in no life of the house is a rule broken', async () => {
  await fc.assert(
    fc.asyncProperty(course, async (life) => {
      expect([...(await rulesBroken(life))]).toEqual([])
    }),
    // Other lives in every run; a counterexample tells its seed.
    { numRuns: 60, endOnFailure: true },
  )
}, 120_000)

/** A plain day of dosing: enough to break what is not kept. */
const DAY: Course = [
  { type: 'pass', seconds: 60, telling: true },
  { type: 'want', name: 'valve1', for_s: 100_000 },
  { type: 'want', name: 'pump', for_s: 100_000 },
  { type: 'pass', seconds: 20, telling: true },
  { type: 'want', name: 'acid', for_s: 100_000 },
  { type: 'want', name: 'base', for_s: 100_000 },
  { type: 'pass', seconds: 60, telling: true },
  { type: 'hear', float: 1, flow: 0, pressure: 200 },
  { type: 'pass', seconds: 1, telling: true },
  { type: 'let-go', name: 'base' },
  { type: 'hear', float: 0, flow: 20, pressure: 200 },
  { type: 'hear', float: 1, flow: 20, pressure: 200 },
  { type: 'pass', seconds: 60, telling: true },
  { type: 'pass', seconds: 60, telling: true },
  { type: 'pass', seconds: 60, telling: true },
  { type: 'hear', float: 0, flow: 0, pressure: 200 },
  { type: 'lose', device: 'valves' },
  { type: 'pass', seconds: 60, telling: false },
  ...Array.from({ length: 8 }, () => ({ type: 'pass', seconds: 60, telling: true }) as const),
]

describe('a rule that is taken out is missed', () => {
  test.each(Object.keys(BREAKS) as Rule[])('%s', async (rule) => {
    expect([...(await rulesBroken(DAY))]).toEqual([])
    expect([...(await rulesBroken(DAY, BREAKS[rule]))]).toContain(rule)
  })
})

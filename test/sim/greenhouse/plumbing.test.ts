import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Branch, flowsOf, type Pump } from '../../../sim/greenhouse/plumbing.ts'

const RUNNING: Pump = { speed: 1, primed: true, health: 1 }
const zone = (drips_Lmin: number, open = 1, hole_Lmin = 0): Branch => ({ drips_Lmin, hole_Lmin, open })

describe('water in the pipes', () => {
  test('reaches an open zone as its drippers are rated', () => {
    const { branches_Lmin, pressure_kPa } = flowsOf(RUNNING, [zone(12), zone(12, 0)])
    expect(branches_Lmin).toEqual([12, 0])
    expect(pressure_kPa).toBeGreaterThan(200)
  })

  test('stands under the pump’s full pressure against shut valves', () => {
    const { total_Lmin, pressure_kPa } = flowsOf(RUNNING, [zone(12, 0), zone(12, 0)])
    expect(total_Lmin).toBe(0)
    expect(pressure_kPa).toBe(320)
  })

  test('does not come without water in the pump', () => {
    expect(flowsOf({ ...RUNNING, primed: false }, [zone(12)])).toEqual({
      ...{ total_Lmin: 0, pressure_kPa: 0, branches_Lmin: [0] },
    })
  })

  test('is held by drippers when the pump rests, and finds a hole all the same', () => {
    expect(flowsOf({ ...RUNNING, speed: 0 }, [zone(12)]).total_Lmin).toBe(0)
    expect(flowsOf({ ...RUNNING, speed: 0 }, [zone(0, 1, 6)]).total_Lmin).toBeGreaterThan(1)
  })

  test('is more through a burst line and less through blocked drippers, enough to tell', () => {
    const flow = (drips: number, hole = 0) => flowsOf(RUNNING, [zone(drips, 1, hole)]).total_Lmin
    expect(flow(12, 12 * 0.9) / flow(12)).toBeGreaterThan(1.5)
    expect(flow(12 * 0.4) / flow(12)).toBeLessThan(0.6)
  })

  test('is divided without a litre lost or made, whatever is open', () => {
    const branches = fc.array(
      fc.record({
        drips_Lmin: fc.double({ min: 0.1, max: 60, noNaN: true }),
        hole_Lmin: fc.constantFrom(0, 8, 40),
        open: fc.constantFrom(0, 1),
      }),
      { minLength: 1, maxLength: 8 },
    )
    const pump = fc.record({
      speed: fc.double({ min: 0, max: 1, noNaN: true }),
      primed: fc.boolean(),
      health: fc.double({ min: 0.1, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(pump, branches, (machine, lines) => {
        const { total_Lmin, branches_Lmin, pressure_kPa } = flowsOf(machine, lines)
        expect(branches_Lmin.reduce((sum, one) => sum + one, 0)).toBeCloseTo(total_Lmin, 6)
        expect(total_Lmin).toBeLessThanOrEqual(71)
        expect(pressure_kPa).toBeGreaterThanOrEqual(0)
        expect(pressure_kPa).toBeLessThanOrEqual(320)
      }),
      { numRuns: 5_000 },
    )
  })
})

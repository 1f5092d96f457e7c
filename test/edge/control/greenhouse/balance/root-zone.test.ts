import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Crop } from '../../../../../core/documents/greenhouse.ts'
import {
  afterDay,
  afterWater,
  availableWater,
  cropStage,
  litresFor,
} from '../../../../../edge/control/greenhouse/balance/root-zone.ts'

const soil = { moisture: [], fieldCapacity: 32, wilting: 17, depletion: 0.4, silent_min: 120 }
const zone = { soil, rained: 1, area_m2: 200, efficiency: 0.9 }
const crop: Crop = {
  name: 'Cà chua',
  planted: '2026-09-01',
  stages: [
    { name: 'cây con', days: 30, kc: 0.6, root_m: 0.25 },
    { name: 'ra hoa', days: 40, kc: 1.15, root_m: 0.5 },
    { name: 'cuối vụ', days: 25, kc: 0.8, root_m: 0.5 },
  ],
}
const full = { name: 'Cà chua', stage: 'ra hoa', day: 40, kc: 1.15, root_m: 0.5 }

describe('a crop grows', () => {
  test.each([
    ['2026-09-01', 1, 'cây con', 0.6],
    ['2026-09-30', 30, 'cây con', 0.6],
    ['2026-10-01', 31, 'ra hoa', 1.15],
    ['2026-11-10', 71, 'cuối vụ', 0.8],
    ['2027-03-01', 182, 'cuối vụ', 0.8],
  ])('on %s it is day %d, %s, Kc %d', (today, day, stage, kc) => {
    expect(cropStage(crop, today)).toMatchObject({ day, stage, kc })
  })
  test('and before it is planted there is none', () => {
    expect(cropStage(crop, '2026-08-31')).toBeNull()
    expect(cropStage(undefined, '2026-09-01')).toBeNull()
  })
})

describe('water in the root zone', () => {
  test('TAW 75 mm and RAW 30 mm of 15 % by volume over half a metre', () => {
    expect(availableWater(soil, 0.5)).toEqual({ total_mm: 75, readily_mm: 30 })
  })
  test('a day of ET0 5 mm at Kc 1.15 takes 5.75 mm, and 6.39 mm must be given to put it back', () => {
    const deficit = afterDay(0, zone, full, { et0_mm: 5, rain_mm: 0 })
    expect(deficit).toBeCloseTo(5.75, 10)
    const litres = litresFor(deficit, zone)
    expect(litres / zone.area_m2).toBeCloseTo(6.39, 2)
    expect(afterWater(deficit, zone, litres)).toBeCloseTo(0, 10)
  })
  test('rain counts as far as it reaches the soil', () => {
    const day = { et0_mm: 5, rain_mm: 3 }
    expect(afterDay(10, zone, full, day)).toBeCloseTo(12.75, 10)
    expect(afterDay(10, { ...zone, rained: 0 }, full, day)).toBeCloseTo(15.75, 10)
  })
  test('neither drains below nothing nor dries beyond what is there', () => {
    const some = fc.double({ min: 0, max: 1_000, noNaN: true })
    fc.assert(
      fc.property(some, some, some, some, (deficit, et0_mm, rain_mm, litres) => {
        const dry = afterDay(deficit, zone, full, { et0_mm, rain_mm })
        const wet = afterWater(dry, zone, litres)
        expect(dry).toBeLessThanOrEqual(75)
        expect(wet).toBeGreaterThanOrEqual(0)
        expect(wet).toBeLessThanOrEqual(dry)
      }),
    )
  })
})

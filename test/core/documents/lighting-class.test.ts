import { describe, expect, test } from 'vitest'
import {
  floorLevel,
  lightingDesigns,
  lumenMethodLx,
  neededLx,
  pointMethodLx,
  shiftClass,
} from '../../../core/documents/lighting-class.ts'
import { LED, streetOf } from '../../edge/control/lighting/street.ts'

/** Light against what a class needs: the vectors of DOMAIN §3. */

describe('the lumen method', () => {
  test('12 000 · 0.40 · 0.80 / (30 · 7) is 18.29 lx', () => {
    expect(lumenMethodLx(LED, streetOf().road)).toBeCloseTo(18.29, 2)
  })
  test('two rows give twice the light', () => {
    expect(lumenMethodLx(LED, { ...streetOf().road, rows: 2 })).toBeCloseTo(36.57, 2)
  })
  test('the floor is the share of it that the class needs', () => {
    expect(floorLevel(LED, streetOf().road, 'M4')).toBeCloseTo((100 * 0.75 * 15) / 18.2857, 2)
  })
})

describe('the point method', () => {
  test.each([
    [0, 100],
    [10, 35.355],
    [15, 17.07],
  ])('10 000 cd at 10 m, %s m away: %s lx', (distance, lx) => {
    expect(pointMethodLx(10_000, 10, distance)).toBeCloseTo(lx, 2)
  })
  test('says nothing where no intensity is given', () => {
    expect(lightingDesigns(streetOf()).map(({ point }) => point)).toEqual([null])
  })
  test('is darkest midway between poles', () => {
    const luminaires = { led: { ...LED, intensity_cd: 4_000 } }
    const [design] = lightingDesigns(streetOf({ luminaires }))
    expect(design?.point?.midway_lx).toBeLessThan(design?.point?.mean_lx ?? 0)
  })
})

describe('classes', () => {
  test('are made brighter and darker within what there is', () => {
    const shifts = [1, -2, 9, -9].map((by) => shiftClass('M4', by))
    expect(shifts).toEqual(['M3', 'M6', 'M1', 'M6'])
  })
  test('of walking streets stay among themselves', () => {
    expect(shiftClass('P2', 5)).toBe('P1')
  })
  test('need luminance by the surface, or illuminance as it stands', () => {
    expect([neededLx('M3', 15), neededLx('M3', 10), neededLx('P3', 15)]).toEqual([15, 10, 7.5])
  })
})

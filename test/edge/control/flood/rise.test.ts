import { describe, expect, test } from 'vitest'
import { DONG_HA, trial } from './station.ts'

const FLASHY = { ...DONG_HA, rise: { m_per_h: 0.5, over_min: 30 } }

describe('the rate of rise', () => {
  test('is the slope of the line through the window, in metres an hour', () => {
    const it = trial(FLASHY)
    for (let i = 0; i <= 12; i++) it.stage(0.5 + 0.05 * i)
    expect(it.latest('rise')?.value).toBeCloseTo(0.6, 6)
  })
  test('is not told from one interval', () => {
    const it = trial(FLASHY)
    it.stage(0.5)
    it.stage(0.9)
    expect(it.latest('rise')).toBeUndefined()
  })
  test('alarms once while it lasts and clears after its hold', () => {
    const it = trial(FLASHY)
    for (let i = 0; i <= 10; i++) it.stage(0.5 + 0.05 * i)
    for (let i = 0; i <= 20; i++) it.stage(1)
    expect(it.log()).toEqual(['rise raised 0', 'rise cleared 0'])
  })
  test('its memory is bounded however often the sensor reports', () => {
    const it = trial(FLASHY)
    for (let i = 0; i < 4000; i++) it.stage(0.5 + i / 100_000, 1)
    expect(it.state().rise.history.length).toBeLessThanOrEqual(242)
    expect(it.latest('rise')?.value).toBeCloseTo(0.036, 2)
  })
  test('a spike does not bend it', () => {
    const it = trial(FLASHY)
    for (const stage of [0.5, 0.5, 0.5, 0.5, 4, 0.5, 0.5]) it.stage(stage)
    expect(it.latest('rise')?.value).toBe(0)
  })
})

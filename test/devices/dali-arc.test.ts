import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arcOf, fadeCodeOf, fadeSecondsOf, percentOf } from '../../devices/codecs/dali-arc.ts'

/** Percent of light and DALI's arc levels stand for each other as IEC 62386 says, whoever asks. */

const arc = (percent: number, curve: 'logarithmic' | 'linear' = 'logarithmic') => {
  const found = arcOf(percent, curve)
  return found.ok ? found.value : found.error.code
}

describe('the standard curve', () => {
  test.each([
    [1, 0.1],
    [85, 0.991],
    [126, 3.035],
    [170, 10.091],
    [195, 19.971],
    [229, 50.531],
    [246, 80.378],
    [254, 100],
    [0, 0],
  ])('level %i gives %f %%', (level, percent) => {
    expect(percentOf(level, 'logarithmic')).toBe(percent)
  })

  test.each([
    [10, 170],
    [20, 195],
    [30, 210],
    [50, 229],
    [70, 241],
    [80, 246],
    [90, 250],
    [100, 254],
    [0, 0],
  ])('%f %% is level %i', (percent, level) => {
    expect(arc(percent)).toBe(level)
  })

  test('any light that is asked for is light', () => {
    expect([arc(0.000_1), arc(0.05), arc(Number.MIN_VALUE)]).toEqual([1, 1, 1])
  })
})

test.each([-0.001, 100.001, Number.NaN, Number.POSITIVE_INFINITY])('%f %% is refused', (percent) => {
  expect(arc(percent)).toBe('PAYLOAD_OUT_OF_RANGE')
})

test.each([255, -1, 256, 1.5, Number.NaN])('%f is no level', (level) => {
  expect(percentOf(level, 'logarithmic')).toBeUndefined()
})

describe.each(['logarithmic', 'linear'] as const)('on the %s curve', (curve) => {
  test('every level leads back to itself over its percentage', () => {
    const levels = Array.from({ length: 255 }, (_, level) => level)
    expect(levels.map((level) => arc(percentOf(level, curve) ?? -1, curve))).toEqual(levels)
  })

  test('more light is never a lower level, and no other level is nearer', () => {
    const percent = fc.double({ min: 0.1, max: 100, noNaN: true })
    fc.assert(
      fc.property(percent, percent, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const level = Number(arc(low, curve))
        expect(level).toBeLessThanOrEqual(Number(arc(high, curve)))
        const step = (n: number) =>
          curve === 'linear' ? (percentOf(n, curve) ?? 0) : Math.log(percentOf(n, curve) ?? 1)
        const at = curve === 'linear' ? low : Math.log(low)
        for (const near of [level - 1, level + 1].filter((n) => n >= 1 && n <= 254))
          expect(Math.abs(step(level) - at)).toBeLessThanOrEqual(Math.abs(step(near) - at) + 0.01)
      }),
      { numRuns: 2_000 },
    )
  })
})

test.each([
  [0, 0],
  [0.7, 1],
  [2, 4],
  [16, 10],
  [90.5, 15],
])('%f s of fade is code %i', (seconds, code) => {
  expect([fadeCodeOf(seconds), Math.abs(fadeSecondsOf(code) - seconds) < 0.06]).toEqual([code, true])
})

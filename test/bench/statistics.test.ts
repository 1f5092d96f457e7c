import { describe, expect, test } from 'vitest'
import { percentile, ratios, spread } from '../../bench/statistics.ts'

describe('percentile takes the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  test('the 99th of a hundred is the second largest', () => {
    expect(percentile(hundred, 99)).toBe(99)
  })

  test('a few samples have their largest as 99th', () => {
    expect(percentile([3, 1, 2], 99)).toBe(3)
  })

  test('nothing measured is a mistake', () => {
    expect(() => percentile([], 50)).toThrow(RangeError)
  })
})

test('a spread is the middle and both ends', () => {
  expect(spread([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 })
})

test('ratios compare round by round and leave out what cannot be divided', () => {
  expect(ratios([10, 20, 30], [5, 0, 10])).toEqual([2, 3])
})

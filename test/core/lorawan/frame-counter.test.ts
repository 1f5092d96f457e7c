import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { earlierCounter, FCNT_GAP_MAX, fullCounter } from '../../../core/lorawan/frame-counter.ts'

describe('16 bits on the air become the 32-bit counter', () => {
  test.each([
    [1, 1, 1],
    [65_536, 0, 65_536],
    [0, 1, 1],
    [65_537, 2, 65_538],
    [2, 1, 1],
    [65_537, 0, 65_536],
    [65_536, 65_535, 65_535],
  ])('next %i, heard %i: %i', (next, low, expected) => {
    expect(fullCounter(next, low)).toBe(expected)
  })

  test('whatever is sent within the gap limit is recovered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xf000_0000 }),
        fc.integer({ min: 0, max: FCNT_GAP_MAX }),
        (next, skipped) => fullCounter(next, (next + skipped) % 65_536) === next + skipped,
      ),
    )
  })

  test('a frame of the past is named by the earlier counter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 65_536, max: 0xf000_0000 }),
        fc.integer({ min: 2, max: 65_535 }),
        (next, ago) => earlierCounter(next, (next - ago) % 65_536) === next - ago,
      ),
    )
  })

  test('before the first wrap a counter ahead has no past', () => {
    expect(earlierCounter(10, 20)).toBeUndefined()
  })
})

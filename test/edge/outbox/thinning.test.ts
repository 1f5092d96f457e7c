import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDays } from '../../../core/time-zone.ts'
import {
  countOf,
  decodeStanding,
  encodeStanding,
  giver,
  intervalStarts,
  type LiveRow,
  secondsUntilDropped,
  thin,
} from '../../../edge/outbox/thinning.ts'

const MINUTE = 60_000
const [minutes = Math.floor, quarters = Math.floor, ...longer] = intervalStarts(localDays('Asia/Ho_Chi_Minh'))
const at = (row: LiveRow) => row.at

function row(seq: number, part: Partial<LiveRow> = {}): LiveRow {
  return { seq, series: 0, at: seq * 1000, value: seq, mono: seq * 1000, mark: 1, ...part }
}

const rows = fc
  .array(
    fc.record({
      series: fc.nat(3),
      at: fc.nat(10 * MINUTE),
      value: fc.integer({ min: -1000, max: 1000 }),
      mark: fc.constantFrom(1, 3, 65, 67),
    }),
    { maxLength: 60 },
  )
  .map((parts) => parts.map((part, seq) => row(seq, { ...part, mono: part.at })))

describe('thinning', () => {
  test('to days goes by the days of the site', () => {
    const midnight = Date.UTC(2026, 9, 1, 17)
    const ages = [-20, -10, 0, 10].map((hours, seq) => row(seq, { at: midnight + hours * 60 * MINUTE }))
    const days = thin(ages, longer.at(-1) ?? minutes, at)
    expect(days.map((day) => [day.seq, countOf(day)])).toEqual([
      [1, 2],
      [3, 2],
    ])
  })

  test('leaves the last reading of each interval as it was, with what it stands for', () => {
    const thinned = thin([row(0, { value: 5 }), row(1, { value: 9 }), row(2, { value: 7 })], minutes, at)
    expect(thinned).toEqual([
      { ...row(2, { value: 7 }), standing: { span: 2000, count: 3, sum: 21, min: 5, max: 9 } },
    ])
  })

  test('adds up what had been added up before', () => {
    const each = thin([row(0), row(1), row(60), row(61)], minutes, at)
    expect(thin(each, quarters, at)).toEqual([
      { ...row(61), standing: { span: 61_000, count: 4, sum: 122, min: 0, max: 61 } },
    ])
  })

  test('keeps a reading that is alone in its interval as it is', () => {
    expect(thin([row(0), row(60), row(120)], minutes, at)).toEqual([row(0), row(60), row(120)])
  })

  test('never mixes points, flags, clock qualities or boots', () => {
    const apart = [
      row(0),
      row(1, { series: 1 }),
      row(2, { mark: 3 }),
      row(3, { mark: 33 }),
      row(4, { mark: 65 }),
    ]
    expect(thin(apart, minutes, at)).toEqual(apart)
  })

  test('takes the reading that was measured last, though it was written earlier', () => {
    const [only] = thin([row(0, { at: 2000, value: 1 }), row(1, { at: 1000, value: 2 })], minutes, at)
    expect(only).toMatchObject({ seq: 1, at: 2000, value: 1, standing: { span: 1000 } })
  })

  test('begins another row where the sum would be too large for a frame', () => {
    const huge = { value: 2 ** 51 - 1 }
    const thinned = thin([row(0, huge), row(1, huge), row(2, huge)], minutes, at)
    expect(thinned.map(countOf)).toEqual([2, 1])
  })

  test('loses no reading: counts, sums, extremes and order', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(minutes, quarters, ...longer), (all, start) => {
        const thinned = thin(all, start, at)
        expect(thinned.reduce((sum, one) => sum + countOf(one), 0)).toBe(all.length)
        expect(thinned.reduce((sum, one) => sum + (one.standing?.sum ?? one.value), 0)).toBe(
          all.reduce((sum, { value }) => sum + value, 0),
        )
        expect(thinned.map(({ seq }) => seq)).toEqual(thinned.map(({ seq }) => seq).toSorted((a, b) => a - b))
        for (const { series, mark, at: last, standing } of thinned) {
          if (standing === undefined) continue
          const meant = all.filter((one) => {
            const same = one.series === series && one.mark === mark
            return same && start(one.at) === start(last)
          })
          expect(standing).toEqual({
            span: last - Math.min(...meant.map(at)),
            count: meant.length,
            sum: meant.reduce((sum, { value }) => sum + value, 0),
            min: Math.min(...meant.map(({ value }) => value)),
            max: Math.max(...meant.map(({ value }) => value)),
          })
        }
      }),
      { numRuns: 500 },
    )
  })

  test('in one step or in two comes to the same', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const twice = thin(thin(all, minutes, at), quarters, at)
        expect(twice).toEqual(thin(all, quarters, at))
      }),
      { numRuns: 500 },
    )
  })
})

test('the tier with the most rows gives, the older of two', () => {
  expect(giver([3, 5, 5, 1, 0])).toBe(2)
})

test('what a row stands for is read as it was written', () => {
  const count = fc.integer({ min: 0, max: 2 ** 32 })
  const value = fc.integer({ min: -(2 ** 51), max: 2 ** 51 })
  fc.assert(
    fc.property(fc.record({ span: count, count, sum: value, min: value, max: value }), (standing) => {
      expect(decodeStanding(encodeStanding(standing))).toEqual(standing)
    }),
  )
})

test('any bytes are read as what a row stands for, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const standing = decodeStanding(bytes)
      if (standing !== undefined) expect(encodeStanding(standing)).toEqual(bytes)
    }),
    { numRuns: 100_000 },
  )
})

test('a node with little to tell lasts longer the coarser its rows become', () => {
  const rowsPerSecond = 40 / 60
  const now = { tiers: [0, 0, 0, 0, 0], capacity: 200_000, rowsPerSecond, points: 40 }
  const days = secondsUntilDropped(now) / 86_400
  // A fifth each: 40,000 rows are 16.7 h as they come and by the minute, 10.4 d by the quarter, 41.7 d by the hour, 1000 d.
  expect(days).toBeCloseTo(2 * (1000 / 60 / 24) + 1000 / 96 + 1000 / 24 + 1000, 0)
})

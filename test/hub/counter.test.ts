import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counterUse } from '../../hub/store/counter.ts'
import type { Bucket } from '../../hub/store/rollups.ts'

/** What a counter counted is known from where it stood, whatever happened to the counter. */

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Buckets of `width` over samples in the order of their times. */
function bucketsOf(samples: readonly (readonly [at: number, value: number])[], width: number): Bucket[] {
  const buckets = new Map<number, Bucket>()
  for (const [at, value] of samples) {
    const start = at - (at % width)
    const { min = value, max = value } = buckets.get(start) ?? {}
    buckets.set(start, {
      at: start,
      min: Math.min(min, value),
      max: Math.max(max, value),
      mean: 0,
      last: value,
    })
  }
  return [...buckets.values()]
}
const use = (samples: readonly (readonly [number, number])[], before?: number) => {
  const hours = bucketsOf(samples, HOUR)
  const within = ({ at }: Bucket) => hours.filter((hour) => hour.at >= at && hour.at < at + DAY)
  return [...counterUse(bucketsOf(samples, DAY), before, within).values()]
}

test('a day counts from where the day before ended', () => {
  expect(
    use([
      [0, 10],
      [HOUR, 14],
      [DAY, 15],
      [DAY + HOUR, 20],
    ]),
  ).toEqual([4, 6])
})

test('what stood before the first day counts', () => {
  expect(
    use(
      [
        [0, 10],
        [HOUR, 14],
      ],
      9,
    ),
  ).toEqual([5])
})

test('a counter that begins anew keeps what it had counted until then', () => {
  expect(
    use(
      [
        [0, 1000],
        [HOUR, 1005],
        [2 * HOUR, 0],
        [3 * HOUR, 3],
      ],
      1000,
    ),
  ).toEqual([8])
})

test('a counter that begins anew over midnight counts from its own beginning', () => {
  expect(
    use([
      [0, 1000],
      [HOUR, 1005],
      [DAY, 2],
      [DAY + HOUR, 6],
    ]),
  ).toEqual([5, 4])
})

test('a counter that began anew and passed where it stood is found out by the hours', () => {
  expect(
    use(
      [
        [0, 5],
        [HOUR, 0],
        [2 * HOUR, 40],
      ],
      4,
    ),
  ).toEqual([41])
})

test('a day that is older than its hours are kept is counted by what the day itself says', () => {
  const day = { at: 0, min: 0, max: 1005, mean: 0, last: 3 }
  expect([...counterUse([day], 1000, () => []).values()]).toEqual([8])
})

test('one value that is nonsense changes nothing', () => {
  expect(
    use(
      [
        [0, 10],
        [10, 999_999],
        [20, 11],
        [HOUR, 12],
      ],
      10,
    ),
  ).toEqual([2])
  expect(
    use(
      [
        [0, 10],
        [10, 0],
        [20, 11],
        [HOUR, 12],
      ],
      10,
    ),
  ).toEqual([2])
})

test('days without a word are counted on the day that the counter is heard again', () => {
  expect(
    use(
      [
        [0, 10],
        [5 * DAY, 60],
      ],
      10,
    ),
  ).toEqual([0, 50])
})

test('all days together count what the counter counted, however its readings fall', () => {
  const steps = fc.array(
    fc.record({ gap: fc.integer({ min: 1, max: 3 * DAY }), more: fc.integer({ min: 0, max: 500 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(steps, (list) => {
      let [at, value] = [0, 100]
      const samples = list.map(({ gap, more }) => {
        at += gap
        value += more
        return [at, value] as const
      })
      const total = use(samples, 100).reduce((sum, one) => sum + one, 0)
      expect(total).toBe(value - 100)
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Summary } from '../../core/wire/frame.ts'
import { WIDTHS } from '../../hub/store/rollups.ts'
import { createWorld, EDGE, liveFrame, T0, type World } from './world.ts'

/** What the node produced: number n at a time that jumps about, some of it failed, some thinned to one row. */
interface Produced {
  readonly at: number
  readonly value: number
  readonly flag: 1 | 3 | 4
  readonly series: number
  readonly summary?: Summary
}

const HOUR = 3_600_000
const produced = fc.array(
  fc
    .record({
      at: fc.integer({ min: T0 - 30 * HOUR, max: T0 + 30 * HOUR }),
      value: fc.integer({ min: -5_000, max: 5_000 }),
      flag: fc.constantFrom(1 as const, 3 as const, 4 as const),
      series: fc.integer({ min: 0, max: 1 }),
      thinned: fc.option(
        fc.record({
          span: fc.constantFrom(20_000, 600_000, 2_000_000, 20 * HOUR),
          count: fc.integer({ min: 2, max: 500 }),
          below: fc.nat({ max: 100 }),
          above: fc.nat({ max: 100 }),
        }),
      ),
    })
    .map(({ thinned, ...row }): Produced => {
      if (thinned === null) return row
      const { span, count, below, above } = thinned
      const [min, max] = [row.value - below, row.value + above]
      return { ...row, summary: { from: row.at - span, count, sum: count * min + count, min, max: max + 1 } }
    }),
  { minLength: 1, maxLength: 40 },
)

/** Cuts of the produced rows into frames as a node would never all send them: overlapping, doubled, in any order. */
const deliveries = (count: number) =>
  fc.array(fc.tuple(fc.nat({ max: count - 1 }), fc.integer({ min: 1, max: 12 })), { maxLength: 30 })

const story = produced.chain((rows) => fc.tuple(fc.constant(rows), deliveries(rows.length)))

test('frames doubled, reordered and overlapping leave exactly what was produced, and rollups equal to it', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ([rows, cuts]) => {
      const world = await createWorld('America/New_York')
      try {
        await deliver(world, rows, cuts)
        checkRows(world, rows)
        checkRollups(world, rows)
      } finally {
        world.close()
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)

async function deliver(
  world: World,
  rows: readonly Produced[],
  cuts: readonly (readonly [number, number])[],
): Promise<void> {
  world.series('dh/stage', 'dh/rise')
  for (const [first, length] of cuts) {
    world.send(liveFrame(first, rows.slice(first, first + length)))
    // Every other delivery waits for its commit, so that batches and single frames both occur.
    if (first % 2 === 0) await world.settle()
  }
  world.send(liveFrame(0, rows))
  await world.settle()
}

function checkRows(world: World, rows: readonly Produced[]): void {
  const stored = world.sql.prepare('SELECT seq, at, value, flag FROM reading ORDER BY seq').all()
  expect(stored).toEqual(rows.map(({ at, value, flag }, seq) => ({ seq, at, value: value / 1000, flag })))
  expect(world.sql.prepare('SELECT first, last FROM held').all()).toEqual([
    { first: 0, last: rows.length - 1 },
  ])
}

/** Worked out anew from what was produced; widths of a local day by the zone's own offset in October. */
function checkRollups(world: World, rows: readonly Produced[]): void {
  const summer = 4 * HOUR
  const start = {
    60000: (at: number) => at - (at % 60_000),
    900000: (at: number) => at - (at % 900_000),
    3600000: (at: number) => at - (at % HOUR),
    86400000: (at: number) => at - summer - ((at - summer) % (24 * HOUR)) + summer,
  }
  const expected = new Map<string, { count: number; min: number; max: number; sum: number }>()
  for (const { at, value, flag, series, summary } of rows) {
    if (flag === 4) continue
    for (const [width, bucketOf] of Object.entries(start)) {
      const key = `${series} ${width} ${bucketOf(at)}`
      const within = summary !== undefined && bucketOf(summary.from) === bucketOf(at)
      const told = within ? summary : { count: 1, sum: value, min: value, max: value }
      const sums = expected.get(key) ?? { count: 0, min: Infinity, max: -Infinity, sum: 0 }
      expected.set(key, {
        count: sums.count + told.count,
        min: Math.min(sums.min, told.min / 1000),
        max: Math.max(sums.max, told.max / 1000),
        sum: sums.sum + told.sum / 1000,
      })
    }
  }
  /** Of equally late ones any may be the last. */
  const lasts = (series: number, start: (at: number) => number, bucket: number) => {
    const inside = rows.filter((row) => row.series === series && row.flag !== 4 && start(row.at) === bucket)
    const latest = Math.max(...inside.map(({ at }) => at))
    return inside.filter(({ at }) => at === latest).map(({ value }) => value / 1000)
  }
  let found = 0
  for (const [series, channel] of ['stage', 'rise'].entries()) {
    const point = world.store.points.find(EDGE, 'dh', channel)
    for (const width of WIDTHS) {
      const buckets = world.store.rollups.read(point?.id ?? 0, width, 0, T0 + 90 * HOUR, 10_000)
      found += buckets.length
      for (const { at, min, max, mean, last } of buckets) {
        expect(lasts(series, start[width], at)).toContain(last)
        const sums = expected.get(`${series} ${width} ${at}`)
        expect({ min, max }).toEqual({ min: sums?.min, max: sums?.max })
        expect(mean).toBeCloseTo((sums?.sum ?? Number.NaN) / (sums?.count ?? 0), 9)
      }
    }
  }
  expect(found).toBe(expected.size)
  const counted = (width: number) =>
    [...expected].reduce(
      (sum, [key, { count }]) => sum + (key.split(' ')[1] === String(width) ? count : 0),
      0,
    )
  for (const { width, n } of world.sql
    .prepare('SELECT width, sum(count) AS n FROM rollup GROUP BY width')
    .all())
    expect(n).toBe(counted(Number(width)))
}

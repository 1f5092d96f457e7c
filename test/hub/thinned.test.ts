import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Frame, Summary } from '../../core/wire/frame.ts'
import { readSeries } from '../../hub/api/series.ts'
import { createRetention } from '../../hub/store/retention.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_MS, type Width } from '../../hub/store/rollups.ts'
import { configOf } from './hub-world.ts'
import { createWorld, EDGE, EPOCH, liveFrame, T0, type World } from './world.ts'

/** What a node thinned for want of room, and what no clock dated: told to the row, and shown for what it is. */

let world: World
beforeEach(async () => {
  world = await createWorld()
  world.series('dh/stage')
  await world.settle()
})
afterEach(() => world.close())

/** 10:00:00 at the site, the beginning of a quarter and an hour. */
const HOUR = T0
const thinned = (
  first: number,
  at: number,
  value: number,
  summary: Summary,
  lost = summary.count - 1,
): Frame => ({
  ...{ lane: 'live', epoch: EPOCH, first: first - lost, last: first },
  gaps: lost === 0 ? [] : [{ first: first - lost, last: first - 1, reason: 'thinned' }],
  readings: [{ seq: first, series: 0, at, value, flag: 1, summary }],
})
const send = async (frame: Frame) => {
  world.send(frame)
  await world.settle()
}
const buckets = (width: Width) => {
  const point = world.store.points.find(EDGE, 'dh', 'stage')
  return world.store.rollups.read(point?.id ?? 0, width, T0 - DAY_MS, T0 + DAY_MS, 999)
}
const lane = () => world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]

describe('a thinned row', () => {
  const minute = { from: HOUR, count: 60, sum: 60_600, min: 1_000, max: 1_030 }

  test('of a minute counts whole in every width', async () => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    const whole = { min: 1, max: 1.03, mean: 1.01, last: 1.01 }
    for (const width of [MINUTE_MS, QUARTER_MS, HOUR_MS] as const)
      expect(buckets(width)).toEqual([{ at: HOUR, ...whole }])
    expect(buckets(DAY_MS)).toMatchObject([whole])
  })

  test('of a quarter counts in a minute as its own reading alone', async () => {
    await send(thinned(899, HOUR + 899_000, 1_010, { ...minute, count: 900, sum: 909_000 }))
    expect(buckets(MINUTE_MS)).toEqual([{ at: HOUR + 840_000, min: 1.01, max: 1.01, mean: 1.01, last: 1.01 }])
    expect(buckets(QUARTER_MS)).toMatchObject([{ min: 1, max: 1.03 }])
  })

  test('that reaches from one hour into the next counts whole in the day alone', async () => {
    await send(thinned(59, HOUR + 30_000, 1_010, { ...minute, from: HOUR - 30_000 }))
    expect(buckets(HOUR_MS)).toMatchObject([{ at: HOUR, min: 1.01, max: 1.01 }])
    expect(buckets(DAY_MS)).toMatchObject([{ min: 1, max: 1.03 }])
  })

  test('counts all its readings beside plain ones', async () => {
    await send(liveFrame(0, [{ at: HOUR + 1, value: 2_000 }]))
    await send(thinned(60, HOUR + 59_000, 1_010, minute))
    const counted = world.sql.prepare('SELECT width, count FROM rollup ORDER BY width').all()
    expect(counted).toEqual([MINUTE_MS, QUARTER_MS, HOUR_MS, DAY_MS].map((width) => ({ width, count: 61 })))
    expect(buckets(MINUTE_MS)[0]?.mean).toBeCloseTo((60 * 1.01 + 2) / 61, 9)
  })

  test('that comes twice counts once', async () => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    expect(world.sql.prepare('SELECT count FROM rollup WHERE width = 60000').all()).toEqual([{ count: 60 }])
    expect(world.acks).toHaveLength(2)
  })

  test.each([
    ['sum', { sum: 60_601 }],
    ['beginning', { from: HOUR + 1 }],
    ['count', { count: 61, sum: 61_000 }],
    ['minimum', { min: 999 }],
    ['maximum', { max: 1_031 }],
  ])('of another %s under the same number is another node', async (_what, other) => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    await send(thinned(59, HOUR + 59_000, 1_010, { ...minute, ...other }, 0))
    expect(world.wants).toMatchObject([{ fork: { lane: 'live', at: 59 } }])
  })

  test('shows its least, greatest and mean among raw readings', async () => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    const query = { edge: EDGE, device: 'dh', channel: 'stage', from: HOUR, to: HOUR + HOUR_MS, buckets: 99 }
    expect(readSeries(world.store, query)).toEqual({
      ...{ unit: 'm', step: 0, at: [HOUR + 59_000] },
      ...{ min: [1], max: [1.03], mean: [1.01] },
    })
  })

  test('is with its numbers in the ledger: produced is stored and thinned', async () => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    expect(lane()).toMatchObject({
      produced: 60,
      stored: 1,
      acknowledged: 60,
      thinned: 59,
      lost: { thinned: 59 },
    })
    expect(world.fleet.edge(EDGE)).toMatchObject({ thinned: 59, dropped: 0 })
  })

  test('leaves with its summary when it has been kept long enough', async () => {
    await send(thinned(59, HOUR + 59_000, 1_010, minute))
    createRetention(world.store, configOf({ retention: { rawDays: 1 } }).retention)(T0 + 3 * DAY_MS)
    expect(world.sql.prepare('SELECT count(*) AS n FROM summary').get()).toEqual({ n: 0 })
  })

  test('of readings that failed their checks says nothing in rollups', async () => {
    const frame = thinned(59, HOUR + 59_000, 1_010, minute)
    if (frame.lane === 'alarm') throw new Error('not a frame of readings')
    await send({ ...frame, readings: frame.readings.map((row) => ({ ...row, flag: 4 as const })) })
    expect(buckets(MINUTE_MS)).toEqual([])
  })
})

describe('rows that no clock dated', () => {
  const undated = [{ first: 0, last: 1, after: T0 - 10 * HOUR_MS, before: T0 - 2 * HOUR_MS }]
  const rows = [
    { at: T0 - 8 * HOUR_MS, value: 1 },
    { at: T0 - 5 * HOUR_MS, value: 2 },
    { at: T0, value: 3 },
  ]

  test('are stored, and the ledger says between what they lie', async () => {
    await send({ ...liveFrame(0, rows), undated })
    expect(lane()).toMatchObject({ stored: 3, undated })
  })

  test('are stored once, however much of them comes again', async () => {
    const [one] = rows
    if (one === undefined) throw new Error('no row')
    const bounds = { after: T0 - 10 * HOUR_MS, before: T0 - 2 * HOUR_MS }
    await send({ ...liveFrame(0, [one]), undated: [{ first: 0, last: 0, ...bounds }] })
    await send({ ...liveFrame(0, rows), undated })
    expect(lane()).toMatchObject({
      stored: 3,
      undated: [
        { first: 0, last: 0, ...bounds },
        { first: 1, last: 1, ...bounds },
      ],
    })
  })

  test('are named in every span of time in which they may lie', async () => {
    await send({ ...liveFrame(0, rows), undated })
    const within = (from: number, to: number) =>
      world.fleet.ledger(EDGE, { from, to })?.epochs[0]?.lanes[0]?.undated
    expect(within(T0 - 4 * HOUR_MS, T0 - 3 * HOUR_MS)).toEqual(undated)
    expect(within(T0 - HOUR_MS, T0)).toEqual([])
  })

  test('of the alarm lane are kept likewise', async () => {
    const frame: Frame = {
      ...{ lane: 'alarm', epoch: EPOCH, first: 0, last: 1, gaps: [], undated },
      events: [0, 1].map((seq) => ({ seq, at: T0, body: Uint8Array.of(0xf6) })),
    }
    await send(frame)
    expect(lane()).toMatchObject({ lane: 'alarm', undated })
  })

  test('leave with their rows', async () => {
    await send({ ...liveFrame(0, rows), undated })
    createRetention(world.store, configOf({ retention: { rawDays: 1 } }).retention)(T0 + 9 * DAY_MS)
    expect(lane()).toMatchObject({ expired: 3, undated: [] })
  })
})

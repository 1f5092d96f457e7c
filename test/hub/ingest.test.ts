import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import type { Frame } from '../../core/wire/frame.ts'
import { encodeFrame, frameCrc } from '../../core/wire/frame-codec.ts'
import { FRAME_AT_MAX } from '../../core/wire/frame-limits.ts'
import { HOUR_MS, MINUTE_MS } from '../../hub/store/rollups.ts'
import { createWorld, EDGE, EPOCH, liveFrame, T0, TOPICS, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const seqs = () =>
  world.sql
    .prepare('SELECT seq FROM reading ORDER BY seq')
    .all()
    .map(({ seq }) => seq)
const minutes = () => {
  const point = world.store.points.find(EDGE, 'dh', 'stage')
  return point === undefined ? [] : world.store.rollups.read(point.id, MINUTE_MS, T0, T0 + HOUR_MS, 99)
}
/** Values that the minutes count. */
const counted = () => world.sql.prepare('SELECT sum(count) AS n FROM rollup WHERE width = 60000').get()?.n

describe('a frame of readings', () => {
  beforeEach(async () => {
    world.series('dh/stage')
    await world.settle()
  })

  test('is stored and then acknowledged with its own range', async () => {
    const frame = liveFrame(0, [
      { at: T0, value: 1234 },
      { at: T0 + 1, value: 1235 },
    ])
    world.send(frame)
    await world.settle()
    expect(world.acks).toEqual([
      {
        ...{ v: 1, epoch: EPOCH, lane: 'live', upTo: 2, ranges: [[0, 1]], whole: false },
        ...{ frames: [[0, 1, frameCrc(encodeFrame(frame))]], at: expect.any(Number) },
      },
    ])
    expect(world.sql.prepare('SELECT value FROM reading').all()).toEqual([{ value: 1.234 }, { value: 1.235 }])
  })

  test('that comes twice is acknowledged twice and stored once', async () => {
    const frame = liveFrame(0, [{ at: T0, value: 1 }])
    world.send(frame)
    await world.settle()
    world.send(frame)
    await world.settle()
    expect(world.acks).toHaveLength(2)
    expect(seqs()).toEqual([0])
    expect(counted()).toBe(1)
  })

  test('that overlaps what is held adds only the rest, in rows and rollups', async () => {
    world.send(
      liveFrame(
        0,
        [0, 1, 2, 3].map((n) => ({ at: T0 + n, value: 1000 })),
      ),
    )
    await world.settle()
    world.send(
      liveFrame(
        2,
        [2, 3, 4, 5].map((n) => ({ at: T0 + n, value: 1000 })),
      ),
    )
    await world.settle()
    expect(seqs()).toEqual([0, 1, 2, 3, 4, 5])
    expect(minutes()).toEqual([{ at: T0, min: 1, max: 1, mean: 1, last: 1 }])
    expect(counted()).toBe(6)
  })

  test('with other rows under numbers that are held is neither stored nor acknowledged', async () => {
    world.send(liveFrame(0, [{ at: T0, value: 1 }]))
    await world.settle()
    world.acks.length = 0
    world.send(
      liveFrame(0, [
        { at: T0, value: 2 },
        { at: T0, value: 3 },
      ]),
    )
    await world.settle()
    expect(world.refusals.all()).toEqual({ INGEST_ROWS_CHANGED: 1 })
    expect(world.acks).toEqual([])
    expect(seqs()).toEqual([0])
    expect(world.fleet.edge(EDGE)?.cloneSuspectedAt).toEqual(expect.any(Number))
  })

  test('of alarms that overlaps what is held adds only the rest, and is told once', async () => {
    const told: string[] = []
    world.ingest.onCommit(({ alarms }) => told.push(...alarms.map(({ alarm }) => alarm.alarm)))
    world.alarm(0, { alarm: 'dh/level/1' }, { alarm: 'dh/level/2' })
    await world.settle()
    world.alarm(0, { alarm: 'dh/level/1' }, { alarm: 'dh/level/2' }, { alarm: 'dh/level/3' })
    await world.settle()
    expect(told).toEqual(['dh/level/1', 'dh/level/2', 'dh/level/3'])
    expect(world.acks.at(-1)).toMatchObject({ lane: 'alarm', upTo: 3 })
  })

  test('that would leave its lane in more pieces than honest nodes do is refused; one that fills a hole is not', async () => {
    const stream = world.store.streams.open(EDGE, EPOCH, 'live', T0)
    if (!stream.ok) throw new Error(stream.error.code)
    world.store.transaction(() => {
      for (let piece = 0; piece < 10_000; piece++)
        world.store.ranges.add(stream.value.id, 2 * piece, 2 * piece)
    })
    world.send(liveFrame(30_000, [{ at: T0, value: 1 }]))
    await world.settle()
    expect(world.refusals.all()).toEqual({ INGEST_LIMIT: 1 })
    expect(world.acks).toEqual([])
    world.send(liveFrame(1, [{ at: T0, value: 1 }]))
    await world.settle()
    expect(world.acks).toMatchObject([{ upTo: 3 }])
  })

  test('that arrives before its predecessor leaves upTo where it was', async () => {
    world.send(liveFrame(5, [{ at: T0, value: 1 }]))
    await world.settle()
    expect(world.acks[0]).toMatchObject({ upTo: 0, ranges: [[5, 5]] })
  })

  test('keeps a failed reading but leaves it out of the rollups', async () => {
    world.send(liveFrame(0, [{ at: T0, value: 1, flag: 4 }]))
    await world.settle()
    expect(seqs()).toEqual([0])
    expect(minutes()).toEqual([])
  })

  test('records why numbers hold no row', async () => {
    const gaps = [{ first: 1, last: 4, reason: 'dropped' as const }]
    world.send({ ...liveFrame(0, [{ at: T0, value: 1 }]), last: 4, gaps } as ReturnType<typeof liveFrame>)
    await world.settle()
    expect(world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]).toMatchObject({
      ranges: [[0, 4]],
      gaps,
      stored: 1,
    })
  })

  // Refused, it would be sent again for ever, and eight like it would stop the lane.
  test('from a clock that has gone mad is stored like any other', async () => {
    world.send(liveFrame(0, [{ at: FRAME_AT_MAX, value: 1 }]))
    world.alarm(0, { at: FRAME_AT_MAX })
    await world.settle()
    expect(world.acks.map(({ lane, upTo }) => [lane, upTo])).toEqual([
      ['alarm', 1],
      ['live', 1],
    ])
    expect(seqs()).toEqual([0])
  })

  test('on the topic of another lane is refused', async () => {
    void world.edge.publish(TOPICS.up('state'), encodeFrame(liveFrame(0, [{ at: T0, value: 1 }])))
    await world.settle()
    expect(world.refusals.all()).toEqual({ INGEST_LANE_MISMATCH: 1 })
    expect(world.acks).toEqual([])
  })
})

test('a frame of an unknown series is neither stored nor acknowledged, and its dictionary is asked for', async () => {
  world.send(liveFrame(0, [{ at: T0, value: 1 }]))
  await world.settle()
  expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, series: { from: 0 } }])
  expect(world.acks).toEqual([])
  expect(seqs()).toEqual([])
})

test('many frames of an unknown series ask for its dictionary once', async () => {
  for (let first = 0; first < 5; first++) world.send(liveFrame(first, [{ series: 7, at: T0, value: 1 }]))
  await world.settle()
  expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, series: { from: 0 } }])
})

test('a series never changes its meaning', async () => {
  world.series('dh/stage')
  await world.settle()
  world.series('dh/rise')
  await world.settle()
  expect(world.refusals.all()).toEqual({ INGEST_SERIES_CONFLICT: 1 })
})

describe('a channel whose unit changed', () => {
  const entry = (unit: string) => ({ device: 'dh', channel: 'stage', unit, resolution: 0.001 })
  const tell = (from: number, ...units: string[]) =>
    void world.edge.publish(
      TOPICS.series,
      encodeCbor({ v: 1, epoch: EPOCH, from, entries: units.map(entry) }),
    )

  test('keeps its values apart, and is found by the unit that it spoke last', async () => {
    tell(0, 'm', 'cm')
    world.send(liveFrame(0, [{ series: 0, at: T0, value: 1_200 }]))
    world.send(liveFrame(1, [{ series: 1, at: T0 + 1, value: 120_000 }]))
    await world.settle()
    expect(world.store.points.find(EDGE, 'dh', 'stage')?.unit).toBe('cm')
    expect(minutes()).toEqual([{ at: T0, min: 120, max: 120, mean: 120, last: 120 }])
    expect(world.store.points.present(EDGE, 'dh', 'stage')?.value).toBe(120)
    expect(world.store.points.presentOf(EDGE, 'dh').get('stage')?.value).toBe(120)
  })

  test('may tell its whole dictionary again, but no other unit for an old series', async () => {
    tell(0, 'm', 'cm')
    tell(0, 'm', 'cm')
    await world.settle()
    expect(world.refusals.all()).toEqual({})
    tell(0, 'mm')
    await world.settle()
    expect(world.refusals.all()).toEqual({ INGEST_SERIES_CONFLICT: 1 })
  })
})

test('a state row becomes the present value and no reading', async () => {
  world.series('dh/stage')
  const live = liveFrame(0, [{ at: T0, value: 700 }])
  world.send({ ...live, lane: 'state' } as typeof live)
  await world.settle()
  expect(world.store.points.present(EDGE, 'dh', 'stage')).toEqual({ at: T0, value: 0.7, flag: 1 })
  expect(seqs()).toEqual([])
  expect(minutes()).toEqual([])
})

test('of two rows of one time the one with the higher number is the present value', async () => {
  world.series('dh/stage')
  world.send(
    liveFrame(0, [
      { at: T0, value: 1_000 },
      { at: T0, value: 2_000 },
    ]),
  )
  await world.settle()
  expect(world.store.points.present(EDGE, 'dh', 'stage')?.value).toBe(2)
})

test('state that newer values replaced is counted, and no loss', async () => {
  world.series('dh/stage')
  const frame = liveFrame(0, [{ at: T0, value: 1 }])
  if (frame.lane === 'alarm') throw new Error('not a frame of readings')
  const readings = frame.readings.map((row) => ({ ...row, seq: 3 }))
  const gaps = [{ first: 0, last: 2, reason: 'superseded' as const }]
  world.send({ ...frame, lane: 'state', last: 3, gaps, readings })
  await world.settle()
  const ledger = world.fleet.ledger(EDGE, undefined)
  expect(ledger?.epochs[0]?.lanes[0]).toMatchObject({ superseded: 3, lost: {}, acknowledged: 4 })
  expect(ledger?.complete).toBe(true)
})

test('an older live row does not replace the present value', async () => {
  world.series('dh/stage')
  world.send(liveFrame(1, [{ at: T0, value: 700 }]))
  await world.settle()
  world.send(liveFrame(0, [{ at: T0 - 1000, value: 1 }]))
  await world.settle()
  expect(world.store.points.present(EDGE, 'dh', 'stage')?.value).toBe(0.7)
})

test('a reading from a clock far ahead does not stay the present value', async () => {
  world.series('dh/stage')
  world.send(liveFrame(0, [{ at: T0 + 10 * 86_400_000, value: 1 }]))
  await world.settle()
  world.send(liveFrame(1, [{ at: T0, value: 700 }]))
  await world.settle()
  expect(world.store.points.present(EDGE, 'dh', 'stage')?.value).toBe(0.7)
})

test('a last will takes the edge off line', async () => {
  world.hello()
  await world.settle()
  expect(world.fleet.edge(EDGE)?.online).toBe(true)
  void world.edge.publish(TOPICS.alive, encodeCbor({ v: 1, alive: false, epoch: EPOCH }))
  await world.settle()
  expect(world.fleet.edge(EDGE)?.online).toBe(false)
})

test('another event under the number of a held alarm is neither stored nor acknowledged', async () => {
  world.alarm(0, { alarm: 'dh/level/1' })
  await world.settle()
  world.acks.length = 0
  world.alarm(0, { alarm: 'dh/level/2' })
  await world.settle()
  expect(world.refusals.all()).toEqual({ INGEST_ROWS_CHANGED: 1 })
  expect(world.acks).toEqual([])
})

describe('the outcome of a command', () => {
  const outcome: CommandOutcome = {
    ...{ v: 1, command: 'c1', outcome: 'done', at: T0, class: 'momentary', who: 'lan' },
    action: { type: 'self-test', station: 'dh' },
  }
  const frame: Frame = {
    ...{ lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [] },
    events: [{ seq: 0, at: T0, body: encodeCbor(outcome) }],
  }

  test('is told once to whoever keeps commands, however often it comes', async () => {
    world.send(frame)
    world.send(frame)
    await world.settle()
    world.send(frame)
    await world.settle()
    expect(world.outcomes).toEqual([[EDGE, outcome]])
  })

  test('is no alert, and no unreadable row', async () => {
    world.send(frame)
    await world.settle()
    expect(world.alerts.list({ limit: 9 })).toEqual([])
    expect(world.refusals.all()).toEqual({})
  })
})

test('an edge that is not in the configuration is refused', async () => {
  void world.edge.publish('tram/v1/dong-ha/stranger/hello', encodeCbor({}))
  await world.settle()
  expect(world.refusals.all()).toEqual({ INGEST_FOREIGN_TOPIC: 1 })
})

test('an alarm is stored before a backlog that came ahead of it', async () => {
  world.series('dh/stage')
  await world.settle()
  for (let first = 0; first < 200; first++) world.send(liveFrame(first, [{ at: T0 + first, value: 1 }]))
  world.alarm(0, {})
  await world.settle()
  const order = world.acks.map(({ lane }) => lane)
  expect(order.indexOf('alarm')).toBeLessThan(order.lastIndexOf('live'))
  expect(order.filter((lane) => lane === 'live').length).toBeGreaterThan(1)
})

test('a flood of alarms does not keep other frames out', async () => {
  world.series('dh/stage')
  await world.settle()
  for (let first = 0; first < 500; first++) world.alarm(first, {})
  world.send(liveFrame(0, [{ at: T0, value: 1 }]))
  await world.settle()
  const order = world.acks.map(({ lane }) => lane)
  expect(order.indexOf('live')).toBeLessThan(order.lastIndexOf('alarm'))
})

describe('a database that refuses', () => {
  test('leaves frames unacknowledged, and takes them once it can again', async () => {
    let full = false
    const wrap = (sql: SqlStore): SqlStore => ({
      ...sql,
      transaction: (work) => {
        if (full) throw new FaultError(fault('STORE_FULL', { file: 'test' }))
        return sql.transaction(work)
      },
    })
    const limited = await createWorld('Asia/Ho_Chi_Minh', wrap)
    limited.series('dh/stage')
    await limited.settle()
    full = true
    limited.send(liveFrame(0, [{ at: T0, value: 1 }]))
    await limited.settle()
    expect(limited.acks).toEqual([])
    expect(limited.ingest.health().stalled).toBe(true)
    full = false
    await limited.clock.advance(1_100)
    expect(limited.acks).toMatchObject([{ ranges: [[0, 0]] }])
    limited.close()
  })

  /** Fails in the middle of a transaction, at the newest values, or at its very end. */
  const failing = (where: 'middle' | 'end') => {
    const disk = { full: false }
    const check = () => {
      if (disk.full) throw new FaultError(fault('STORE_FULL', { file: 'test' }))
    }
    const wrap = (sql: SqlStore): SqlStore => ({
      ...sql,
      prepare(text) {
        const statement = sql.prepare(text)
        if (where === 'end' || !text.includes('INTO present')) return statement
        const run: typeof statement.run = (...values) => {
          check()
          return statement.run(...values)
        }
        return { ...statement, run }
      },
      transaction: (work) =>
        sql.transaction(() => {
          const result = work()
          if (where === 'end') check()
          return result
        }),
    })
    return { disk, wrap }
  }

  test.each(['middle', 'end'] as const)('at the %s of a transaction leaves nothing behind', async (where) => {
    const { disk, wrap } = failing(where)
    const limited = await createWorld('Asia/Ho_Chi_Minh', wrap)
    disk.full = true
    limited.hello({ series: 1 })
    limited.series('dh/stage')
    limited.send(liveFrame(0, [{ at: T0, value: 700 }]))
    await limited.settle()
    expect(limited.acks).toEqual([])
    expect(limited.fleet.edge(EDGE)).toMatchObject({ online: false, software: null })
    disk.full = false
    await limited.clock.advance(3_100)
    expect(limited.fleet.edge(EDGE)).toMatchObject({ online: true, software: 'test' })
    expect(limited.acks.at(-1)).toMatchObject({ lane: 'live', upTo: 1 })
    expect(limited.store.points.present(EDGE, 'dh', 'stage')?.value).toBe(0.7)
    expect(limited.sql.prepare('SELECT sum(count) AS n FROM rollup WHERE width = 60000').get()?.n).toBe(1)
    expect(limited.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]?.stored).toBe(1)
    limited.close()
  })

  test('fills the queue up to its bound and counts what it turns away', async () => {
    let full = false
    const wrap = (sql: SqlStore): SqlStore => ({
      ...sql,
      transaction: (work) => {
        if (full) throw new FaultError(fault('STORE_FULL', { file: 'test' }))
        return sql.transaction(work)
      },
    })
    const limited = await createWorld('Asia/Ho_Chi_Minh', wrap)
    full = true
    const frame = encodeFrame(liveFrame(0, [{ at: T0, value: 1 }]))
    for (let count = 0; count < 2_100; count++) void limited.edge.publish(TOPICS.up('live'), frame)
    await limited.clock.advance(10)
    expect(limited.refusals.all().INGEST_QUEUE_FULL).toBe(52)
    limited.close()
  })
})

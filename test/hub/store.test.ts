import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { localDays } from '../../core/time-zone.ts'
import { createRetention } from '../../hub/store/retention.ts'
import { createTables } from '../../hub/store/tables.ts'
import { configOf } from './hub-world.ts'
import { createWorld, EDGE, EPOCH, liveFrame, T0, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

const DAY = 86_400_000

test('ranges are what a set of numbers would be, however they were added', () => {
  const piece = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 12 }))
  let stream = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat({ max: 80 }), (pieces, from) => {
      stream++
      const set = new Set<number>()
      for (const [first, length] of pieces) {
        world.store.ranges.add(stream, first, first + length)
        for (let seq = first; seq <= first + length; seq++) set.add(seq)
      }
      const listed = world.store.ranges.list(stream, 0, 1_000)
      const held = listed.flatMap(([first, last]) => numbers(first, last))
      expect(held).toEqual([...set].sort((a, b) => a - b))
      for (const [index, [first]] of listed.entries())
        expect((listed[index - 1]?.[1] ?? -2) + 1).toBeLessThan(first)
      const missing = world.store.ranges
        .missing(stream, from, 90)
        .flatMap(([first, last]) => numbers(first, last))
      expect(missing).toEqual(numbers(from, 90).filter((seq) => !set.has(seq)))
      expect(world.store.ranges.nextMissing(stream, from)).toBe(missing[0])
      expect(world.store.ranges.held(stream, from, 90)).toBe(numbers(from, 90).length - missing.length)
      const whole = world.store.ranges.missing(stream, from, 90)
      expect(world.store.ranges.missing(stream, from, 90, 2)).toEqual(whole.slice(0, 2))
    }),
    { numRuns: 300 },
  )
})

test('dictionaries that nobody uses leave the memory, and are read again when they are', async () => {
  let read = 0
  const wrap = (sql: SqlStore): SqlStore => ({
    ...sql,
    prepare(text) {
      const statement = sql.prepare(text)
      const all: typeof statement.all = (...values) => {
        if (text.includes('ORDER BY idx')) read++
        return statement.all(...values)
      }
      return { ...statement, all }
    },
  })
  const many = await createWorld('Asia/Ho_Chi_Minh', wrap)
  const { store } = many
  const entries = Array.from({ length: 10_000 }, (_, channel) => {
    return { device: 'dh', channel: `c${channel}`, unit: 'm', resolution: 0.001 }
  })
  const epochs = store.transaction(() =>
    Array.from({ length: 22 }, (_, count) => {
      const epoch = `00000000000000${(count + 16).toString(16)}`
      const id = store.streams.openEpoch(EDGE, epoch, T0)
      if (!id.ok) throw new Error(id.error.code)
      expect(store.points.learn(EDGE, id.value, { v: 1, epoch, from: 0, entries })).toMatchObject({
        ok: true,
      })
      return id.value
    }),
  )
  read = 0
  expect(store.points.known(epochs.at(-1) ?? 0)).toBe(10_000)
  expect(read).toBe(0)
  expect(store.points.known(epochs[0] ?? 0)).toBe(10_000)
  expect(read).toBe(1)
  many.close()
})

describe('a local day begins', () => {
  test('at 17:00 UTC in Đông Hà', () => {
    expect(localDays('Asia/Ho_Chi_Minh')(Date.UTC(2026, 0, 1, 20))).toBe(Date.UTC(2026, 0, 1, 17))
  })

  test('at its own midnight on the day when summer time begins', () => {
    expect(localDays('America/New_York')(Date.UTC(2026, 2, 8, 18))).toBe(Date.UTC(2026, 2, 8, 5))
  })

  test('at its own midnight on the day when summer time ends', () => {
    expect(localDays('America/New_York')(Date.UTC(2026, 10, 1, 18))).toBe(Date.UTC(2026, 10, 1, 4))
  })
})

describe('retention', () => {
  const keep = configOf({ retention: { rawDays: 1, minuteDays: 1 } }).retention

  test('deletes old rows and minutes, and the ledger still knows that they were here', async () => {
    world.series('dh/stage')
    world.send(liveFrame(0, [{ at: T0 - 3 * DAY, value: 1 }]))
    await world.settle()
    world.send(liveFrame(1, [{ at: T0, value: 2 }]))
    await world.settle()
    createRetention(world.store, keep)(T0)
    expect(world.sql.prepare('SELECT seq FROM reading').all()).toEqual([{ seq: 1 }])
    expect(world.sql.prepare('SELECT count(*) AS n FROM rollup WHERE width = 60000').get()).toEqual({ n: 1 })
    expect(world.sql.prepare('SELECT count(*) AS n FROM rollup WHERE width = 3600000').get()).toEqual({
      n: 2,
    })
    expect(world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]).toMatchObject({
      ranges: [[0, 1]],
      stored: 2,
      expired: 1,
    })
  })
})

test('a ledger with more gaps than it lists does not call a time complete that it did not look at', async () => {
  world.series('dh/stage')
  const numbersOf = Array.from({ length: 1_100 }, (_, n) => 2 * n)
  const at = (n: number) => (n < 1_050 ? T0 - DAY : T0)
  const readings = numbersOf.map((seq, n) => ({ seq, series: 0, at: at(n), value: n, flag: 1 as const }))
  const gaps = numbersOf.map((seq) => ({ first: seq + 1, last: seq + 1, reason: 'dropped' as const }))
  for (const [index, reading] of readings.entries()) {
    const first = reading.seq
    world.send({
      ...liveFrame(first, []),
      last: first + 1,
      readings: [reading],
      gaps: gaps.slice(index, index + 1),
    } as ReturnType<typeof liveFrame>)
  }
  await world.clock.advance(1_000)
  expect(world.fleet.ledger(EDGE, { from: T0 - 1_000, to: T0 + 1_000 })?.complete).toBe(false)
})

test('a hole between two frames belongs to all the time between them', async () => {
  world.series('dh/stage')
  const hour = 3_600_000
  world.send(liveFrame(0, [{ at: T0, value: 1 }]))
  world.send(liveFrame(2, [{ at: T0 + hour, value: 1 }]))
  await world.settle()
  const between = { from: T0 + hour / 4, to: T0 + hour / 2 }
  expect(world.fleet.ledger(EDGE, between)?.complete).toBe(false)
  expect(world.fleet.ledger(EDGE, { from: T0 + 2 * hour, to: T0 + 3 * hour })?.complete).toBe(true)
})

test('one run of retention is bounded over all nodes together', () => {
  for (const edge of ['a', 'b']) {
    const stream = world.store.streams.open(edge, '0'.repeat(16), 'live', T0)
    if (!stream.ok) throw new Error(stream.error.code)
    for (let zone = 0; zone < 40; zone++) {
      const first = zone * 1_000
      world.store.zones.add(stream.value.id, { first, last: first + 999, from: 0, to: 1, rows: 1_000 })
    }
  }
  createRetention(world.store, configOf({}).retention)(T0)
  expect(world.sql.prepare('SELECT count(*) AS n FROM zone').get()).toEqual({ n: 30 })
})

test('retention gives the room of what it deleted back to the disk', async () => {
  const keep = configOf({ retention: { rawDays: 1 } }).retention
  world.series('dh/stage')
  const rows = (first: number, at: number) => {
    const readings = Array.from({ length: 1_000 }, (_, n) => ({ at: at + n, value: n }))
    world.send(liveFrame(first, readings))
  }
  for (let frame = 0; frame < 20; frame++) rows(frame * 1_000, T0 - 9 * DAY)
  await world.settle()
  const pages = () => Number(world.sql.prepare('PRAGMA page_count').get()?.page_count)
  const before = pages()
  createRetention(world.store, keep)(T0)
  expect(pages()).toBeLessThan(before / 2)
})

test('a gap within a frame belongs to the time between the rows around it, and to no other', async () => {
  world.series('dh/stage')
  const hour = 3_600_000
  const times = [T0, T0 + hour, T0 + 4 * hour, T0 + 5 * hour]
  const readings = times.map((at, n) => ({
    seq: n < 2 ? n : n + 10,
    series: 0,
    at,
    value: 1,
    flag: 1 as const,
  }))
  const gaps = [{ first: 2, last: 11, reason: 'dropped' as const }]
  world.send({ lane: 'live', epoch: EPOCH, first: 0, last: 13, gaps, readings })
  await world.settle()
  const complete = (from: number, to: number) =>
    world.fleet.ledger(EDGE, { from: T0 + from * hour, to: T0 + to * hour })?.complete
  expect([complete(0, 0.5), complete(2, 3), complete(4.5, 5)]).toEqual([true, false, true])
  expect(world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]?.gaps).toEqual([
    { ...gaps[0], after: T0 + hour, before: T0 + 4 * hour },
  ])
})

test('a small disk keeps a sixteenth of itself for alarms, and takes readings', async () => {
  const disk = { freeBytes: 10_000_000, totalBytes: 64_000_000 }
  const small = await createWorld('Asia/Ho_Chi_Minh', undefined, () => disk)
  small.series('dh/stage')
  small.send(liveFrame(0, [{ at: T0, value: 1 }]))
  await small.settle()
  expect(small.acks).toMatchObject([{ lane: 'live', upTo: 1 }])
  small.close()
})

describe('a nearly full database', () => {
  const keep = configOf({ retention: { rawDays: 1 } }).retention
  const frames = Array.from({ length: 40 }, (_, frame) =>
    liveFrame(
      frame * 1_000,
      Array.from({ length: 1_000 }, (_, n) => ({ at: T0 - 9 * DAY + n, value: n })),
    ),
  )
  const readings = () => Number(world.sql.prepare('SELECT count(*) AS n FROM reading').get()?.n)
  beforeEach(async () => {
    world.series('dh/stage')
    await world.settle()
    const pages = Number(world.sql.prepare('PRAGMA page_count').get()?.page_count)
    world.sql.exec(`PRAGMA max_page_count = ${pages + 240}`)
    for (const frame of frames) {
      world.send(frame)
      await world.settle()
    }
  })

  test('takes no readings into what is left for alarms, and acknowledges none', () => {
    expect(world.refusals.all().INGEST_STORE_RESERVED).toBeGreaterThan(0)
    expect(world.acks.at(-1)?.upTo).toBe(readings())
    expect(readings()).toBeLessThan(40_000)
    expect(world.ingest.health()).toMatchObject({ stalled: false, reserved: true })
  })

  test('still takes alarms', async () => {
    world.alarm(0, {})
    await world.settle()
    expect(world.acks.at(-1)).toMatchObject({ lane: 'alarm', upTo: 1 })
  })

  test('takes readings again once retention has made room', async () => {
    for (let run = 0; run < 40; run++) createRetention(world.store, keep)(T0)
    for (const frame of frames) {
      world.send(frame)
      await world.settle()
      createRetention(world.store, keep)(T0)
    }
    expect(world.acks.at(-1)?.upTo).toBe(40_000)
    expect(world.ingest.health().reserved).toBe(false)
  })
})

test('a disk with little left of its own takes alarms and the present, and no readings', async () => {
  const disk = { freeBytes: 60_000_000, totalBytes: 8e9 }
  const full = await createWorld('Asia/Ho_Chi_Minh', undefined, () => disk)
  full.series('dh/stage')
  full.send(liveFrame(0, [{ at: T0, value: 1 }]))
  const state = liveFrame(0, [{ at: T0, value: 1 }])
  if (state.lane !== 'alarm') full.send({ ...state, lane: 'state' })
  full.alarm(0, {})
  await full.settle()
  expect(full.acks.map(({ lane }) => lane).toSorted()).toEqual(['alarm', 'state'])
  full.close()
})

test('a database with the tables of another version is refused by name', () => {
  world.sql.exec('PRAGMA user_version = 1')
  expect(() => createTables(world.sql)).toThrow('STORE_FORMAT')
})

test('retention deletes a cleared alert with its events, and leaves an active one whole', async () => {
  const keep = configOf({ retention: { alarmDays: 1 } }).retention
  const old = T0 - 9 * 86_400_000
  world.alarm(0, { at: old }, { at: old, event: 'cleared', level: 0 }, { at: old, alarm: 'dh/level/2' })
  await world.settle()
  createRetention(world.store, keep)(T0)
  expect(world.alerts.list({ limit: 9 }).map(({ state }) => state)).toEqual(['active'])
  expect(world.sql.prepare('SELECT seq FROM event').all()).toEqual([{ seq: 2 }])
})

function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

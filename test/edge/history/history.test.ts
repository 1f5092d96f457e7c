import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import type { DeviceId } from '../../../core/ids.ts'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { SqlSource } from '../../../core/ports/sql-source.ts'
import { FLAG, type Reading } from '../../../core/reading.ts'
import { createHistory } from '../../../edge/history/history.ts'
import { DAY_MS, MINUTE_MS, QUARTER_MS } from '../../../edge/history/rollup-store.ts'
import { createRefusals } from '../../../edge/refusals.ts'

/** Midnight in Việt Nam. */
const T0 = Date.UTC(2026, 9, 1, 17)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function idOf(text: string): DeviceId {
  const id = deviceId(text)
  if (!id.ok) throw new Error(text)
  return id.value
}

function world({ maxBytes = 64 * 1024 * 1024, source }: { maxBytes?: number; source?: SqlSource } = {}) {
  const clock = fakeClock(T0)
  const refusals = createRefusals({ clock, log: silentLog })
  const history = createHistory({
    clock,
    wall: clock,
    source: source ?? sqliteSource(join(folder, 'history.db'), { maxBytes }),
    timeZone: 'Asia/Ho_Chi_Minh',
    isCounter: (_device, channel) => channel.startsWith('water'),
    refusals,
  })
  const take = (value: number, at = clock.now(), channel = 'moisture', flag: Reading['flag'] = FLAG.good) =>
    history.take([{ device: idOf('k1-soil'), channel, at, value, flag }])
  const series = (from: number, to: number, points = 2_000, channel = 'moisture') =>
    history.series({ device: 'k1-soil', channel, from, to, points })
  return { clock, refusals, history, take, series }
}

test('a minute of readings is its least, mean and greatest', () => {
  const { take, series } = world()
  for (const [second, value] of [20, 26, 23].entries()) take(value, T0 + second * 1_000)
  expect(series(T0, T0 + MINUTE_MS)).toEqual({ step: MINUTE_MS, rows: [[T0, 20, 23, 26]] })
})

test('a minute that is written down in two pieces is one', () => {
  const { take, series, history } = world()
  take(20, T0 + 1_000)
  history.flush()
  take(30, T0 + 2_000)
  expect(series(T0, T0 + MINUTE_MS)?.rows).toEqual([[T0, 20, 25, 30]])
})

test('more minutes than were asked for are summed up, weighed by their readings', () => {
  const { take, series } = world()
  take(10, T0)
  take(10, T0 + 1)
  take(40, T0 + MINUTE_MS)
  const one = series(T0, T0 + 2 * MINUTE_MS, 1)
  expect(one).toEqual({ step: 2 * MINUTE_MS, rows: [[T0, 10, 20, 40]] })
})

test('beyond a week there are quarters of an hour', async () => {
  const { take, series, clock } = world()
  take(20)
  await clock.advance(8 * DAY_MS)
  expect(series(T0, T0 + DAY_MS)).toEqual({ step: QUARTER_MS, rows: [[T0, 20, 20, 20]] })
})

test('what is missing or of the node itself is no history', () => {
  const { take, series, history } = world()
  take(0, T0, 'moisture', FLAG.missing)
  take(Number.NaN)
  history.take([{ device: idOf('node'), channel: 'moisture', at: T0, value: 1, flag: FLAG.good }])
  expect(series(T0, T0 + DAY_MS)).toBeUndefined()
})

test('a restart loses nothing that a minute has passed over', async () => {
  const before = world()
  before.take(20)
  await before.clock.advance(MINUTE_MS)
  // No close: the power went.
  expect(world().series(T0, T0 + DAY_MS)?.rows).toEqual([[T0, 20, 20, 20]])
})

test('what a counter went up by is counted by local day, over a restart and a reset', async () => {
  const first = world()
  first.take(100, T0 + 1, 'water/k1')
  first.take(130, T0 + 2, 'water/k1')
  first.take(150, T0 + DAY_MS + 1, 'water/k1')
  first.history.close()
  const { take, history } = world()
  take(160, T0 + DAY_MS + 2, 'water/k1')
  take(0, T0 + DAY_MS + 3, 'water/k1')
  take(5, T0 + DAY_MS + 4, 'water/k1')
  const day = history.dayOf(T0 + 1)
  expect([...history.used('k1-soil', 'water/k1', day, day + 1)]).toEqual([
    [day, 30],
    [day + 1, 35],
  ])
})

test('a counter that a power cut put back a little is not counted anew', () => {
  const { take, history } = world()
  for (const value of [1_000, 1_010, 1_009.2, 1_012]) take(value, T0 + value, 'water/k1')
  const day = history.dayOf(T0)
  expect(history.used('k1-soil', 'water/k1', day, day).get(day)).toBeCloseTo(12.8)
})

test('a damaged file is put aside, and a new one begun', () => {
  writeFileSync(join(folder, 'history.db'), 'this is no database, whatever its name says'.repeat(200))
  const { take, series, refusals } = world()
  take(20)
  expect(series(T0, T0 + DAY_MS)?.rows).toEqual([[T0, 20, 20, 20]])
  expect(refusals.counts().STORE_CORRUPT).toBe(1)
})

test('a store that is full keeps less and goes on', async () => {
  const { take, series, clock, history } = world({ maxBytes: 200 * 1024 })
  for (let hour = 0; hour < 24 * 12; hour++) {
    for (let minute = 0; minute < 60; minute++) take(hour, clock.now() + minute * MINUTE_MS)
    await clock.advance(60 * MINUTE_MS)
    history.flush()
  }
  const now = clock.now()
  expect(series(now - 2 * 60 * MINUTE_MS, now)?.rows.length).toBeGreaterThan(60)
})

/** A store on a disk on which others have left no room, until there is some again. */
function crowded(): { source: SqlSource; crowd(now: boolean): void } {
  let isFull = false
  const inner = sqliteSource(':memory:')
  const unlessFull = <T extends { readonly changes: number }>(done: T): T => {
    // What changes nothing needs no room.
    if (isFull && done.changes > 0) throw new FaultError(fault('STORE_FULL', { file: 'history.db' }))
    return done
  }
  const source: SqlSource = {
    ...inner,
    open() {
      const store = inner.open()
      return {
        ...store,
        prepare(sql) {
          const statement = store.prepare(sql)
          const run: typeof statement.run = (...values) =>
            store.transaction(() => unlessFull(statement.run(...values)))
          return { ...statement, run }
        },
      }
    },
  }
  return { source, crowd: (now) => (isFull = now) }
}

test('a disk that others have filled for a night takes nothing of what was kept before', async () => {
  const { source, crowd } = crowded()
  const { take, series, clock } = world({ source })
  take(20)
  await clock.advance(DAY_MS)
  crowd(true)
  for (let minute = 0; minute < 10 * 60; minute++) {
    take(30)
    await clock.advance(MINUTE_MS)
  }
  crowd(false)
  take(40)
  await clock.advance(2 * MINUTE_MS)
  take(40)
  await clock.advance(2 * MINUTE_MS)
  expect(series(T0, T0 + MINUTE_MS)?.rows).toEqual([[T0, 20, 20, 20]])
})

test('a disk that takes nothing costs the history alone, and what waits for it is bounded', async () => {
  const source: SqlSource = {
    open() {
      throw new FaultError(fault('STORE_UNWRITABLE', { file: 'history.db', reason: 'read-only' }))
    },
    moveAside: () => undefined,
    openAside: () => undefined,
  }
  const { take, series, clock, refusals } = world({ source })
  for (let index = 0; index < 25_000; index++) take(index, T0 + index * MINUTE_MS)
  await clock.advance(MINUTE_MS)
  expect(series(T0, T0 + DAY_MS)).toBeUndefined()
  expect(refusals.counts().HISTORY_LOST).toBe(1)
})

test('a clock that nobody has told the time makes nothing old', async () => {
  const { take, series, clock } = world()
  take(20)
  clock.setQuality('unknown')
  clock.stepWall(1_000 * DAY_MS)
  for (let minute = 0; minute < 5; minute++) {
    take(30)
    await clock.advance(MINUTE_MS)
  }
  clock.stepWall(-1_000 * DAY_MS)
  expect(series(T0, T0 + MINUTE_MS)?.rows).toEqual([[T0, 20, 20, 20]])
})

test('least ≤ mean ≤ greatest, and no reading is lost, whatever comes in whatever order', () => {
  const reading = fc.record({
    value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
    minute: fc.integer({ min: 0, max: 90 }),
  })
  fc.assert(
    fc.property(
      fc.array(reading, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      (all, points) => {
        const { take, series, history } = world({ source: sqliteSource(':memory:') })
        for (const [index, { value, minute }] of all.entries()) {
          take(value, T0 + minute * MINUTE_MS)
          if (index % 7 === 0) history.flush()
        }
        const rows = series(T0, T0 + 91 * MINUTE_MS, points)?.rows ?? []
        expect(rows.length).toBeLessThanOrEqual(points + 1)
        for (const [, min, mean, max] of rows) {
          expect(min).toBeLessThanOrEqual(mean + 1e-6)
          expect(mean).toBeLessThanOrEqual(max + 1e-6)
        }
        expect(Math.max(...rows.map((row) => row[3]))).toBe(Math.max(...all.map(({ value }) => value)))
        expect(Math.min(...rows.map((row) => row[1]))).toBe(Math.min(...all.map(({ value }) => value)))
      },
    ),
    { numRuns: 60 },
  )
})

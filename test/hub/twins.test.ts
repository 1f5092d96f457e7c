import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { dictionaryCrc } from '../../core/wire/dictionary-crc.ts'
import type { Frame } from '../../core/wire/frame.ts'
import { encodeFrame, frameCrc } from '../../core/wire/frame-codec.ts'
import { createRetention } from '../../hub/store/retention.ts'
import { configOf } from './hub-world.ts'
import { createTwinWorld, DAY, LATE_MS, type Live, live, OTHER, type TwinWorld } from './twin-world.ts'
import { ALARM, createWorld, EDGE, EPOCH, liveFrame, T0, TOPICS } from './world.ts'

/** Two nodes under one identity: noticed by what they say, and never taken for a node in trouble. */

let world: TwinWorld
beforeEach(async () => {
  world = await createTwinWorld()
})
afterEach(() => world.close())

const entry = (channel: string) => ({ device: 'dh', channel, unit: 'm', resolution: 0.001 })

describe('a frame that contradicts what is held', () => {
  beforeEach(async () => {
    world.series('dh/stage')
    await world.settle()
    await world.tell(live(0, 10, 11, 12, 13))
  })

  test('is answered with the first number that differs and its own checksum', async () => {
    const twin = live(0, 10, 11, 99, 13)
    await world.tell(twin)
    const frame = frameCrc(encodeFrame(twin))
    expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, fork: { lane: 'live', at: 2, frame } }])
    expect(world.acks).toEqual([])
  })

  test('forks where it differs, though the hub holds nothing of what comes before', async () => {
    await world.tell(live(6, 16, 17))
    await world.tell(live(4, 14, 15, 99, 17))
    expect(world.wants).toMatchObject([{ fork: { at: 6 } }])
  })

  test('and grows beyond it is not stored in part', async () => {
    await world.tell(live(0, 10, 11, 12, 99, 14))
    expect(world.sql.prepare('SELECT count(*) AS n FROM reading').get()).toEqual({ n: 4 })
  })

  test('is answered each time that it comes', async () => {
    await world.tell(live(0, 99))
    await world.tell(live(0, 99))
    expect(world.wants).toHaveLength(1)
  })

  test.each([
    ['another time', { at: T0 + 1 }],
    ['another flag', { flag: 3 as const }],
    ['a summary that the held one lacks', { summary: { from: T0, count: 2, sum: 20, min: 10, max: 10 } }],
  ])('by %s alone forks', async (_what, change) => {
    const [row] = live(0, 10).readings
    if (row === undefined) throw new Error('no row')
    await world.tell({ ...live(0, 10), readings: [{ ...row, ...change }] })
    expect(world.wants).toMatchObject([{ fork: { at: 0 } }])
  })

  test('has a row where a gap was recorded', async () => {
    const gaps = [{ first: 4, last: 6, reason: 'dropped' as const }]
    await world.tell({ ...live(4), last: 6, gaps })
    await world.tell(live(4, 14, 15, 16))
    expect(world.wants).toMatchObject([{ fork: { at: 4 } }])
  })

  test('puts the edge into quarantine, and raises an alert for operators', async () => {
    await world.tell(live(0, 99))
    expect(world.quarantine()).toBe('rows')
    expect(world.edges.quarantined(EDGE)).toBe(true)
    expect(world.alerts.list({ edge: EDGE, limit: 9 })).toMatchObject([
      { rule: 'identity', station: EDGE, state: 'active', level: 2 },
    ])
  })

  test('raises one alert, however often it comes', async () => {
    await world.tell(live(0, 99))
    await world.tell(live(1, 98))
    expect(world.alerts.list({ limit: 9 })).toHaveLength(1)
  })

  test('leaves both twins their rows, each under its own epoch', async () => {
    await world.tell(live(0, 10, 99))
    void world.edge.publish(
      TOPICS.series,
      encodeCbor({ v: 1, epoch: OTHER, from: 0, entries: [entry('stage')] }),
    )
    await world.tell({ ...live(0, 99), epoch: OTHER })
    expect(world.acks).toMatchObject([{ epoch: OTHER, frames: [[0, 0, expect.any(Number)]] }])
    await world.tell(live(4, 14))
    expect(world.acks).toMatchObject([{ epoch: EPOCH, upTo: 5 }])
  })

  test.each(['thinned', 'dropped'] as const)(
    'says that rows which are held were never sent: they were %s',
    async (reason) => {
      await world.tell({ ...live(0), last: 5, gaps: [{ first: 0, last: 5, reason }] })
      expect(world.wants).toMatchObject([{ fork: { lane: 'live', at: 0 } }])
      expect(world.acks).toEqual([])
      expect(world.quarantine()).toBe('rows')
    },
  )

  test('know a row that neither could date by what it says, whatever time each makes of it', async () => {
    const undated = [{ first: 20, last: 22, after: T0, before: T0 + DAY }]
    await world.tell({ ...live(20, 1, 2, 3), undated })
    const learnt = [1, 2, 3].map((value, n) => ({ at: T0 + DAY / 2 + n, value }))
    await world.tell(liveFrame(20, learnt))
    expect(world.wants).toEqual([])
    expect(world.acks).toMatchObject([{ frames: [[20, 22, expect.any(Number)]] }])
    await world.tell({ ...live(20, 1, 2, 4), undated })
    expect(world.wants).toMatchObject([{ fork: { lane: 'live', at: 22 } }])
  })

  test('take a row with a time outside what the other could say of it for another one', async () => {
    await world.tell({
      ...live(20, 1, 2, 3),
      undated: [{ first: 20, last: 22, after: T0, before: T0 + DAY }],
    })
    expect(world.wants).toEqual([])
    await world.tell(liveFrame(20, [{ at: T0 + 2 * DAY, value: 1 }]))
    expect(world.wants).toMatchObject([{ fork: { lane: 'live', at: 20 } }])
  })

  test('know an alarm that neither could date', async () => {
    const undated = [{ first: 0, last: 0, after: T0, before: T0 + DAY }]
    const alarm = (at: number): Frame => {
      const body = encodeCbor({ ...ALARM, at })
      return { lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events: [{ seq: 0, at, body }] }
    }
    await world.tell({ ...alarm(T0), undated })
    await world.tell(alarm(T0 + 1_000))
    expect(world.wants).toEqual([])
  })

  test('forks at a gap over a row that is held, where that comes before another row', async () => {
    const gaps = [{ first: 1, last: 2, reason: 'thinned' as const }]
    const [one, two] = [live(0, 10).readings[0], live(3, 99).readings[0]]
    if (one === undefined || two === undefined) throw new Error('no row')
    await world.tell({ ...live(0), last: 3, gaps, readings: [one, two] })
    expect(world.wants).toMatchObject([{ fork: { at: 1 } }])
  })

  test('is no gap that came before under the same numbers', async () => {
    const gaps = [{ first: 4, last: 6, reason: 'thinned' as const }]
    await world.tell({ ...live(4), last: 6, gaps })
    await world.tell({ ...live(4), last: 6, gaps })
    expect(world.acks).toMatchObject([{ upTo: 7 }])
    expect(world.quarantine()).toBeUndefined()
  })

  test('of the lane of alarms with another time of a row forks', async () => {
    const body = encodeCbor(ALARM)
    const alarm = (at: number): Frame => {
      return { lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events: [{ seq: 0, at, body }] }
    }
    await world.tell(alarm(T0))
    await world.tell(alarm(T0 + 1))
    expect(world.wants).toMatchObject([{ fork: { lane: 'alarm', at: 0 } }])
  })

  test('of the lane of alarms says that a row which is held was never sent', async () => {
    world.alarm(0, {})
    await world.settle()
    const gaps = [{ first: 0, last: 1, reason: 'corrupt' as const }]
    await world.tell({ lane: 'alarm', epoch: EPOCH, first: 0, last: 1, gaps, events: [] })
    expect(world.wants).toMatchObject([{ fork: { lane: 'alarm', at: 0 } }])
  })

  test('is no longer gap around one that came before: only the rest is added', async () => {
    const gap = (first: number, last: number) => ({
      ...live(first),
      last,
      gaps: [{ first, last, reason: 'thinned' as const }],
    })
    await world.tell(gap(6, 7))
    await world.tell(gap(4, 9))
    expect(world.acks).toMatchObject([{ upTo: 10 }])
    expect(world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]?.lost).toEqual({ thinned: 6 })
  })

  test('is no frame of gaps over rows that are held: the node has deleted them', async () => {
    await world.tell({ ...live(0), last: 3, gaps: [{ first: 0, last: 3, reason: 'released' }] })
    expect(world.acks).toMatchObject([{ upTo: 4 }])
    expect(world.sql.prepare('SELECT count(*) AS n FROM gap').get()).toEqual({ n: 0 })
  })
})

describe('rows that were deleted for their age', () => {
  const old = (value: number) => liveFrame(0, [{ at: T0 - 9 * DAY, value }])
  beforeEach(async () => {
    world.series('dh/stage')
    await world.tell(old(10))
    createRetention(world.store, configOf({ retention: { rawDays: 1 } }).retention)(T0)
  })

  test('are acknowledged when they come again', async () => {
    await world.tell(old(10))
    expect(world.acks).toMatchObject([{ upTo: 1 }])
    expect(world.quarantine()).toBeUndefined()
  })

  test('are not what a young row under their number is', async () => {
    await world.tell(live(0, 10))
    expect(world.wants).toMatchObject([{ fork: { at: 0 } }])
  })
})

describe('the checksum of the dictionary', () => {
  const named = (frame: Live, ...channels: string[]): Live => ({
    ...frame,
    dictionary: dictionaryCrc(channels.map(entry)),
  })
  beforeEach(async () => {
    world.series('dh/stage', 'dh/rise')
    await world.settle()
  })

  test('of the entries that a frame uses lets it pass', async () => {
    await world.tell(named(live(0, 1), 'stage'))
    expect(world.acks).toMatchObject([{ upTo: 1 }])
  })

  test('of others forks at the first number of the frame', async () => {
    await world.tell(named(live(5, 1, 2), 'rain'))
    expect(world.wants).toMatchObject([{ fork: { lane: 'live', at: 5 } }])
    expect(world.refusals.all()).toEqual({ INGEST_DICTIONARY_CHANGED: 1 })
    expect(world.quarantine()).toBe('dictionary')
  })

  test('guards the lane of present values too', async () => {
    await world.tell(named({ ...live(0, 1), lane: 'state' }, 'rain'))
    expect(world.wants).toMatchObject([{ fork: { lane: 'state', at: 0 } }])
    expect(world.store.points.present(EDGE, 'dh', 'stage')).toBeUndefined()
  })

  test('of entries that are not known yet asks for them, and accuses nobody', async () => {
    const [row] = live(0, 1).readings
    if (row === undefined) throw new Error('no row')
    await world.tell(named({ ...live(0, 1), readings: [{ ...row, series: 2 }] }, 'stage', 'rise', 'rain'))
    expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, series: { from: 2 } }])
    expect(world.quarantine()).toBeUndefined()
  })

  test('holds over a restart of the hub, from the database', async () => {
    world.store.points.forget()
    await world.tell(named(live(0, 1), 'stage'))
    expect(world.acks).toMatchObject([{ upTo: 1 }])
  })
})

test('a dictionary that contradicts the one that is held is refused whole', async () => {
  world.series('dh/stage')
  await world.settle()
  world.series('dh/rain', 'dh/rise')
  await world.settle()
  expect(world.refusals.all()).toEqual({ INGEST_SERIES_CONFLICT: 1 })
  expect(world.store.points.find(EDGE, 'dh', 'rise')).toBeUndefined()
  expect(world.quarantine()).toBe('dictionary')
})

describe('lives', () => {
  test('of two boots that speak in turns are two nodes', async () => {
    await world.say('b1')
    await world.say('b2')
    await world.clock.advance(LATE_MS)
    await world.say('b1')
    expect(world.quarantine()).toBe('boot')
  })

  test('of two epochs that speak in turns are two nodes', async () => {
    await world.say('b1')
    await world.say('b2', OTHER)
    await world.clock.advance(LATE_MS)
    await world.say('b1')
    expect(world.quarantine()).toBe('epoch')
  })

  test('an epoch that comes back in a boot of its own is a second node', async () => {
    await world.say('b1')
    await world.say('b2', OTHER)
    await world.clock.advance(LATE_MS)
    await world.say('b3')
    expect(world.quarantine()).toBe('epoch')
  })

  test('an epoch that goes on sending frames after another said hello is a second node', async () => {
    world.series('dh/stage')
    await world.say('b1')
    await world.say('b2', OTHER)
    await world.clock.advance(LATE_MS)
    await world.tell(live(0, 1))
    expect(world.quarantine()).toBe('epoch')
    expect(world.acks).toMatchObject([{ epoch: EPOCH, upTo: 1 }])
  })

  test('a frame of the epoch before that comes a second time, however late, is no second node', async () => {
    world.series('dh/stage')
    await world.say('b1')
    await world.tell(live(0, 1))
    await world.say('b2', OTHER)
    await world.clock.advance(LATE_MS)
    await world.tell(live(0, 1))
    expect(world.edges.quarantined(EDGE)).toBe(false)
    expect(world.acks).toMatchObject([{ epoch: EPOCH, upTo: 1 }])
  })

  test('a node that restarts, often, is one node', async () => {
    for (let boot = 0; boot < 200; boot++) await world.say(`b${boot}`)
    expect(world.edges.quarantined(EDGE)).toBe(false)
  })

  test('a node that says hello again and again in one boot is one node', async () => {
    for (let count = 0; count < 5; count++) {
      await world.say('b1')
      await world.clock.advance(LATE_MS)
    }
    expect(world.edges.quarantined(EDGE)).toBe(false)
  })

  test('a replaced disk is one node, also while its old connection is half open', async () => {
    await world.say('b1')
    await world.say('b2', OTHER)
    await world.clock.advance(LATE_MS)
    await world.say('b2', OTHER)
    expect(world.edges.quarantined(EDGE)).toBe(false)
  })

  test('a hello of the boot before that a half-open connection held back is no second node', async () => {
    await world.say('b1')
    await world.say('b2')
    await world.say('b1')
    expect(world.edges.quarantined(EDGE)).toBe(false)
    expect(world.edges.get(EDGE).hello?.boot).toBe('b2')
  })

  test('a node that put its damaged database aside sends what that had frozen', async () => {
    world.series('dh/stage')
    await world.say('b1')
    await world.say('b1', OTHER, { former: [EPOCH] })
    await world.clock.advance(LATE_MS)
    await world.tell(live(0, 1))
    expect(world.edges.quarantined(EDGE)).toBe(false)
    expect(world.acks).toMatchObject([{ epoch: EPOCH, upTo: 1 }])
  })

  test('what waited for a disk that took nothing is judged by when it came', async () => {
    const disk = { full: false }
    const wrap = (sql: SqlStore): SqlStore => ({
      ...sql,
      prepare(text) {
        const statement = sql.prepare(text)
        if (!text.includes('INTO event')) return statement
        return {
          ...statement,
          run(...values) {
            if (disk.full) throw new FaultError(fault('STORE_FULL', { file: 'test' }))
            return statement.run(...values)
          },
        }
      },
    })
    const limited = await createWorld('Asia/Ho_Chi_Minh', wrap)
    limited.hello({ boot: 'b1' })
    await limited.settle()
    disk.full = true
    limited.alarm(0, {})
    limited.hello({ boot: 'b2', epoch: OTHER })
    await limited.clock.advance(LATE_MS)
    expect(limited.edges.get(EDGE).epoch).toBe(OTHER)
    disk.full = false
    await limited.clock.advance(2_000)
    expect(limited.acks.at(-1)).toMatchObject({ epoch: EPOCH, lane: 'alarm', upTo: 1 })
    expect(limited.edges.quarantined(EDGE)).toBe(false)
    limited.close()
  })

  test('are remembered over a restart of the hub', async () => {
    await world.say('b1')
    await world.say('b2')
    world.edges.forget()
    await world.clock.advance(LATE_MS)
    await world.say('b1')
    expect(world.quarantine()).toBe('boot')
  })
})

describe('a last will', () => {
  const will = async (boot?: string) => {
    void world.edge.publish(
      TOPICS.alive,
      encodeCbor({ v: 1, alive: false, epoch: EPOCH, ...(boot && { boot }) }),
    )
    await world.settle()
  }
  beforeEach(() => world.say('b2'))

  test('of the boot before is ignored', async () => {
    await will('b1')
    expect(world.fleet.edge(EDGE)?.online).toBe(true)
  })

  test('of this boot takes the edge off line', async () => {
    await will('b2')
    expect(world.fleet.edge(EDGE)?.online).toBe(false)
  })

  test('that names no boot takes the edge off line', async () => {
    await will()
    expect(world.fleet.edge(EDGE)?.online).toBe(false)
  })
})

test('a node cannot end an alert that the hub raised of it', async () => {
  await world.say('b1')
  await world.say('b2')
  await world.clock.advance(LATE_MS)
  await world.say('b1')
  const alarm = String(world.sql.prepare('SELECT alarm FROM alert').get()?.alarm)
  world.alarm(0, { alarm, event: 'cleared', level: 0 })
  await world.settle()
  expect(world.alerts.list({ limit: 9 })).toMatchObject([{ state: 'active', rule: 'identity' }])
})

test('a node that begins more epochs in a day than any disk is shut out for that day alone', async () => {
  const lanes = [{ lane: 'live', oldest: 0, next: 0 }]
  for (let count = 0; count < 70; count++)
    await world.say('b1', `00000000000000${(20 + count).toString(16)}`, { lanes })
  expect(world.acks).toHaveLength(64)
  expect(world.refusals.all()).toEqual({ INGEST_LIMIT: 6 })
  await world.clock.advance(DAY)
  world.acks.length = 0
  await world.say('b1', '00000000000000ff', { lanes })
  expect(world.acks).toHaveLength(1)
})

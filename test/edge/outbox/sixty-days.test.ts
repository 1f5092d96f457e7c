import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { FrameReading } from '../../../core/wire/frame.ts'
import type { Ledger, Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync } from '../../../edge/outbox/sync.ts'
import { type FakeHub, fakeHub } from './fake-hub.ts'
import { alarmEvent, device, lane, ledgerProblem, outboxRig, type Rig } from './rig.ts'

/** A node that is cut off for sixty days with eight megabytes of disk, and is then heard again. */

const MINUTE = 60_000
const DAYS = 60
const T0 = Date.UTC(2026, 9, 1)
const LIMITS = { maxBytes: 8 * 1024 ** 2 }
const POINTS = Array.from({ length: 40 }, (_, index) => ({
  device: device(`d-${Math.floor(index / 4)}`),
  channel: `c-${index % 4}`,
}))
/** Every point is told once in so many minutes. */
const EVERY_MIN = 3
const ALARM_EVERY_H = 6

let rig: Rig
let outbox: Outbox
/** As the days went by. */
const ledgers: Ledger[] = []
let largestFile = 0
let alarms = 0
const produced = POINTS.map(() => 0)
const sums = POINTS.map(() => 0)

/** All points told at `minute` after the start. */
function measure(minute: number): void {
  const at = T0 + minute * MINUTE
  const batch = POINTS.map((point, index) => {
    const steps = (minute * (index + 3)) % 1000
    produced[index] = (produced[index] ?? 0) + 1
    sums[index] = (sums[index] ?? 0) + steps
    return { ...point, at, value: steps / 1000, flag: 1 as const }
  })
  outbox.readings(batch, { at, mono: (minute * MINUTE) as Mono, quality: 'holdover' })
}

async function day(number: number): Promise<void> {
  for (let hour = 0; hour < 24; hour++) {
    if (hour % ALARM_EVERY_H === 0) {
      void outbox.alarm(alarmEvent(alarms++), { at: T0, mono: 0 as Mono, quality: 'holdover' })
    }
    for (let minute = 0; minute < 60; minute += EVERY_MIN) {
      measure((number * 24 + hour) * 60 + minute)
      // Four commits an hour: nothing here depends on when it is written.
      if ((minute + EVERY_MIN) % 15 === 0) await rig.clock.advance(15 * MINUTE)
    }
    largestFile = Math.max(largestFile, statSync(rig.file).size)
  }
  ledgers.push(outbox.ledger())
}

beforeAll(async () => {
  rig = outboxRig()
  outbox = rig.open({ limits: LIMITS, source: sqliteSource(rig.file, LIMITS) })
  for (let number = 0; number < DAYS; number++) await day(number)
}, 180_000)
afterAll(() => rig.remove())

describe('after sixty days', () => {
  test('the database never was larger than its limit, and nothing failed', () => {
    expect(largestFile).toBeLessThanOrEqual(LIMITS.maxBytes)
    expect(rig.faults).toEqual([])
  })

  test('every alarm is there', () => {
    expect(lane(outbox, 'alarm')).toMatchObject({ produced: alarms, stored: alarms, lost: {} })
  })

  test('readings were thinned, none dropped, and every number is accounted for', () => {
    const { lost } = lane(outbox, 'live')
    expect(lost.thinned).toBeGreaterThan(800_000)
    expect(lost.dropped).toBeUndefined()
    expect(ledgerProblem(outbox)).toBeUndefined()
  })

  test('what became of them stays a short list', () => {
    const longest = Math.max(...ledgers.map(({ lanes }) => lanes[2]?.lostRanges.length ?? 0))
    expect(longest).toBeLessThan(500)
  })

  test('hours left were foretold within a fifth, until thinning had begun', () => {
    const began = ledgers.findIndex(({ lanes }) => (lanes[2]?.lost.thinned ?? 0) > 0)
    for (const [number, { hoursLeft }] of ledgers.slice(2, began - 1).entries()) {
      const hours = (began - 2 - number) * 24
      expect(hoursLeft ?? 0).toBeGreaterThan((hours - 24) * 0.8)
      expect(hoursLeft ?? 0).toBeLessThan((hours + 24) * 1.2)
    }
    const [last] = ledgers.slice(-1)
    expect(last?.hoursLeft).toBeLessThan(24)
    expect(last?.hoursUntilDropped).toBeGreaterThan(24 * 365)
  })
})

describe('heard again', () => {
  const WINDOW = 8
  let hub: FakeHub
  let connected: number
  let order: FakeHub['order']
  let bytes = { history: 0, live: 0 }

  beforeAll(async () => {
    const network = memoryBroker(rig.clock)
    const site = must(siteId('quang-tri'))
    const edge = must(edgeId('node-1'))
    const random = seededRandom(7)
    hub = fakeHub({ broker: network.client('hub'), clock: rig.clock, random, site, edge, chance: 0 })
    await rig.clock.advance(10)
    const boundary = lane(outbox, 'live').produced
    const sync = createSync({
      ...{ outbox, broker: network.client('edge'), clock: rig.clock, log: silentLog, site, edge },
      window: WINDOW,
      historyShare: 0.25,
      hello: () => ({ software: 'tram test', boot: 'boot-0' }),
      describe: () => ({ name: { vi: 'Nút', en: 'Node' }, devices: [], stations: [] }),
      refused: () => {},
    })
    connected = rig.clock.monotonic()
    sync.start()
    let most = 0
    for (let turn = 0; turn < 4_000; turn++) {
      if (turn % 1_000 === 100) measure(DAYS * 24 * 60 + turn)
      await rig.clock.advance(1)
      most = Math.max(most, sync.status().inFlight.live)
    }
    bytes = { history: boundary, live: most }
    order = [...hub.order]
    await rig.clock.advance(120_000)
  }, 120_000)

  const of = (name: string) => order.filter((frame) => frame.lane === name)

  test('it tells its alarms first, within a second', () => {
    expect(order[0]?.lane).toBe('alarm')
    expect((of('alarm').at(-1)?.at ?? Number.POSITIVE_INFINITY) - connected).toBeLessThan(1_000)
    expect(hub.rows('alarm')).toHaveLength(alarms)
  })

  test('then the state of now, before anything of the past', () => {
    const state = order.findIndex((frame) => frame.lane === 'state')
    expect(state).toBeGreaterThan(-1)
    expect(state).toBeLessThan(order.findIndex((frame) => frame.lane === 'live'))
  })

  test('then what is measured now, while the past is still on its way', () => {
    const present = of('live').findIndex(({ first }) => first >= bytes.history)
    expect(present).toBeGreaterThan(-1)
    expect(present).toBeLessThan(of('live').length - 1)
  })

  test('with no more than its share of the window for the past', () => {
    expect(bytes.live).toBeLessThanOrEqual(WINDOW * 0.25 + 1)
  })

  test('and in the end all of it: of every point the readings add up to what it measured', () => {
    const counts = POINTS.map(() => 0)
    const totals = POINTS.map(() => 0)
    for (const { series, value, summary } of hub.readings() satisfies readonly FrameReading[]) {
      counts[series] = (counts[series] ?? 0) + (summary?.count ?? 1)
      totals[series] = (totals[series] ?? 0) + (summary?.sum ?? value)
    }
    expect(counts).toEqual(produced)
    expect(totals).toEqual(sums)
    expect(hub.problems).toEqual([])
    expect(hub.forks).toEqual([])
  })

  test('and gives the disk back', () => {
    expect(statSync(rig.file).size).toBeLessThan(LIMITS.maxBytes / 4)
  })
})

function must<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('a test id is malformed')
  return result.value
}

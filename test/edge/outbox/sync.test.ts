import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../../core/errors.ts'
import { type MemoryBroker, memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { frameCrc } from '../../../core/wire/frame-codec.ts'
import { edgeTopics } from '../../../core/wire/topics.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync, type Sync } from '../../../edge/outbox/sync.ts'
import { type FakeHub, fakeHub } from './fake-hub.ts'
import { alarmEvent, instant, ledgerProblem, outboxRig, type Rig, readings } from './rig.ts'

const site = known(siteId('quang-tri'))
const edge = known(edgeId('node-1'))
const topics = edgeTopics(site, edge)

let rig: Rig
let network: MemoryBroker
let hub: FakeHub
let outbox: Outbox
let sync: Sync
const refused: Fault[] = []
let stations: readonly unknown[]
let described: (readonly unknown[])[]

beforeEach(() => {
  rig = outboxRig()
  refused.length = 0
  stations = []
  described = []
  outbox = rig.open()
})
afterEach(() => {
  outbox.close()
  rig.remove()
})

function known<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('a test id is malformed')
  return result.value
}

function connect(chance = 0): void {
  network = memoryBroker(rig.clock)
  const random = seededRandom(7)
  hub = fakeHub({ broker: network.client('hub'), clock: rig.clock, random, site, edge, chance })
  sync = startSync()
}

function startSync(): Sync {
  const started = createSync({
    outbox,
    broker: network.client('edge'),
    clock: rig.clock,
    log: silentLog,
    site,
    edge,
    hello: () => ({ software: 'tram 0.1.0', boot: 'boot-0' }),
    describe: () => ({ name: { vi: 'Trạm', en: 'Station' }, devices: [], stations: [...stations] }),
    onDescribed: ({ stations }) => described.push(stations),
    refused: (problem) => refused.push(problem),
  })
  started.start()
  return started
}

function queue(count: number, from = 0): void {
  for (let start = 0; start < count; start += 1000) {
    outbox.readings(readings(Math.min(1000, count - start), from + start), instant())
  }
  outbox.flush()
}

const stored = () => outbox.ledger().lanes.reduce((sum, lane) => sum + lane.stored, 0)

describe('a connection', () => {
  test('delivers what was stored before it, and deletes it once the hub has it', async () => {
    queue(2500)
    connect()
    await rig.clock.advance(5_000)
    expect(hub.rows('live').sort((a, b) => a - b)).toEqual(Array.from({ length: 2500 }, (_, seq) => seq))
    expect(stored()).toBe(0)
    expect(hub.problems).toEqual([])
  })

  test('says what the hub was told of the stations, once it has been', async () => {
    connect()
    await rig.clock.advance(1_000)
    network.cut('edge')
    stations = [{ id: 'later' }]
    sync.describeAgain()
    await rig.clock.advance(1_000)
    const before = [...described]
    network.restore('edge')
    await rig.clock.advance(1_000)
    expect([before, described]).toEqual([[[]], [[], [{ id: 'later' }]]])
  })

  test('sends alarms, then the state of now, then history', async () => {
    queue(5000)
    void outbox.alarm(alarmEvent(1), instant())
    await rig.clock.advance(1)
    connect()
    await rig.clock.advance(5_000)
    expect(hub.order.slice(0, 3).map(({ lane }) => lane)).toEqual(['alarm', 'state', 'live'])
  })

  test('tells new readings before the history is through', async () => {
    queue(30_000)
    connect()
    await rig.clock.advance(8)
    queue(1000, 30_000)
    await rig.clock.advance(10_000)
    const fresh = hub.order.findIndex(({ lane, first }) => lane === 'live' && first === 30_000)
    const lastHistory = hub.order.findIndex(({ lane, last }) => lane === 'live' && last === 29_999)
    expect(fresh).toBeGreaterThan(-1)
    expect(fresh).toBeLessThan(lastHistory)
  })

  test('announces a new point before a frame that uses it', async () => {
    connect()
    await rig.clock.advance(100)
    queue(10)
    await rig.clock.advance(2_000)
    expect(hub.series.map(({ channel }) => channel)).toEqual(['distance', 'battery'])
    expect(hub.rows('live')).toHaveLength(10)
  })

  test('keeps the frame of readings back for a second of company', async () => {
    connect()
    await rig.clock.advance(100)
    queue(10)
    await rig.clock.advance(500)
    queue(10, 10)
    await rig.clock.advance(2_000)
    expect(hub.order.filter(({ lane }) => lane === 'live')).toMatchObject([{ first: 0, last: 19 }])
  })

  test('sends the readings that came with an alarm right behind it', async () => {
    connect()
    await rig.clock.advance(100)
    void outbox.alarm(alarmEvent(1), instant())
    queue(10)
    await rig.clock.advance(100)
    expect(hub.order.map(({ lane }) => lane)).toEqual(['alarm', 'live'])
  })

  test('repeats its hello every five seconds until the hub answers', async () => {
    connect()
    hub.silent = true
    await rig.clock.advance(12_000)
    hub.silent = false
    await rig.clock.advance(5_000)
    expect(hub.hellos).toHaveLength(1)
    expect(sync.status().ready).toBe(true)
  })

  test('sends no frame before the hub has said what it holds', async () => {
    queue(10)
    connect()
    hub.silent = true
    await rig.clock.advance(4_000)
    expect(sync.status().inFlight).toEqual({ alarm: 0, state: 0, live: 0 })
  })

  test('leaves no timer while all is told, and none while it is alone', async () => {
    queue(2500)
    connect()
    await rig.clock.advance(60_000)
    expect(rig.clock.pending()).toBe(0)
    network.cut('edge')
    queue(10)
    await rig.clock.advance(1_000)
    expect(rig.clock.pending()).toBe(0)
  })

  test('says goodbye when it stops, and leaves no timer behind', async () => {
    connect()
    await rig.clock.advance(100)
    const stopping = sync.stop()
    await rig.clock.advance(1_000)
    await stopping
    expect(rig.clock.pending()).toBe(0)
  })
})

describe('faults', () => {
  test('loss, doubling and reordering leave every row stored once', async () => {
    queue(12_000)
    connect(0.2)
    for (let turn = 0; turn < 60; turn++) {
      queue(50, 12_000 + turn * 50)
      if (turn % 9 === 0) void outbox.alarm(alarmEvent(turn), instant())
      await rig.clock.advance(2_000)
    }
    await rig.clock.advance(120_000)
    expect(hub.rows('live').sort((a, b) => a - b)).toEqual(Array.from({ length: 15_000 }, (_, seq) => seq))
    expect(hub.rows('alarm')).toHaveLength(7)
    expect(stored()).toBe(0)
    expect(hub.problems).toEqual([])
  })

  test('cuts in the connection leave every row stored once', async () => {
    connect(0.1)
    for (let turn = 0; turn < 40; turn++) {
      queue(500, turn * 500)
      if (turn % 4 === 1) network.cut('edge')
      if (turn % 4 === 3) network.restore('edge')
      await rig.clock.advance(1_500)
    }
    network.restore()
    await rig.clock.advance(90_000)
    expect(hub.rows('live').sort((a, b) => a - b)).toEqual(Array.from({ length: 20_000 }, (_, seq) => seq))
    expect(hub.problems).toEqual([])
  })

  test('a restart of the node sends the frames of before unchanged', async () => {
    queue(3000)
    connect()
    await rig.clock.advance(4)
    hub.silent = true
    await rig.clock.advance(3_000)
    const frozen = outbox.frames('live')
    await Promise.race([sync.stop(), rig.clock.advance(10)])
    outbox.close()
    outbox = rig.open()
    expect(outbox.frames('live')).toEqual(frozen)
    hub.silent = false
    sync = startSync()
    await rig.clock.advance(30_000)
    expect(hub.rows('live')).toHaveLength(3000)
    expect(hub.problems).toEqual([])
  })

  test('a frame without acknowledgement is sent again after ten seconds', async () => {
    connect()
    await rig.clock.advance(100)
    hub.silent = true
    queue(5)
    await rig.clock.advance(3_000)
    hub.silent = false
    await rig.clock.advance(4_000)
    expect(hub.rows('live')).toEqual([])
    await rig.clock.advance(8_000)
    expect(hub.rows('live')).toHaveLength(5)
  })

  test('the present state overtakes live readings that the hub takes too slowly', async () => {
    connect()
    await rig.clock.advance(100)
    hub.silent = true
    queue(5)
    await rig.clock.advance(15_000)
    expect(outbox.frames('state')).toHaveLength(1)
  })

  test('a hub that claims rows which were never given costs no row, and is noted', async () => {
    connect()
    await rig.clock.advance(100)
    network.cut('edge')
    queue(5)
    hub.silent = true
    network.restore('edge')
    await rig.clock.advance(3)
    const epoch = outbox.epoch() ?? ''
    hub.send({ v: 1, epoch, lane: 'live', upTo: 1000, ranges: [], whole: true, at: 0 })
    await rig.clock.advance(10)
    expect(outbox.ledger().lanes[2]?.stored).toBe(5)
    expect(refused.map(({ code }) => code)).toContain('SYNC_UNKNOWN_ROWS')
  })

  test('a disk that lost what it had confirmed: rows under numbers given twice are all stored', async () => {
    queue(100)
    const before = rig.photograph()
    queue(50, 100)
    connect()
    await rig.clock.advance(5_000)
    await Promise.race([sync.stop(), rig.clock.advance(10)])
    outbox.close()
    outbox = rig.openAt(before)
    const lost = outbox.epoch()
    queue(30, 200)
    sync = startSync()
    await rig.clock.advance(20_000)
    expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_ROLLED_BACK'])
    const values = [...hub.frames.values()].flatMap(({ frame }) =>
      frame.lane === 'live' && frame.epoch !== lost ? frame.readings.map(({ value }) => value) : [],
    )
    expect(values).toEqual(expect.arrayContaining(Array.from({ length: 30 }, (_, index) => 200 + index)))
    expect(hub.forks).toMatchObject([{ lane: 'live', at: 100 }])
    expect(hub.problems).toEqual([])
    expect(stored()).toBe(0)
  })

  test('a hub that says of every frame that it holds other rows makes a node renumber once an hour, not without end', async () => {
    connect()
    await rig.clock.advance(100)
    hub.silent = true
    const told = network.client('liar')
    await rig.clock.advance(5)
    told.subscribe(topics.up('live'), (_topic, bytes) => {
      const fork = { lane: 'live', at: 0, frame: frameCrc(bytes) } as const
      void told.publish(topics.want, encodeCbor({ v: 1, epoch: outbox.epoch(), fork }))
    })
    const epochs = new Set([outbox.epoch()])
    for (let minute = 0; minute < 30; minute++) {
      queue(5, minute * 5)
      hub.silent = minute % 2 === 0
      await rig.clock.advance(60_000)
      epochs.add(outbox.epoch())
    }
    expect(epochs.size).toBe(2)
    expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_ROLLED_BACK'])
  })

  test('a request that names a frame of a twin changes nothing', async () => {
    connect()
    await rig.clock.advance(100)
    const epoch = outbox.epoch() ?? ''
    queue(5)
    await rig.clock.advance(1_002)
    hub.ask({ v: 1, epoch, fork: { lane: 'live', at: 0, frame: 12345 } })
    await rig.clock.advance(10)
    expect(outbox.epoch()).toBe(epoch)
  })

  test('acknowledgement for another database is refused', async () => {
    connect()
    await rig.clock.advance(100)
    hub.send({ v: 1, epoch: 'f'.repeat(16), lane: 'live', upTo: 5, ranges: [], whole: true, at: 0 })
    await rig.clock.advance(10)
    expect(refused.map(({ code }) => code)).toEqual(['SYNC_OTHER_EPOCH'])
  })

  test('a malformed acknowledgement is refused with its code', async () => {
    connect()
    await rig.clock.advance(100)
    void network.client('stranger').publish(topics.ack, Uint8Array.of(1))
    await rig.clock.advance(10)
    const stranger = network.client('stranger')
    await rig.clock.advance(10)
    void stranger.publish(topics.ack, encodeCbor({ v: 2 }))
    await rig.clock.advance(10)
    expect(refused.map(({ code }) => code)).toEqual(['MESSAGE_INVALID'])
  })
})

describe('requests of the hub', () => {
  test('rows that were released are answered with a frame that says so', async () => {
    queue(100)
    connect()
    await rig.clock.advance(5_000)
    const epoch = outbox.epoch() ?? ''
    hub.forget()
    hub.ask({ v: 1, epoch, rows: { lane: 'live', ranges: [[10, 20]] } })
    await rig.clock.advance(100)
    const answer = hub.frames.get(`${epoch}/live/10`)?.frame
    expect(answer?.gaps).toEqual([{ first: 10, last: 20, reason: 'released' }])
  })

  test('the dictionary is sent again from where it is asked for', async () => {
    queue(10)
    connect()
    await rig.clock.advance(5_000)
    hub.series.length = 0
    hub.ask({ v: 1, epoch: outbox.epoch() ?? '', series: { from: 0 } })
    await rig.clock.advance(100)
    expect(hub.series.map(({ channel }) => channel)).toEqual(['distance', 'battery'])
  })
})

test('100,000 readings drain within ten seconds of a slow hub, and the ledger closes', async () => {
  queue(100_000)
  connect()
  await rig.clock.advance(10_000)
  expect(hub.rows('live')).toHaveLength(100_000)
  expect(ledgerProblem(outbox)).toBeUndefined()
  expect(stored()).toBe(0)
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { driftingClock } from '../../../core/fakes/drifting-clock.ts'
import { type MemoryBroker, memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync, type Sync } from '../../../edge/outbox/sync.ts'
import { hubWord, keepAskingHub } from '../../../edge/time/hub-word.ts'
import { createNodeClock, FRESH_MS, type LearningClock } from '../../../edge/time/node-clock.ts'
import { type FakeHub, fakeHub } from '../outbox/fake-hub.ts'
import { outboxRig, type Rig } from '../outbox/rig.ts'

const HOUR_MS = 3_600_000
const site = known(siteId('quang-tri'))
const edge = known(edgeId('node-1'))

function known<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('a test id is malformed')
  return result.value
}

let rig: Rig
let outbox: Outbox
let network: MemoryBroker
let hub: FakeHub
let clock: LearningClock
let sync: Sync

beforeEach(() => {
  rig = outboxRig()
  outbox = rig.open()
})
afterEach(() => {
  void sync.stop()
  clock.stop()
  outbox.close()
  rig.remove()
})

/** A node at 1970 on a line that takes `latencyMs` each way. */
function connect(latencyMs: number): void {
  network = memoryBroker(rig.clock, latencyMs)
  const random = seededRandom(7)
  hub = fakeHub({ broker: network.client('hub'), clock: rig.clock, random, site, edge, chance: 0 })
  const machine = driftingClock(rig.clock, { ppm: 200, wall: 0 })
  clock = createNodeClock({
    base: machine,
    system: machine.system,
    madeAt: Date.UTC(2026, 0, 1),
    refused: () => {},
  })
  sync = createSync({
    outbox,
    broker: network.client('edge'),
    clock,
    log: silentLog,
    site,
    edge,
    hello: () => ({ software: 'tram 0.1.0', boot: 'boot-0' }),
    describe: () => ({ name: { vi: 'Trạm', en: 'Station' }, devices: [], stations: [] }),
    refused: () => {},
    onHubTime: (utc, asked) => clock.learn('hub', hubWord(utc, asked, clock.monotonic())),
  })
  keepAskingHub(clock, sync.askTime)
  sync.start()
}

function expectTruthWithin(width_ms: number): void {
  const { earliest, latest } = clock.bounds()
  expect(earliest).toBeLessThanOrEqual(rig.clock.now())
  expect(latest).toBeGreaterThanOrEqual(rig.clock.now())
  expect(latest - earliest).toBeLessThan(width_ms)
}

describe('a node at 1970', () => {
  test('learns the time from the answer to its hello, and says next how it knows it', async () => {
    connect(20)
    await rig.clock.advance(1_000)
    expect(hub.hellos[0]).toMatchObject({ clock: 'unknown' })
    expect(hub.hellos[0]).not.toHaveProperty('known')
    expect(clock.known()?.source).toBe('hub')
    expectTruthWithin(2_100)
    expect(hub.hellos).toHaveLength(2)
    expect(hub.hellos.at(-1)).toMatchObject({ clock: 'synced', known: { source: 'hub' } })
  })

  test('knows the time the less exactly the longer the answer was on its way', async () => {
    connect(2_000)
    await rig.clock.advance(10_000)
    expect(clock.known()?.source).toBe('hub')
    expectTruthWithin(8_000)
  })

  test('takes no time from an answer that it did not ask for', async () => {
    connect(20)
    hub.silent = true
    await rig.clock.advance(1_000)
    const epoch = outbox.epoch() ?? ''
    for (const asked of [{}, { asked: 999_999 }])
      hub.send({
        v: 1,
        epoch,
        lane: 'live',
        upTo: 0,
        ranges: [],
        whole: true,
        at: 1_900_000_000_000,
        ...asked,
      })
    await rig.clock.advance(100)
    expect(clock.quality()).toBe('unknown')
  })

  test('keeps asking, and stays synced for as long as it is answered', async () => {
    connect(20)
    await rig.clock.advance(3 * FRESH_MS)
    expect(clock.quality()).toBe('synced')
    expectTruthWithin(4_000)
  })

  test('runs on in holdover while nobody answers, and is synced again at the first answer', async () => {
    connect(20)
    await rig.clock.advance(1_000)
    network.cut()
    await rig.clock.advance(60 * 24 * HOUR_MS)
    expect(clock.quality()).toBe('holdover')
    // 200 ppm over 60 days: a quarter of an hour to each side, and the truth at its very edge.
    expectTruthWithin(60 * 24 * HOUR_MS * 2 * 201e-6 + 2_100)
    network.restore()
    await rig.clock.advance(1_000)
    expect(clock.quality()).toBe('synced')
    expectTruthWithin(2_100)
  }, 60_000)
})

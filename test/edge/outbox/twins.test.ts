import { cpSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MemoryBroker, memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { Reading } from '../../../core/reading.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync, type Sync } from '../../../edge/outbox/sync.ts'
import { fakeHub } from './fake-hub.ts'
import { alarmEvent, cutAll, instant, outboxRig, readings } from './rig.ts'

/** A disk was copied: two nodes with one identity, on one broker, each hearing what the hub says to the other. */

const site = known(siteId('quang-tri'))
const edge = known(edgeId('node-1'))

function known<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('a test id is malformed')
  return result.value
}

/** Values from `from` on, one each millimetre: which node measured what is told by the value. */
function values(count: number, from: number): Reading[] {
  return readings(count, from)
}

function twins(seed: number) {
  const rig = outboxRig(seed)
  const network: MemoryBroker = memoryBroker(rig.clock)
  const random = seededRandom(seed)
  const hub = fakeHub({ broker: network.client('hub'), clock: rig.clock, random, site, edge, chance: 0.1 })
  const running: { outbox: Outbox; sync: Sync }[] = []
  const start = (name: string, file: string) => {
    const outbox = createOutbox({
      source: sqliteSource(file),
      boot: name,
      clock: rig.clock,
      random: seededRandom(seed + name.length),
      log: silentLog,
      shape: () => ({ unit: 'm', resolution: 0.001 }),
      onFault: () => {},
    })
    const sync = createSync({
      outbox,
      broker: network.client(name),
      clock: rig.clock,
      log: silentLog,
      site,
      edge,
      hello: () => ({ software: 'tram test', boot: name }),
      describe: () => ({ name: { vi: 'Nút', en: 'Node' }, devices: [], stations: [] }),
      refused: () => {},
    })
    sync.start()
    running.push({ outbox, sync })
    return outbox
  }
  return {
    rig,
    hub,
    network,
    start,
    /** Copies an open database as a disk would be copied that was taken out of a running box. */
    copy(file: string) {
      for (const part of ['', '-wal', '-shm']) cpSync(file + part, `${rig.folder}/copy.db${part}`)
      return `${rig.folder}/copy.db`
    },
    end() {
      for (const { outbox, sync } of running) {
        void sync.stop()
        outbox.close()
      }
      rig.remove()
    },
  }
}

test('whatever of a disk is copied, and whoever speaks first, no reading of either node is lost or stored twice', async () => {
  let forks = 0
  const plan = fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    before: fc.nat(30),
    unsent: fc.nat(2_500),
    framed: fc.boolean(),
    own: fc.nat(2_000),
    copied: fc.nat(2_000),
    turns: fc.array(fc.record({ a: fc.boolean(), b: fc.boolean(), rows: fc.nat(20), ms: fc.nat(4_000) }), {
      maxLength: 8,
    }),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ seed, before, unsent, framed, own, copied, turns }) => {
      const world = twins(seed)
      let measured = 0
      let other = 1_000_000
      const expected: number[] = []
      const measure = (outbox: Outbox, count: number, from: number) => {
        outbox.readings(values(count, from), instant())
        outbox.flush()
        for (let value = from; value < from + count; value++) expected.push(value)
      }
      try {
        const a = world.start('a', world.rig.file)
        measure(a, before, measured)
        measured += before
        await world.rig.clock.advance(30_000)
        world.network.cut('a')
        measure(a, unsent, measured)
        measured += unsent
        if (framed) cutAll(a)
        const file = world.copy(world.rig.file)
        const b = world.start('bb', file)
        world.network.cut('bb')
        measure(a, own, measured)
        measured += own
        measure(b, copied, other)
        other += copied
        for (const turn of turns) {
          world.network[turn.a ? 'restore' : 'cut']('a')
          world.network[turn.b ? 'restore' : 'cut']('bb')
          measure(a, turn.rows, measured)
          measured += turn.rows
          measure(b, turn.rows, other)
          other += turn.rows
          await world.rig.clock.advance(turn.ms)
        }
        world.network.restore()
        await world.rig.clock.advance(300_000)
        forks += world.hub.forks.length
        const held = world.hub.readings().map(({ value }) => value)
        expect(held.toSorted((one, two) => one - two)).toEqual(expected.toSorted((one, two) => one - two))
        expect(world.hub.problems).toEqual([])
        for (const node of [a, b]) {
          const { lanes, former } = node.ledger()
          expect(lanes.map(({ stored }) => stored)).toEqual([0, 0, 0])
          expect(former.rows).toBe(0)
        }
      } finally {
        world.end()
      }
    }),
    { numRuns: 30 },
  )
  expect(forks).toBeGreaterThan(10)
}, 120_000)

test('an alarm of a copied disk that neither had told is told once, and those that each raised are both there', async () => {
  const world = twins(3)
  try {
    const a = world.start('a', world.rig.file)
    await world.rig.clock.advance(1_000)
    world.network.cut('a')
    void a.alarm(alarmEvent(1), instant())
    a.flush()
    const b = world.start('bb', world.copy(world.rig.file))
    world.network.cut('bb')
    void a.alarm(alarmEvent(2), instant())
    a.flush()
    void b.alarm(alarmEvent(3), instant())
    b.flush()
    world.network.restore()
    await world.rig.clock.advance(120_000)
    const times = [...world.hub.alarms()].map(({ at }) => at - alarmEvent(0).at)
    expect(times.toSorted()).toEqual([1, 2, 3])
  } finally {
    world.end()
  }
})

test('readings that no frame held when an alarm showed the copy keep their numbers, for a copy may have told them', async () => {
  const rig = outboxRig(5)
  try {
    const outbox = rig.open()
    const epoch = outbox.epoch()
    outbox.readings(readings(2_500), instant())
    void outbox.alarm(alarmEvent(1), instant())
    outbox.flush()
    const [alarm] = outbox.cut('alarm', { first: 0, last: 0 }, 1)
    outbox.fork('alarm', 0, alarm?.crc ?? -1)
    await rig.clock.advance(100)
    const live = outbox.former.frames().filter((frame) => frame.lane === 'live')
    expect(live.reduce((sum, { rows }) => sum + rows, 0)).toBe(2_500)
    expect(live.every((frame) => frame.epoch === epoch)).toBe(true)
    expect(outbox.lanes()).toMatchObject([{ next: 1 }, {}, { next: 0 }])
    expect(outbox.epoch()).not.toBe(epoch)
  } finally {
    rig.remove()
  }
})

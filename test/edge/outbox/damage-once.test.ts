import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync, type Sync } from '../../../edge/outbox/sync.ts'
import { createWorld, EDGE, SITE, temporary, type World } from '../../hub/world.ts'
import { alarmEvent, cutAll, instant, readings } from './rig.ts'

/** A node's outbox on a disk that fails, before a real hub, with a network that loses what the test wants lost. */
interface Node {
  readonly world: World
  readonly file: string
  outbox(): Outbox
  lose(what: { readonly up: boolean; readonly down: boolean }): void
  measure(count: number): void
  alarm(): void
  run(ms: number): Promise<void>
  /** Ends, has `work` done to the database, and starts again. */
  restart(work?: (file: string) => void): void
  /** Lets everything through until nothing is left to tell. */
  drain(): Promise<void>
  /** How often each reading is at the hub, by its number as a value. */
  readings(): readonly number[]
  alarms(): readonly number[]
  remove(): void
}

async function createNode(): Promise<Node> {
  const world = await createWorld()
  const folder = temporary()
  const file = join(folder.path, 'outbox.db')
  const random = seededRandom(5)
  const lost = { up: false, down: false }
  const broker: Broker = {
    ...world.edge,
    publish: (topic, payload, options) =>
      lost.up ? Promise.resolve(true) : world.edge.publish(topic, payload, options),
    subscribe: (filter, handler) =>
      world.edge.subscribe(filter, (topic, payload) => {
        if (!lost.down) handler(topic, payload)
      }),
  }
  let boots = 0
  let measured = 0
  let told = 0
  let running: { readonly outbox: Outbox; readonly sync: Sync } | undefined
  const start = () => {
    const boot = `boot-${boots++}`
    const { clock } = world
    const outbox = createOutbox({
      source: sqliteSource(file),
      boot,
      clock,
      random,
      log: silentLog,
      shape: () => ({ unit: 'm', resolution: 0.001 }),
      onFault: () => {},
    })
    const sync = createSync({
      outbox,
      broker,
      clock,
      log: silentLog,
      site: SITE,
      edge: EDGE,
      hello: () => ({ software: 'tram test', boot }),
      describe: () => ({ name: { vi: 'Nút', en: 'Node' }, devices: [], stations: [] }),
      refused: () => {},
    })
    sync.start()
    running = { outbox, sync }
  }
  const now = () => {
    if (running === undefined) throw new Error('the node does not run')
    return running
  }
  const times = (count: number, found: readonly number[]) => {
    const sums = new Array<number>(count).fill(0)
    for (const index of found) sums[index] = (sums[index] ?? 0) + 1
    return sums
  }
  start()
  return {
    world,
    file,
    outbox: () => now().outbox,
    lose: (what) => void Object.assign(lost, what),
    measure(count) {
      now().outbox.readings(readings(count, measured), instant())
      now().outbox.flush()
      measured += count
    },
    alarm() {
      void now().outbox.alarm(alarmEvent(told++), instant())
      now().outbox.flush()
    },
    run: (ms) => world.clock.advance(ms),
    restart(work) {
      void now().sync.stop()
      now().outbox.close()
      work?.(file)
      start()
    },
    async drain() {
      lost.up = false
      lost.down = false
      await world.clock.advance(60_000)
    },
    readings() {
      const rows = world.sql.prepare('SELECT value FROM reading').all()
      return times(
        measured,
        rows.map(({ value }) => Math.round(Number(value) * 1000)),
      )
    },
    alarms() {
      const rows = world.sql.prepare('SELECT at FROM event').all()
      return times(
        told,
        rows.map(({ at }) => Number(at) - alarmEvent(0).at),
      )
    },
    remove() {
      now().outbox.close()
      world.close()
      folder.dispose()
    },
  }
}

/** Nothing in it is lost; nothing in it is trusted. */
function distrust(file: string): void {
  edit(file, "UPDATE meta SET value = '9' WHERE key = 'format'")
}

/** Three pages in the middle are noise. */
function scratch(file: string): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(3 * 4096, 0xa5), 0, 3 * 4096, Math.floor(statSync(file).size / 8192) * 4096)
  closeSync(handle)
}

function edit(file: string, sql: string): void {
  const store = openSqlite(file)
  store.exec(sql)
  store.close()
}

const once = (count: number) => new Array<number>(count).fill(1)

const step = fc.oneof(
  fc.record({ kind: fc.constant('measure' as const), count: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ kind: fc.constant('alarm' as const) }),
  fc.record({ kind: fc.constant('cut' as const) }),
  fc.record({
    kind: fc.constant('run' as const),
    ms: fc.integer({ min: 1, max: 15_000 }),
    up: fc.boolean(),
    down: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('restart' as const) }),
  fc.record({ kind: fc.constant('damage' as const) }),
)

test('a database damaged at any moment, again and again, leaves every reading and alarm at the hub exactly once', async () => {
  let carried = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const node = await createNode()
      try {
        // Connected and in step to begin with, so that frames are cut and sent.
        await node.run(2_000)
        for (const one of steps) {
          if (one.kind === 'measure') node.measure(one.count)
          else if (one.kind === 'alarm') node.alarm()
          else if (one.kind === 'cut') cutAll(node.outbox())
          else if (one.kind === 'restart') node.restart()
          else if (one.kind === 'damage') {
            node.restart(distrust)
            await node.run(1)
            carried += node.outbox().ledger().former.frames
          } else {
            node.lose({ up: !one.up, down: !one.down })
            await node.run(one.ms)
          }
        }
        await node.drain()
        expect(node.readings()).toEqual(once(node.readings().length))
        expect(node.alarms()).toEqual(once(node.alarms().length))
        expect(node.outbox().ledger().former).toEqual({ frames: 0, rows: 0 })
      } finally {
        node.remove()
      }
    }),
    { numRuns: 60 },
  )
  expect(carried).toBeGreaterThan(10)
}, 120_000)

describe('a frame that was frozen in a database found damaged', () => {
  let node: Node
  beforeEach(async () => {
    node = await createNode()
    await node.run(2_000)
  })
  afterEach(() => node.remove())

  /** Frames at the hub of which the node does not know that they are. */
  const unacknowledged = async () => {
    node.lose({ up: false, down: true })
    node.measure(1000)
    node.alarm()
    await node.run(3_000)
    expect(node.readings()).toEqual(once(1000))
  }

  test('is sent again as it was, and released once the hub has found it the same as what it has', async () => {
    await unacknowledged()
    node.restart(distrust)
    await node.run(0)
    expect(node.outbox().ledger().former.rows).toBe(1001)
    node.lose({ up: false, down: false })
    await node.run(3_000)
    expect(node.outbox().ledger().former).toEqual({ frames: 0, rows: 0 })
    expect(node.readings()).toEqual(once(1000))
    expect(node.alarms()).toEqual([1])
  })

  test('is told as the same bytes under its old epoch when the hub does not have it', async () => {
    node.lose({ up: true, down: false })
    node.measure(1000)
    await node.run(3_000)
    const epoch = node.outbox().epoch()
    const bytes = node.outbox().bytes('live', 0)
    node.restart(distrust)
    await node.run(0)
    const [former] = node.outbox().former.frames()
    expect(former).toMatchObject({ epoch, lane: 'live', first: 0, last: 999, rows: 1000 })
    expect(node.outbox().former.bytes(former?.id ?? -1)).toEqual(bytes)
    await node.drain()
    expect(node.readings()).toEqual(once(1000))
  })

  test('survives a second damage before it was told', async () => {
    await unacknowledged()
    node.lose({ up: true, down: true })
    node.restart(distrust)
    node.measure(10)
    await node.run(2_000)
    node.restart(distrust)
    await node.run(0)
    expect(node.outbox().ledger().former.rows).toBe(1001)
    await node.drain()
    expect(node.readings()).toEqual(once(1010))
    expect(node.alarms()).toEqual([1])
  })

  test('is carried once, however often the node ends while its rows are sorted out', async () => {
    node.lose({ up: false, down: true })
    node.measure(12_000)
    await node.run(3_000)
    node.lose({ up: false, down: false })
    node.restart(distrust)
    for (let run = 0; run < 8; run++) {
      const interrupted = node.outbox()
      let changes = 0
      interrupted.onChange(() => {
        if (++changes === 3) interrupted.close()
      })
      await node.run(20)
      node.restart()
    }
    await node.drain()
    expect(node.readings()).toEqual(once(12_000))
  })

  test('is found altered while the node runs: its rows come again, and none is lost', async () => {
    node.lose({ up: true, down: false })
    node.measure(10)
    await node.run(3_000)
    node.restart((file) => edit(file, "UPDATE frames SET bytes = x'00' WHERE lane = 2"))
    await node.drain()
    expect(node.readings()).toEqual(once(10))
  })

  test('and cannot be read any more is the one case in which rows come twice', async () => {
    await unacknowledged()
    node.restart((file) => {
      edit(file, "UPDATE frames SET bytes = x'00' WHERE lane = 2")
      distrust(file)
    })
    await node.drain()
    expect(node.readings()).toEqual(new Array(1000).fill(2))
    expect(node.alarms()).toEqual([1])
  })

  test('and lost pages around it leaves no reading out that is not counted', async () => {
    node.lose({ up: false, down: true })
    node.measure(20_000)
    await node.run(3_000)
    node.restart((file) => {
      scratch(file)
      distrust(file)
    })
    await node.run(0)
    expect(node.outbox().ledger().former.rows).toBeGreaterThan(0)
    await node.drain()
    const [, , live] = node.outbox().ledger().lanes
    const missing = node.readings().filter((times) => times === 0).length
    expect(missing).toBeGreaterThan(0)
    expect(live?.lost).toEqual({ unreadable: missing })
    expect(node.readings().filter((times) => times > 1)).toEqual([])
  })

  test('and whose series cannot be read comes as rows', async () => {
    node.lose({ up: true, down: false })
    node.measure(10)
    await node.run(3_000)
    node.restart((file) => {
      edit(file, 'DELETE FROM series WHERE id = 0')
      distrust(file)
    })
    await node.run(0)
    expect(node.outbox().former.frames()).toEqual([])
    await node.drain()
    expect(node.readings()).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
  })
})

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../edge/outbox/outbox.ts'
import { createSync, type Sync } from '../../edge/outbox/sync.ts'
import { alarmEvent, instant, readings } from '../edge/outbox/rig.ts'
import { createWorld, EDGE, SITE, temporary, type World } from './world.ts'

/** A node's disk is copied while it is off, and both copies run: before one hub, under one identity, side by side. */

let world: World
let folder: ReturnType<typeof temporary>
let running: { readonly outbox: Outbox; readonly sync: Sync }[]
beforeEach(async () => {
  world = await createWorld()
  folder = temporary()
  running = []
})
afterEach(() => {
  for (const { outbox, sync } of running) {
    void sync.stop()
    outbox.close()
  }
  world.close()
  folder.dispose()
})

const disk = (name: string) => join(folder.path, `${name}.db`)
let boots = 0
function boot(name: string): Outbox {
  const id = `boot-${boots++}`
  const { clock } = world
  const outbox = createOutbox({
    ...{ source: sqliteSource(disk(name)), boot: id, clock, random: seededRandom(boots), log: silentLog },
    shape: () => ({ unit: 'm', resolution: 0.001 }),
    onFault: () => {},
  })
  const sync = createSync({
    ...{ outbox, broker: world.edge, clock, log: silentLog, site: SITE, edge: EDGE },
    hello: () => ({ software: 'tram test', boot: id }),
    describe: () => ({ name: { vi: 'Nút', en: 'Node' }, devices: [], stations: [] }),
    refused: () => {},
  })
  running.push({ outbox, sync })
  sync.start()
  return outbox
}
function halt(outbox: Outbox): void {
  const index = running.findIndex((one) => one.outbox === outbox)
  const [found] = running.splice(index, 1)
  void found?.sync.stop()
  outbox.close()
}
function measure(outbox: Outbox, first: number, count: number): void {
  outbox.readings(readings(count, first), instant())
  void outbox.alarm(alarmEvent(first), instant())
  outbox.flush()
}
const stored = () =>
  world.sql
    .prepare('SELECT value FROM reading ORDER BY value')
    .all()
    .map(({ value }) => Math.round(Number(value) * 1_000))
const numbers = (...ranges: (readonly [first: number, count: number])[]) =>
  ranges.flatMap(([first, count]) => Array.from({ length: count }, (_, n) => first + n))

describe('two copies of one node', () => {
  /** 100 told, 50 more frozen or waiting when the disk is copied. */
  async function copied(): Promise<readonly [Outbox, Outbox]> {
    const node = boot('node')
    measure(node, 0, 100)
    await world.clock.advance(10_000)
    measure(node, 100, 50)
    halt(node)
    copyFileSync(disk('node'), disk('copy'))
    return [boot('node'), boot('copy')]
  }

  test('lose no row of either, and store none twice', async () => {
    const [node, copy] = await copied()
    measure(node, 1_000, 200)
    measure(copy, 2_000, 300)
    await world.clock.advance(120_000)
    measure(node, 3_000, 10)
    measure(copy, 4_000, 10)
    await world.clock.advance(120_000)
    expect(stored()).toEqual(numbers([0, 150], [1_000, 200], [2_000, 300], [3_000, 10], [4_000, 10]))
    for (const { outbox } of running) expect(outbox.frames('live')).toEqual([])
  })

  test('tell every alarm of either, once', async () => {
    const [node, copy] = await copied()
    for (let n = 0; n < 20; n++) {
      measure(node, 1_000 + 10 * n, 1)
      measure(copy, 2_000 + 10 * n, 1)
      await world.clock.advance(7_000)
    }
    await world.clock.advance(120_000)
    const bodies = world.sql.prepare('SELECT body FROM event').all()
    expect(bodies).toHaveLength(42)
    expect(new Set(bodies.map(({ body }) => Buffer.from(body as Uint8Array).toString('hex'))).size).toBe(42)
  })

  test('are noticed', async () => {
    const [node, copy] = await copied()
    measure(node, 1_000, 20)
    measure(copy, 2_000, 20)
    await world.clock.advance(60_000)
    expect(world.edges.quarantined(EDGE)).toBe(true)
    expect(world.alerts.list({ limit: 9 }).filter(({ rule }) => rule === 'identity')).toHaveLength(1)
  })

  test('of which one only repeats what both have frozen add nothing', async () => {
    const [node] = await copied()
    await world.clock.advance(130_000)
    halt(node)
    boot('node')
    await world.clock.advance(10_000)
    expect(stored()).toEqual(numbers([0, 150]))
    expect(world.sql.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 2 })
  })
})

test('a node that is put back to an older copy of its own disk tells what it measures from then on', async () => {
  const node = boot('node')
  measure(node, 0, 100)
  await world.clock.advance(10_000)
  halt(node)
  copyFileSync(disk('node'), disk('older'))
  const later = boot('node')
  measure(later, 100, 100)
  await world.clock.advance(10_000)
  halt(later)
  const older = boot('older')
  measure(older, 500, 40)
  await world.clock.advance(60_000)
  measure(older, 600, 10)
  await world.clock.advance(60_000)
  expect(stored()).toEqual(numbers([0, 200], [500, 40], [600, 10]))
})

import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../edge/outbox/outbox.ts'
import { createSync } from '../../edge/outbox/sync.ts'
import { alarmEvent, instant, readings } from '../edge/outbox/rig.ts'
import { createWorld, EDGE, SITE, temporary, type World } from './world.ts'

/**
 * A hub whose database was lost and put back as it was some time ago, before a node that has deleted what the hub had
 * confirmed since: what is gone is gone, and the ledger says exactly what.
 */

let folder: ReturnType<typeof temporary>
let before: World
let outbox: Outbox
let measured: number
beforeEach(async () => {
  measured = 0
  folder = temporary()
  before = await createWorld()
  outbox = createOutbox({
    source: sqliteSource(join(folder.path, 'outbox.db')),
    boot: 'boot-1',
    clock: before.clock,
    random: seededRandom(5),
    log: silentLog,
    shape: () => ({ unit: 'm', resolution: 0.001 }),
    onFault: () => {},
  })
})
afterEach(() => {
  outbox.close()
  before.close()
  folder.dispose()
})

/** The node measures, raises an alarm, and tells a hub until it has nothing left to tell. */
async function live(world: World, count: number): Promise<void> {
  outbox.readings(readings(count, measured), instant())
  measured += count
  void outbox.alarm(alarmEvent(measured), instant())
  outbox.flush()
  const sync = createSync({
    ...{ outbox, broker: world.edge, clock: world.clock, log: silentLog, site: SITE, edge: EDGE },
    hello: () => ({ software: 'tram test', boot: 'boot-1' }),
    describe: () => ({ name: { vi: 'Nút', en: 'Node' }, devices: [], stations: [] }),
    refused: () => {},
  })
  sync.start()
  await world.clock.advance(60_000)
  void sync.stop()
  await world.clock.advance(1_000)
}
const lane = (world: World, name: string) =>
  world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes.find((found) => found.lane === name)

test('a hub put back to an older copy shows what the node has told and deleted since, to the number', async () => {
  await live(before, 1_000)
  before.sql.exec(`VACUUM INTO '${join(folder.path, 'backup.sqlite')}'`)
  await live(before, 500)
  expect(before.fleet.ledger(EDGE, undefined)?.complete).toBe(true)

  const restored = await createWorld('Asia/Ho_Chi_Minh', (empty) => {
    empty.close()
    return openSqlite(join(folder.path, 'backup.sqlite'))
  })
  await live(restored, 100)

  expect(lane(restored, 'live')).toMatchObject({
    produced: 1_600,
    stored: 1_100,
    acknowledged: 1_600,
    lost: { released: 500 },
    ranges: [[0, 1_599]],
    gaps: [{ first: 1_000, last: 1_499, reason: 'released' }],
  })
  expect(lane(restored, 'alarm')).toMatchObject({
    stored: 2,
    gaps: [{ first: 1, last: 1, reason: 'released' }],
  })
  const ledger = restored.fleet.ledger(EDGE, undefined)
  expect(ledger?.complete).toBe(false)
  expect(ledger?.reasons.released?.en).toContain('older backup')
  expect(restored.edges.quarantined(EDGE)).toBe(false)
  expect(restored.refusals.all()).toEqual({})
  restored.close()
})

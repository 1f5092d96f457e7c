import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Describe } from '../../../core/wire/messages.ts'
import { createAlerts } from '../../../hub/alerts/alerts.ts'
import { createFarmUses, type FarmUses } from '../../../hub/farm/farm-use.ts'
import { createFarms, type Farms } from '../../../hub/farm/farms.ts'
import { createEdges } from '../../../hub/fleet/edges.ts'
import { createHubStore, type HubStore } from '../../../hub/store/store.ts'
import { countedSql } from '../counted-sql.ts'
import { EPOCH, T0, temporary } from '../world.ts'
import { FARM, FARM_DOCUMENT } from './house.ts'

/** A cooperative's greenhouses are shown without reading every counter again, and no question is too large to answer. */

const FARMS = 20
const DAY = 86_400_000
const DAYS = 30
const ids = Array.from({ length: FARMS }, (_, index) => `gh-${index}`)
const zones = Array.from({ length: 8 }, (_, index) => ({
  ...FARM_DOCUMENT.zones[index % 4],
  id: `k${index}`,
}))

let folder: ReturnType<typeof temporary>
let sql: SqlStore
let store: HubStore
let farms: Farms
let uses: FarmUses
let counted: ReturnType<typeof countedSql>

beforeEach(() => {
  folder = temporary()
  counted = countedSql(openSqlite(join(folder.path, 'hub.sqlite')))
  sql = counted.sql
  const [clock, timeZone] = [fakeClock(T0), 'Asia/Ho_Chi_Minh']
  store = createHubStore(sql, timeZone)
  const edges = createEdges(sql, ids)
  farms = createFarms({ clock, timeZone, edges, store, alerts: createAlerts(sql), refuse: () => {} })
  uses = createFarmUses({ clock, timeZone, store, farms })
  for (const edge of ids) {
    const name = { vi: 'Nút', en: 'Node' }
    const stations = [{ ...FARM_DOCUMENT, zones }]
    const described: Describe = { v: 1, epoch: EPOCH, name, devices: [], stations }
    edges.saw(edge, T0)
    edges.describe(edge, described, encodeCbor(described))
    count(edge)
  }
})
afterEach(() => {
  sql.close()
  folder.dispose()
})

/** A month of ten litres a day in every zone of one greenhouse. */
function count(edge: string): void {
  const epoch = store.streams.openEpoch(edge, EPOCH, T0)
  if (!epoch.ok) throw new Error(epoch.error.code)
  const entries = zones.map(({ id }) => ({
    device: FARM,
    channel: `water/${id}`,
    unit: 'L',
    resolution: 0.1,
  }))
  store.transaction(() => {
    store.points.learn(edge, epoch.value, { v: 1, epoch: EPOCH, from: 0, entries })
    for (const { point } of store.points.dictionary(epoch.value)) {
      store.presents.put({ point, at: T0, value: DAYS * 10, flag: 1 }, T0)
      for (let day = 0; day <= DAYS; day++) store.rollups.add(point, T0 - (DAYS - day) * DAY, day * 10)
    }
  })
}

test('every greenhouse has its water of today', () => {
  expect(farms.all().map(({ today_L }) => today_L)).toEqual(ids.map(() => 80))
})

test('a list that was asked for before is one question to the database: what is wrong now', () => {
  farms.all()
  const before = counted.asked()
  farms.all()
  expect(counted.asked() - before).toBe(1)
})

test('a counter that was heard again is read again, and no other', () => {
  farms.all()
  const point = store.points.find('gh-3', FARM, 'water/k2')?.id ?? 0
  store.transaction(() => {
    store.presents.put({ point, at: T0 + 60_000, value: DAYS * 10 + 5, flag: 1 }, T0 + DAY)
    store.rollups.add(point, T0 + 60_000, DAYS * 10 + 5)
  })
  const before = counted.asked()
  expect(farms.all().map(({ today_L }) => today_L)).toEqual(ids.map((id) => (id === 'gh-3' ? 85 : 80)))
  expect(counted.asked() - before).toBe(3)
})

test('all are compared over whole days: from noon to noon of twenty days are twenty-one', () => {
  const use = uses.report({ by: 'month', from: T0 - 20 * DAY, to: T0 })
  expect(use.ok && use.value.farms.map(({ total }) => total.water_L)).toEqual(ids.map(() => 21 * 8 * 10))
})

test('a comparison that would read more than is worked out at once is refused before it is begun', () => {
  const before = counted.asked()
  expect(uses.report({ by: 'month', from: T0 - 1_000 * DAY, to: T0 })).toMatchObject({
    error: { code: 'HTTP_INVALID' },
  })
  expect(counted.asked() - before).toBe(0)
})

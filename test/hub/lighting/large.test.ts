import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Describe } from '../../../core/wire/messages.ts'
import { createAlerts } from '../../../hub/alerts/alerts.ts'
import { createEdges, type Edges } from '../../../hub/fleet/edges.ts'
import { createStreets, type Streets } from '../../../hub/lighting/streets.ts'
import { createHubStore, type HubStore } from '../../../hub/store/store.ts'
import { countedSql } from '../counted-sql.ts'
import { EPOCH, T0, temporary } from '../world.ts'
import { STREET_DOCUMENT } from './world.ts'

/** A city of twenty streets of 400 lamps is shown without asking the database for each of them. */

const EDGES = 20
const LAMPS = 400
const CHANNELS = ['level', 'wanted', 'power', 'energy', 'voltage', 'lamp_failure', 'hours'] as const

let folder: ReturnType<typeof temporary>
let sql: SqlStore
let store: HubStore
let edges: Edges
let streets: Streets
let counted: ReturnType<typeof countedSql>
const ids = Array.from({ length: EDGES }, (_, index) => `edge-${index}`)

beforeEach(() => {
  folder = temporary()
  counted = countedSql(openSqlite(join(folder.path, 'hub.sqlite')))
  sql = counted.sql
  store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
  edges = createEdges(sql, ids)
  const alerts = createAlerts(sql)
  const none = { light: () => [] }
  streets = createStreets({ clock: fakeClock(T0), edges, store, alerts, commands: none, refuse: () => {} })
  const insert = sql.prepare(
    `INSERT INTO alert (edge, alarm, station, active, raised_at, view) VALUES (?, ?, ?, 1, 0, ?)`,
  )
  store.transaction(() => {
    for (const edge of ids) {
      const lamps = Array.from({ length: LAMPS }, (_, index) => ({
        ...{ id: `l${index}`, pole: `HV-${index}`, device: `lamp-${index}`, output: 'level', feeder: 'f1' },
        ...{ lat: 16.8 + index / 10_000, lon: 107.1 },
      }))
      tell(edge, { ...STREET_DOCUMENT, lamps })
      for (let index = 0; index < LAMPS; index += 50)
        insert.run(edge, `a${index}`, STREET_DOCUMENT.id, JSON.stringify(alertOf(`lamp-${index}`)))
    }
  })
})
afterEach(() => {
  sql.close()
  folder.dispose()
})

function alertOf(device: string) {
  return {
    ...{ station: STREET_DOCUMENT.id, rule: 'lamp-failure', device, level: 2, peak: 2, state: 'active' },
  }
}

function tell(edge: string, document: { readonly lamps: readonly { readonly device: string }[] }): void {
  const describe: Describe = {
    v: 1,
    epoch: EPOCH,
    name: { vi: 'Nút', en: 'Node' },
    devices: [],
    stations: [document],
  }
  edges.saw(edge, T0)
  edges.describe(edge, describe, encodeCbor(describe))
  const epoch = store.streams.openEpoch(edge, EPOCH, T0)
  if (!epoch.ok) throw new Error(epoch.error.code)
  const entries = document.lamps.flatMap(({ device }) =>
    CHANNELS.map((channel) => ({ device, channel, unit: '%', resolution: 0.1 })),
  )
  const learnt = store.points.learn(edge, epoch.value, { v: 1, epoch: EPOCH, from: 0, entries })
  if (!learnt.ok) throw new Error(learnt.error.code)
  for (const { point } of store.points.dictionary(epoch.value))
    store.presents.put({ point, at: T0, value: 60, flag: 1 }, T0)
}

test('twenty streets are two questions to the database: what is wrong, and nothing of each lamp', () => {
  streets.all()
  const before = counted.asked()
  const all = streets.all()
  expect(all.map(({ totals }) => totals)).toEqual(
    ids.map(() => ({ lamps: LAMPS, lit: LAMPS - 8, faulty: 8, silent: 0, power: null })),
  )
  expect(counted.asked() - before).toBe(1)
})

test('twenty streets are read anew with a question for each node, and not for each lamp', () => {
  store.presents.forget()
  const before = counted.asked()
  streets.all()
  expect(counted.asked() - before).toBe(EDGES + 1)
})

test('a value that was just written is shown, with or without a question', () => {
  streets.all()
  const point = store.points.find('edge-3', 'lamp-7', 'level')?.id ?? 0
  const shown = () => streets.one('edge-3', STREET_DOCUMENT.id)?.lamps[7]?.level
  store.transaction(() => store.presents.put({ point, at: T0 + 1, value: 33, flag: 1 }, T0 + 10))
  expect(shown()).toBe(33)
  store.presents.forget()
  expect(shown()).toBe(33)
})

test('a value of a transaction that was rolled back is not shown', () => {
  streets.all()
  const point = store.points.find('edge-3', 'lamp-7', 'level')?.id ?? 0
  const failing = () =>
    store.transaction(() => {
      store.presents.put({ point, at: T0 + 1, value: 33, flag: 1 }, T0 + 10)
      throw new Error('power cut')
    })
  expect(failing).toThrow('power cut')
  expect(streets.one('edge-3', STREET_DOCUMENT.id)?.lamps[7]?.level).toBe(60)
})

test('an older value does not take the place of a newer one, unless that came from a wrong clock', () => {
  streets.all()
  const point = store.points.find('edge-3', 'lamp-7', 'level')?.id ?? 0
  const shown = () => streets.one('edge-3', STREET_DOCUMENT.id)?.lamps[7]?.level
  const put = (at: number, value: number, horizon: number) =>
    store.transaction(() => store.presents.put({ point, at, value, flag: 1 }, horizon))
  put(T0 - 5, 10, T0 + 10)
  expect(shown()).toBe(60)
  put(T0 + 1_000_000, 20, T0 + 2_000_000)
  put(T0 + 5, 30, T0 + 10)
  expect(shown()).toBe(30)
})

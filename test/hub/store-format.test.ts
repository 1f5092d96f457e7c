import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '../../core/node/sqlite.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { createEdges } from '../../hub/fleet/edges.ts'
import { createHubStore } from '../../hub/store/store.ts'
import { createTables } from '../../hub/store/tables.ts'
import { EDGE, EPOCH, T0, temporary } from './world.ts'

/** A database of the release before is carried over, with all that is in it. */

const FORMAT_2 = readFileSync(new URL('../fixtures/hub/format-2.sql', import.meta.url), 'utf8')

let folder: ReturnType<typeof temporary>
let sql: SqlStore
beforeEach(() => {
  folder = temporary()
  sql = openSqlite(join(folder.path, 'hub.sqlite'))
  sql.exec(FORMAT_2)
  sql.exec(`
INSERT INTO edge (id, epoch, alive, clone_at) VALUES ('${EDGE}', '${EPOCH}', 1, 5);
INSERT INTO epoch (id, edge, epoch) VALUES (1, '${EDGE}', '${EPOCH}');
INSERT INTO stream (id, epoch, lane, next, stored, expired) VALUES (1, 1, 'live', 3, 3, 1), (2, 1, 'alarm', 0, 0, 0);
INSERT INTO held VALUES (1, 0, 2);
INSERT INTO point (id, edge, device, channel, unit) VALUES (1, '${EDGE}', 'dh', 'stage', 'm');
INSERT INTO series VALUES (1, 0, 1, 0.001);
INSERT INTO reading VALUES (1, 1, 1, ${T0}, 0.001, 1), (1, 2, 1, ${T0 + 1}, 0.002, 1);
`)
})
afterEach(() => {
  sql.close()
  folder.dispose()
})

const frameRows = (...values: number[]) =>
  values.map((value, seq) => ({ seq, point: 1, at: T0 + seq - 1, value, flag: 1 }))

test('rows of an older database are compared like new ones', () => {
  const store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
  expect(store.contradictions.ofReadings(1, frameRows(0, 0.001, 0.002))).toBeUndefined()
  expect(store.contradictions.ofReadings(1, frameRows(0, 0.001, 0.003))).toBe(2)
})

test('an edge of an older database is in no quarantine, though a copy was once suspected', () => {
  createTables(sql)
  const record = createEdges(sql, [EDGE]).get(EDGE)
  expect(record).toMatchObject({ epoch: EPOCH, cloneAt: 5, quarantine: null })
})

test('its streams, epochs and dictionary are there', () => {
  const store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
  expect(store.streams.of(EDGE)).toMatchObject([{ lane: 'live', stored: 3, expired: 1 }, { lane: 'alarm' }])
  expect(store.points.dictionary(1)).toMatchObject([{ point: 1 }])
})

test('a database that was carried over is opened again as it is', () => {
  createTables(sql)
  createTables(sql)
  expect(sql.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 })
})

test('a database carried over has the tables of a new one', () => {
  createTables(sql)
  const other = openSqlite(join(folder.path, 'new.sqlite'))
  createTables(other)
  const columns = (store: SqlStore) =>
    store
      .prepare(
        `SELECT m.name AS t, c.name, c.type, c."notnull", c.dflt_value FROM sqlite_master AS m, pragma_table_info(m.name) AS c
         WHERE m.type = 'table' ORDER BY 1, 2`,
      )
      .all()
  expect(columns(sql)).toEqual(columns(other))
  other.close()
})

test('a database that fails half way is as it was', () => {
  const failing: SqlStore = {
    ...sql,
    exec(text) {
      if (text.includes('CREATE TABLE')) throw new Error('power cut')
      sql.exec(text)
    },
  }
  expect(() => createTables(failing)).toThrow('power cut')
  expect(sql.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
  expect(sql.prepare("SELECT name FROM pragma_table_info('edge')").all()).toHaveLength(7)
})

test('a database of a newer release is refused by name', () => {
  sql.exec('PRAGMA user_version = 99')
  expect(() => createTables(sql)).toThrow('STORE_FORMAT')
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError } from '../../../core/errors.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tram-sqlite-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The code that `work` fails with; other errors go up. */
function codeOf(work: () => unknown): string {
  try {
    work()
    return 'no fault'
  } catch (cause) {
    if (cause instanceof FaultError) return cause.fault.code
    throw cause
  }
}

describe('a database that fails says how', () => {
  test('a folder that is not there', () => {
    expect(codeOf(() => openSqlite(join(folder, 'no', 'x.db')))).toBe('STORE_UNWRITABLE')
  })

  test('a folder in its place', () => {
    expect(codeOf(() => openSqlite(folder))).toBe('STORE_UNWRITABLE')
  })

  test('a file that is no database', () => {
    const file = join(folder, 'x.db')
    writeFileSync(file, 'this was a text once'.repeat(500))
    expect(codeOf(() => openSqlite(file))).toBe('STORE_CORRUPT')
  })

  test('the limit of its size', () => {
    const store = openSqlite(join(folder, 'x.db'), { maxBytes: 64 * 1024 })
    store.exec('CREATE TABLE t (body BLOB)')
    const insert = store.prepare('INSERT INTO t VALUES (?)')
    const fill = () => {
      for (let row = 0; row < 100; row++) insert.run(new Uint8Array(4_000))
    }
    expect(codeOf(() => store.transaction(fill))).toBe('STORE_FULL')
    expect(store.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(0)
    store.close()
  })

  test('a damaged page met in the middle of reading', () => {
    const file = join(folder, 'x.db')
    const store = openSqlite(file)
    store.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)')
    const insert = store.prepare('INSERT INTO t VALUES (?, ?)')
    store.transaction(() => {
      for (let row = 0; row < 2_000; row++) insert.run(row, new Uint8Array(500).fill(7))
    })
    store.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    store.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 40_000)
    writeFileSync(file, bytes)
    const again = openSqlite(file)
    let read = 0
    const readAll = () => {
      for (const _row of again.prepare('SELECT * FROM t').iterate()) read++
    }
    expect(codeOf(readAll)).toBe('STORE_CORRUPT')
    expect(read).toBeGreaterThan(100)
    again.close()
  })
})

describe('a database', () => {
  test('can be written again after a reader left its rows half read', () => {
    const store = openSqlite(join(folder, 'x.db'))
    store.exec('CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2), (3)')
    for (const { id } of store.prepare('SELECT id FROM t').iterate()) if (id === 1) break
    expect(store.prepare('INSERT INTO t VALUES (4)').run().changes).toBe(1)
    store.close()
  })

  test('lets a mistake in the program go up as it is', () => {
    const store = openSqlite(join(folder, 'x.db'))
    expect(() => store.exec('SELEKT 1')).toThrow('syntax error')
    expect(() => store.exec('SELEKT 1')).not.toThrow(FaultError)
    store.close()
  })
})

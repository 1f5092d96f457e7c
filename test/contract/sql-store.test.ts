import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError } from '../../core/errors.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'

let folder: string
let file: string
let store: SqlStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tram-sql-'))
  file = join(folder, 'test.db')
  store = openSqlite(file)
  store.exec('CREATE TABLE rows (seq INTEGER PRIMARY KEY, value, body BLOB)')
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (cause) {
    return cause instanceof FaultError ? cause.fault.code : `not a fault: ${cause}`
  }
  return 'nothing thrown'
}

const insert = (seq: number, value: number | string | null = null, body: Uint8Array | null = null) =>
  store.prepare('INSERT INTO rows VALUES (?, ?, ?)').run(seq, value, body)

describe('a SqlStore', () => {
  test('gives back numbers, texts, bytes and nulls', () => {
    insert(1, 2.5, Uint8Array.of(1, 2))
    insert(2, 'chữ', null)
    const rows = store.prepare('SELECT * FROM rows ORDER BY seq').all()
    expect(rows.map(({ seq, value }) => [seq, value])).toEqual([
      [1, 2.5],
      [2, 'chữ'],
    ])
    expect([...((rows[0]?.body as Uint8Array | undefined) ?? [])]).toEqual([1, 2])
    expect(rows[1]?.body).toBeNull()
  })

  test('keeps whole numbers up to 2^53 exact', () => {
    insert(Number.MAX_SAFE_INTEGER)
    expect(store.prepare('SELECT seq FROM rows').get()).toEqual({ seq: Number.MAX_SAFE_INTEGER })
  })

  test('tells how many rows a statement changed', () => {
    insert(1)
    insert(2)
    expect(store.prepare('DELETE FROM rows').run()).toEqual({ changes: 2 })
  })

  test('undoes a transaction that throws', () => {
    expect(() =>
      store.transaction(() => {
        insert(1)
        throw new Error('half way')
      }),
    ).toThrow('half way')
    expect(store.prepare('SELECT count(*) AS n FROM rows').get()).toEqual({ n: 0 })
  })

  test('has a committed transaction on disk: a copy of the files at that moment holds it', () => {
    store.transaction(() => insert(1, 'kept'))
    for (const part of ['', '-wal', '-shm']) cpSync(file + part, join(folder, `copy.db${part}`))
    const copy = openSqlite(join(folder, 'copy.db'))
    expect(copy.prepare('SELECT value FROM rows').all()).toEqual([{ value: 'kept' }])
    copy.close()
  })

  test('does not show a copy what was not committed', () => {
    store.transaction(() => {
      insert(1)
      for (const part of ['', '-wal', '-shm']) cpSync(file + part, join(folder, `copy.db${part}`))
    })
    const copy = openSqlite(join(folder, 'copy.db'))
    expect(copy.prepare('SELECT count(*) AS n FROM rows').get()).toEqual({ n: 0 })
    copy.close()
  })

  test('syncs at every commit', () => {
    // 2 = FULL: SQLite's NORMAL loses committed rows of a WAL database in a power cut.
    expect(store.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
  })
})

describe('a SqlStore at its limit', () => {
  const limits = { maxBytes: 256 * 1024 }

  function fill(limited: SqlStore): string {
    const statement = limited.prepare('INSERT INTO big VALUES (?)')
    return codeOf(() => {
      for (let row = 0; row < 1000; row++) statement.run(new Uint8Array(4000))
    })
  }

  test('refuses with STORE_FULL', () => {
    const limited = openSqlite(join(folder, 'small.db'), limits)
    limited.exec('CREATE TABLE big (body BLOB)')
    expect(fill(limited)).toBe('STORE_FULL')
    limited.close()
  })

  test('still deletes, and then takes rows again', () => {
    const limited = openSqlite(join(folder, 'small.db'), limits)
    limited.exec('CREATE TABLE big (body BLOB)')
    fill(limited)
    limited.exec('DELETE FROM big')
    expect(limited.prepare('INSERT INTO big VALUES (?)').run(new Uint8Array(4000))).toEqual({ changes: 1 })
    limited.close()
  })
})

describe('a SqlStore that cannot be used', () => {
  test('is STORE_CORRUPT when the file is no database', () => {
    writeFileSync(join(folder, 'text.db'), 'not a database '.repeat(1000))
    expect(codeOf(() => openSqlite(join(folder, 'text.db')))).toBe('STORE_CORRUPT')
  })

  test('is STORE_UNWRITABLE when its folder is missing', () => {
    expect(codeOf(() => openSqlite(join(folder, 'none', 'x.db')))).toBe('STORE_UNWRITABLE')
  })

  test('is STORE_UNWRITABLE when another process holds its lock', () => {
    const other = openSqlite(file)
    // Waiting for a lock would hold up the event loop; the wait itself is not what this proves.
    other.exec('PRAGMA busy_timeout = 1')
    const code = store.transaction(() => codeOf(() => other.transaction(() => undefined)))
    other.close()
    expect(code).toBe('STORE_UNWRITABLE')
  })
})

describe('a SqlSource', () => {
  test('puts a damaged database aside together with its journal', () => {
    insert(1, 'kept')
    for (const part of ['', '-wal', '-shm']) cpSync(file + part, join(folder, `other.db${part}`))
    const source = sqliteSource(join(folder, 'other.db'))
    const damaged = source.moveAside()
    expect(damaged?.prepare('SELECT value FROM rows').all()).toEqual([{ value: 'kept' }])
    damaged?.close()
    const fresh = source.open()
    expect(fresh.prepare('SELECT count(*) AS n FROM sqlite_master').get()).toEqual({ n: 0 })
    fresh.close()
  })

  test('keeps the three newest damaged databases', () => {
    const source = sqliteSource(join(folder, 'other.db'))
    for (let round = 1; round <= 4; round++) {
      const fresh = source.open()
      fresh.exec(`CREATE TABLE round_${round} (seq INTEGER)`)
      fresh.close()
      source.moveAside()?.close()
    }
    const oldest = openSqlite(join(folder, 'other.db.damaged-3'))
    expect(oldest.prepare('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'round_2' }])
    oldest.close()
  })

  test('gives nothing to read where there is no database', () => {
    writeFileSync(join(folder, 'text.db'), 'not a database '.repeat(1000))
    expect(sqliteSource(join(folder, 'text.db')).moveAside()).toBeUndefined()
  })

  test('says when it cannot move', () => {
    // A folder in the way of the third file.
    writeFileSync(join(folder, 'kept.db'), '')
    mkdirSync(join(folder, 'kept.db.damaged-3', 'in-the-way'), { recursive: true })
    expect(codeOf(() => sqliteSource(join(folder, 'kept.db')).moveAside())).toBe('STORE_UNWRITABLE')
  })
})

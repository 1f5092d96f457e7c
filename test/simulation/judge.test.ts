import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { openTables } from '../../edge/outbox/tables.ts'
import { toldByCopies } from './season/copies.ts'
import { SCHEMA, spoilPage } from './season/damage.ts'

/** What the judge excuses is narrow: each excuse needs what the world knows, and fails without it. */

describe('a row that is at the hub twice', () => {
  const reading = { homes: [{ disk: 'a/0', epoch: 'e1', seq: 5, at: 1_000 }] }
  const pole = (spoils: number, copiedAt: readonly number[], disk = 'a/0') => ({
    copies: copiedAt.map((at) => ({ disk, at })),
    node: { spoils: Array.from({ length: spoils }) },
  })
  const raw = (epoch: string) => ({ epoch, summary: false })
  const summary = (epoch: string) => ({ epoch, summary: true })

  test('is from two copies of the disk where one of them had summed it up', () => {
    expect(toldByCopies(pole(0, [2_000]), reading, [raw('e1'), summary('e2')])).toBe(true)
  })
  test('or where a database was damaged, or the row moved', () => {
    expect(toldByCopies(pole(1, [2_000]), reading, [raw('e1'), raw('e2')])).toBe(true)
    expect(toldByCopies(pole(0, [2_000]), { ...reading, moved: true }, [raw('e1'), raw('e2')])).toBe(true)
  })
  test('or where an earlier copy had given its number to something else', () => {
    expect(toldByCopies(pole(0, [500, 2_000]), reading, [raw('e2'), raw('e3')])).toBe(true)
  })
  test('is a fault where nothing had happened to it', () => {
    expect(toldByCopies(pole(0, [2_000]), reading, [raw('e1'), raw('e2')])).toBe(false)
  })
  test('is a fault where it was not on the disk when that was copied', () => {
    expect(toldByCopies(pole(1, [500]), reading, [raw('e1'), summary('e2')])).toBe(false)
    expect(toldByCopies(pole(1, [2_000], 'a/1'), reading, [raw('e1'), summary('e2')])).toBe(false)
    expect(toldByCopies(pole(1, []), reading, [raw('e1'), summary('e2')])).toBe(false)
  })
  test('is a fault where there are more rows than machines, or two of one epoch', () => {
    expect(toldByCopies(pole(1, [2_000]), reading, [raw('e1'), raw('e2'), summary('e3')])).toBe(false)
    expect(toldByCopies(pole(1, [2_000]), reading, [raw('e1'), summary('e1')])).toBe(false)
  })
})

describe('a page that is spoiled', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tram-damage-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('is known by the table that it was of, and the file is no database without its first', () => {
    const found = new Set<string | undefined>()
    for (let seed = 1; seed <= 60; seed++) {
      const file = join(folder, `${seed}.db`)
      const store = openSqlite(file)
      openTables(store, seededRandom(seed), 'boot')
      store.close()
      const spoil = spoilPage(file, seededRandom(seed))
      found.add(spoil?.table)
      if (spoil?.page !== 1) continue
      expect(spoil.table).toBe(SCHEMA)
      expect(() => openSqlite(file)).toThrow('not a database')
    }
    for (const table of [SCHEMA, 'spans', 'live', 'alarm']) expect(found).toContain(table)
  })
})

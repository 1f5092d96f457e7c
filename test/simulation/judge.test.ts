import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { openTables } from '../../edge/outbox/tables.ts'
import { toldByCopies } from './season/copies.ts'
import { SCHEMA, spoilPage } from './season/damage.ts'
import { untruths } from './season/untruths.ts'

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

describe('the record of a command', () => {
  const word = (outcome: string, content = outcome) => ({ outcome, content })
  const done = { state: 'done', told: [word('accepted'), word('done')], ran: true, restores: 0 }

  test('is true where it was accepted, ran and is called done, once each', () => {
    expect(untruths(done)).toEqual([])
  })
  test('may have its outcome again, as it was, for each time that the hub lost it', () => {
    const told = [...done.told, word('done')]
    expect(untruths({ ...done, told, restores: 1 })).toEqual([])
    expect(untruths({ ...done, told })).toHaveLength(1)
    expect(untruths({ ...done, told: [...told, word('done')], restores: 1 })).toHaveLength(1)
  })
  test('is untrue with two outcomes, or one that says something else the second time, or accepted twice', () => {
    for (const more of [word('expired'), word('done', 'done of another'), word('accepted')])
      expect(untruths({ ...done, told: [...done.told, more], restores: 3 }), more.content).toHaveLength(1)
  })
  test.each(['expired', 'refused', 'cancelled'])('is untrue where it ran and is called %s', (state) => {
    expect(untruths({ ...done, told: [word('accepted'), word(state)], state })).toHaveLength(1)
    expect(untruths({ ...done, told: [word(state)], state, ran: false })).toEqual([])
  })
  test('is untrue where it did not run and is called done', () => {
    expect(untruths({ ...done, ran: false })).toHaveLength(1)
    expect(untruths({ ...done, ran: undefined })).toEqual([])
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

import { closeSync, copyFileSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { integer, type Random } from '../../../core/random.ts'

const PAGE_BYTES = 4096

export interface Spoil {
  /** From 1. */
  readonly page: number
  /** The table or index that the page was of; undefined for none, or where nobody can tell any more. */
  readonly table: string | undefined
}

/** What lies on the first page: without it a file is no database. */
export const SCHEMA = 'sqlite_schema'

/**
 * One page of a database file reads as rubbish, as a worn card gives it back. It begins with a byte that no page of a
 * tree begins with: what reads as a sound page with other contents is beyond any database.
 */
export function spoilPage(file: string, random: Random): Spoil | undefined {
  if (!existsSync(file)) return undefined
  const pages = Math.floor(statSync(file).size / PAGE_BYTES)
  if (pages === 0) return undefined
  const page = integer(random, 1, pages)
  const table = ownerOf(file, page)
  const rubbish = random.next() < 0.5 ? random.bytes(PAGE_BYTES) : new Uint8Array(PAGE_BYTES)
  rubbish[0] = 0xff
  const descriptor = openSync(file, 'r+')
  try {
    writeSync(descriptor, rubbish, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES)
  } finally {
    closeSync(descriptor)
  }
  return { page, table }
}

/** Asked of a copy, so that the database itself stays as it is. */
function ownerOf(file: string, page: number): string | undefined {
  if (page === 1) return SCHEMA
  const copy = `${file}-copy`
  const parts = ['', '-wal', '-shm']
  for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, copy + part)
  try {
    const store = openSqlite(copy)
    try {
      return (
        String(store.prepare('SELECT name FROM dbstat WHERE pageno = ?').get(page)?.name ?? '') || undefined
      )
    } finally {
      store.close()
    }
  } catch {
    // Damaged already.
    return undefined
  } finally {
    for (const part of parts) rmSync(copy + part, { force: true })
  }
}

import type { ClockQuality } from '../../core/clock.ts'
import { type FaultDetails, FaultError, fault } from '../../core/errors.ts'
import type { SqlRow, SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { GAP_REASONS } from '../../core/wire/frame.ts'
import { LANES, type Lane } from '../../core/wire/topics.ts'
import type { Fate, Span } from './ledger.ts'
import type { FrozenFrame, SeriesEntry } from './outbox.ts'

/**
 * The outbox on disk. `lanes.next` is kept apart from the rows, so that a number whose row is gone is never given
 * again. Numbers are INTEGER throughout: a double that is whole is stored as such.
 */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE boots (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, channel TEXT NOT NULL, unit TEXT NOT NULL, resolution REAL NOT NULL);
  CREATE TABLE lanes (lane INTEGER PRIMARY KEY, next INTEGER NOT NULL, folded TEXT NOT NULL);
  CREATE TABLE spans (
    lane INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, fate TEXT NOT NULL, told INTEGER NOT NULL,
    PRIMARY KEY (lane, first)) WITHOUT ROWID;
  CREATE TABLE frames (
    lane INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (lane, first));
  CREATE TABLE alarm (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, mono INTEGER NOT NULL, mark INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE live (
    seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, at INTEGER NOT NULL, value INTEGER NOT NULL,
    mono INTEGER NOT NULL, mark INTEGER NOT NULL);
`
/** Came later: made where they are missing. `carried` are the numbers of a rescue's database that came as frames. */
const FORMER_SCHEMA = `
  CREATE TABLE IF NOT EXISTS former_frames (
    id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, lane INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    rows INTEGER NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS former_series (
    epoch TEXT NOT NULL, id INTEGER NOT NULL, device TEXT NOT NULL, channel TEXT NOT NULL, unit TEXT NOT NULL,
    resolution REAL NOT NULL, PRIMARY KEY (epoch, id));
  CREATE TABLE IF NOT EXISTS carried (lane INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
`
/** Came later too: a database made before has them from its next opening on. */
const LATER_COLUMNS = [
  ['boots', 'offset', 'INTEGER'],
  ['boots', 'first', 'INTEGER'],
  ['boots', 'last', 'INTEGER'],
  ['live', 'summary', 'BLOB'],
] as const
const FORMAT = '1'
/** How far rows were taken over from the database that was put aside before this one; no such key: all of them. */
const RESCUE = 'rescue'
const EPOCH_BYTES = 8
/** A node that ends and starts again every minute takes a week for as many. */
export const BOOTS_KEPT = 10_000
/** The first boot of a new database. Those of a damaged one that it takes over come before it, in their order. */
export const FIRST_BOOT = 16_384
/** Stands for boots that are not listed any more. */
export const LOST_BOOT = 0

const QUALITIES: readonly ClockQuality[] = ['synced', 'holdover', 'unknown']
const FATES: readonly string[] = ['acknowledged', ...GAP_REASONS]

/** Flag, clock quality and boot of a row in one integer: flag + 16 × quality + 64 × boot. */
export function rowMark(flag: number, quality: ClockQuality, boot: number): number {
  return flag + 16 * QUALITIES.indexOf(quality) + 64 * boot
}
export const flagOf = (mark: number): number => mark % 16
export const qualityOf = (mark: number): ClockQuality => QUALITIES[Math.floor(mark / 16) % 4] ?? 'unknown'
export const bootOf = (mark: number): number => Math.floor(mark / 64)

export const laneCode = (lane: Lane): number => LANES.indexOf(lane)

/** What is read once, when the database is opened. */
export interface Opened {
  readonly epoch: string
  /** This boot's number in `boots`. */
  readonly boot: number
  readonly series: SeriesEntry[]
  readonly lanes: Readonly<
    Record<Lane, { next: number; folded: string; spans: Span[]; frames: FrozenFrame[] }>
  >
}

/** Makes the tables where there are none, notes this boot, and reads what has to be in memory. Throws FaultErrors. */
export function openTables(store: SqlStore, random: Random, bootName: string): Opened {
  return store.transaction(() => {
    const made = store.prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'").get()
    if (number(made, 'n') === 0) create(store, random)
    const format = store.prepare("SELECT value FROM meta WHERE key = 'format'").get()
    if (format?.value !== FORMAT) throw damaged('unknown format')
    store.exec(FORMER_SCHEMA)
    addColumns(store)
    const epoch = text(store.prepare("SELECT value FROM meta WHERE key = 'epoch'").get(), 'value')
    return {
      epoch,
      boot: noteBoot(store, bootName),
      series: readSeries(store),
      lanes: {
        alarm: readLane(store, 'alarm'),
        state: readLane(store, 'state'),
        live: readLane(store, 'live'),
      },
    }
  })
}

function create(store: SqlStore, random: Random): void {
  store.exec(SCHEMA)
  const meta = store.prepare('INSERT INTO meta (key, value) VALUES (?, ?)')
  meta.run('format', FORMAT)
  meta.run('epoch', hex(random.bytes(EPOCH_BYTES)))
  meta.run(RESCUE, 'frame -1')
  const lane = store.prepare("INSERT INTO lanes (lane, next, folded) VALUES (?, 0, '{}')")
  for (const name of LANES) lane.run(laneCode(name))
}

/** One value under a name. */
export function meta(store: SqlStore, key: string) {
  const read = store.prepare('SELECT value FROM meta WHERE key = ?')
  const write = store.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
  return {
    read(): string | undefined {
      const row = read.get(key)
      return row && text(row, 'value')
    },
    write: (value: string) => void write.run(key, value),
  }
}

function addColumns(store: SqlStore): void {
  for (const [table, column, type] of LATER_COLUMNS) {
    const columns = store.prepare(`PRAGMA table_info(${table})`).all()
    if (!columns.some(({ name }) => name === column)) {
      store.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
    }
  }
}

/** The last row, by table and number, that was taken over from the database put aside; frames come first, all at once. */
export interface RescuePosition {
  readonly table: 'frame' | 'alarm' | 'live'
  readonly seq: number
}

/** Kept in the same transaction as the rows, so that a crash in between neither loses nor doubles them. */
export function rescueMark(store: SqlStore) {
  const read = store.prepare('SELECT value FROM meta WHERE key = ?')
  const write = store.prepare('UPDATE meta SET value = ? WHERE key = ?')
  const remove = store.prepare('DELETE FROM meta WHERE key = ?')
  return {
    read(): RescuePosition | undefined {
      const row = read.get(RESCUE)
      if (row === undefined) return undefined
      const [table, seq] = text(row, 'value').split(' ')
      return { table: table === 'live' || table === 'frame' ? table : 'alarm', seq: Number(seq) }
    },
    write: ({ table, seq }: RescuePosition) => void write.run(`${table} ${seq}`, RESCUE),
    remove: () => void remove.run(RESCUE),
  }
}

function noteBoot(store: SqlStore, name: string): number {
  const known = store.prepare('SELECT id FROM boots WHERE name = ?').get(name)
  if (known !== undefined) return number(known, 'id')
  const newest = store.prepare(`SELECT coalesce(max(id) + 1, ${FIRST_BOOT}) AS id FROM boots`).get()
  const id = number(newest, 'id')
  store.prepare('INSERT INTO boots (id, name) VALUES (?, ?)').run(id, name)
  store.prepare('DELETE FROM boots WHERE id <= ?').run(id - BOOTS_KEPT)
  return id
}

function readSeries(store: SqlStore): SeriesEntry[] {
  const entries: SeriesEntry[] = []
  for (const row of store.prepare('SELECT * FROM series ORDER BY id').all()) {
    if (number(row, 'id') !== entries.length) throw damaged('the dictionary has a hole')
    entries.push(seriesEntry(row))
  }
  return entries
}

export function seriesEntry(row: SqlRow): SeriesEntry {
  return {
    device: text(row, 'device'),
    channel: text(row, 'channel'),
    unit: text(row, 'unit'),
    resolution: number(row, 'resolution'),
  }
}

function readLane(store: SqlStore, lane: Lane): Opened['lanes'][Lane] {
  const code = laneCode(lane)
  const row = store.prepare('SELECT next, folded FROM lanes WHERE lane = ?').get(code)
  const spans = store.prepare('SELECT * FROM spans WHERE lane = ? ORDER BY first').all(code)
  const frames = store
    .prepare(`SELECT first, last, ${CRC_COLUMN} FROM frames WHERE lane = ? ORDER BY first`)
    .all(code)
  return {
    next: number(row, 'next'),
    folded: text(row, 'folded'),
    spans: spans.map(spanOf),
    frames: frames.map(frozenFrame),
  }
}

export function spanOf(row: SqlRow): Span {
  return {
    first: number(row, 'first'),
    last: number(row, 'last'),
    fate: fateOf(text(row, 'fate')),
    told: number(row, 'told') === 1,
  }
}

/** A frame's checksum is its last four bytes. */
export const CRC_COLUMN = 'substr(bytes, -4) AS crc'

export function frozenFrame(row: SqlRow): FrozenFrame {
  const tail = blob(row, 'crc')
  const crc = tail.length < 4 ? -1 : Buffer.from(tail).readUInt32BE(0)
  return { first: number(row, 'first'), last: number(row, 'last'), crc }
}

function fateOf(word: string): Fate {
  const known = FATES.find((fate): fate is Fate => fate === word)
  if (known === undefined) throw damaged(`unknown fate ${word.slice(0, 20)}`)
  return known
}

// A column that does not hold what we put into it means a damaged database, not a programmer's slip.

export function number(row: SqlRow | undefined, column: string): number {
  const value: SqlValue | undefined = row?.[column]
  if (typeof value !== 'number') throw damaged(`${column} is not a number`)
  return value
}

export function text(row: SqlRow | undefined, column: string): string {
  const value: SqlValue | undefined = row?.[column]
  if (typeof value !== 'string') throw damaged(`${column} is not a text`)
  return value
}

export function blob(row: SqlRow | undefined, column: string): Uint8Array {
  const value: SqlValue | undefined = row?.[column]
  if (!(value instanceof Uint8Array)) throw damaged(`${column} is not a blob`)
  return value
}

export function damaged(reason: string): FaultError {
  const details: FaultDetails = { file: 'outbox', reason }
  return new FaultError(fault('STORE_CORRUPT', details))
}

/** Any failure of a database call as a fault; what is not one goes up. */
export function storeFault(cause: unknown): FaultError {
  if (cause instanceof FaultError) return cause
  // A database that refuses our own statements (no such table, constraint) does not hold what we put into it.
  if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_')) {
    return damaged(cause.message)
  }
  throw cause
}

import Database from 'better-sqlite3'
import { FaultError, fault } from '../errors.ts'
import type { SqlRow, SqlStatement, SqlStore } from '../ports/sql-store.ts'

export interface SqliteLimits {
  /** The database never grows beyond this; a write that would is refused with STORE_FULL. */
  readonly maxBytes: number
}

const PAGE_BYTES = 4096
/** A small checkpoint and journal keep the head-room that a nearly full disk needs in order to delete. */
const CHECKPOINT_PAGES = 250
const JOURNAL_BYTES = 4 * 1024 * 1024

/** Opens (or makes) a database in WAL mode with synchronous=FULL: a transaction that returned survives a power cut. */
export function openSqlite(file: string, limits: SqliteLimits = { maxBytes: 4 * 1024 ** 3 }): SqlStore {
  return guarded(file, () => {
    const database = new Database(file, { timeout: 5_000 })
    try {
      prepare(database, limits)
    } catch (cause) {
      database.close()
      throw cause
    }
    return storeOver(file, database)
  })
}

function prepare(database: Database.Database, limits: SqliteLimits): void {
  database.pragma(`page_size = ${PAGE_BYTES}`)
  database.pragma('auto_vacuum = INCREMENTAL')
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  database.pragma(`journal_size_limit = ${JOURNAL_BYTES}`)
  database.pragma(`max_page_count = ${Math.floor(limits.maxBytes / PAGE_BYTES)}`)
}

function storeOver(file: string, database: Database.Database): SqlStore {
  return {
    exec: (sql) => guarded(file, () => void database.exec(sql)),
    prepare: (sql) => guarded(file, () => statementOver(file, database.prepare(sql))),
    transaction: (work) => guarded(file, () => database.transaction(work).immediate()),
    close: () => database.close(),
  }
}

function statementOver(file: string, statement: Database.Statement): SqlStatement {
  return {
    run: (...values) => guarded(file, () => ({ changes: statement.run(...values).changes })),
    get: (...values) => guarded(file, () => statement.get(...values) as SqlRow | undefined),
    all: (...values) => guarded(file, () => statement.all(...values) as SqlRow[]),
    iterate: (...values) => guardedRows(file, statement.iterate(...values) as IterableIterator<SqlRow>),
  }
}

/** A damaged page may be met at any row. */
function* guardedRows(file: string, rows: IterableIterator<SqlRow>): IterableIterator<SqlRow> {
  try {
    for (;;) {
      const next = guarded(file, () => rows.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    rows.return?.()
  }
}

/** Turns SQLite's own codes into ours; anything else is a programmer error and goes up as it is. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) {
      if (cause instanceof TypeError && cause.message.includes('directory does not exist')) {
        throw new FaultError(fault('STORE_UNWRITABLE', { file, reason: 'directory does not exist' }), {
          cause,
        })
      }
      throw cause
    }
    const reason = cause.message
    if (cause.code === 'SQLITE_FULL') throw new FaultError(fault('STORE_FULL', { file }), { cause })
    if (cause.code.startsWith('SQLITE_CORRUPT') || cause.code === 'SQLITE_NOTADB') {
      throw new FaultError(fault('STORE_CORRUPT', { file, reason }), { cause })
    }
    if (/^SQLITE_(READONLY|IOERR|CANTOPEN|PERM|BUSY|LOCKED)/.test(cause.code)) {
      throw new FaultError(fault('STORE_UNWRITABLE', { file, reason }), { cause })
    }
    throw cause
  }
}

import Database from 'better-sqlite3'

/**
 * What SQLite itself can do here: one prepared INSERT in a transaction per batch, with the product's own pragmas
 * (core/node/sqlite.ts), no queue, no check, no second table.
 */
export interface BareLoop {
  /** One transaction. `row(n)` gives the nth row's columns. */
  batch(from: number, count: number, row: (n: number) => readonly number[]): void
  close(): void
}

const PRAGMAS = [
  'page_size = 4096',
  'auto_vacuum = INCREMENTAL',
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'wal_autocheckpoint = 250',
  'journal_size_limit = 4194304',
] as const

/** `rowsPerInsert` above 1 gives SQLite several rows in one call, which is the fastest that we know. */
export function bareLoop(file: string, create: string, columns: number, rowsPerInsert = 1): BareLoop {
  const database = new Database(file)
  for (const pragma of PRAGMAS) database.pragma(pragma)
  database.exec(create)
  const one = `(${new Array<string>(columns).fill('?').join(', ')})`
  const name = /CREATE TABLE (\w+)/.exec(create)?.[1] ?? ''
  const insert = database.prepare(
    `INSERT INTO ${name} VALUES ${new Array<string>(rowsPerInsert).fill(one).join(', ')}`,
  )
  return {
    batch(from, count, row) {
      if (count % rowsPerInsert !== 0) throw new RangeError(`${count} rows in calls of ${rowsPerInsert}`)
      database
        .transaction(() => {
          for (let n = from; n < from + count; n += rowsPerInsert) {
            if (rowsPerInsert === 1) insert.run(row(n))
            else {
              const values: number[] = []
              for (let k = n; k < n + rowsPerInsert; k++) values.push(...row(k))
              insert.run(values)
            }
          }
        })
        .immediate()
    },
    close: () => database.close(),
  }
}

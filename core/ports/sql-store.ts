export type SqlValue = number | bigint | string | Uint8Array | null
export type SqlRow = Readonly<Record<string, SqlValue>>

export interface SqlStatement {
  run(...values: SqlValue[]): { readonly changes: number }
  get(...values: SqlValue[]): SqlRow | undefined
  all(...values: SqlValue[]): SqlRow[]
  iterate(...values: SqlValue[]): IterableIterator<SqlRow>
}

/**
 * A durable SQL database (SQLite in WAL, synchronous=FULL). Calls are synchronous; a transaction that returned
 * has been fsynced. Any call may throw StoreError-coded FaultError (STORE_FULL, STORE_CORRUPT, STORE_UNWRITABLE).
 */
export interface SqlStore {
  exec(sql: string): void
  prepare(sql: string): SqlStatement
  transaction<T>(work: () => T): T
  close(): void
}

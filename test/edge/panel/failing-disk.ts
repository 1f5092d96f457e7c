import { FaultError, fault } from '../../../core/errors.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStatement, SqlStore } from '../../../core/ports/sql-store.ts'

/** A store in memory whose disk can be full, and which counts how often it was waited for. */
export function failingDisk() {
  const store = openSqlite(':memory:')
  let full = false
  let inTransaction = false
  let commits = 0
  const written = () => {
    if (full) throw new FaultError(fault('STORE_FULL', { file: 'panel.db' }))
    if (!inTransaction) commits++
  }
  const failing: SqlStore = {
    ...store,
    prepare(sql): SqlStatement {
      const statement = store.prepare(sql)
      return {
        ...statement,
        run(...values) {
          written()
          return statement.run(...values)
        },
      }
    },
    transaction(work) {
      written()
      inTransaction = true
      try {
        return store.transaction(work)
      } finally {
        inTransaction = false
      }
    },
  }
  return {
    store: failing,
    commits: () => commits,
    fill(now: boolean) {
      full = now
    },
  }
}

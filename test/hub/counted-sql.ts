import type { SqlStore } from '../../core/ports/sql-store.ts'

/** A database that counts what it is asked. */
export function countedSql(store: SqlStore): { readonly sql: SqlStore; asked(): number } {
  let asked = 0
  const counted =
    <A extends unknown[], R>(call: (...values: A) => R) =>
    (...values: A): R => {
      asked += 1
      return call(...values)
    }
  return {
    sql: {
      ...store,
      prepare(text) {
        const { run, get, all, iterate } = store.prepare(text)
        return { run: counted(run), get: counted(get), all: counted(all), iterate: counted(iterate) }
      },
    },
    asked: () => asked,
  }
}

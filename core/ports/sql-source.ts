import type { SqlStore } from './sql-store.ts'

/** Where one database lives: it can be opened, and put aside when it turns out to be damaged. */
export interface SqlSource {
  /** Opens the database or makes it. Throws a FaultError: STORE_UNWRITABLE, STORE_CORRUPT, STORE_FULL. */
  open(): SqlStore
  /**
   * Moves a damaged, closed database out of the way, keeps it, and opens what was moved for reading.
   * Undefined when it cannot even be opened. Throws a FaultError when it cannot be moved.
   */
  moveAside(): SqlStore | undefined
  /** Opens what was put aside last; undefined where nothing was, or it cannot be opened. */
  openAside(): SqlStore | undefined
  /** Bytes that the file system has left; left out, or undefined, where nobody can tell. */
  available?(): number | undefined
}

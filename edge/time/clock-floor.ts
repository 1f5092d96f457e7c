import type { Utc } from '../../core/clock.ts'
import { type Fault, FaultError } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'

/** A time that has certainly passed, kept over restarts: a node without a battery-backed clock never begins at 1970. */
export interface ClockFloor {
  read(): Utc | undefined
  write(utc: Utc): void
}

/** The floor in a small database. A failing disk costs the memory of it, and is told to `refused`. */
export function createClockFloor(parts: {
  readonly store: SqlStore
  readonly refused: (problem: Fault) => void
}): ClockFloor {
  const { store, refused } = parts
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refused(cause.fault)
      return undefined
    }
  }
  guarded(() =>
    store.exec('CREATE TABLE IF NOT EXISTS clock_floor (id INTEGER PRIMARY KEY CHECK (id = 0), at INTEGER)'),
  )
  return {
    read() {
      const at = guarded(() => store.prepare('SELECT at FROM clock_floor').get()?.at)
      return typeof at === 'number' ? at : undefined
    },
    write(utc) {
      guarded(() =>
        store
          .prepare('INSERT INTO clock_floor VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at')
          .run(Math.floor(utc)),
      )
    },
  }
}

import type { Clock } from '../core/clock.ts'
import { FaultError } from '../core/errors.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import type { Refusals } from './refusals.ts'

/** What controllers remember over a restart. A failing disk costs the memory of it, never a decision. */
export interface ControlState {
  read(id: string): unknown
  write(id: string, state: unknown): void
}

export function createControlState(parts: {
  readonly store: SqlStore
  readonly clock: Clock
  readonly refusals: Refusals
}): ControlState {
  const { store, clock, refusals } = parts
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refusals.note(cause.fault, 'control')
      return undefined
    }
  }
  guarded(() =>
    store.exec(
      'CREATE TABLE IF NOT EXISTS control (id TEXT PRIMARY KEY, at INTEGER, state TEXT) WITHOUT ROWID',
    ),
  )
  const select = guarded(() => store.prepare('SELECT state FROM control WHERE id = ?'))
  const upsert = guarded(() =>
    store.prepare(
      'INSERT INTO control VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, state = excluded.state',
    ),
  )
  return {
    read(id) {
      const text = guarded(() => select?.get(id)?.state)
      if (typeof text !== 'string') return undefined
      try {
        return JSON.parse(text)
      } catch {
        return undefined // half a row cannot be written; a damaged one is as good as none
      }
    },
    write(id, state) {
      guarded(() => upsert?.run(id, clock.now(), JSON.stringify(state)))
    },
  }
}

import type { SqlStore } from '../../../core/ports/sql-store.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import type { LearningClock } from '../../../edge/time/node-clock.ts'

/** Bugs on purpose, put in where the parts are composed: the proof must notice each of them. */
export const PLANTS = ['ack-before-commit', 'no-dedup', 'ignore-expiry', 'false-outcome'] as const
export type PlantName = (typeof PLANTS)[number]

export interface Plants {
  /** Between the hub and its database. */
  readonly hubStore?: ((store: SqlStore, path: string) => SqlStore) | undefined
  /** What a node believes of the time. */
  readonly clock?: ((clock: LearningClock) => LearningClock) | undefined
  /** What a node tells as a row of its alarm lane. */
  readonly alarm?: ((row: AlarmRow) => AlarmRow) | undefined
}

export type AlarmRow = Parameters<Outbox['alarm']>[0]

export function plant(name: PlantName | undefined): Plants {
  switch (name) {
    case undefined:
      return {}
    case 'ack-before-commit':
      return { hubStore: lazyStore }
    case 'no-dedup':
      return { hubStore: forgetfulStore }
    case 'ignore-expiry':
      return { clock: believer }
    case 'false-outcome':
      return { alarm: deny }
  }
}

/** A transaction "returns" while it is only in memory: many are committed together, later. */
const LAZY_TRANSACTIONS = 500

/**
 * What returned is visible to who asks, and gone when the process ends before the next real commit: SQLite's own open
 * transaction, with a savepoint for each that was promised.
 */
function lazyStore(store: SqlStore): SqlStore {
  let promised = 0
  return {
    ...store,
    transaction(work) {
      if (promised === 0) store.exec('BEGIN')
      store.exec('SAVEPOINT promised')
      let value: ReturnType<typeof work>
      try {
        value = work()
      } catch (cause) {
        store.exec('ROLLBACK TO promised; RELEASE promised')
        throw cause
      }
      store.exec('RELEASE promised')
      promised++
      if (promised < LAZY_TRANSACTIONS) return value
      promised = 0
      store.exec('COMMIT')
      return value
    },
    close() {
      store.close()
    },
  }
}

/** Whoever asks which numbers are held hears of none: every delivery is a new one, and its rows go under other numbers. */
function forgetfulStore(store: SqlStore): SqlStore {
  let forgotten = 0
  return {
    ...store,
    prepare(sql) {
      const statement = store.prepare(sql)
      if (/FROM held\b/i.test(sql) && /^\s*SELECT first, last/i.test(sql))
        return { ...statement, get: () => undefined, all: () => [], iterate: () => [][Symbol.iterator]() }
      if (!/^\s*INSERT INTO (reading|event)\b/i.test(sql)) return statement
      return {
        ...statement,
        run(...values) {
          try {
            return statement.run(...values)
          } catch {
            // The key guards what the ledger forgot: without it the row would be there twice.
            forgotten += 1_000_000_000
            const moved = values.map((value, index) =>
              index === 1 && typeof value === 'number' ? value + forgotten : value,
            )
            return statement.run(...moved)
          }
        },
      }
    },
  }
}

/** A clock that takes the least that the time can be for all that it can be. */
function believer(clock: LearningClock): LearningClock {
  return {
    ...clock,
    bounds() {
      const { earliest } = clock.bounds()
      return { earliest: earliest - BELIEVED_LATE_MS, latest: earliest - BELIEVED_LATE_MS }
    },
  }
}

function deny(row: AlarmRow): AlarmRow {
  return 'outcome' in row && row.outcome === 'done' ? { ...row, outcome: 'refused' } : row
}

const BELIEVED_LATE_MS = 24 * 3_600_000

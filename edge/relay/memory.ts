import Type from 'typebox'
import { type Fault, FaultError } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { type RelayDictionary, relayDictionary } from '../../core/relay/dictionary.ts'
import { checker } from '../../core/schema.ts'

/** What a node must remember of the radio path over a restart. A disk that fails costs repetitions, nothing else. */
export interface RelayMemory {
  /** The database of which the hub knows, by network or by radio. */
  knownEpoch(): string | undefined
  /** Numbers of the alarm lane that the hub has acknowledged by radio, in the epoch that it knows. */
  acknowledged(): ReadonlySet<number>
  /** Another epoch than before: nothing of it is acknowledged yet. */
  know(epoch: string): void
  acknowledge(seqs: readonly number[]): void
  /** The stations as they were told the hub last: what short codes stand for. Undefined before they ever were. */
  dictionary(): RelayDictionary | undefined
  /** The hub has been told of these stations. Writes only what has changed. */
  told(documents: readonly unknown[]): void
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS relay_memo (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS relay_acknowledged (seq INTEGER PRIMARY KEY);
`
/** Numbers kept; alarms older than these are long told by other means. */
const KEPT = 4_096

const checkDictionary = checker(Type.Array(Type.Unknown(), { maxItems: 100 }))

export function createRelayMemory(store: SqlStore, refused: (problem: Fault) => void): RelayMemory {
  const tolerating = <T>(work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refused(cause.fault)
      return otherwise
    }
  }
  const read = (key: string): string | undefined =>
    tolerating(() => {
      const value = store.prepare('SELECT value FROM relay_memo WHERE key = ?').get(key)?.value
      return typeof value === 'string' ? value : undefined
    }, undefined)
  const write = (key: string, value: string) =>
    tolerating(
      () =>
        void store.prepare('INSERT OR REPLACE INTO relay_memo (key, value) VALUES (?, ?)').run(key, value),
      undefined,
    )

  tolerating(() => store.exec(TABLES), undefined)
  let epoch = read('epoch')
  let words = read('dictionary')
  let dictionary = dictionaryFrom(words)
  const acknowledged = new Set(
    tolerating(() => store.prepare('SELECT seq FROM relay_acknowledged').all(), []).map(({ seq }) =>
      Number(seq),
    ),
  )

  return {
    knownEpoch: () => epoch,
    acknowledged: () => acknowledged,
    know(next) {
      if (epoch === next) return
      epoch = next
      acknowledged.clear()
      tolerating(() => store.exec('DELETE FROM relay_acknowledged'), undefined)
      write('epoch', next)
    },
    acknowledge(seqs) {
      const fresh = seqs.filter((seq) => !acknowledged.has(seq))
      if (fresh.length === 0) return
      for (const seq of fresh) acknowledged.add(seq)
      const floor = Math.max(...acknowledged) - KEPT
      for (const seq of acknowledged) if (seq <= floor) acknowledged.delete(seq)
      tolerating(
        () =>
          store.transaction(() => {
            const add = store.prepare('INSERT OR IGNORE INTO relay_acknowledged (seq) VALUES (?)')
            for (const seq of fresh) add.run(seq)
            store.prepare('DELETE FROM relay_acknowledged WHERE seq <= ?').run(floor)
          }),
        undefined,
      )
    },
    dictionary: () => dictionary,
    told(documents) {
      const next = relayDictionary(documents)
      const text = JSON.stringify(next.map((station) => station ?? null))
      if (text === words) return
      words = text
      dictionary = next
      write('dictionary', text)
    },
  }
}

function dictionaryFrom(text: string | undefined): RelayDictionary | undefined {
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    const checked = checkDictionary(parsed)
    return checked.ok ? relayDictionary(checked.value) : undefined
  } catch {
    // Not JSON: the next time that the hub is told of the stations it is written anew.
    return undefined
  }
}

import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { guarded, type Refusals } from '../refusals.ts'

/**
 * Guessing has a price: after every fifth wrong try in a row a lock, each longer than the one before. Counted by keys,
 * each by itself: `LockKey` says of what; a right try ends the counts of its own. Locks run by the monotonic
 * clock and outlive a restart: what was left of one when it was written down last is what is left of it then. Tries of an
 * account are on disk before they are answered; those of addresses, of which a stranger has any number, once a minute.
 */
export interface Lockout {
  /**
   * Counts a try as a wrong one before it is looked at, so that many at once are counted too. PIN_LOCKED where one of
   * the keys is locked; then nothing is counted.
   */
  begin(keys: readonly string[]): Fault | undefined
  /** It was wrong: PIN_WRONG with the tries that are left, or PIN_LOCKED. */
  wrong(keys: readonly string[]): Fault
  right(keys: readonly string[]): void
  /** Seconds until it may be tried again; 0 for not locked. */
  lockedS(key: string): number
  /** Writes down what is left of the locks; at least once a minute. */
  save(): void
}

export const TRIES = 5
const MINUTE_MS = 60_000
export const LOCKS_MS = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS)
/**
 * Keys that are remembered; of more, the address that was tried longest ago is forgotten, then a session or a phone.
 * Addresses are free to whoever guesses, and phones to whoever has a PIN: they must not push out an account's lock.
 */
const KEYS_MAX = 1_000
const ADDRESS = 'address '
const FORGOTTEN_FIRST = [ADDRESS, 'session ', 'phone ']

/** What tries are counted of. */
export const LockKey = {
  address: (address: string) => `${ADDRESS}${address}`,
  account: (account: string) => `account ${account}`,
  /** Of what only a phone that is signed in reaches, and what only one can that once was: no stranger can lock these. */
  session: (digest: string) => `session ${digest}`,
  phone: (digest: string, account: string) => `phone ${digest} ${account}`,
  setup: 'setup',
} as const

interface Entry {
  failures: number
  /** Monotonic; in the past for none. */
  until: number
}

const TABLE = `CREATE TABLE IF NOT EXISTS lockout (
  key TEXT PRIMARY KEY, failures INTEGER NOT NULL, left_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID`

export function createLockout(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly store: SqlStore
  readonly refusals: Refusals
}): Lockout {
  const { wall, store } = parts
  const entries = new Map<string, Entry>()
  const attempt = <T>(work: () => T) => guarded(parts.refusals, 'panel', work)
  const now = () => wall.monotonic()
  attempt(() => {
    store.exec(TABLE)
    for (const { key, failures, left_ms } of store.prepare('SELECT * FROM lockout LIMIT ?').all(KEYS_MAX))
      entries.set(String(key), { failures: Number(failures), until: now() + Number(left_ms) })
  })
  const upsert = attempt(() =>
    store.prepare(
      'INSERT INTO lockout VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, left_ms = excluded.left_ms',
    ),
  )
  const erase = attempt(() => store.prepare('DELETE FROM lockout WHERE key = ?'))
  const eraseAll = attempt(() => store.prepare('DELETE FROM lockout'))
  /** Whether the disk has something else than the entries say. */
  let behind = false
  const leftMs = (key: string) => Math.max(0, (entries.get(key)?.until ?? 0) - now())
  const upsertOf = (key: string, { failures }: Entry) => upsert?.run(key, failures, Math.ceil(leftMs(key)))
  const onDisk = (key: string, work: () => unknown) => {
    if (key.startsWith(ADDRESS) || attempt(work) === undefined) behind = true
  }
  const forget = (key: string) => {
    if (entries.delete(key)) onDisk(key, () => erase?.run(key))
  }
  const keyToForget = () => {
    const keys = [...entries.keys()]
    for (const kind of FORGOTTEN_FIRST) {
      const found = keys.find((key) => key.startsWith(kind))
      if (found !== undefined) return found
    }
    return keys[0]
  }
  const count = (key: string) => {
    const failures = (entries.get(key)?.failures ?? 0) + 1
    const times = Math.floor(failures / TRIES)
    const lockMs = failures % TRIES === 0 ? (LOCKS_MS[Math.min(times, LOCKS_MS.length) - 1] ?? 0) : 0
    const entry = { failures, until: now() + lockMs }
    // The newest comes last: the first is the one that was tried longest ago.
    entries.delete(key)
    entries.set(key, entry)
    onDisk(key, () => upsertOf(key, entry))
    if (entries.size <= KEYS_MAX) return
    const oldest = keyToForget()
    if (oldest !== undefined) forget(oldest)
  }
  const locked = (keys: readonly string[]): Fault | undefined => {
    const left = Math.max(...keys.map(leftMs))
    return left > 0 ? fault('PIN_LOCKED', { until_s: Math.ceil(left / 1000) }) : undefined
  }
  return {
    begin(keys) {
      const refusal = locked(keys)
      if (refusal === undefined) for (const key of keys) count(key)
      return refusal
    },
    wrong(keys) {
      const left = Math.min(...keys.map((key) => TRIES - ((entries.get(key)?.failures ?? 0) % TRIES)))
      return locked(keys) ?? fault('PIN_WRONG', { left })
    },
    right(keys) {
      for (const key of keys) forget(key)
    },
    lockedS: (key) => Math.ceil(leftMs(key) / 1000),
    save() {
      if (!behind && ![...entries.keys()].some((key) => leftMs(key) > 0)) return
      const saved = attempt(() =>
        store.transaction(() => {
          eraseAll?.run()
          for (const [key, entry] of entries) upsertOf(key, entry)
          return true
        }),
      )
      behind = saved !== true
    },
  }
}

import type { SqlStore } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { guarded, type Refusals } from '../refusals.ts'
import { digestOf } from './sessions.ts'

/**
 * Phones on which somebody has signed in before. It proves nothing about who holds one: it only has a count of wrong PINs
 * of its own, so that a stranger who keeps an account locked does not lock out the phones of the family. Only digests of
 * their tokens are kept.
 */
export interface KnownPhones {
  /** The phone's name in the count of wrong PINs; undefined where this account was never signed in on it. */
  find(token: string | undefined, account: string): string | undefined
  /** Names of an account's phones. */
  of(account: string): readonly string[]
  /** Somebody has signed in on it. Its token: the one that it has, or its first. */
  remember(token: string | undefined, account: string): string
  /** Forgets the phones of an account, but for one. */
  forgetAll(account: string, but?: string): void
}

/** Of an account: the one that was signed in on longest ago is forgotten when there are more. */
export const PHONES_MAX = 12
const TOKEN_BYTES = 32

const TABLE = `CREATE TABLE IF NOT EXISTS phone (
  digest TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (account, digest)
) STRICT`

export function createKnownPhones(parts: {
  readonly random: Random
  readonly store: SqlStore
  readonly refusals: Refusals
}): KnownPhones {
  const { random, store } = parts
  const attempt = <T>(work: () => T) => guarded(parts.refusals, 'panel', work)
  /** Digests by account, the one signed in on longest ago first. */
  const phones = new Map<string, Set<string>>()
  const phonesOf = (account: string): Set<string> => {
    const known = phones.get(account) ?? new Set<string>()
    phones.set(account, known)
    return known
  }
  attempt(() => {
    store.exec(TABLE)
    for (const { digest, account } of store.prepare('SELECT * FROM phone ORDER BY rowid').all())
      phonesOf(String(account)).add(String(digest))
  })
  const insert = attempt(() => store.prepare('INSERT OR REPLACE INTO phone VALUES (?, ?)'))
  const erase = attempt(() => store.prepare('DELETE FROM phone WHERE digest = ? AND account = ?'))
  const forget = (digest: string, account: string) => {
    phones.get(account)?.delete(digest)
    attempt(() => erase?.run(digest, account))
  }
  const isKnown = (token: string) => {
    const digest = digestOf(token)
    return [...phones.values()].some((digests) => digests.has(digest))
  }
  return {
    find(token, account) {
      if (token === undefined) return undefined
      const digest = digestOf(token)
      return phones.get(account)?.has(digest) === true ? digest : undefined
    },
    of: (account) => [...(phones.get(account) ?? [])],
    remember(given, account) {
      // Nobody chooses a token for somebody else's phone.
      const token = given !== undefined && isKnown(given) ? given : hex(random.bytes(TOKEN_BYTES))
      const digest = digestOf(token)
      const own = phonesOf(account)
      own.delete(digest)
      own.add(digest)
      attempt(() => insert?.run(digest, account))
      for (const oldest of [...own].slice(0, Math.max(0, own.size - PHONES_MAX))) forget(oldest, account)
      return token
    },
    forgetAll(account, but) {
      const kept = but === undefined ? undefined : digestOf(but)
      for (const digest of [...(phones.get(account) ?? [])]) if (digest !== kept) forget(digest, account)
    },
  }
}

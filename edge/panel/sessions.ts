import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { guarded, type Refusals } from '../refusals.ts'

/**
 * Phones and screens that somebody has signed in on. A session lasts 30 days of the node's running time: a node that
 * nobody has told the time must neither end one early nor keep one for ever. Only digests of the tokens are kept.
 */
export interface PanelSessions {
  /** The token of a new session of an account. */
  begin(account: string): string
  /** Whose it is; undefined where it is none, or over. */
  find(token: string): string | undefined
  /** Its person has just given the PIN on it; the beginning of a session is one such moment. */
  prove(token: string): void
  /** Whether its PIN was given within so long; never one from before a restart. */
  provenWithin(token: string, ms: number): boolean
  end(token: string): void
  /** Ends those of an account, but for one token. */
  endAll(account: string, but?: string): void
  count(account: string): number
  /** Writes down what is left of them; about once an hour. */
  save(): void
  /** The same where the disk did not take something, so that no session that was ended comes back; once a minute. */
  catchUp(): void
}

export const SESSION_MS = 30 * 86_400_000
/** Of an account: its oldest ends when there are more. */
export const SESSIONS_MAX = 12
const TOKEN_BYTES = 32

interface Session {
  readonly account: string
  /** Monotonic: when it ends, and when its PIN was last given. */
  readonly until: number
  readonly provenAt: number
}

const TABLE = `CREATE TABLE IF NOT EXISTS session (
  digest TEXT PRIMARY KEY, account TEXT NOT NULL, left_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID`

export function createPanelSessions(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly random: Random
  readonly store: SqlStore
  readonly refusals: Refusals
}): PanelSessions {
  const { wall, random, store } = parts
  const sessions = new Map<string, Session>()
  const attempt = <T>(work: () => T) => guarded(parts.refusals, 'panel', work)
  const now = () => wall.monotonic()
  attempt(() => {
    store.exec(TABLE)
    const rows = store.prepare('SELECT * FROM session ORDER BY left_ms').all()
    for (const { digest, account, left_ms } of rows)
      sessions.set(String(digest), {
        account: String(account),
        until: now() + Math.min(SESSION_MS, Number(left_ms)),
        provenAt: Number.NEGATIVE_INFINITY,
      })
  })
  const upsert = attempt(() =>
    store.prepare(
      'INSERT INTO session VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET left_ms = excluded.left_ms',
    ),
  )
  const erase = attempt(() => store.prepare('DELETE FROM session WHERE digest = ?'))
  const eraseAll = attempt(() => store.prepare('DELETE FROM session'))
  /** Whether the disk has something else than the sessions there are. */
  let behind = false
  const drop = (digest: string) => {
    if (sessions.delete(digest) && attempt(() => erase?.run(digest)) === undefined) behind = true
  }
  const of = (account: string) => [...sessions].filter(([, session]) => session.account === account)
  const save = () => {
    for (const [digest, { until }] of sessions) if (until <= now()) sessions.delete(digest)
    const saved = attempt(() =>
      store.transaction(() => {
        eraseAll?.run()
        for (const [digest, { account, until }] of sessions)
          upsert?.run(digest, account, Math.ceil(until - now()))
        return true
      }),
    )
    behind = saved !== true
  }

  return {
    begin(account) {
      const token = hex(random.bytes(TOKEN_BYTES))
      const digest = digestOf(token)
      const older = of(account)
      for (const [old] of older.slice(0, Math.max(0, older.length - SESSIONS_MAX + 1))) drop(old)
      sessions.set(digest, { account, until: now() + SESSION_MS, provenAt: now() })
      if (attempt(() => upsert?.run(digest, account, SESSION_MS)) === undefined) behind = true
      return token
    },
    find(token) {
      const digest = digestOf(token)
      const session = sessions.get(digest)
      if (session === undefined) return undefined
      if (session.until > now()) return session.account
      drop(digest)
      return undefined
    },
    prove(token) {
      const session = sessions.get(digestOf(token))
      if (session !== undefined) sessions.set(digestOf(token), { ...session, provenAt: now() })
    },
    provenWithin(token, ms) {
      const session = sessions.get(digestOf(token))
      return session !== undefined && now() - session.provenAt < ms
    },
    end: (token) => drop(digestOf(token)),
    endAll(account, but) {
      const kept = but === undefined ? undefined : digestOf(but)
      for (const [digest] of of(account)) if (digest !== kept) drop(digest)
    },
    count: (account) => of(account).length,
    save,
    catchUp() {
      if (behind) save()
    },
  }
}

/** What is kept of a token. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

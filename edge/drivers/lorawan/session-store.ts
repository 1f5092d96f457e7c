import Type from 'typebox'
import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Fault, FaultError } from '../../../core/errors.ts'
import type { SqlStatement, SqlStore } from '../../../core/ports/sql-store.ts'
import { checker } from '../../../core/schema.ts'
import { type DeviceLink, identityOf, type RadioState, type Session, useDevNonce } from './session.ts'

/**
 * Uplink counters are written this long after the frame: later than the outbox's own group commit (50 ms) and before
 * an acknowledgement can leave (200 ms). A power cut in between lets the device repeat the frame; nothing is lost.
 */
const COMMIT_DELAY_MS = 100
/**
 * Downlink counters are reserved on disk in blocks, so that sending waits for no disk and no counter is used twice.
 * A kill -9 skips what is left of a block; devices accept a gap of 16384, so hundreds in a row do no harm.
 */
const RESERVE_BLOCK = 32
const RESERVE_LOW = 16

const TABLES = `
  CREATE TABLE IF NOT EXISTS lorawan_session (
    device TEXT NOT NULL, slot TEXT NOT NULL, identity TEXT NOT NULL, dev_addr INTEGER NOT NULL,
    nwk_skey BLOB NOT NULL, app_skey BLOB NOT NULL, fcnt_up INTEGER NOT NULL, fcnt_down INTEGER NOT NULL,
    radio TEXT NOT NULL, PRIMARY KEY (device, slot)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lorawan_join (
    identity TEXT PRIMARY KEY, join_nonce INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lorawan_devnonce (
    identity TEXT NOT NULL, dev_nonce INTEGER NOT NULL, PRIMARY KEY (identity, dev_nonce)) WITHOUT ROWID;
`

const Radio = Type.Object({
  rx1Delay_s: Type.Integer({ minimum: 1, maximum: 15 }),
  rx1Offset: Type.Integer({ minimum: 0, maximum: 7 }),
  rx2DataRate: Type.Integer({ minimum: 0, maximum: 7 }),
  rx2Frequency_Hz: Type.Integer({ minimum: 0 }),
  extraChannels_Hz: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 16 }),
  dwell: Type.Optional(Type.Object({ up: Type.Boolean(), down: Type.Boolean() })),
  txPower: Type.Integer({ minimum: 0, maximum: 15 }),
})
const checkRadio = checker(Radio)

export interface SessionStore {
  /** Fills a link with what was kept of it. */
  load(link: DeviceLink): void
  /** Makes a join durable: its nonces and its new session. Returns after the commit, or after reporting why not. */
  saveJoin(link: DeviceLink, devNonce: number): void
  /** Has the link's counters and radio state written soon. */
  touch(link: DeviceLink): void
  /** The next downlink counter of a session, never one that was used before, in this life or an earlier one. */
  nextDown(link: DeviceLink, session: Session): number
  flush(): void
  /** Writes the counters as they are, so that an orderly restart skips none. */
  close(links: Iterable<DeviceLink>): void
}

interface Statements {
  readonly putSession: SqlStatement
  readonly dropSession: SqlStatement
  readonly putJoin: SqlStatement
  readonly putNonce: SqlStatement
  readonly sessions: SqlStatement
  readonly join: SqlStatement
  readonly nonces: SqlStatement
}

export interface SessionStoreParts {
  readonly store: SqlStore
  readonly clock: Clock
  readonly refused: (problem: Fault) => void
}

/** Sessions on disk. A disk that fails is reported and tried again at the next write; the driver goes on from memory. */
export function createSessionStore({ store, clock, refused }: SessionStoreParts): SessionStore {
  const dirty = new Set<DeviceLink>()
  let timer: Cancel | undefined
  let prepared: Statements | undefined
  let closing = false

  const attempt = (work: (sql: Statements) => void): boolean => {
    try {
      prepared ??= prepare(store)
      work(prepared)
      return true
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refused(cause.fault)
      return false
    }
  }

  const nextReserve = (session: Session): number => {
    const low = session.fCntDownReserved - session.fCntDown < RESERVE_LOW
    return low ? session.fCntDown + RESERVE_BLOCK : session.fCntDownReserved
  }
  const write = (sql: Statements, link: DeviceLink, reserves: Map<Session, number>) => {
    for (const slot of ['active', 'pending'] as const) {
      const session = link[slot]
      if (session === undefined) {
        sql.dropSession.run(link.id, slot)
        continue
      }
      const reserve = closing ? session.fCntDown : nextReserve(session)
      reserves.set(session, reserve)
      sql.putSession.run(
        link.id,
        slot,
        identityOf(link.activation),
        session.devAddr,
        session.keys.nwkSKey,
        session.keys.appSKey,
        session.fCntUp,
        reserve,
        JSON.stringify(session.radio),
      )
    }
  }

  const commit = (links: Iterable<DeviceLink>, also: (sql: Statements) => void = () => {}): boolean => {
    const reserves = new Map<Session, number>()
    const done = attempt((sql) =>
      store.transaction(() => {
        for (const link of links) write(sql, link, reserves)
        also(sql)
      }),
    )
    if (done) for (const [session, reserve] of reserves) session.fCntDownReserved = reserve
    return done
  }

  const flush = () => {
    timer?.()
    timer = undefined
    if (dirty.size === 0) return
    const links = [...dirty]
    dirty.clear()
    // What could not be written stays wanted, and goes with the next change of any device.
    if (!commit(links)) for (const link of links) dirty.add(link)
  }

  const touch = (link: DeviceLink) => {
    dirty.add(link)
    timer ??= clock.after(COMMIT_DELAY_MS, flush)
  }

  return {
    load: (link) => void attempt((sql) => loadLink(sql, link)),
    saveJoin(link, devNonce) {
      const identity = identityOf(link.activation)
      commit([link], (sql) => {
        sql.putNonce.run(identity, devNonce)
        sql.putJoin.run(identity, link.joinNonce)
      })
    },
    touch,
    nextDown(link, session) {
      if (session.fCntDown >= session.fCntDownReserved) commit([link])
      else if (session.fCntDownReserved - session.fCntDown < RESERVE_LOW) touch(link)
      return session.fCntDown++
    },
    flush,
    close(links) {
      timer?.()
      closing = true
      commit(links)
    },
  }
}

function prepare(store: SqlStore): Statements {
  store.exec(TABLES)
  return {
    putSession: store.prepare('INSERT OR REPLACE INTO lorawan_session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    dropSession: store.prepare('DELETE FROM lorawan_session WHERE device = ? AND slot = ?'),
    putJoin: store.prepare('INSERT OR REPLACE INTO lorawan_join VALUES (?, ?)'),
    putNonce: store.prepare('INSERT OR IGNORE INTO lorawan_devnonce VALUES (?, ?)'),
    sessions: store.prepare('SELECT * FROM lorawan_session WHERE device = ? AND identity = ?'),
    join: store.prepare('SELECT join_nonce FROM lorawan_join WHERE identity = ?'),
    nonces: store.prepare('SELECT dev_nonce FROM lorawan_devnonce WHERE identity = ?'),
  }
}

function loadLink(sql: Statements, link: DeviceLink): void {
  const identity = identityOf(link.activation)
  link.joinNonce = Number(sql.join.get(identity)?.join_nonce ?? 0)
  for (const row of sql.nonces.iterate(identity)) useDevNonce(link.devNonces, Number(row.dev_nonce))
  for (const row of sql.sessions.all(link.id, identity)) {
    const radio = checkRadio(parseRadio(row.radio))
    if (!radio.ok || !(row.nwk_skey instanceof Uint8Array) || !(row.app_skey instanceof Uint8Array)) continue
    const reserved = Number(row.fcnt_down)
    const session: Session = {
      devAddr: Number(row.dev_addr),
      keys: { nwkSKey: row.nwk_skey, appSKey: row.app_skey },
      fCntUp: Number(row.fcnt_up),
      // Everything below the reserve may have been used before the power went.
      fCntDown: reserved,
      fCntDownReserved: reserved,
      radio: { ...radio.value, dwell: radio.value.dwell } satisfies RadioState,
    }
    if (row.slot === 'active') link.active = session
    else link.pending = session
  }
}

function parseRadio(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

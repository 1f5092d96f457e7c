import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { decodeDescribe, decodeHello } from '../../core/wire/decoders.ts'
import type { Describe, Hello } from '../../core/wire/messages.ts'
import { blob, number, numberOrNull, text, textOrNull } from '../store/columns.ts'
import { createLives } from './lives.ts'

/** What the hub knows of an edge from its own words. */
export interface EdgeRecord {
  readonly id: string
  /** The epoch of its newest hello. */
  readonly epoch: string | null
  readonly hello: Hello | null
  readonly describe: Describe | null
  readonly alive: boolean
  readonly lastSeen: number | null
  /** When the same identity was last seen with two databases. */
  readonly cloneAt: number | null
  /** Since when, and why, nothing is asked of it any more; null while it is trusted. */
  readonly quarantine: { readonly at: number; readonly reason: QuarantineReason } | null
}

/**
 * What showed that two nodes use the identity: other rows or another dictionary under numbers that are held, or a boot
 * or an epoch that came back after another had spoken.
 */
export const QUARANTINE_REASONS = ['rows', 'dictionary', 'boot', 'epoch'] as const
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number]

export interface Edges {
  get(edge: string): EdgeRecord
  all(): readonly EdgeRecord[]
  /** Something came from it at `now`. */
  saw(edge: string, now: number): void
  /** `boot` where it is known whose word this is: the last will of a boot that is over changes nothing. */
  alive(edge: string, alive: boolean, boot?: string): void
  /** Takes a hello heard at `now`; says what speaks for two nodes under the identity. */
  hello(edge: string, hello: Hello, payload: Uint8Array, now: number): 'boot' | 'epoch' | undefined
  /** Takes a word that names its epoch alone; says whether it speaks for two nodes under the identity. */
  spoke(edge: string, epoch: string, now: number): 'epoch' | undefined
  /** Two nodes use the identity: until a person has looked into it, neither is asked to do anything. */
  setQuarantine(edge: string, reason: QuarantineReason, now: number): void
  /** Trusts it again; whoever says hello next is the node. */
  liftQuarantine(edge: string): void
  quarantined(edge: string): boolean
  describe(edge: string, describe: Describe, payload: Uint8Array): void
  /** Drops what is remembered of a transaction that was rolled back. */
  forget(): void
}

/** Edges of the configuration, with what they told; written through to the database. */
export function createEdges(sql: SqlStore, ids: readonly string[]): Edges {
  const select = sql.prepare('SELECT * FROM edge WHERE id = ?')
  const put = sql.prepare(
    `INSERT INTO edge (id, epoch, alive, last_seen, clone_at, quarantined_at, quarantine_reason)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, alive = excluded.alive, last_seen = excluded.last_seen,
       clone_at = excluded.clone_at, quarantined_at = excluded.quarantined_at,
       quarantine_reason = excluded.quarantine_reason`,
  )
  const putHello = sql.prepare('UPDATE edge SET hello = ? WHERE id = ?')
  const putDescribe = sql.prepare('UPDATE edge SET describe = ? WHERE id = ?')
  const lives = createLives(sql)
  const cache = new Map<string, EdgeRecord>()

  const get = (edge: string): EdgeRecord => {
    const cached = cache.get(edge)
    if (cached !== undefined) return cached
    const row = select.get(edge)
    const loaded = row === undefined ? blank(edge) : recordFrom(row)
    cache.set(edge, loaded)
    return loaded
  }
  const save = (record: EdgeRecord) => {
    const { id, epoch, alive, lastSeen, cloneAt, quarantine } = record
    const held = [quarantine?.at ?? null, quarantine?.reason ?? null] as const
    put.run(id, epoch, alive ? 1 : 0, lastSeen, cloneAt, ...held)
    cache.set(record.id, record)
  }
  return {
    get,
    all: () => ids.map(get),
    saw: (edge, now) => save({ ...get(edge), lastSeen: now }),
    alive(edge, alive, boot) {
      const record = get(edge)
      const over = !alive && boot !== undefined && record.hello !== null && boot !== record.hello.boot
      if (!over && record.alive !== alive) save({ ...record, alive })
    },
    hello(edge, hello, payload, now) {
      const before = get(edge)
      const standing = lives.heard(edge, hello.epoch, hello.boot, now)
      if (standing === 'late') return undefined
      save({ ...before, epoch: hello.epoch, hello, alive: true, lastSeen: now })
      putHello.run(payload, edge)
      if (standing === 'now') return undefined
      return before.epoch === hello.epoch ? 'boot' : 'epoch'
    },
    spoke(edge, epoch, now) {
      // What a damaged database had frozen is sent under its own epoch, and hello says so.
      if (get(edge).hello?.former?.includes(epoch) === true) return undefined
      return lives.spoke(edge, epoch, now) === 'returned' ? 'epoch' : undefined
    },
    setQuarantine(edge, reason, at) {
      const record = get(edge)
      save({ ...record, cloneAt: at, quarantine: record.quarantine ?? { at, reason } })
    },
    liftQuarantine(edge) {
      lives.begin(edge)
      save({ ...get(edge), quarantine: null })
    },
    quarantined: (edge) => get(edge).quarantine !== null,
    describe(edge, describe, payload) {
      save({ ...get(edge), describe })
      putDescribe.run(payload, edge)
    },
    forget() {
      lives.forget()
      cache.clear()
    },
  }
}

function blank(id: string): EdgeRecord {
  const unheard = { epoch: null, hello: null, describe: null, alive: false, lastSeen: null }
  return { id, ...unheard, cloneAt: null, quarantine: null }
}

/** Messages are kept as they came and read by the same decoders; one from an older version may no longer fit. */
function recordFrom(row: SqlRow): EdgeRecord {
  const hello = row.hello === null ? undefined : decodeHello(blob(row, 'hello'))
  const describe = row.describe === null ? undefined : decodeDescribe(blob(row, 'describe'))
  return {
    id: text(row, 'id'),
    epoch: textOrNull(row, 'epoch'),
    hello: hello?.ok ? hello.value : null,
    describe: describe?.ok ? describe.value : null,
    alive: number(row, 'alive') === 1,
    lastSeen: numberOrNull(row, 'last_seen'),
    cloneAt: numberOrNull(row, 'clone_at'),
    quarantine: quarantineFrom(row),
  }
}

function quarantineFrom(row: SqlRow): EdgeRecord['quarantine'] {
  const at = numberOrNull(row, 'quarantined_at')
  const reason = QUARANTINE_REASONS.find((known) => known === row.quarantine_reason)
  return at === null || reason === undefined ? null : { at, reason }
}

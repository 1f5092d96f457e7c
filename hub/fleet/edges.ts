import { fault } from '../../core/errors.ts'
import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { decodeDescribe, decodeHello } from '../../core/wire/decoders.ts'
import type { Describe, Hello } from '../../core/wire/messages.ts'
import { blob, number, numberOrNull, text, textOrNull } from '../store/columns.ts'

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
}

export interface Edges {
  get(edge: string): EdgeRecord
  all(): readonly EdgeRecord[]
  /** Something came from it at `now`. */
  saw(edge: string, now: number): void
  alive(edge: string, alive: boolean): void
  /** Takes a hello; a second live database under the same identity is noted, and told as the fault. */
  hello(edge: string, hello: Hello, payload: Uint8Array, now: number): Result<void>
  /** What it sent contradicts what it sent before: two nodes may share the identity. */
  suspect(edge: string, now: number): void
  describe(edge: string, describe: Describe, payload: Uint8Array): void
  /** Drops what is remembered of a transaction that was rolled back. */
  forget(): void
}

/** Edges of the configuration, with what they told; written through to the database. */
export function createEdges(sql: SqlStore, ids: readonly string[]): Edges {
  const select = sql.prepare('SELECT * FROM edge WHERE id = ?')
  const put = sql.prepare(
    `INSERT INTO edge (id, epoch, alive, last_seen, clone_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, alive = excluded.alive, last_seen = excluded.last_seen,
       clone_at = excluded.clone_at`,
  )
  const putHello = sql.prepare('UPDATE edge SET hello = ? WHERE id = ?')
  const putDescribe = sql.prepare('UPDATE edge SET describe = ? WHERE id = ?')
  const knownEpoch = sql.prepare('SELECT id FROM epoch WHERE edge = ? AND epoch = ?')
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
    put.run(record.id, record.epoch, record.alive ? 1 : 0, record.lastSeen, record.cloneAt)
    cache.set(record.id, record)
  }
  return {
    get,
    all: () => ids.map(get),
    saw: (edge, now) => save({ ...get(edge), lastSeen: now }),
    alive(edge, alive) {
      if (get(edge).alive !== alive) save({ ...get(edge), alive })
    },
    hello(edge, hello, payload, now) {
      const before = get(edge)
      const changed = before.epoch !== null && before.epoch !== hello.epoch
      // A node that put a damaged database aside goes on in the same boot. A replaced disk says goodbye first and
      // never comes back to the old epoch; a copied one does neither.
      const rebooted = before.hello?.boot !== hello.boot
      const succeeds = before.epoch !== null && hello.former?.includes(before.epoch) === true
      const clone =
        changed && rebooted && !succeeds && (before.alive || knownEpoch.get(edge, hello.epoch) !== undefined)
      save({
        ...before,
        epoch: hello.epoch,
        hello,
        alive: true,
        lastSeen: now,
        cloneAt: clone ? now : before.cloneAt,
      })
      putHello.run(payload, edge)
      return clone ? err(fault('INGEST_CLONE_SUSPECTED', { edge, epoch: hello.epoch })) : ok(undefined)
    },
    suspect: (edge, now) => save({ ...get(edge), cloneAt: now }),
    describe(edge, describe, payload) {
      save({ ...get(edge), describe })
      putDescribe.run(payload, edge)
    },
    forget: () => cache.clear(),
  }
}

function blank(id: string): EdgeRecord {
  return { id, epoch: null, hello: null, describe: null, alive: false, lastSeen: null, cloneAt: null }
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
  }
}

import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number, text } from '../store/columns.ts'

/**
 * A life is one boot of a node on one of its databases. A node lives one after the other: it restarts in a new boot,
 * puts a damaged database aside in a new epoch, or comes with a new disk in both. A life that was over and speaks
 * again is a second node with the same identity.
 */
export interface Lives {
  /** Takes a hello's word at `now`, and says how it stands to the lives before it. */
  heard(edge: string, epoch: string, boot: string, now: number): Standing
  /** How a message that names no boot stands; nothing is written down. */
  spoke(edge: string, epoch: string, now: number): Standing
  /** Lets whoever speaks next be the node. */
  begin(edge: string): void
  /** Drops what is remembered of a transaction that was rolled back. */
  forget(): void
}

/**
 * `now`: the life that speaks now, or a new one. `late`: of a life that was over only just: it may have been under way,
 * or have waited in a connection that nobody had closed. `returned`: it speaks again after another did.
 */
export type Standing = 'now' | 'late' | 'returned'

/** A killed process's system goes on sending what it left for about 100 s; brokers close such connections sooner. */
const LATE_MS = 120_000
/** Lives remembered of an edge; one that was forgotten counts as new, and then its twin is the one that returns. */
const LIVES_MAX = 64

interface Life {
  readonly id: number
  readonly epoch: string
  readonly boot: string
  readonly since: number
}

export function createLives(sql: SqlStore): Lives {
  const list = sql.prepare('SELECT id, epoch, boot, since FROM life WHERE edge = ? ORDER BY id DESC')
  const add = sql.prepare('INSERT INTO life (edge, epoch, boot, since) VALUES (?, ?, ?, ?)')
  const drop = sql.prepare('DELETE FROM life WHERE edge = ? AND id <= ?')
  const clear = sql.prepare('DELETE FROM life WHERE edge = ?')
  /** Newest first. */
  const cache = new Map<string, readonly Life[]>()

  const of = (edge: string): readonly Life[] => {
    const cached = cache.get(edge)
    if (cached !== undefined) return cached
    const loaded = list.all(edge).map((row) => ({
      id: number(row, 'id'),
      epoch: text(row, 'epoch'),
      boot: text(row, 'boot'),
      since: number(row, 'since'),
    }))
    cache.set(edge, loaded)
    return loaded
  }
  const past = (current: Life, now: number): Standing => (now - current.since > LATE_MS ? 'returned' : 'late')

  return {
    heard(edge, epoch, boot, now) {
      const lives = of(edge)
      const [current] = lives
      if (current?.epoch === epoch && current.boot === boot) return 'now'
      // Within an epoch a boot must not return; an epoch must not return at all.
      const changed = current?.epoch !== epoch
      const known = lives.some((life) => life.epoch === epoch && (changed || life.boot === boot))
      if (current !== undefined && known) return past(current, now)
      add.run(edge, epoch, boot, now)
      const oldest = lives[LIVES_MAX - 1]
      if (oldest !== undefined) drop.run(edge, oldest.id)
      cache.delete(edge)
      return 'now'
    },
    spoke(edge, epoch, now) {
      const [current, ...before] = of(edge)
      if (current === undefined || current.epoch === epoch) return 'now'
      return before.some((life) => life.epoch === epoch) ? past(current, now) : 'now'
    },
    begin(edge) {
      clear.run(edge)
      cache.delete(edge)
    },
    forget: () => cache.clear(),
  }
}

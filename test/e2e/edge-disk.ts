import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from '../../core/node/sqlite.ts'

/** What an outbox held on disk when its node was killed: sequence number → what stands there. */
export interface OutboxRows {
  readonly epoch: string
  /** Per lane, the next number to be given. */
  readonly next: readonly number[]
  readonly live: ReadonlyMap<number, string>
  readonly alarm: ReadonlyMap<number, string>
}

/**
 * Reads a copy, so that the node finds its files as the kill left them: opening the original would recover its
 * journal. Undefined while there is no database with tables yet.
 */
export function outboxOnDisk(edgeData: string): OutboxRows | undefined {
  const file = join(edgeData, 'outbox.db')
  const copy = join(edgeData, '..', 'outbox-copy.db')
  if (!existsSync(file)) return undefined
  const parts = ['', '-wal'].filter((part) => existsSync(file + part))
  for (const part of parts) cpSync(file + part, copy + part)
  const sql = openSqlite(copy)
  try {
    const made = sql.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'live'").get()
    if (made?.n !== 1) return undefined
    const rows = (query: string) =>
      new Map(
        sql
          .prepare(query)
          .all()
          .map(({ seq, content }) => [Number(seq), String(content)]),
      )
    return {
      epoch: String(sql.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.value),
      next: sql
        .prepare('SELECT next FROM lanes ORDER BY lane')
        .all()
        .map(({ next }) => Number(next)),
      live: rows(
        `SELECT seq, device || '/' || channel || ' ' || at || ' ' || round(value * resolution, 6) AS content
         FROM live JOIN series ON series.id = live.series`,
      ),
      alarm: rows('SELECT seq, hex(body) AS content FROM alarm'),
    }
  } finally {
    sql.close()
    for (const part of ['', '-wal', '-shm']) rmSync(copy + part, { force: true })
  }
}

import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number } from './columns.ts'

/** What is kept free for alarms, commands and the nodes' own words: years of them, while readings fill the rest. */
const RESERVE_BYTES = 64 * 1024 * 1024
/** Of a small database, or a small disk, no more than this share. */
const RESERVE_SHARE = 1 / 16

export interface Room {
  /** Only the reserve is left: readings wait at their nodes until there is room again. */
  reserved(): boolean
  usedBytes(): number
  /** To which the database may grow. */
  limitBytes(): number
}

/** The disk that a database is on. */
export interface Disk {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** `disk` tells of the database's own, where that can be known. */
export function createRoom(sql: SqlStore, disk: () => Disk | undefined): Room {
  const pragma = (name: string) => {
    const statement = sql.prepare(`PRAGMA ${name}`)
    return () => number(statement.get() ?? {}, name)
  }
  const pageBytes = pragma('page_size')()
  const [pages, free, most] = [pragma('page_count'), pragma('freelist_count'), pragma('max_page_count')]
  const usedBytes = () => (pages() - free()) * pageBytes
  const limitBytes = () => most() * pageBytes
  return {
    usedBytes,
    limitBytes,
    reserved() {
      const limit = limitBytes()
      if (usedBytes() > limit - reserveOf(limit)) return true
      const on = disk()
      // Pages that are free within the file need nothing of the disk.
      return on !== undefined && on.freeBytes + free() * pageBytes < reserveOf(on.totalBytes)
    },
  }
}

function reserveOf(bytes: number): number {
  return Math.min(RESERVE_BYTES, bytes * RESERVE_SHARE)
}

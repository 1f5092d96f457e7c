import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number } from './columns.ts'

/** What is kept free for alarms, commands and the nodes' own words: years of them, while readings fill the rest. */
const RESERVE_BYTES = 64 * 1024 * 1024
/** Of a small database no more than this share. */
const RESERVE_SHARE = 1 / 16

export interface Room {
  /** Only the reserve is left: readings wait at their nodes until there is room again. */
  reserved(): boolean
  usedBytes(): number
  /** To which the database may grow. */
  limitBytes(): number
}

/** `diskFree` tells how many bytes its disk has left, where that can be known. */
export function createRoom(sql: SqlStore, diskFree: () => number | undefined): Room {
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
      if (usedBytes() > limit - Math.min(RESERVE_BYTES, limit * RESERVE_SHARE)) return true
      // Pages that are free within the file need nothing of the disk.
      const left = diskFree()
      return left !== undefined && left + free() * pageBytes < RESERVE_BYTES
    },
  }
}

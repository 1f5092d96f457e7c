import { existsSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { FaultError, fault } from '../errors.ts'
import type { SqlSource } from '../ports/sql-source.ts'
import { openSqlite, type SqliteLimits } from './sqlite.ts'

/** Damaged databases kept beside the good one; the oldest goes when there are more. */
const DAMAGED_KEPT_MAX = 3

/** The journal belongs to its database: opened without it, commits would be missing. */
const PARTS = ['', '-wal', '-shm'] as const

/** A database file. A damaged one is kept as `{file}.damaged-1` (the newest) to `-3`. */
export function sqliteSource(file: string, limits?: SqliteLimits): SqlSource {
  const damaged = (age: number) => `${file}.damaged-${age}`
  const openAside = () => {
    if (!existsSync(damaged(1))) return undefined
    try {
      return openSqlite(damaged(1))
    } catch (cause) {
      if (cause instanceof FaultError) return undefined
      throw cause
    }
  }
  return {
    open: () => openSqlite(file, limits),
    openAside,
    available() {
      try {
        const { bavail, bsize } = statfsSync(dirname(file))
        return bavail * bsize
      } catch {
        // A folder that is gone, or a file system that cannot tell: whoever writes will hear of it.
        return undefined
      }
    },
    moveAside() {
      try {
        for (const part of PARTS) rmSync(damaged(DAMAGED_KEPT_MAX) + part, { force: true })
        for (let age = DAMAGED_KEPT_MAX - 1; age >= 1; age--) move(damaged(age), damaged(age + 1))
        move(file, damaged(1))
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new FaultError(fault('STORE_UNWRITABLE', { file, reason }), { cause })
      }
      return openAside()
    },
  }
}

function move(from: string, to: string): void {
  for (const part of PARTS) if (existsSync(from + part)) renameSync(from + part, to + part)
}

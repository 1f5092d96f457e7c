import { type Fault, FaultError } from '../../../core/errors.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'

/**
 * Reserved on disk in blocks before they are used: a counter that was sent once is never sent with other bytes again,
 * whenever the power goes. What is left of a block is then skipped; devices accept a gap of 16384.
 */
const RESERVE_BLOCK = 32

const TABLE = `
  CREATE TABLE IF NOT EXISTS lorawan_multicast (
    dev_addr INTEGER PRIMARY KEY, fcnt_down INTEGER NOT NULL) WITHOUT ROWID;
`

export interface MulticastCounters {
  /** Reads what is on disk, and reserves the first block. */
  open(devAddr: number): void
  /** The next counter of an address; undefined while the disk refuses to keep it: nothing may be sent then. */
  next(devAddr: number): number | undefined
  /** Writes the counters as they are, so that an orderly restart skips none. */
  close(): void
}

interface Counter {
  next: number
  reserved: number
}

export function createMulticastCounters(parts: {
  readonly store: SqlStore
  readonly refused: (problem: Fault) => void
}): MulticastCounters {
  const { store, refused } = parts
  const counters = new Map<number, Counter>()

  const attempt = (work: () => void): boolean => {
    try {
      store.exec(TABLE)
      work()
      return true
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refused(cause.fault)
      return false
    }
  }
  const write = (devAddr: number, upTo: number) =>
    store.prepare('INSERT OR REPLACE INTO lorawan_multicast VALUES (?, ?)').run(devAddr, upTo)
  const read = (devAddr: number) =>
    Number(
      store.prepare('SELECT fcnt_down FROM lorawan_multicast WHERE dev_addr = ?').get(devAddr)?.fcnt_down ??
        0,
    )

  const open = (devAddr: number): Counter | undefined => {
    const known = counters.get(devAddr)
    if (known !== undefined) return known
    let counter: Counter | undefined
    attempt(() => {
      // Everything below what is on disk may have been used before the power went.
      const next = read(devAddr)
      write(devAddr, next + RESERVE_BLOCK)
      counter = { next, reserved: next + RESERVE_BLOCK }
      counters.set(devAddr, counter)
    })
    return counter
  }
  return {
    open: (devAddr) => void open(devAddr),
    next(devAddr) {
      const counter = open(devAddr)
      if (counter === undefined) return undefined
      if (counter.next >= counter.reserved) {
        const upTo = counter.next + RESERVE_BLOCK
        if (!attempt(() => write(devAddr, upTo))) return undefined
        counter.reserved = upTo
      }
      return counter.next++
    },
    close() {
      attempt(() => {
        for (const [devAddr, { next }] of counters) write(devAddr, next)
      })
      counters.clear()
    },
  }
}

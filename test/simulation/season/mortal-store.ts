import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Clock } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import type { SqlStatement, SqlStore, SqlValue } from '../../../core/ports/sql-store.ts'
import { integer, type Random } from '../../../core/random.ts'
import { PowerCut } from './power-cut.ts'

/**
 * A database over which a process can end at the worst moments. The store beneath is real and its files are too: what
 * the next life finds is what SQLite makes of them.
 */

/** Where in its next transaction a process ends. */
export type Ending =
  /** Everything of it was written, nothing committed. */
  | 'before-commit'
  /** Committed, but nobody was told. */
  | 'after-commit'
  /** As the disk was when the power went while the journal was being written: any sectors of it, in any state. */
  | 'torn'

export interface Fate {
  /** Ends the process in the next transaction of a database whose name matches. */
  end(how: Ending, file: RegExp): void
  /** Disarms what did not come to pass. */
  spare(): void
  /** While true, everything that writes is refused as a full disk refuses it. */
  full: boolean
  /** Files of databases as the power cut left them, where it differs from what is there now. */
  torn: ReadonlyMap<string, { readonly database: Uint8Array; readonly journal: Uint8Array }>
  /** The life is over: nothing is written any more. */
  dead: boolean
  /** The life ends here, whoever catches what is thrown next. */
  die(): void
}

export interface MortalParts {
  readonly fate: Fate & Armed
  readonly random: Random
  /** Told of the insertions of each transaction: `certain` once it has returned, not so where the process ended in it. */
  readonly committed?: (insertions: readonly Insertion[], certain: boolean) => void
}

export interface Insertion {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

interface Armed {
  armed: { readonly how: Ending; readonly file: RegExp } | undefined
}

/** `died` is told once, in a turn of its own: what the dying process still does on its way out is seen by nobody. */
export function createFate(world: Clock, died: () => void): Fate & Armed {
  return {
    die() {
      if (!this.dead) world.after(0, died)
      this.dead = true
    },
    armed: undefined,
    full: false,
    dead: false,
    torn: new Map(),
    end(how, file) {
      this.armed = { how, file }
    },
    spare() {
      this.armed = undefined
    },
  }
}

const WATCHED = /^\s*INSERT INTO (live|alarm|series|meta)\b/i
const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i

/** `file` is the path of the database, `inner` the open store over it. */
export function mortalStore(file: string, inner: SqlStore, parts: MortalParts): SqlStore {
  const { fate, random } = parts
  let within = false
  let pending: Insertion[] = []

  const settle = (certain = true) => {
    if (pending.length > 0) parts.committed?.(pending, certain)
    pending = []
  }
  const alive = () => {
    if (fate.dead) throw new PowerCut()
  }
  const room = () => {
    if (fate.full) throw new FaultError(fault('STORE_FULL', { file }))
  }
  const commit = <T>(work: () => T): T => {
    const { armed } = fate
    const doomed = armed?.file.test(file) === true ? armed.how : undefined
    if (doomed === undefined) return inner.transaction(work)
    fate.armed = undefined
    if (doomed === 'before-commit') {
      inner.transaction(() => {
        work()
        fate.die()
        throw new PowerCut()
      })
    }
    const before = doomed === 'torn' ? filesOf(file) : undefined
    inner.transaction(work)
    settle(false)
    fate.die()
    if (before !== undefined) fate.torn = new Map([[file, tear(before, filesOf(file).journal, random)]])
    throw new PowerCut()
  }
  const transaction = <T>(work: () => T): T => {
    alive()
    within = true
    try {
      const value = commit(work)
      within = false
      settle()
      return value
    } finally {
      within = false
      pending = []
    }
  }
  const prepare = (sql: string): SqlStatement => {
    const statement = inner.prepare(sql)
    const watched = parts.committed !== undefined && WATCHED.test(sql)
    const writes = WRITES.test(sql)
    const run = (...values: SqlValue[]) => {
      alive()
      if (writes) room()
      const result = statement.run(...values)
      if (watched) {
        pending.push({ sql, values })
        if (!within) settle()
      }
      return result
    }
    return {
      run,
      get: (...values) => statement.get(...values),
      all: (...values) => statement.all(...values),
      iterate: (...values) => statement.iterate(...values),
    }
  }
  return {
    exec(sql) {
      alive()
      inner.exec(sql)
    },
    prepare,
    transaction,
    close: () => inner.close(),
  }
}

interface Files {
  readonly database: Uint8Array
  readonly journal: Uint8Array
}

function filesOf(file: string): Files {
  const journal = `${file}-wal`
  return {
    database: readFileSync(file),
    journal: existsSync(journal) ? readFileSync(journal) : new Uint8Array(),
  }
}

const SECTOR_BYTES = 512
/** The journal's header is synchronized before any page is written behind it, also when the journal begins anew. */
const HEADER_BYTES = 32

/**
 * The journal with any of the sectors that the last commit wrote: new, as they were, or rubbish. The database file is
 * as before it: pages go there only from a journal that was synchronized.
 */
function tear(before: Files, journal: Uint8Array, random: Random): Files {
  const torn = Uint8Array.from(journal)
  const header = journal.subarray(0, HEADER_BYTES)
  for (let from = 0; from < torn.length; from += SECTOR_BYTES) {
    const to = Math.min(from + SECTOR_BYTES, torn.length)
    const old = before.journal.subarray(from, to)
    const now = journal.subarray(from, to)
    if (old.length === now.length && Buffer.compare(old, now) === 0) continue
    const chance = random.next()
    if (chance < 0.4) continue
    if (chance < 0.8) {
      torn.fill(0, from, to)
      torn.set(old, from)
    } else {
      // A write leaves the bytes beside it in a sector alone: SQLite relies on it ("powersafe overwrite").
      for (let at = from; at < to; at++) {
        const rubbish = integer(random, 0, 255)
        if (before.journal[at] !== journal[at]) torn[at] = rubbish
      }
    }
  }
  torn.set(header)
  // The file may also have been cut short: its length is written last.
  const grown = journal.length > before.journal.length && random.next() < 0.5
  const length = grown ? integer(random, before.journal.length, journal.length) : torn.length
  return { database: before.database, journal: torn.subarray(0, length) }
}

const JOURNAL = '-wal'

/** What a dead process left behind, as the next one finds it. Call before the dead one's stores are closed. */
export function inherit(from: string, to: string, fate: Fate): void {
  const torn = fate.torn.get(from)
  if (torn !== undefined) {
    writeFileSync(to, torn.database)
    writeFileSync(to + JOURNAL, torn.journal)
    return
  }
  copyFileSync(from, to)
  if (existsSync(from + JOURNAL)) copyFileSync(from + JOURNAL, to + JOURNAL)
}

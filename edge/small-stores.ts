import type { NodeClock } from '../core/clock.ts'
import { FaultError } from '../core/errors.ts'
import type { SqlSource } from '../core/ports/sql-source.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import { type CommandStore, openCommandStore } from './commands/command-store.ts'
import { createInterlockMemory, type InterlockMemory } from './interlock-memory.ts'
import type { Refusals } from './refusals.ts'

/** The node's small databases. Whatever the disk does, each of them opens: afresh, or in memory. */
export interface SmallStores {
  open(name: string, onReplaced?: () => void): SqlStore
  /** The ledger of commands; one in memory says of itself that it is no promise. */
  commands(): CommandStore
  /** What interlocks must not forget; one that is not what it was says so of every output. */
  interlocks(clock: NodeClock): InterlockMemory
}

export function createSmallStores(parts: {
  source(name: string): SqlSource
  memory(): SqlStore
  readonly refusals: Refusals
  /** Told of each that was opened, to close it. */
  opened(store: SqlStore): void
}): SmallStores {
  const { memory, refusals } = parts
  const open = (name: string, onReplaced = () => {}, onForgetful = () => {}): SqlStore => {
    const source = parts.source(name)
    const tried = attempt(() => source.open(), refusals)
    const store = tried.ok ? tried.store : tried.corrupt ? afresh(source, onReplaced) : undefined
    if (store === undefined) onForgetful()
    const opened = store ?? memory()
    parts.opened(opened)
    return opened
  }
  const afresh = (source: SqlSource, onReplaced: () => void): SqlStore | undefined => {
    const tried = attempt(() => {
      source.moveAside()?.close()
      onReplaced()
      return source.open()
    }, refusals)
    return tried.ok ? tried.store : undefined
  }
  return {
    open,
    commands() {
      let replaced = false
      const store = open('commands.db', () => {
        replaced = true
      })
      try {
        return openCommandStore(store, replaced)
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause
        refusals.note(cause.fault, 'commands')
        return openCommandStore(memory())
      }
    },
    interlocks(clock) {
      let lost = false
      const losing = () => {
        lost = true
      }
      const store = open('interlocks.db', losing, losing)
      return createInterlockMemory({ store, clock, refusals, lost })
    },
  }
}

type Attempt =
  | { readonly ok: true; readonly store: SqlStore }
  | { readonly ok: false; readonly corrupt: boolean }

function attempt(work: () => SqlStore, refusals: Refusals): Attempt {
  try {
    return { ok: true, store: work() }
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, 'store')
    return { ok: false, corrupt: cause.fault.code === 'STORE_CORRUPT' }
  }
}

import type { Clock } from '../../core/clock.ts'
import { type Fault, FaultError } from '../../core/errors.ts'
import type { SqlSource } from '../../core/ports/sql-source.ts'
import { openRollupStore, type RollupStore } from './rollup-store.ts'

/**
 * The store of the history, as long as the disk lets there be one: a damaged one is put aside and begun afresh, one that
 * cannot be opened or written is tried again before long. Nobody waits for it.
 */
export interface KeptStore {
  /** What the work gives; undefined where there is no store, or the disk failed in it, which is told. */
  use<T>(work: (store: RollupStore) => T): T | undefined
  close(): void
}

const RETRY_MS = 60_000

export function keptStore(parts: {
  readonly wall: Clock
  readonly source: SqlSource
  /** Told of a store that was opened, before it is used. */
  opened(store: RollupStore): void
  /** There is no room for more. */
  full(store: RollupStore): void
  told(problem: Fault): void
}): KeptStore {
  const { wall, source } = parts
  let store: RollupStore | undefined
  let retryAt = Number.NEGATIVE_INFINITY

  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      parts.told(cause.fault)
      failed(cause.fault)
      return undefined
    }
  }
  const failed = ({ code }: Fault) => {
    const present = store
    if (code === 'STORE_FULL' && present !== undefined) {
      attemptQuietly(() => parts.full(present))
      return
    }
    store = undefined
    retryAt = wall.monotonic() + RETRY_MS
    attemptQuietly(() => present?.close())
    if (code !== 'STORE_CORRUPT') return
    retryAt = Number.NEGATIVE_INFINITY
    attemptQuietly(() => source.moveAside()?.close())
  }
  const attemptQuietly = (work: () => void) => {
    try {
      work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      parts.told(cause.fault)
      retryAt = wall.monotonic() + RETRY_MS
    }
  }
  const open = (): RollupStore | undefined => {
    // The second time is for one that was found damaged and put aside.
    for (let tried = 0; tried < 2 && store === undefined && wall.monotonic() >= retryAt; tried++) {
      retryAt = wall.monotonic() + RETRY_MS
      store = attempt(() => {
        const opened = openRollupStore(source.open())
        parts.opened(opened)
        return opened
      })
    }
    return store
  }
  return {
    use(work) {
      const present = open()
      return present === undefined ? undefined : attempt(() => work(present))
    },
    close() {
      attemptQuietly(() => store?.close())
      store = undefined
    },
  }
}

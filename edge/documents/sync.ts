import { type Cancel, type Clock, every, type Mono } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import { fault } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Random } from '../../core/random.ts'
import type { Result } from '../../core/result.ts'

/** What one replication in both directions did. */
export interface SyncOutcome {
  readonly pulled: number
  readonly pushed: number
  readonly refused: readonly { readonly id: string; readonly reason: string }[]
}

export interface DocumentSync {
  /** Something changed here or there: replicates now, or once more after the replication that is under way. */
  wake(): void
  status(): DocumentSyncStatus
  /** Called after each replication that came to its end. */
  onAlike(handler: (alike: Alike) => void): Cancel
  stop(): Promise<void>
}

/** Both sides have what was in force here when it began, but for what the hub refused. */
export interface Alike {
  /** Real time. */
  readonly begun: Mono
  /** Ids under which the documents are stored. */
  readonly refused: readonly string[]
}

export interface DocumentSyncStatus {
  readonly state: 'idle' | 'running' | 'failed'
  /** When both sides were last alike, by this boot's real time; null for never. */
  readonly since_s: number | null
  readonly problem: Fault | undefined
}

const EVERY_MS = 5 * 60_000
const RETRY_FIRST_MS = 5_000

/** Replicates documents at each `wake`, and every five minutes; after a failure again, later each time. */
export function createDocumentSync(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly random: Random
  readonly log: Log
  /** `fromStart` compares everything: the first time of each boot, should a note of progress be wrong. */
  replicate(fromStart: boolean): Promise<Result<SyncOutcome>>
  refused(problem: Fault): void
}): DocumentSync {
  const { wall, random, log } = parts
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0
  let complete = false
  let alikeAt: number | undefined
  let problem: Fault | undefined
  let retry: Cancel = () => {}

  const handlers = new Set<(alike: Alike) => void>()

  const run = async () => {
    const begun = wall.monotonic()
    const done = await parts.replicate(!complete)
    if (done.ok) {
      const { refused, pulled, pushed } = done.value
      if (pulled + pushed > 0) log.info('documents replicated', { pulled, pushed })
      const [first] = refused
      if (first !== undefined)
        parts.refused(fault('DOCUMENT_REFUSED_BY_HUB', { ...first, count: refused.length }))
      failures = 0
      complete = true
      problem = undefined
      alikeAt = wall.monotonic()
      for (const handler of handlers) handler({ begun, refused: refused.map(({ id }) => id) })
      return
    }
    failures++
    problem = done.error
    parts.refused(done.error)
    const longest = Math.min(EVERY_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 10))
    if (!stopped) retry = wall.after(longest * (0.5 + random.next() / 2), wake)
  }
  const wake = () => {
    if (stopped) return
    if (running !== undefined) {
      again = true
      return
    }
    retry()
    again = false
    running = run().finally(() => {
      running = undefined
      if (again) wake()
    })
  }
  const cancel = every(wall, EVERY_MS, wake)
  return {
    wake,
    status: () => ({
      state: running !== undefined ? 'running' : problem === undefined ? 'idle' : 'failed',
      since_s: alikeAt === undefined ? null : Math.round((wall.monotonic() - alikeAt) / 1000),
      problem,
    }),
    onAlike(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    async stop() {
      stopped = true
      cancel()
      retry()
      await running
    },
  }
}

import type { Clock, Mono } from '../../../core/clock.ts'
import type { Fault } from '../../../core/errors.ts'

/** One piece of work on the line; a fault of the way to the gateway ends it. */
export type Work = () => Promise<Fault | undefined>

export interface LineLoop {
  start(): void
  stop(): void
  /** There may be work now; `atOnce` even though the line failed a moment ago. */
  wake(atOnce: boolean): void
  /** Whether the last thing that the line was asked for failed. */
  failing(): boolean
}

const PAUSE_MIN_MS = 1_000
const PAUSE_MAX_MS = 30_000

/** Does one piece of work after the other for as long as there is any. A line that fails is tried ever more patiently. */
export function createLineLoop(parts: {
  readonly wall: Clock
  /** The most urgent piece of work; undefined when none is due. */
  next(now: Mono): Work | undefined
  /** When the next one is due. */
  dueAt(): number
  /** The line has failed, or fails in another way than before. */
  failed(problem: Fault, first: boolean): void
}): LineLoop {
  const { wall, next, dueAt, failed } = parts
  let running = false
  let interrupt: () => void = () => {}
  let pauseMs = PAUSE_MIN_MS
  let retryAt = 0
  let problem: string | undefined

  const note = (found: Fault | undefined) => {
    if (found === undefined) {
      pauseMs = PAUSE_MIN_MS
      problem = undefined
      return
    }
    retryAt = wall.monotonic() + pauseMs
    pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)
    if (problem !== found.code) failed(found, problem === undefined)
    problem = found.code
  }
  const pause = () =>
    new Promise<void>((resolve) => {
      const due = Math.max(retryAt, dueAt())
      const cancel = wall.after(Math.max(1, due - wall.monotonic()), resolve)
      interrupt = () => {
        cancel()
        resolve()
      }
    })
  const live = async () => {
    while (running) {
      const now = wall.monotonic()
      const work = retryAt > now ? undefined : next(now)
      if (work === undefined) await pause()
      else {
        const found = await work()
        if (running) note(found)
      }
    }
  }
  return {
    start() {
      if (running) return
      running = true
      void live()
    },
    stop() {
      running = false
      interrupt()
    },
    wake(atOnce) {
      if (atOnce) retryAt = 0
      interrupt()
    },
    failing: () => problem !== undefined,
  }
}

import type { Cancel, Clock } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
/** A start waits no longer for a far end: sirens of other wires wait for it. */
const START_MS = 2_000

export interface Reopening {
  /** Resolves after the first attempt, whatever became of it, and before it where that takes long. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Lets the line go and opens it again. */
  again(): void
}

/** Keeps a line open: whenever it is lost it is opened again, ever more patiently. */
export function createReopening(parts: {
  readonly stream: ByteStream
  readonly clock: Clock
  /** Why it is not open; told once until it opens. */
  refused(problem: Fault): void
  opened(): void
  lost(): void
}): Reopening {
  const { stream, clock } = parts
  let wanted = false
  let told = false
  let delayMs = FIRST_RETRY_MS
  let cancel: Cancel = () => {}

  const later = () => {
    cancel()
    cancel = clock.after(delayMs, () => void attempt())
    delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)
  }
  const attempt = async (): Promise<void> => {
    const opened = await stream.open()
    if (!wanted) return stream.close()
    if (!opened.ok) {
      if (!told) parts.refused(opened.error)
      told = true
      return later()
    }
    told = false
    delayMs = FIRST_RETRY_MS
    parts.opened()
  }
  stream.onLost((problem) => {
    if (!wanted) return
    parts.lost()
    parts.refused(problem)
    later()
  })

  return {
    start() {
      wanted = true
      return new Promise((resolve) => {
        const goOn = clock.after(START_MS, resolve)
        void attempt().then(() => {
          goOn()
          resolve()
        })
      })
    },
    async stop() {
      wanted = false
      cancel()
      parts.lost()
      await stream.close()
    },
    again() {
      parts.lost()
      void stream.close().then(() => {
        if (wanted) later()
      })
    },
  }
}

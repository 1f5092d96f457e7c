import type { Cancel, Clock } from '../../core/clock.ts'

export interface RefreshOptions {
  readonly clock: Clock
  /** Asks the server and shows the answer. */
  readonly ask: () => Promise<void>
  /** From one asking to the next at least this long. */
  readonly least_ms: number
  /** Without a reason at most this long. */
  readonly longest_ms: number
}

/**
 * Keeps something fresh that the stream only says has changed: one question at a time, however many reasons come
 * meanwhile, and one now and then without any.
 */
export function createRefresh({ clock, ask, least_ms, longest_ms }: RefreshOptions) {
  let asking = false
  let again = false
  let closed = false
  let askedAt = Number.NEGATIVE_INFINITY
  let cancel: Cancel = () => {}

  const plan = (delayMs: number) => {
    cancel()
    if (!closed) cancel = clock.after(delayMs, () => void run())
  }
  const run = async () => {
    if (closed) return
    cancel()
    asking = true
    again = false
    askedAt = clock.monotonic()
    await ask()
    asking = false
    plan(again ? least_ms : longest_ms)
  }
  void run()
  return {
    /** Something has changed. */
    wake() {
      again = true
      if (!asking) plan(Math.max(0, askedAt + least_ms - clock.monotonic()))
    },
    close() {
      closed = true
      cancel()
    },
  }
}

import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'

/** What a supervisor sees of a process that ended by a mistake of its own (EX_SOFTWARE of sysexits.h). */
export const EXIT_MISTAKE = 70

/** What the radio needs to tell the sirens, and the outbox to commit what it holds. */
const LAST_MS = 1_500

/** The part of `process` that tells of mistakes and ends it. */
export interface Ending {
  on(event: 'uncaughtException' | 'unhandledRejection', handler: (cause: unknown) => void): unknown
  exit(code: number): void
}

/**
 * A mistake in the program cannot be decided around: outputs go safe at once, and the process ends so that its
 * supervisor starts it afresh. Further mistakes on the way there change nothing.
 */
export function endSafely(parts: {
  readonly process: Ending
  readonly clock: Clock
  readonly log: Log
  driveSafe(): void
}): void {
  const { process, clock, log } = parts
  let ending = false
  const crash = (cause: unknown) => {
    if (ending) return
    ending = true
    clock.after(LAST_MS, () => process.exit(EXIT_MISTAKE))
    log.error('a mistake in the program; outputs go safe and the process ends', reasonOf(cause))
    try {
      parts.driveSafe()
    } catch (further) {
      log.error('outputs could not be told to go safe', reasonOf(further))
    }
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

function reasonOf(cause: unknown) {
  return cause instanceof Error ? { reason: cause.message, stack: cause.stack } : { reason: String(cause) }
}

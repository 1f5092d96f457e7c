import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/**
 * Waits until `probe` gives something other than undefined or false, and returns it. `what` says in the error what
 * was waited for in vain, with what `seen` saw last.
 */
export async function until<T>(
  what: string,
  patienceMs: number,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  seen: () => unknown = () => '',
): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) {
      throw new Error(`waited ${patienceMs} ms in vain until ${what}; last seen: ${JSON.stringify(seen())}`)
    }
    await pause(LOOK_EVERY_MS)
  }
}

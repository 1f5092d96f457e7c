import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { NonceStore } from './lorawan/joining.ts'
import { NONCE_SPAN } from './nonces.ts'

/** DevNonces kept in a file, so that devices of a simulator that starts again never repeat one. */
export function fileNonces(file: string): NonceStore {
  const last = new Map<string, number>(readNonces(file))
  return {
    next(devEui) {
      const nonce = ((last.get(devEui) ?? -1) + 1) % NONCE_SPAN
      last.set(devEui, nonce)
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(last)))
      renameSync(`${file}.new`, file)
      return nonce
    },
  }
}

/** A file that is missing or damaged counts as none: joins are then refused until the count has caught up. */
function readNonces(file: string): (readonly [string, number])[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null) return []
    return Object.entries(parsed).flatMap(([devEui, nonce]) =>
      typeof nonce === 'number' && Number.isInteger(nonce) ? [[devEui, nonce] as const] : [],
    )
  } catch {
    return []
  }
}

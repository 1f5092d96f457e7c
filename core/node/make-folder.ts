import { mkdirSync } from 'node:fs'
import { FaultError, fault } from '../errors.ts'

/** Makes a folder for its owner alone, where it is not there yet. Throws a FaultError STORE_UNWRITABLE. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FaultError(fault('STORE_UNWRITABLE', { file: folder, reason }), { cause })
  }
}

import { readFileSync, statSync } from 'node:fs'
import { fault } from '../errors.ts'
import { RELAY_KEY_BYTES } from '../relay/seal.ts'
import { err, ok, type Result } from '../result.ts'

const GROUP_AND_OTHERS = 0o077
const DIGITS = new RegExp(`^[0-9a-fA-F]{${RELAY_KEY_BYTES * 2}}$`)

/** The secret that a node and the hub share for what goes by radio. Faults: SECRET_UNREADABLE, RELAY_KEY_MALFORMED. */
export function readRelayKey(file: string): Result<Uint8Array> {
  try {
    if ((statSync(file).mode & GROUP_AND_OTHERS) !== 0)
      return err(fault('SECRET_UNREADABLE', { file, reason: 'others may read it (chmod 600)' }))
    const text = readFileSync(file, 'utf8').trim()
    if (!DIGITS.test(text)) return err(fault('RELAY_KEY_MALFORMED', { file }))
    return ok(Uint8Array.from(Buffer.from(text, 'hex')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    return err(fault('SECRET_UNREADABLE', { file, reason }))
  }
}

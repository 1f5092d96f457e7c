import { fault } from '../errors.ts'
import { RELAY_KEY_BYTES } from '../relay/seal.ts'
import { err, ok, type Result } from '../result.ts'
import { readSecretFile } from './secret-file.ts'

const DIGITS = new RegExp(`^[0-9a-fA-F]{${RELAY_KEY_BYTES * 2}}$`)

/** The secret that a node and the hub share for what goes by radio. Faults: SECRET_UNREADABLE, RELAY_KEY_MALFORMED. */
export function readRelayKey(file: string): Result<Uint8Array> {
  const text = readSecretFile(file)
  if (!text.ok) return text
  if (!DIGITS.test(text.value)) return err(fault('RELAY_KEY_MALFORMED', { file }))
  return ok(Uint8Array.from(Buffer.from(text.value, 'hex')))
}

import { readFileSync, statSync } from 'node:fs'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'

const GROUP_AND_OTHERS = 0o077

/** A secret, from a file that nobody but its owner may open. Fault: SECRET_UNREADABLE. */
export function readSecretFile(file: string): Result<string> {
  const refuse = (reason: string) => err(fault('SECRET_UNREADABLE', { file, reason }))
  try {
    if ((statSync(file).mode & GROUP_AND_OTHERS) !== 0) return refuse('others may read it (chmod 600)')
    const secret = readFileSync(file, 'utf8').trim()
    return secret === '' ? refuse('it is empty') : ok(secret)
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : 'unknown')
  }
}

import { readFileSync, statSync } from 'node:fs'
import { fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'

const GROUP_AND_OTHERS = 0o077

/** Reads a secret from a file that nobody but its owner may open. */
export function readKeyFile(file: string): Result<string> {
  try {
    if ((statSync(file).mode & GROUP_AND_OTHERS) !== 0) {
      return err(fault('SECRET_UNREADABLE', { file, reason: 'others may read it (chmod 600)' }))
    }
    const secret = readFileSync(file, 'utf8').trim()
    return secret === '' ? err(fault('SECRET_UNREADABLE', { file, reason: 'it is empty' })) : ok(secret)
  } catch (cause) {
    return err(
      fault('SECRET_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }),
    )
  }
}

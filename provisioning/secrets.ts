import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fault } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { hex } from '../core/random.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashSecret } from '../hub/accounts/scrypt.ts'

const KEY_BYTES = 32

/** Makes a node's key: the key goes into a file that only its owner reads, the hash into the hub's configuration. */
export async function makeEdgeKey(file: string, random: Random): Promise<Result<{ readonly keyHash: string }>> {
  const key = hex(random.bytes(KEY_BYTES))
  try {
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
  } catch (cause) {
    return err(fault('SECRET_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }))
  }
  return ok({ keyHash: await hashSecret(key, random) })
}

/** The one line of standard input or of a file that holds a password; never taken from the command line. */
export function passwordFrom(file: string): Result<string> {
  try {
    if (file !== '-' && statSync(file).size > 4096) return err(fault('SECRET_UNREADABLE', { file, reason: 'too long' }))
    const [line] = readFileSync(file === '-' ? 0 : file, 'utf8').split('\n')
    if (line === undefined || line.length < 10) return err(fault('PASSWORD_SHORT', { least: 10 }))
    return ok(line)
  } catch (cause) {
    return err(fault('SECRET_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }))
  }
}

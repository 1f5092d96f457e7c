import { readFileSync } from 'node:fs'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'

/** A configuration file's text; CONFIG_UNREADABLE says why not. */
export function readText(file: string): Result<string> {
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch (cause) {
    return err(
      fault('CONFIG_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }),
    )
  }
}

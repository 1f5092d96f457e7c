import { readFileSync } from 'node:fs'
import { FaultError, fault } from '../errors.ts'
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

/** The same where a program cannot start without it: throws the fault. */
export function requireText(file: string): string {
  const text = readText(file)
  if (!text.ok) throw new FaultError(text.error)
  return text.value
}

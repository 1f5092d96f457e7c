import { FaultError } from '../core/errors.ts'
import type { Result } from '../core/result.ts'

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** For what the bench itself wrote and cannot be refused. */
export function sound<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}

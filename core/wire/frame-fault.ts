import { fault } from '../errors.ts'
import { err, type Result } from '../result.ts'

/** A body that is not what docs/protocol.md says. */
export function broken(reason: string): Result<never> {
  return err(fault('FRAME_BODY', { reason }))
}

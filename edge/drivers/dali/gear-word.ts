import { ok, type Result } from '../../../core/result.ts'
import { ARC_MASK } from '../../../devices/codecs/dali-arc.ts'
import { type GearStatus, gear, query, readStatus } from '../../../devices/codecs/dali-commands.ts'
import type { DaliLine } from './line.ts'

/** What a gear answers when it is asked how it is; `level` is undefined while it does not know itself. */
export type GearWord =
  | { readonly kind: 'heard'; readonly status: GearStatus; readonly level: number | undefined }
  | { readonly kind: 'none' }
  | { readonly kind: 'collision' }

/** Two questions. Faults: those of the line. */
export async function askGear(line: DaliLine, address: number): Promise<Result<GearWord>> {
  const status = await line.query(query(gear(address), 'status'))
  if (!status.ok) return status
  if (status.value.kind !== 'answer') return ok({ kind: status.value.kind })
  const level = await line.query(query(gear(address), 'actualLevel'))
  if (!level.ok) return level
  if (level.value.kind !== 'answer') return ok({ kind: level.value.kind })
  const arc = level.value.value === ARC_MASK ? undefined : level.value.value
  return ok({ kind: 'heard', status: readStatus(status.value.value), level: arc })
}

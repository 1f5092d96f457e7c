import type { ServerEvent } from '../../../page/live/sse.ts'
import type { StreamEvent } from '../../api/schema.ts'

/**
 * The event as the hub's schema has it; undefined for kinds that this page does not know and for broken JSON.
 * The hub checks its own answers against the schema and serves this very page, so the shape within is not checked again.
 */
export function streamEvent(raw: ServerEvent): StreamEvent | undefined {
  const event = KINDS.find((kind) => kind === raw.event)
  if (event === undefined) return undefined
  try {
    const data = JSON.parse(raw.data)
    return typeof data === 'object' && data !== null ? { event, data } : undefined
  } catch {
    return undefined
  }
}

/** A hub newer than this page may tell of more: that is left alone. */
const KINDS: readonly StreamEvent['event'][] = [
  'station',
  'alert',
  'alarm',
  'edge',
  'command',
  'document',
  'conflict',
  'street',
  'farm',
]

import type { ServerEvent } from '../../../../page/live/sse.ts'
import type { PanelState } from '../../api-types.ts'

/** The whole state; undefined for pings, for kinds that this page does not know, and for broken JSON. */
export function stateEvent({ event, data }: ServerEvent): PanelState | undefined {
  if (event !== 'state') return undefined
  try {
    const state = JSON.parse(data)
    return typeof state === 'object' && state !== null ? state : undefined
  } catch {
    return undefined
  }
}

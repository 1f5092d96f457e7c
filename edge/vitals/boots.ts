import type { Clock } from '../../core/clock.ts'
import type { ControlState } from '../control-state.ts'
import type { VitalSource } from './vitals.ts'

/** Not the id of a station: those have no colon. */
const KEPT_AS = 'node:boots'
const DAY_MS = 86_400_000
/** Times of the newest starts that are remembered; a node that starts more often in a day shows this many. */
const RECENT_MAX = 200

/**
 * Counts this start among those since the disk was new. `boots_day` goes by the node's best clock: a start that seems
 * to lie up to a day ahead was made before that clock was set back, and counts.
 */
export function bootVitals(parts: { readonly memory: ControlState; readonly clock: Clock }): VitalSource {
  const { memory, clock } = parts
  const before = earlier(memory.read(KEPT_AS))
  const total = before.total + 1
  const recent = [...before.recent, clock.now()].slice(-RECENT_MAX)
  memory.write(KEPT_AS, { total, recent })
  return {
    name: 'boots',
    read: () => ({
      boots: total,
      boots_day: recent.filter((at) => Math.abs(clock.now() - at) < DAY_MS).length,
    }),
  }
}

function earlier(kept: unknown): { readonly total: number; readonly recent: readonly number[] } {
  if (typeof kept !== 'object' || kept === null) return { total: 0, recent: [] }
  const total: unknown = Reflect.get(kept, 'total')
  const recent: unknown = Reflect.get(kept, 'recent')
  return {
    total: typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : 0,
    recent: Array.isArray(recent) ? recent.filter((at) => typeof at === 'number') : [],
  }
}

import type { Clock } from '../../core/clock.ts'
import type { LaneStore } from './lane-store.ts'
import { count, outside } from './ledger.ts'
import type { LaneLedger, Ledger } from './outbox.ts'
import { secondsUntilDropped } from './thinning.ts'

/** What became of every number of a lane: produced = stored + acknowledged + lost. */
export function laneLedger(lane: LaneStore, oldestAt: number | undefined): LaneLedger {
  const produced = lane.next()
  const storedRanges = outside(lane.spans(), 0, produced - 1)
  const stored = count(storedRanges)
  const lost = lane.lost()
  const lostCount = Object.values(lost).reduce((sum, size) => sum + size, 0)
  return {
    lane: lane.lane,
    produced,
    stored,
    acknowledged: produced - stored - lostCount,
    lost,
    oldestAt,
    storedRanges,
    lostRanges: lane.spans().flatMap(({ first, last, fate }) => {
      return fate === 'acknowledged' ? [] : [{ first, last, reason: fate }]
    }),
  }
}

/** Rates are means over about this long: many sensors report once in an hour. */
const RATE_S = 6 * 3600
/** Disk per row as measured on small and large databases; used until there are enough rows to measure. */
const ROW_BYTES = 30
const ROWS_TO_MEASURE = 10_000

export interface RateMeter {
  add(rows: number): void
  perSecond(): number
  left(room: Room): Pick<Ledger, 'hoursLeft' | 'hoursUntilDropped'>
}

export interface Room {
  /** Bytes, and how many readings may take before they are thinned. */
  readonly used: number
  readonly budget: number
  readonly lanes: readonly LaneLedger[]
  /** Live rows in each tier of thinning, finest first. */
  readonly tiers: readonly number[]
  readonly points: number
}

/** An exponentially weighted rate, fair from the first minute on. */
export function rateMeter(clock: Clock): RateMeter {
  const start = clock.monotonic()
  let sum = 0
  let at: number = start
  const decay = () => {
    const now = clock.monotonic()
    sum *= Math.exp(-(now - at) / 1000 / RATE_S)
    at = now
  }
  const perSecond = () => {
    decay()
    const weight = 1 - Math.exp(-(at - start) / 1000 / RATE_S)
    return weight > 0 ? sum / RATE_S / weight : 0
  }
  return {
    add(rows) {
      decay()
      sum += rows
    },
    perSecond,
    left({ used, budget, lanes, tiers, points }) {
      const perS = perSecond()
      if (perS <= 0) return { hoursLeft: undefined, hoursUntilDropped: undefined }
      const rows = lanes.reduce((total, lane) => total + lane.stored, 0)
      const rowBytes = rows >= ROWS_TO_MEASURE ? used / rows : ROW_BYTES
      const untilDropped = secondsUntilDropped({
        tiers,
        points,
        rowsPerSecond: perS,
        capacity: budget / rowBytes,
      })
      return {
        hoursLeft: Math.max(0, budget - used) / (perS * rowBytes) / 3600,
        hoursUntilDropped: untilDropped / 3600,
      }
    },
  }
}

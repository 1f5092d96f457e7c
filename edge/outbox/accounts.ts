import type { Clock } from '../../core/clock.ts'
import type { LaneStore } from './lane-store.ts'
import { count, outside } from './ledger.ts'
import type { LaneLedger } from './outbox.ts'

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

/** Rates are means over about this long. */
const RATE_S = 600
/** Disk per row as measured on small and large databases; used until there are enough rows to measure. */
const ROW_BYTES = 28
const ROWS_TO_MEASURE = 10_000

export interface RateMeter {
  add(rows: number): void
  perSecond(): number
  hoursLeft(used: number, limit: number, lanes: readonly LaneLedger[]): number | undefined
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
    hoursLeft(used, limit, lanes) {
      const rows = lanes.reduce((total, lane) => total + lane.stored, 0)
      const rowBytes = rows >= ROWS_TO_MEASURE ? used / rows : ROW_BYTES
      const bytesPerHour = perSecond() * rowBytes * 3600
      return bytesPerHour > 0 ? Math.max(0, limit - used) / bytesPerHour : undefined
    },
  }
}

import type { Clock } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { type SystemTime, settledSystemTime } from '../../core/ports/system-time.ts'
import type { EdgeConfig } from '../config.ts'
import type { Refusals } from '../refusals.ts'
import { createClockFloor } from './clock-floor.ts'
import { createNodeClock, type LearningClock, NTP_ERROR_MS } from './node-clock.ts'

/** Nothing before this software was made is the present time. */
const MADE_AT = Date.UTC(2026, 0, 1)

/** The node's own clock as its configuration wants it. A demonstration's days repeat: its clock leaves no floor. */
export function configuredClock(
  { time, clock: scale }: Pick<EdgeConfig, 'time' | 'clock'>,
  parts: {
    /** The machine's clock, on a demonstration made faster. */
    readonly machine: Clock
    readonly system: SystemTime
    readonly store: SqlStore
    readonly refusals: Refusals
  },
): LearningClock {
  const { machine: base, store, refusals } = parts
  const refused = (problem: Fault) => refusals.note(problem, 'clock')
  if (scale === undefined) {
    const system =
      time.trustSystem === 'auto' ? parts.system : settledSystemTime(time.trustSystem === 'always')
    const floor = createClockFloor({ store, refused })
    return createNodeClock({ base, system, floor, madeAt: MADE_AT, refused })
  }
  return createNodeClock({
    base,
    system: settledSystemTime(true),
    // The wall clock is read in whole real milliseconds, of which each is `speed` here.
    systemError_ms: Math.max(NTP_ERROR_MS, 2 * scale.speed),
    madeAt: Math.min(scale.from, MADE_AT),
    refused,
  })
}

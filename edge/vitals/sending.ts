import type { Clock, ClockQuality, Utc } from '../../core/clock.ts'
import type { Ledger } from '../outbox/outbox.ts'
import { numbersOnly, type VitalSource } from './vitals.ts'

const QUALITY: Readonly<Record<ClockQuality, number>> = { unknown: 0, holdover: 1, synced: 2 }

/** What waits to be told to the hub, and for how much longer there is room. */
export function outboxVitals(parts: { readonly clock: Clock; ledger(): Ledger }): VitalSource {
  return {
    name: 'outbox',
    read() {
      const { lanes, queued, former, bytes, oldestAt, hoursLeft, hoursUntilDropped } = parts.ledger()
      const stored = (wanted: string) => lanes.find(({ lane }) => lane === wanted)?.stored ?? 0
      const lost = (reason: 'thinned' | 'dropped') =>
        lanes.reduce((sum, lane) => sum + (lane.lost[reason] ?? 0), 0)
      return numbersOnly({
        oldest_unsent_s: oldestAt === undefined ? 0 : Math.max(0, (parts.clock.now() - oldestAt) / 1000),
        alarms_waiting: stored('alarm') + queued.alarms,
        readings_waiting: stored('live') + queued.readings + former.rows,
        outbox_used: (bytes.used / bytes.limit) * 100,
        hours_left: hoursLeft,
        hours_until_dropped: hoursUntilDropped,
        thinned: lost('thinned'),
        dropped: lost('dropped'),
      })
    },
  }
}

/** How well the node knows the time. `known`: when a source last told it in this boot. */
export function clockVitals(parts: {
  readonly clock: Clock
  known(): { readonly at: Utc } | undefined
}): VitalSource {
  return {
    name: 'clock',
    read() {
      const known = parts.known()
      return numbersOnly({
        clock_quality: QUALITY[parts.clock.quality()],
        time_known_s: known === undefined ? undefined : Math.max(0, (parts.clock.now() - known.at) / 1000),
      })
    },
  }
}

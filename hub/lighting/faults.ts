import type { Clock } from '../../core/clock.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { FaultView } from '../api/lighting-schema.ts'
import type { AlertView } from '../api/schema.ts'
import { grouped } from '../grouped.ts'
import { DAY_MS } from '../store/rollups.ts'
import { type FaultPlace, faultPlace } from './fault-place.ts'
import type { StreetDocument } from './street-document.ts'
import type { Streets } from './streets.ts'

export interface FaultFilter {
  readonly edge?: string | undefined
  readonly street?: string | undefined
  readonly state?: 'active' | 'cleared' | undefined
  readonly limit: number
}

/** What is wrong with the lamps of a city, as work for a crew. */
export interface LightingFaults {
  /** One for each fault, however often it came; open ones first, the worst first, then the oldest. */
  list(filter: FaultFilter): FaultView[]
}

/** What has cleared is listed for as long. */
export const CLEARED_LISTED_DAYS = 90
const ALERTS_MAX = 5_000

export function createLightingFaults(parts: {
  readonly clock: Clock
  readonly alerts: Pick<Alerts, 'lighting'>
  readonly streets: Pick<Streets, 'document'>
}): LightingFaults {
  const { clock, alerts, streets } = parts
  return {
    list({ edge, street, state, limit }) {
      const since = clock.now() - CLEARED_LISTED_DAYS * DAY_MS
      const all = alerts.lighting({ edge, station: street, since, limit: ALERTS_MAX })
      const faults = [...grouped(all, keyOf).values()].flatMap((same) => {
        const active = same.filter((alert) => alert.state === 'active')
        // Two feeders of one cabinet may have the same fault at once: what is open is never put together.
        const shown = active.length > 0 ? active : same.slice(0, 1)
        const times = same.length - shown.length + 1
        return shown.map((alert) => faultView(alert, times, streets.document(alert.edge, alert.station)))
      })
      return faults
        .filter((fault) => state === undefined || fault.state === state)
        .sort(bySeverity)
        .slice(0, limit)
    },
  }
}

/** The same fault of the same thing. */
function keyOf({ edge, station, device = '', part = '', rule }: AlertView): string {
  return [edge, station, device, part, rule].join(' ')
}

function bySeverity(a: FaultView, b: FaultView): number {
  if (a.state !== b.state) return a.state === 'active' ? -1 : 1
  // Of what is over, the newest is what people ask about.
  return a.state === 'active' ? b.level - a.level || a.since - b.since : (b.until ?? 0) - (a.until ?? 0)
}

const NOWHERE: FaultPlace = { lamps: [], feeder: undefined }

function faultView(alert: AlertView, times: number, street: StreetDocument | undefined): FaultView {
  const { edge, station, device, rule, text, state, level, peak } = alert
  const { lamps, feeder } = street === undefined ? NOWHERE : faultPlace(street, alert)
  const [lamp, ...others] = lamps
  // Of several lamps, the first is where a crew begins.
  const place = lamp ?? street?.location
  return {
    alarm: alert.id,
    ...{ edge, street: station },
    streetName: street?.name ?? { vi: station, en: station },
    pole: others.length > 0 ? null : (lamp?.pole ?? null),
    lamp: others.length > 0 ? null : (lamp?.id ?? null),
    feeder: feeder?.id ?? null,
    device: device ?? null,
    ...{ rule, text },
    level: state === 'active' ? level : peak,
    since: alert.raisedAt,
    until: alert.clearedAt,
    times,
    lat: place?.lat ?? null,
    lon: place?.lon ?? null,
    geo: place === undefined ? null : `geo:${place.lat},${place.lon}`,
    page: `#/lights/${edge}/${station}${lamp === undefined ? '' : `?lamp=${lamp.id}`}`,
    state,
    acknowledgedBy: alert.acknowledgedBy,
    acknowledgedAt: alert.acknowledgedAt,
  }
}

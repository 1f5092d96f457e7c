import type { Clock } from '../../core/clock.ts'
import { NODE_DEVICE, REFUSED_PREFIX, type STATION_POINTS } from '../../core/documents/points.ts'
import { fault } from '../../core/errors.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { AlertView, EdgeView, LedgerView, StationView } from '../api/schema.ts'
import { isStreet } from '../lighting/street-document.ts'
import type { Refuse } from '../refusals.ts'
import type { Present } from '../store/presents.ts'
import type { HubStore } from '../store/store.ts'
import type { EdgeRecord, Edges } from './edges.ts'
import { createLedger, type Standing, type Window } from './ledger.ts'
import { QUARANTINE_TEXTS } from './quarantine.ts'
import { readStation, type StationDocument } from './station-document.ts'

/** What people are shown of edges and stations. */
export interface Fleet {
  stations(): StationView[]
  station(id: string): StationView | undefined
  stationsOf(edge: string): StationView[]
  edges(): EdgeView[]
  edge(id: string): EdgeView | undefined
  ledger(edge: string, window: Window | undefined): LedgerView | undefined
}

/** Active alerts looked through for the reason of a sounding output. */
const ACTIVE_ALERTS_MAX = 200

export function createFleet(options: {
  readonly clock: Clock
  readonly edges: Edges
  readonly store: HubStore
  readonly alerts: Alerts
  /** When an edge was last heard by radio, and by whom. */
  readonly heardByRadio?: (edge: string) => { readonly via: string; readonly at: number } | undefined
  readonly refuse: Refuse
}): Fleet {
  const { clock, edges, store, alerts } = options
  const ledger = createLedger(store)
  const documents = stationReader(options.refuse)

  const stationsOf = (record: EdgeRecord): StationView[] => {
    const standing = ledger.standing(record.id, record.epoch)
    const active = alerts.current(Number.POSITIVE_INFINITY, ACTIVE_ALERTS_MAX)
    return documents(record).map((document) => stationView(record, document, standing, active))
  }
  const stationView = (
    record: EdgeRecord,
    document: StationDocument,
    standing: Standing,
    active: readonly AlertView[],
  ): StationView => {
    const { id, name, water, location, timeZone, levels } = document
    const points = store.points.presentOf(record.id, id)
    const of = (channel: keyof typeof STATION_POINTS) => points.get(channel)
    const value = (channel: keyof typeof STATION_POINTS) => of(channel)?.value ?? null
    const alerting = active.filter((alert) => alert.edge === record.id && alert.station === id)
    return {
      ...{ id, edge: record.id, name, water, location, timeZone, levels },
      stage_m: value('stage'),
      at: of('stage')?.at ?? null,
      flag: of('stage')?.flag ?? null,
      rise_m_per_h: value('rise'),
      rain_mm: { hour: value('rain_1h'), day24: value('rain_24h'), since19: value('rain_since_19') },
      level: value('level'),
      outputs: outputViews(record, document, alerting),
      silencedUntil: silencedUntil(of('silenced_until'), clock.now()),
      online: record.alive,
      lastSeen: record.lastSeen,
      ...standing,
    }
  }
  /** The node tells an output's state as the point `{device}/{output}`; why it sounds is its highest alarm. */
  const outputViews = (
    record: EdgeRecord,
    document: StationDocument,
    alerting: readonly AlertView[],
  ): StationView['outputs'] => {
    const highest = alerting.reduce<AlertView | undefined>(
      (best, alert) => (best === undefined || alert.level > best.level ? alert : best),
      undefined,
    )
    return document.alarms.map(({ device, output, place, means }) => {
      const present = store.points.present(record.id, device, output)
      const on = present === undefined ? null : present.value > 0
      const reason = on === true ? (highest?.text ?? null) : null
      return { device, output, place, means, on, reason, at: present?.at ?? null }
    })
  }
  const edgeView = (record: EdgeRecord): EdgeView => {
    const health: Record<string, number> = {}
    const refused: Record<string, number> = {}
    for (const [channel, { value }] of store.points.presentOf(record.id, NODE_DEVICE)) {
      if (channel.startsWith(REFUSED_PREFIX)) refused[channel.slice(REFUSED_PREFIX.length)] = value
      else health[channel] = value
    }
    return {
      edge: record.id,
      name: record.describe?.name ?? { vi: record.id, en: record.id },
      online: record.alive,
      lastSeen: record.lastSeen,
      software: record.hello?.software ?? null,
      clock: record.hello?.clock ?? null,
      clockKnown: record.hello?.known ?? null,
      ...ledger.standing(record.id, record.epoch),
      ...ledger.lost(record.id),
      hoursLeft: health.hours_left ?? null,
      oldestUnsent_s: health.oldest_unsent_s ?? null,
      devices: record.describe?.devices ?? [],
      refused,
      health,
      cloneSuspectedAt: record.cloneAt,
      quarantine: quarantineView(record),
      heardByRadio: options.heardByRadio?.(record.id) ?? null,
    }
  }
  const ledgerView = (record: EdgeRecord, window: Window | undefined): LedgerView => ({
    ...ledger.view(record.id, speaking(record), window),
    clock: { quality: record.hello?.clock ?? null, known: record.hello?.known ?? null },
    oldestUnsent_s: store.points.present(record.id, NODE_DEVICE, 'oldest_unsent_s')?.value ?? null,
  })
  const find = (id: string) => edges.all().find((record) => record.id === id)
  return {
    stations: () => edges.all().flatMap(stationsOf),
    station: (id) =>
      edges
        .all()
        .flatMap(stationsOf)
        .find((station) => station.id === id),
    stationsOf: (edge) => stationsOf(edges.get(edge)),
    edges: () => edges.all().map(edgeView),
    edge(id) {
      const record = find(id)
      return record === undefined ? undefined : edgeView(record)
    },
    ledger(id, window) {
      const record = find(id)
      return record === undefined ? undefined : ledgerView(record, window)
    },
  }
}

/** Reads each description once; a station that cannot be shown is refused once. */
function stationReader(refuse: Refuse): (record: EdgeRecord) => readonly StationDocument[] {
  const read = new WeakMap<object, readonly StationDocument[]>()
  return ({ id, describe }) => {
    if (describe === null) return []
    const known = read.get(describe)
    if (known !== undefined) return known
    const stations = describe.stations.flatMap((document) => {
      // Streets are shown by hub/lighting.
      if (isStreet(document)) return []
      const station = readStation(document)
      if (station === undefined) refuse(fault('STATION_UNREADABLE', { edge: id }))
      return station === undefined ? [] : [station]
    })
    read.set(describe, stations)
    return stations
  }
}

function quarantineView({ quarantine }: EdgeRecord): EdgeView['quarantine'] {
  if (quarantine === null) return null
  const { at, reason } = quarantine
  return { since: at, reason, text: { ...QUARANTINE_TEXTS[reason] } }
}

function speaking({ epoch, hello }: EdgeRecord): readonly string[] {
  return epoch === null ? [] : [epoch, ...(hello?.former ?? [])]
}

/** Told in seconds, 0 for none. */
function silencedUntil(point: Present | undefined, now: number): number | null {
  const until = (point?.value ?? 0) * 1_000
  return until > now ? until : null
}

import type {
  AlertView,
  CommandView,
  EdgeView,
  Overview,
  StationView,
  StreamEvent,
} from '../../api/schema.ts'

/** Everything the page knows. Replaced whole by an overview, changed piece by piece by the stream. */
export interface Model {
  readonly loaded: boolean
  /** How often the whole was loaded: what the stream told between two of them may have been missed. */
  readonly pictures: number
  readonly demo: boolean
  readonly tileUrl: string | null
  readonly stations: readonly StationView[]
  /** Newest first. */
  readonly alerts: readonly AlertView[]
  readonly edges: readonly EdgeView[]
  /** Told since the page was opened, newest last; a node's page asks for those before. */
  readonly commands: readonly CommandView[]
  /** How often documents or conflicts of an edge were told to have changed. */
  readonly edits: Readonly<Record<string, number>>
  /** The same of lighting streets, by `{edge}/{street}`. */
  readonly streets: Readonly<Record<string, number>>
  /** The same of greenhouses, by `{edge}/{id}`. */
  readonly farms: Readonly<Record<string, number>>
}

/** As many as the hub itself gives; the oldest cleared ones fall off first, then the oldest. */
export const ALERTS_MAX = 200
const COMMANDS_MAX = 100

export const emptyModel: Model = {
  loaded: false,
  pictures: 0,
  demo: false,
  tileUrl: null,
  stations: [],
  alerts: [],
  edges: [],
  commands: [],
  edits: {},
  streets: {},
  farms: {},
}

export function withOverview(model: Model, overview: Overview): Model {
  return {
    ...model,
    loaded: true,
    pictures: model.pictures + 1,
    demo: overview.demo,
    tileUrl: overview.tileUrl,
    stations: overview.stations,
    alerts: newestFirst(overview.alerts),
  }
}

export function withEdges(model: Model, edges: readonly EdgeView[]): Model {
  return { ...model, edges }
}

/** The model after one event. An event older than what is known (it crossed an overview on its way) changes nothing. */
export function withEvent(model: Model, event: StreamEvent): Model {
  switch (event.event) {
    case 'station':
      return { ...model, stations: upsert(model.stations, event.data, sameStation, seenEarlier) }
    case 'alert':
      return { ...model, alerts: newestFirst(upsert(model.alerts, event.data, sameAlert, changedEarlier)) }
    case 'edge':
      return { ...model, edges: upsert(model.edges, event.data, (a, b) => a.edge === b.edge, seenEarlier) }
    case 'command':
      return { ...model, commands: withCommand(model.commands, event.data) }
    case 'document':
    case 'conflict': {
      const { edge } = event.data
      return { ...model, edits: { ...model.edits, [edge]: (model.edits[edge] ?? 0) + 1 } }
    }
    case 'street': {
      const key = `${event.data.edge}/${event.data.street}`
      return { ...model, streets: { ...model.streets, [key]: (model.streets[key] ?? 0) + 1 } }
    }
    case 'farm': {
      const key = `${event.data.edge}/${event.data.farm}`
      return { ...model, farms: { ...model.farms, [key]: (model.farms[key] ?? 0) + 1 } }
    }
    case 'alarm':
      return model
  }
}

/** Changes when documents or conflicts of the edge have, or may have: whoever shows them asks again. */
export const editsOf = (model: Model, edge: string): number => (model.edits[edge] ?? 0) + model.pictures

export const stationKey = (station: StationView): string => `${station.edge}/${station.id}`
export const alertKey = (alert: AlertView): string => `${alert.edge}/${alert.id}`

const sameStation = (a: StationView, b: StationView) => stationKey(a) === stationKey(b)
const sameAlert = (a: AlertView, b: AlertView) => alertKey(a) === alertKey(b)
const changedEarlier = (a: AlertView, b: AlertView) => a.changedAt < b.changedAt
const seenEarlier = (a: { lastSeen: number | null }, b: { lastSeen: number | null }) =>
  a.lastSeen !== null && b.lastSeen !== null && a.lastSeen < b.lastSeen

function upsert<T>(
  list: readonly T[],
  item: T,
  same: (a: T, b: T) => boolean,
  older: (a: T, b: T) => boolean,
): readonly T[] {
  const index = list.findIndex((known) => same(known, item))
  const known = list[index]
  if (known === undefined) return [...list, item]
  return older(item, known) ? list : list.with(index, item)
}

function withCommand(commands: readonly CommandView[], command: CommandView): readonly CommandView[] {
  return [...commands.filter(({ id }) => id !== command.id), command].slice(-COMMANDS_MAX)
}

function newestFirst(alerts: readonly AlertView[]): readonly AlertView[] {
  const sorted = alerts.toSorted((a, b) => b.raisedAt - a.raisedAt || alertKey(a).localeCompare(alertKey(b)))
  if (sorted.length <= ALERTS_MAX) return sorted
  const active = sorted.filter((alert) => alert.state === 'active').slice(0, ALERTS_MAX)
  const room = ALERTS_MAX - active.length
  const kept = new Set([...active, ...sorted.filter((alert) => alert.state === 'cleared').slice(0, room)])
  return sorted.filter((alert) => kept.has(alert))
}

/** What still asks for a person: active, highest first. */
export function activeAlerts(model: Model): readonly AlertView[] {
  return model.alerts
    .filter((alert) => alert.state === 'active')
    .toSorted((a, b) => b.level - a.level || b.raisedAt - a.raisedAt)
}

export const needsAcknowledging = (alert: AlertView): boolean =>
  alert.state === 'active' && alert.acknowledgedAt === null && alert.level > 0

/** Alerts of `next` that ask for attention and did not in `before`: new, or risen to a higher level. */
export function newlyAlarming(before: Model, next: Model): readonly AlertView[] {
  if (!before.loaded) return []
  const known = new Map(before.alerts.map((alert) => [alertKey(alert), alert]))
  return next.alerts.filter((alert) => {
    if (!needsAcknowledging(alert)) return false
    const was = known.get(alertKey(alert))
    return was === undefined || was.state !== 'active' || alert.level > was.level
  })
}

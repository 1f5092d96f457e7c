import type { Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import type { Alerts, LightingAlert } from '../alerts/alerts.ts'
import type { StreetView } from '../api/lighting-schema.ts'
import type { Commands } from '../commands/commands.ts'
import type { EdgeRecord, Edges } from '../fleet/edges.ts'
import { grouped } from '../grouped.ts'
import type { Refuse } from '../refusals.ts'
import { knownPresents } from '../store/known-presents.ts'
import type { HubStore } from '../store/store.ts'
import { nightTeller } from './night.ts'
import { isStreet, readStreet, type StreetDocument } from './street-document.ts'
import { type Street, streetOf, streetView } from './street-view.ts'

/** What people are shown of lighting streets. */
export interface Streets {
  all(): StreetView[]
  one(edge: string, street: string): StreetView | undefined
  /** The street as its node described it last. */
  document(edge: string, street: string): StreetDocument | undefined
  documentsOf(edge: string): readonly StreetDocument[]
  /** Of every street, with the edge that it stands at. */
  documents(): readonly { readonly edge: string; readonly document: StreetDocument }[]
}

/** Faults that are shown at their lamps; beyond, a lamp is shown without its own. */
const FAULTS_MAX = 20_000
/** Commands of one street in which the ones in force are looked for, newest first. */
export const COMMANDS_LOOKED_AT = 300

export interface StreetsParts {
  readonly clock: Clock
  readonly edges: Edges
  readonly store: HubStore
  readonly alerts: Pick<Alerts, 'lightingNow'>
  readonly commands: Pick<Commands, 'light'>
  readonly refuse: Refuse
}

export function createStreets(parts: StreetsParts): Streets {
  const { clock, edges, store, alerts, commands } = parts
  const documents = streetReader(parts.refuse)

  const viewOf = (record: EdgeRecord, street: Street, faults: Faults): StreetView => {
    const given = commands.light({ edge: record.id, street: street.id, limit: COMMANDS_LOOKED_AT })
    return streetView(record, street, {
      presents: knownPresents(store.presents.of(record.id)),
      faults: faults.get(keyOf(record.id, street.id)) ?? [],
      given,
      now: clock.now(),
    })
  }
  const find = (edge: string, street: string) => {
    const record = edges.all().find(({ id }) => id === edge)
    const document = record === undefined ? undefined : documents(record).find(({ id }) => id === street)
    return record === undefined || document === undefined ? undefined : { record, document }
  }
  return {
    all() {
      const faults = byStreet(alerts.lightingNow(FAULTS_MAX))
      return edges
        .all()
        .flatMap((record) => documents(record).map((street) => viewOf(record, street, faults)))
    },
    one(edge, street) {
      const found = find(edge, street)
      if (found === undefined) return undefined
      return viewOf(found.record, found.document, byStreet(alerts.lightingNow(FAULTS_MAX)))
    },
    document: (edge, street) => find(edge, street)?.document,
    documentsOf: (edge) => documents(edges.get(edge)),
    documents: () =>
      edges.all().flatMap((record) => documents(record).map((document) => ({ edge: record.id, document }))),
  }
}

type Faults = ReadonlyMap<string, readonly LightingAlert[]>

function keyOf(edge: string, street: string): string {
  return `${edge}/${street}`
}

function byStreet(faults: readonly LightingAlert[]): Faults {
  return grouped(faults, ({ edge, station }) => keyOf(edge, station))
}

/** Reads each description once; a street that cannot be shown is refused once. */
function streetReader(refuse: Refuse): (record: EdgeRecord) => readonly Street[] {
  const read = new WeakMap<object, readonly Street[]>()
  return ({ id, describe }) => {
    if (describe === null) return []
    const known = read.get(describe)
    if (known !== undefined) return known
    const streets = describe.stations.filter(isStreet).flatMap((document) => {
      const street = readStreet(document)
      if (street === undefined) refuse(fault('STATION_UNREADABLE', { edge: id }))
      return street === undefined ? [] : [streetOf(street, nightTeller(document))]
    })
    read.set(describe, streets)
    return streets
  }
}

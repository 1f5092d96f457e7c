import type { Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { FarmView } from '../api/farm-schema.ts'
import type { AlertView } from '../api/schema.ts'
import type { EdgeRecord, Edges } from '../fleet/edges.ts'
import { grouped } from '../grouped.ts'
import type { Refuse } from '../refusals.ts'
import { knownPresents } from '../store/known-presents.ts'
import type { HubStore } from '../store/store.ts'
import { type FarmDocument, isFarm, readFarm } from './farm-document.ts'
import { farmView } from './farm-view.ts'
import { createTodayUse } from './today-use.ts'

/** What people are shown of greenhouses. */
export interface Farms {
  all(): FarmView[]
  one(edge: string, farm: string): FarmView | undefined
  documentsOf(edge: string): readonly FarmDocument[]
  /** Of every greenhouse, with the edge that it stands at. */
  documents(): readonly { readonly edge: string; readonly document: FarmDocument }[]
}

/** Problems that are shown; beyond, a greenhouse is shown without its own. */
const PROBLEMS_MAX = 5_000

export interface FarmsParts {
  readonly clock: Clock
  readonly timeZone: string
  readonly edges: Pick<Edges, 'all' | 'get'>
  readonly store: HubStore
  readonly alerts: Pick<Alerts, 'farmNow'>
  readonly refuse: Refuse
}

export function createFarms(parts: FarmsParts): Farms {
  const { clock, timeZone, edges, store, alerts } = parts
  const documents = farmReader(parts.refuse)
  const todayUse = createTodayUse(store, timeZone)

  const viewOf = (record: EdgeRecord, farm: FarmDocument, problems: Problems): FarmView => {
    const now = clock.now()
    const presents = knownPresents(store.presents.of(record.id))
    return farmView(record, farm, {
      ...{ presents, now },
      problems: problems.get(keyOf(record.id, farm.id)) ?? [],
      today: (zone) => {
        const counter = { edge: record.id, device: farm.id, channel: `water/${zone}` }
        return todayUse(counter, presents.get(farm.id, counter.channel), now)
      },
    })
  }
  const problemsNow = () => grouped(alerts.farmNow(PROBLEMS_MAX), ({ edge, station }) => keyOf(edge, station))
  return {
    all() {
      const problems = problemsNow()
      return edges.all().flatMap((record) => documents(record).map((farm) => viewOf(record, farm, problems)))
    },
    one(edge, id) {
      const record = edges.all().find((known) => known.id === edge)
      const farm = record === undefined ? undefined : documents(record).find((known) => known.id === id)
      return record === undefined || farm === undefined ? undefined : viewOf(record, farm, problemsNow())
    },
    documentsOf: (edge) => documents(edges.get(edge)),
    documents: () =>
      edges.all().flatMap((record) => documents(record).map((document) => ({ edge: record.id, document }))),
  }
}

type Problems = ReadonlyMap<string, readonly AlertView[]>

function keyOf(edge: string, farm: string): string {
  return `${edge}/${farm}`
}

/** Reads each description once; a greenhouse that cannot be shown is refused once. */
function farmReader(refuse: Refuse): (record: EdgeRecord) => readonly FarmDocument[] {
  const read = new WeakMap<object, readonly FarmDocument[]>()
  return ({ id, describe }) => {
    if (describe === null) return []
    const known = read.get(describe)
    if (known !== undefined) return known
    const farms = describe.stations.filter(isFarm).flatMap((document) => {
      const farm = readFarm(document)
      if (farm === undefined) refuse(fault('STATION_UNREADABLE', { edge: id }))
      return farm === undefined ? [] : [farm]
    })
    read.set(describe, farms)
    return farms
  }
}

import type { Clock } from '../../core/clock.ts'
import { isLightingFault, type LIGHTING_FAULTS } from '../../core/documents/lighting-faults.ts'
import type { LAMP_POINTS, STREET_POINTS } from '../../core/documents/points.ts'
import { fault } from '../../core/errors.ts'
import type { Alerts, LightingAlert } from '../alerts/alerts.ts'
import type { LampHold, LampView, StreetView } from '../api/lighting-schema.ts'
import type { Commands, LightCommand } from '../commands/commands.ts'
import type { EdgeRecord, Edges } from '../fleet/edges.ts'
import type { Refuse } from '../refusals.ts'
import type { EdgePresents } from '../store/presents.ts'
import type { HubStore } from '../store/store.ts'
import { grouped } from './grouped.ts'
import { holdsOf } from './holds.ts'
import { type NightTeller, nightTeller } from './night.ts'
import { isStreet, readStreet, type StreetDocument } from './street-document.ts'

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

/** Faults that are shown at their lamps; more than this are a city in the dark, and the lists say so. */
const FAULTS_MAX = 20_000
/** Commands of one street in which the ones in force are looked for, newest first. */
export const COMMANDS_LOOKED_AT = 300
const SILENT = 'gear-silent'

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
      presents: store.presents.of(record.id),
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

/** A street's document with what its plan makes of a night. */
interface Street extends StreetDocument {
  readonly tonight: NightTeller
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
      return street === undefined ? [] : [{ ...street, tonight: nightTeller(document) }]
    })
    read.set(describe, streets)
    return streets
  }
}

interface Known {
  readonly presents: EdgePresents
  readonly faults: readonly LightingAlert[]
  readonly given: readonly LightCommand[]
  readonly now: number
}

function streetView(record: EdgeRecord, street: Street, known: Known): StreetView {
  const { presents, faults, given, now } = known
  const holds = holdsOf(street, given, now)
  const ofDevice = grouped(faults, ({ device }) => device)
  const lamps = street.lamps.map((lamp) => lampView(lamp, presents, ofDevice.get(lamp.device), holds))
  const devices = new Set(street.lamps.map(({ device }) => device))
  const point = (channel: keyof typeof STREET_POINTS) => presents.get(street.id, channel)?.value ?? null
  return {
    ...{ edge: record.id, online: record.alive, lastSeen: record.lastSeen },
    ...{ id: street.id, name: street.name, location: street.location, timeZone: street.timeZone },
    lamps,
    feeders: street.feeders.map(({ id, name, contactor }) => ({
      ...{ id, name },
      power: presents.get(street.id, `power/${id}`)?.value ?? null,
      closed: closedOf(presents, contactor),
    })),
    groups: street.groups.map((group) => ({ id: group.id, name: group.name, lamps: group.lamps })),
    profileTonight: street.tonight(now),
    floor: point('floor'),
    raised: point('raised'),
    faults: rulesOf(faults.filter(({ device }) => device === null || !devices.has(device))),
    totals: { ...totalsOf(lamps), power: point('power') },
  }
}

function lampView(
  { id, pole, device, output, feeder, lat, lon }: StreetDocument['lamps'][number],
  presents: EdgePresents,
  faults: readonly LightingAlert[] = [],
  holds: ReadonlyMap<string, LampHold>,
): LampView {
  const level = presents.get(device, output)
  const wanted = presents.get(device, 'wanted' satisfies keyof typeof LAMP_POINTS)
  const power = presents.get(device, 'power')
  const energy = presents.get(device, 'energy') ?? presents.get(device, RECKONED)
  const heardAt = Math.max(level?.at ?? NEVER, power?.at ?? NEVER, energy?.at ?? NEVER)
  return {
    ...{ id, pole, device, feeder, lat, lon },
    level: level?.value ?? null,
    wanted: wanted?.value ?? null,
    power: power?.value ?? null,
    energy: energy?.value ?? null,
    heardAt: heardAt === NEVER ? null : heardAt,
    faults: faults.length === 0 ? [] : rulesOf(faults),
    held: holds.get(id) ?? null,
  }
}

const RECKONED = 'energy_reckoned' satisfies keyof typeof LAMP_POINTS
const NEVER = Number.NEGATIVE_INFINITY

/** By its auxiliary contact where it has one, otherwise as its relay reads back. */
function closedOf(
  presents: EdgePresents,
  contactor: StreetDocument['feeders'][number]['contactor'],
): boolean | null {
  if (contactor === undefined) return null
  const { device, output, feedback } = contactor
  const told = feedback ? presents.get(feedback.device, feedback.channel) : presents.get(device, output)
  return told === undefined ? null : told.value > 0
}

/** The worst first, each once. */
function rulesOf(faults: readonly LightingAlert[]): string[] {
  return [...new Set(faults.toSorted((a, b) => b.level - a.level).map(({ rule }) => rule))]
}

/** Counted from the same lamps that are shown beside the numbers, so that both always agree. */
function totalsOf(lamps: readonly LampView[]): Omit<StreetView['totals'], 'power'> {
  const silent = lamps.filter(({ faults }) => faults.includes(SILENT)).length
  const faulty = lamps.filter(({ faults }) => faults.some((rule) => rule !== SILENT)).length
  return { lamps: lamps.length, lit: lamps.filter(isLit).length, faulty, silent }
}

/** Shows light by its last word, and nothing says that it is dark all the same. */
function isLit({ level, faults }: LampView): boolean {
  const dark = faults.some((rule) => isLightingFault(rule) && DARK.has(rule))
  return level !== null && level > 0 && !dark
}

const DARK: ReadonlySet<keyof typeof LIGHTING_FAULTS> = new Set(['lamp-failure', 'gear-failure', SILENT])

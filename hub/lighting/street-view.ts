import type { LightingFaultName } from '../../core/documents/lighting-faults.ts'
import { lampChannel } from '../../core/documents/lighting-street.ts'
import type { LAMP_POINTS, STREET_POINTS } from '../../core/documents/points.ts'
import type { LightingAlert } from '../alerts/alerts.ts'
import type { LampHold, LampView, StreetView } from '../api/lighting-schema.ts'
import type { LightCommand } from '../commands/commands.ts'
import type { EdgeRecord } from '../fleet/edges.ts'
import { grouped } from '../grouped.ts'
import type { EdgePresents } from '../store/presents.ts'
import { faultPlace } from './fault-place.ts'
import { holdsOf } from './holds.ts'
import type { NightTeller } from './night.ts'
import type { StreetDocument } from './street-document.ts'

/** A street's document with what is worked out of it once. */
export interface Street extends StreetDocument {
  /** Of each lamp, in their order. */
  readonly channels: readonly LampChannels[]
  readonly tonight: NightTeller
}

export function streetOf(document: StreetDocument, tonight: NightTeller): Street {
  return { ...document, channels: document.lamps.map(channelsOf), tonight }
}

const SILENT = 'gear-silent' satisfies LightingFaultName

/** What is known of a street besides its document. */
export interface Known {
  readonly presents: EdgePresents
  readonly faults: readonly LightingAlert[]
  readonly given: readonly LightCommand[]
  readonly now: number
}

/** A street as people are shown it. */
export function streetView(record: EdgeRecord, street: Street, known: Known): StreetView {
  const { presents, faults, given, now } = known
  const holds = holdsOf(street, given, now)
  const placed = placeFaults(street, faults)
  const powerless = powerlessFeeders(placed)
  const lamps = street.lamps.map((lamp, index) => {
    const channels = street.channels[index] ?? channelsOf(lamp)
    const view = lampView(lamp, channels, presents, placed.ofLamp.get(lamp.id), holds.get(lamp.id))
    // Its controller may have power of its own, and hold a level that no lamp gives.
    return powerless(lamp.feeder) && view.level !== null ? { ...view, level: 0 } : view
  })
  const point = (channel: keyof typeof STREET_POINTS) => presents.get(street.id, channel)?.value ?? null
  return {
    ...{ edge: record.id, online: record.alive, lastSeen: record.lastSeen },
    ...{ id: street.id, name: street.name, location: street.location, timeZone: street.timeZone },
    lamps,
    feeders: street.feeders.map(({ id, name, contactor }) => ({
      ...{ id, name },
      power: presents.get(street.id, `power/${id}`)?.value ?? null,
      closed: closedOf(presents, contactor),
      faults: rulesOf(placed.ofFeeder.get(id)),
    })),
    groups: street.groups.map((group) => ({ id: group.id, name: group.name, lamps: group.lamps })),
    profileTonight: street.tonight(now),
    floor: point('floor'),
    raised: point('raised'),
    faults: rulesOf(placed.ofCabinet),
    totals: { ...totalsOf(lamps), power: point('power') },
  }
}

/** Written out field by field: a page of a city asks for thousands of them. */
function lampView(
  lamp: StreetDocument['lamps'][number],
  channels: LampChannels,
  presents: EdgePresents,
  faults: readonly LightingAlert[] | undefined,
  held: LampHold | undefined,
): LampView {
  const of = presents.of(lamp.device)
  const level = of(channels.level)
  const power = of(channels.power)
  const energy = of(channels.energy)
  const heardAt = Math.max(level?.at ?? NEVER, power?.at ?? NEVER, energy?.at ?? NEVER)
  return {
    id: lamp.id,
    pole: lamp.pole,
    device: lamp.device,
    feeder: lamp.feeder,
    lat: lamp.lat,
    lon: lamp.lon,
    level: level?.value ?? null,
    wanted: of(channels.wanted)?.value ?? null,
    power: power?.value ?? null,
    energy: (energy ?? of(channels.reckoned))?.value ?? null,
    heardAt: heardAt === NEVER ? null : heardAt,
    faults: faults === undefined ? [] : rulesOf(faults),
    held: held ?? null,
  }
}

/** Where a lamp's values stand. */
interface LampChannels {
  readonly level: string
  readonly wanted: string
  readonly power: string
  readonly energy: string
  readonly reckoned: string
}

function channelsOf(lamp: StreetDocument['lamps'][number]): LampChannels {
  return {
    level: lampChannel(lamp, 'level'),
    wanted: lampChannel(lamp, 'wanted' satisfies LampPoint),
    power: lampChannel(lamp, 'power'),
    energy: lampChannel(lamp, 'energy'),
    reckoned: lampChannel(lamp, 'energy_reckoned' satisfies LampPoint),
  }
}

type LampPoint = keyof typeof LAMP_POINTS
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

interface PlacedFaults {
  readonly ofLamp: ReadonlyMap<string, readonly LightingAlert[]>
  readonly ofFeeder: ReadonlyMap<string, readonly LightingAlert[]>
  readonly ofCabinet: readonly LightingAlert[]
}

function placeFaults(street: StreetDocument, faults: readonly LightingAlert[]): PlacedFaults {
  const ofLamps: (readonly [lamp: string, fault: LightingAlert])[] = []
  const ofFeeders: (readonly [feeder: string, fault: LightingAlert])[] = []
  const ofCabinet: LightingAlert[] = []
  for (const fault of faults) {
    const { lamps, feeder } = faultPlace(street, fault)
    if (lamps.length > 0) ofLamps.push(...lamps.map(({ id }) => [id, fault] as const))
    else if (feeder !== undefined) ofFeeders.push([feeder.id, fault])
    else ofCabinet.push(fault)
  }
  return { ofLamp: byFirst(ofLamps), ofFeeder: byFirst(ofFeeders), ofCabinet }
}

function byFirst<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const groups = grouped(pairs, ([first]) => first)
  return new Map([...groups].map(([key, same]) => [key, same.map(([, second]) => second)]))
}

/** The worst first, each once. */
function rulesOf(faults: readonly LightingAlert[] = []): string[] {
  return [...new Set(faults.toSorted((a, b) => b.level - a.level).map(({ rule }) => rule))]
}

/** Counted from the same lamps that are shown beside the numbers, so that both always agree. */
function totalsOf(lamps: readonly LampView[]): Omit<StreetView['totals'], 'power'> {
  const totals = { lamps: lamps.length, lit: 0, faulty: 0, silent: 0 }
  for (const { level, faults } of lamps) {
    if (faults.includes(SILENT)) totals.silent++
    if (faults.some((rule) => rule !== SILENT)) totals.faulty++
    const dark = faults.some((rule) => NO_LIGHT.has(rule))
    if (!dark && level !== null && level > 0) totals.lit++
  }
  return totals
}

/** Whether a feeder, or the whole cabinet, is known to be without power. */
function powerlessFeeders({ ofCabinet, ofFeeder }: PlacedFaults): (feeder: string) => boolean {
  const silent = new Set(ofCabinet.flatMap(({ rule, device }) => (rule === MODULE_SILENT ? [device] : [])))
  const dead = (faults: readonly LightingAlert[] = []) =>
    faults.some(({ rule, device }) => NO_POWER.has(rule) && !(BY_CONTACT.has(rule) && silent.has(device)))
  const allDark = dead(ofCabinet)
  return (feeder) => allDark || dead(ofFeeder.get(feeder))
}

/** What makes a lamp dark whatever level it told last; likewise of its feeder or cabinet. */
const NO_LIGHT: ReadonlySet<string> = new Set<LightingFaultName>(['lamp-failure', 'gear-failure', SILENT])
const NO_POWER: ReadonlySet<string> = new Set<LightingFaultName>([
  'feeder-power-lost',
  'contactor-stuck-open',
  'supply-lost',
  'rcd-tripped',
])
/** Of these, what a contact says; behind a module that is silent nobody knows it any more. */
const BY_CONTACT: ReadonlySet<string> = new Set<LightingFaultName>(['contactor-stuck-open', 'rcd-tripped'])
const MODULE_SILENT = 'cabinet-silent' satisfies LightingFaultName

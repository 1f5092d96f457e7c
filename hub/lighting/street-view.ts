import type { LightingFaultName } from '../../core/documents/lighting-faults.ts'
import { lampChannel } from '../../core/documents/lighting-street.ts'
import type { LAMP_POINTS, STREET_POINTS } from '../../core/documents/points.ts'
import type { LightingAlert } from '../alerts/alerts.ts'
import type { LampHold, LampView, StreetView } from '../api/lighting-schema.ts'
import type { LightCommand } from '../commands/commands.ts'
import type { EdgeRecord } from '../fleet/edges.ts'
import type { EdgePresents } from '../store/presents.ts'
import { faultPlace } from './fault-place.ts'
import { grouped } from './grouped.ts'
import { holdsOf } from './holds.ts'
import type { NightTeller } from './night.ts'
import type { StreetDocument } from './street-document.ts'

/** A street's document with what its plan makes of a night. */
export interface Street extends StreetDocument {
  readonly tonight: NightTeller
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
  const lamps = street.lamps.map((lamp) =>
    lampView(lamp, presents, placed.ofLamp.get(lamp.id), holds.get(lamp.id)),
  )
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
    totals: { ...totalsOf(lamps, placed), power: point('power') },
  }
}

function lampView(
  lamp: StreetDocument['lamps'][number],
  presents: EdgePresents,
  faults: readonly LightingAlert[] | undefined,
  held: LampHold | undefined,
): LampView {
  const { id, pole, device, feeder, lat, lon } = lamp
  const of = (channel: string) => presents.get(device, lampChannel(lamp, channel))
  const [level, power, energy] = [of('level'), of('power'), of('energy')]
  const heardAt = Math.max(level?.at ?? NEVER, power?.at ?? NEVER, energy?.at ?? NEVER)
  return {
    ...{ id, pole, device, feeder, lat, lon },
    level: level?.value ?? null,
    wanted: of('wanted' satisfies LampPoint)?.value ?? null,
    power: power?.value ?? null,
    energy: (energy ?? of('energy_reckoned' satisfies LampPoint))?.value ?? null,
    heardAt: heardAt === NEVER ? null : heardAt,
    faults: rulesOf(faults),
    held: held ?? null,
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
function totalsOf(lamps: readonly LampView[], placed: PlacedFaults): Omit<StreetView['totals'], 'power'> {
  const dead = (faults: readonly LightingAlert[] = []) => faults.some(({ rule }) => NO_POWER.has(rule))
  const isLit = ({ level, faults, feeder }: LampView) =>
    level !== null &&
    level > 0 &&
    !faults.some((rule) => NO_LIGHT.has(rule)) &&
    !dead(placed.ofCabinet) &&
    !dead(placed.ofFeeder.get(feeder))
  return {
    lamps: lamps.length,
    lit: lamps.filter(isLit).length,
    faulty: lamps.filter(({ faults }) => faults.some((rule) => rule !== SILENT)).length,
    silent: lamps.filter(({ faults }) => faults.includes(SILENT)).length,
  }
}

/** What makes a lamp dark whatever level it told last; likewise of its feeder or cabinet. */
const NO_LIGHT: ReadonlySet<string> = new Set<LightingFaultName>(['lamp-failure', 'gear-failure', SILENT])
const NO_POWER: ReadonlySet<string> = new Set<LightingFaultName>([
  'feeder-power-lost',
  'contactor-stuck-open',
  'supply-lost',
  'rcd-tripped',
])

import { createHash } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import { Default } from 'typebox/value'
import {
  DOCUMENT_BYTES_MAX,
  DOCUMENT_DEPTH_MAX,
  documentKind,
  isBounded,
  textOf,
} from '../../core/documents/check-document.ts'
import { checkFloodStation, type DeviceLookup } from '../../core/documents/check-flood-station.ts'
import { checkGreenhouse, outputsOf } from '../../core/documents/check-greenhouse.ts'
import { greenhouseShapeFault } from '../../core/documents/check-greenhouse-shape.ts'
import { checkLightingStreet } from '../../core/documents/check-lighting-street.ts'
import { FloodStation } from '../../core/documents/flood-station.ts'
import { Greenhouse } from '../../core/documents/greenhouse.ts'
import { areApart, type Channel, flushOf } from '../../core/documents/greenhouse-dosing.ts'
import { isRecord } from '../../core/documents/json-values.ts'
import { LightingStreet } from '../../core/documents/lighting-street.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { DocumentStore } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker, type SchemaProblem } from '../../core/schema.ts'
import type { Text } from '../../core/text.ts'
import type { OutputPlace } from '../../devices/define.ts'

/** Stations as documents: seeded from files, edited afterwards, and never in force unless they hold together. */

/** What the devices of a node offer, and what hangs on their outputs. */
export interface NodeDevices extends DeviceLookup {
  /** Whether `equipment` in the node's configuration says what hangs on it, so that its interlocks guard it. */
  isGuarded(device: string, output: string): boolean
  /** For how long the other must have rested before an interlock lets this pump run; undefined where none asks for it. */
  apart_s(pump: OutputPlace, other: OutputPlace): number | undefined
  /** Whether the interlocks of a pump let it run with no other valve open than this one. */
  runsThrough(pump: OutputPlace, valve: OutputPlace): boolean
}

/** Whatever a node guards by a document of its own: `{kind}:{id}`. */
export type StationDocument = FloodStation | LightingStreet | Greenhouse

/** Flood first: short codes on the radio stand for the first stations of a node. */
const KINDS = [
  'flood-station',
  'lighting-street',
  'greenhouse',
] as const satisfies readonly StationDocument['kind'][]

const readGreenhouse = shapeOf(Greenhouse, greenhouseShapeFault)

const CHECKS = {
  'flood-station': checkOf(FloodStation, checkFloodStation),
  'lighting-street': checkOf(LightingStreet, checkLightingStreet),
  greenhouse: checkOf(Greenhouse, houseFaults, readGreenhouse),
} satisfies {
  readonly [K in StationDocument['kind']]: (
    body: unknown,
    devices: NodeDevices,
  ) => Result<Extract<StationDocument, { kind: K }>>
}

const SEED_PREFIX = 'seed:'

export type StationCheck = (body: unknown) => Result<StationDocument>

/** A check of schema and sense; `devices` tells what the devices of this node offer. */
export function stationCheck(devices: NodeDevices): StationCheck {
  return (body) => {
    const kind = kindOf(body)
    if (kind !== undefined) return CHECKS[kind](body, devices)
    return err(fault('DOCUMENT_KIND_UNKNOWN', { id: idOf(body), known: KINDS.join(', ') }))
  }
}

function checkOf<S extends TSchema>(
  schema: S,
  faultsOf: (document: Static<S>, devices: NodeDevices) => readonly Fault[],
  shaped = shapeOf(schema),
) {
  return (body: unknown, devices: NodeDevices): Result<Static<S>> => {
    const read = shaped(body)
    if (!read.ok) return read
    const [problem] = faultsOf(read.value, devices)
    return problem === undefined ? read : err(problem)
  }
}

/** What a schema says of a body, with its defaults; in the kind's own words where it has any. */
function shapeOf<S extends TSchema>(schema: S, shapeFault = documentInvalid) {
  const check = checker(schema)
  return (body: unknown): Result<Static<S>> => {
    const shaped = check(Default(schema, structuredClone(body)))
    return shaped.ok ? ok(shaped.value) : err(shapeFault(shaped.problem, body))
  }
}

/** All that is wrong with a greenhouse, and the greenhouse where it could be read at all. */
export function greenhouseFaults(
  body: unknown,
  devices: NodeDevices,
): { readonly house?: Greenhouse; readonly faults: readonly Fault[] } {
  const id = `greenhouse:${idOf(body)}`
  if (!isRecord(body) || !isBounded(body))
    return {
      faults: [fault('DOCUMENT_TOO_LARGE', { id, max: DOCUMENT_BYTES_MAX, depth: DOCUMENT_DEPTH_MAX })],
    }
  const read = readGreenhouse(body)
  if (!read.ok) return { faults: [read.error] }
  return { house: read.value, faults: houseFaults(read.value, devices) }
}

/** Where a greenhouse lets water, fertiliser or mist run: never without the interlocks of what hangs there. */
const GUARDED_ONLY = /^\/(water\/pump|zones\/|fertiliser\/|climate\/misting)/

function houseFaults(house: Greenhouse, devices: NodeDevices): readonly Fault[] {
  const unguarded = outputsOf(house).filter(
    ({ device, output, at }) => GUARDED_ONLY.test(at) && !devices.isGuarded(device, output),
  )
  return [
    ...checkGreenhouse(house, devices),
    ...stocksMeet(house, devices),
    ...rinsesTooShort(house, devices),
    ...valvesUnknown(house, devices),
    ...unguarded.map(({ device, output, by, at }) =>
      fault('GREENHOUSE_UNGUARDED', {
        ...{ house: house.id, device, output, at, what: by.en, what_vi: by.vi },
      }),
    ),
  ]
}

const STOCKS: Readonly<Record<Channel['part'], Text>> = {
  a: { vi: 'A', en: 'A' },
  b: { vi: 'B', en: 'B' },
  acid: { vi: 'axit', en: 'acid' },
  base: { vi: 'kiềm', en: 'base' },
  other: { vi: 'phân khác', en: 'other stock' },
}

/** Any two channels whose stocks must not meet: A curdles with B, acid boils with base. */
function apartPairs({ fertiliser }: Greenhouse) {
  const channels = fertiliser?.channels ?? []
  return channels.flatMap((one, index) =>
    channels
      .slice(index + 1)
      .filter((other) => areApart(one.part, other.part))
      .map((other) => ({ one, other, at: `/fertiliser/channels/${index}` })),
  )
}

/** Whoever drives them, by hand too. */
function stocksMeet(house: Greenhouse, devices: NodeDevices): readonly Fault[] {
  return apartPairs(house)
    .filter(({ one, other }) => devices.apart_s(one.pump, other.pump) === undefined)
    .map(({ one, other, at }) =>
      fault('GREENHOUSE_STOCKS_MEET', {
        ...{ house: house.id, one: STOCKS[one.part].en, one_vi: STOCKS[one.part].vi },
        ...{ one_at: placeOf(one.pump), other_at: placeOf(other.pump), at },
        ...{ other: STOCKS[other.part].en, other_vi: STOCKS[other.part].vi },
      }),
    )
}

/** A rinse that the interlocks cut short never comes to the second stock, while the first is given again and again. */
function rinsesTooShort(house: Greenhouse, devices: NodeDevices): readonly Fault[] {
  const flush_s = flushOf(house.fertiliser)
  const asked = apartPairs(house).flatMap(({ one, other }) => [
    { by: one.pump, least_s: devices.apart_s(one.pump, other.pump) ?? 0 },
    { by: other.pump, least_s: devices.apart_s(other.pump, one.pump) ?? 0 },
  ])
  const longest = asked.toSorted((one, other) => other.least_s - one.least_s)[0]
  if (longest === undefined || longest.least_s <= flush_s) return []
  const { by, least_s } = longest
  const details = { house: house.id, flush_s, least_s, pump: placeOf(by), at: '/fertiliser' }
  return [fault('GREENHOUSE_FLUSH_SHORT', details)]
}

/** With no other valve open than one that it does not know, the pump never runs. */
function valvesUnknown({ id: house, water: { pump }, zones }: Greenhouse, devices: NodeDevices) {
  if (pump === undefined) return []
  return zones.flatMap(({ id: zone, valve }, index) =>
    devices.runsThrough(pump, valve)
      ? []
      : [
          fault('GREENHOUSE_VALVE_UNWIRED', {
            ...{ house, zone, valve: placeOf(valve), pump: placeOf(pump), at: `/zones/${index}/valve` },
          }),
        ],
  )
}

function placeOf({ device, output }: OutputPlace): string {
  return `${device}/${output}`
}

function documentInvalid(
  { path: key, message: reason, message_vi: reason_vi }: SchemaProblem,
  body: unknown,
) {
  return fault('DOCUMENT_INVALID', { id: idOf(body), key, reason, reason_vi })
}

/** Whether a document of this id is a station, of whatever kind. */
export function isStationId(id: string): boolean {
  return KINDS.some((kind) => kind === documentKind(id))
}

export function stationDocumentId({ kind, id }: Pick<StationDocument, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** Every station's document in the store, kind by kind. */
export async function storedStations(store: DocumentStore) {
  const lists = await Promise.all(KINDS.map((kind) => store.list(`${kind}:`)))
  return lists.flat()
}

/**
 * Puts a station's file into the store where it is new or has itself been edited since it was last read; an edit made
 * to the document meanwhile is otherwise left alone. Newest revision wins.
 */
export async function seedStation(
  store: DocumentStore,
  station: StationDocument,
): Promise<Fault | undefined> {
  const id = stationDocumentId(station)
  const text = JSON.stringify(station)
  const digest = createHash('sha256').update(text).digest('hex')
  const seed = await store.get(SEED_PREFIX + id)
  const present = await store.get(id)
  if (present !== undefined && seed?.body.digest === digest) return undefined
  const written = await store.put(id, { ...station }, present?.rev)
  if (!written.ok) return written.error
  const noted = await store.put(SEED_PREFIX + id, { digest }, seed?.rev)
  return noted.ok ? undefined : noted.error
}

/** Ids of the documents of stations that a file once brought and that no file declares any more. */
export async function retiredStations(
  store: DocumentStore,
  declared: readonly StationDocument[],
): Promise<readonly string[]> {
  const known = new Set(declared.map(stationDocumentId))
  const seeds = await store.list(SEED_PREFIX)
  const seeded = seeds.map(({ id }) => id.slice(SEED_PREFIX.length))
  return seeded.filter((id) => isStationId(id) && !known.has(id))
}

function kindOf(body: unknown): StationDocument['kind'] | undefined {
  if (typeof body !== 'object' || body === null || !('kind' in body)) return undefined
  return KINDS.find((kind) => kind === body.kind)
}

function idOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'id' in body ? textOf(body.id) : '?'
}

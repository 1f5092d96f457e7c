import { createHash } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import { Default } from 'typebox/value'
import { documentKind, textOf } from '../../core/documents/check-document.ts'
import { checkFloodStation, type DeviceLookup } from '../../core/documents/check-flood-station.ts'
import { checkGreenhouse } from '../../core/documents/check-greenhouse.ts'
import { greenhouseShapeFault } from '../../core/documents/check-greenhouse-shape.ts'
import { checkLightingStreet } from '../../core/documents/check-lighting-street.ts'
import { FloodStation } from '../../core/documents/flood-station.ts'
import { Greenhouse } from '../../core/documents/greenhouse.ts'
import { LightingStreet } from '../../core/documents/lighting-street.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { DocumentStore } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker, type SchemaProblem } from '../../core/schema.ts'

/** Stations as documents: seeded from files, edited afterwards, and never in force unless they hold together. */

/** Whatever a node guards by a document of its own: `{kind}:{id}`. */
export type StationDocument = FloodStation | LightingStreet | Greenhouse

/** Flood first: short codes on the radio stand for the first stations of a node. */
const KINDS = [
  'flood-station',
  'lighting-street',
  'greenhouse',
] as const satisfies readonly StationDocument['kind'][]

const CHECKS = {
  'flood-station': checkOf(FloodStation, checkFloodStation),
  'lighting-street': checkOf(LightingStreet, checkLightingStreet),
  greenhouse: checkOf(Greenhouse, checkGreenhouse, greenhouseShapeFault),
} satisfies {
  readonly [K in StationDocument['kind']]: (
    body: unknown,
    devices: DeviceLookup,
  ) => Result<Extract<StationDocument, { kind: K }>>
}

const SEED_PREFIX = 'seed:'

export type StationCheck = (body: unknown) => Result<StationDocument>

/** A check of schema and sense; `devices` tells what the devices of this node offer. */
export function stationCheck(devices: DeviceLookup): StationCheck {
  return (body) => {
    const kind = kindOf(body)
    if (kind !== undefined) return CHECKS[kind](body, devices)
    return err(fault('DOCUMENT_KIND_UNKNOWN', { id: idOf(body), known: KINDS.join(', ') }))
  }
}

function checkOf<S extends TSchema>(
  schema: S,
  faultsOf: (document: Static<S>, devices: DeviceLookup) => readonly Fault[],
  /** What the schema found, in the kind's own words; left out, as the schema says it. */
  shapeFault: (problem: SchemaProblem, body: unknown) => Fault = documentInvalid,
) {
  const check = checker(schema)
  return (body: unknown, devices: DeviceLookup): Result<Static<S>> => {
    const shaped = check(Default(schema, structuredClone(body)))
    if (!shaped.ok) return err(shapeFault(shaped.problem, body))
    const [problem] = faultsOf(shaped.value, devices)
    return problem === undefined ? ok(shaped.value) : err(problem)
  }
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

import { createHash } from 'node:crypto'
import { Default } from 'typebox/value'
import { textOf } from '../../core/documents/check-document.ts'
import { checkFloodStation, type DeviceLookup } from '../../core/documents/check-flood-station.ts'
import { FloodStation } from '../../core/documents/flood-station.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { DocumentStore } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'

/** Flood stations as documents: seeded from files, edited afterwards, and never in force unless they hold together. */

export const STATION_PREFIX = 'flood-station:'
const SEED_PREFIX = 'seed:'

const check = checker(FloodStation)

export type StationCheck = (body: unknown) => Result<FloodStation>

/** A check of schema and sense; `devices` tells what the devices of this node offer. */
export function stationCheck(devices: DeviceLookup): StationCheck {
  return (body) => {
    const shaped = check(Default(FloodStation, structuredClone(body)))
    if (!shaped.ok) {
      const { path: key, message: reason, message_vi: reason_vi } = shaped.problem
      return err(fault('DOCUMENT_INVALID', { id: idOf(body), key, reason, reason_vi }))
    }
    const [problem] = checkFloodStation(shaped.value, devices)
    return problem === undefined ? ok(shaped.value) : err(problem)
  }
}

/**
 * Puts a station's file into the store where it is new or has itself been edited since it was last read; an edit made
 * to the document meanwhile is otherwise left alone. Newest revision wins.
 */
export async function seedStation(store: DocumentStore, station: FloodStation): Promise<Fault | undefined> {
  const id = STATION_PREFIX + station.id
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

/** Stations that a file once brought and that no file declares any more. */
export async function retiredStations(
  store: DocumentStore,
  declared: readonly FloodStation[],
): Promise<readonly string[]> {
  const known = new Set(declared.map(({ id }) => SEED_PREFIX + STATION_PREFIX + id))
  const seeds = await store.list(SEED_PREFIX + STATION_PREFIX)
  return seeds.filter(({ id }) => !known.has(id)).map(({ id }) => id.slice(SEED_PREFIX.length))
}

function idOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'id' in body ? textOf(body.id) : '?'
}

import { encodeCbor, MESSAGE_BYTES_MAX } from '../core/wire/cbor.ts'
import type { Describe } from '../core/wire/messages.ts'
import type { StationDocument } from './documents/stations.ts'

/** As the schema of `describe` has it. */
const DEVICES_MAX = 1_000
const STATIONS_MAX = 100
/** What is left to the node's name and the packet's head. */
const ENVELOPE_BYTES = 4_096

export interface Description {
  readonly told: Pick<Describe, 'devices' | 'stations'>
  /** Ids of stations, and how many devices, that the hub cannot be told of. */
  readonly left: { readonly stations: readonly string[]; readonly devices: number }
}

/**
 * What the hub is told of a node, within what one message may hold: a larger one would cost the connection each time
 * anew. Stations go first, in their order; one that does not fit is left out, and smaller ones behind it are not.
 * A street of 400 lamps takes about 50 KB, and 400 devices 50 KB, of 256.
 */
export function describeWithin(
  devices: Describe['devices'],
  stations: readonly StationDocument[],
  bytesMax = MESSAGE_BYTES_MAX - ENVELOPE_BYTES,
): Description {
  let room = bytesMax
  const fits = (part: unknown) => {
    const bytes = encodeCbor(part).length
    if (bytes > room) return false
    room -= bytes
    return true
  }
  const toldStations = stations.slice(0, STATIONS_MAX).filter(fits)
  const toldDevices = devices.slice(0, DEVICES_MAX).filter(fits)
  const told = new Set(toldStations)
  return {
    told: { devices: toldDevices, stations: toldStations },
    left: {
      stations: stations.filter((station) => !told.has(station)).map(({ id }) => id),
      devices: devices.length - toldDevices.length,
    },
  }
}

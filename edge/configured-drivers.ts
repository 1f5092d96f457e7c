import type { Clock, NodeClock } from '../core/clock.ts'
import { FaultError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Broker, DialBroker } from '../core/ports/broker.ts'
import type { DatagramNetwork } from '../core/ports/datagram.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import type { Random } from '../core/random.ts'
import { createChirpstackDriver } from './drivers/chirpstack/chirpstack-driver.ts'
import type { ChirpstackConfig } from './drivers/chirpstack/config.ts'
import type { Driver, DriverSink } from './drivers/driver.ts'
import { createLorawanDriver } from './drivers/lorawan/lorawan-driver.ts'
import { readKeyFile } from './key-file.ts'
import type { LoadedEdge } from './load-config.ts'
import type { Refusals } from './refusals.ts'

export interface DriverParts {
  readonly sink: DriverSink
  readonly clock: NodeClock
  /** Real time, by which radios go. */
  readonly wall: Clock
  readonly random: Random
  readonly log: Log
  readonly store: SqlStore
  readonly network: DatagramNetwork
  readonly dial: DialBroker
  readonly refusals: Refusals
}

export interface ServingDriver {
  readonly driver: Driver
  readonly devices: readonly string[]
}

/** The drivers that the configuration asks for, each with the ids of the devices that it serves. */
export function configuredDrivers(loaded: LoadedEdge, parts: DriverParts): readonly ServingDriver[] {
  const { lorawan, chirpstack } = loaded.config
  const definitions = (devices: readonly { readonly id: string }[]) =>
    new Map(
      devices.flatMap(({ id }) => {
        const definition = loaded.definitions.get(id)
        return definition === undefined ? [] : [[id, definition] as const]
      }),
    )
  const ids = (devices: readonly { readonly id: string }[]) => devices.map(({ id }) => id)
  return [
    ...(lorawan === undefined
      ? []
      : [
          {
            driver: createLorawanDriver({
              ...parts,
              config: lorawan,
              devices: definitions(lorawan.devices),
              radioClock: parts.wall,
              path: loaded.path,
            }),
            devices: ids(lorawan.devices),
          },
        ]),
    ...(chirpstack === undefined
      ? []
      : [
          {
            driver: createChirpstackDriver({
              ...parts,
              config: chirpstack,
              devices: definitions(chirpstack.devices),
              broker: chirpstackBroker(loaded, chirpstack, parts),
            }),
            devices: ids(chirpstack.devices),
          },
        ]),
  ]
}

function chirpstackBroker(
  { config, path }: LoadedEdge,
  { url, username, passwordFile, ca }: ChirpstackConfig,
  { dial, clock, refusals, log }: DriverParts,
): Broker {
  return dial({
    url,
    clientId: `tram-${config.edge}`,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: passwordIn(path(passwordFile)) }),
    ...(ca === undefined ? {} : { tls: { ca: path(ca) } }),
    // Sensors must be heard before anybody has told the time. A demonstration's certificates are of the present.
    ...(config.clock === undefined ? { bounds: clock.bounds } : {}),
    refused: (problem) => refusals.note(problem, 'chirpstack'),
    log,
  })
}

function passwordIn(file: string): string {
  const read = readKeyFile(file)
  if (!read.ok) throw new FaultError(read.error)
  return read.value
}

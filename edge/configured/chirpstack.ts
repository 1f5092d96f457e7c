import { FaultError } from '../../core/errors.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { createChirpstackDriver } from '../drivers/chirpstack/chirpstack-driver.ts'
import type { ChirpstackConfig } from '../drivers/chirpstack/config.ts'
import type { LoadedEdge } from '../load-config.ts'
import { type DriverBuilder, type DriverParts, definitionsOf } from './serving-driver.ts'

export const chirpstackDrivers: DriverBuilder = (loaded, parts) => {
  const { chirpstack: config } = loaded.config
  if (config === undefined) return []
  const devices = definitionsOf(loaded, config.devices)
  const broker = chirpstackBroker(loaded, config, parts)
  return [
    { driver: createChirpstackDriver({ ...parts, config, devices, broker }), devices: [...devices.keys()] },
  ]
}

function chirpstackBroker(
  { config, path }: LoadedEdge,
  { url, username, passwordFile, ca }: ChirpstackConfig,
  { dial, clock, refusals, log, readSecret }: DriverParts,
): Broker {
  const passwordIn = (file: string): string => {
    const read = readSecret(path(file))
    if (!read.ok) throw new FaultError(read.error)
    return read.value
  }
  return dial({
    url,
    clientId: `tram-${config.edge}`,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: passwordIn(passwordFile) }),
    ...(ca === undefined ? {} : { tls: { ca: path(ca) } }),
    // Sensors must be heard before anybody has told the time. A demonstration's certificates are of the present.
    ...(config.clock === undefined ? { bounds: clock.bounds } : {}),
    refused: (problem) => refusals.note(problem, 'chirpstack'),
    log,
  })
}

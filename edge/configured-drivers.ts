import { chirpstackDrivers } from './configured/chirpstack.ts'
import { daliDrivers } from './configured/dali.ts'
import { firmataDrivers } from './configured/firmata.ts'
import { lorawanDrivers } from './configured/lorawan.ts'
import { modbusDrivers } from './configured/modbus.ts'
import { modbusLines } from './configured/modbus-lines.ts'
import { mqttDrivers } from './configured/mqtt.ts'
import { serialDrivers } from './configured/serial.ts'
import type { DriverBuilder, DriverParts, ServingDriver } from './configured/serving-driver.ts'
import type { LoadedEdge } from './load-config.ts'

/** One a kind of driver; a further kind is a line here and one in `DEVICE_LISTS` of load-config.ts. */
const BUILDERS: readonly DriverBuilder[] = [
  lorawanDrivers,
  chirpstackDrivers,
  modbusDrivers,
  serialDrivers,
  daliDrivers,
  mqttDrivers,
  firmataDrivers,
]

/** The drivers that the configuration asks for, each with the ids of the devices that it serves. */
export function configuredDrivers(loaded: LoadedEdge, parts: DriverParts): readonly ServingDriver[] {
  const wired = { ...parts, modbus: modbusLines(loaded.config.modbus, parts) }
  return BUILDERS.flatMap((build) => build(loaded, wired))
}

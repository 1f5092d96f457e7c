import { FaultError } from '../../core/errors.ts'
import { openAedesBroker } from '../drivers/mqtt/aedes-broker.ts'
import { createMqttDriver } from '../drivers/mqtt/mqtt-driver.ts'
import { type DriverBuilder, definitionsOf } from './serving-driver.ts'

export const mqttDrivers: DriverBuilder = (loaded, parts) => {
  const { mqtt: config } = loaded.config
  if (config === undefined) return []
  const devices = definitionsOf(loaded, config.devices)
  const passwords = new Map(
    config.devices.map(({ id, passwordFile }) => {
      const read = parts.readSecret(loaded.path(passwordFile))
      if (!read.ok) throw new FaultError(read.error)
      return [id, read.value] as const
    }),
  )
  const { wall } = parts
  const driver = createMqttDriver({
    ...parts,
    config,
    devices,
    passwords,
    open: (options) => openAedesBroker({ ...options, clock: wall }),
  })
  return [{ driver, devices: [...devices.keys()] }]
}

import { createLorawanDriver } from '../drivers/lorawan/lorawan-driver.ts'
import { type DriverBuilder, definitionsOf } from './serving-driver.ts'

export const lorawanDrivers: DriverBuilder = (loaded, parts) => {
  const { lorawan: config } = loaded.config
  if (config === undefined) return []
  const devices = definitionsOf(loaded, config.devices)
  const driver = createLorawanDriver({
    ...parts,
    config,
    devices,
    radioClock: parts.wall,
    readSecret: (file) => parts.readSecret(loaded.path(file)),
  })
  return [{ driver, devices: [...devices.keys()] }]
}

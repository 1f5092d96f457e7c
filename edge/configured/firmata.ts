import type { FirmataBoardConfig } from '../drivers/firmata/config.ts'
import { createFirmataDriver } from '../drivers/firmata/firmata-driver.ts'
import { type DriverBuilder, type DriverParts, definitionsOf } from './serving-driver.ts'

export const firmataDrivers: DriverBuilder = (loaded, parts) => {
  const { firmata: config = [] } = loaded.config
  if (config.length === 0) return []
  const devices = definitionsOf(loaded, config)
  const driver = createFirmataDriver({ ...parts, config, devices, stream: (board) => wayTo(board, parts) })
  return [{ driver, devices: [...devices.keys()] }]
}

function wayTo({ id, serial, tcp }: FirmataBoardConfig, parts: Pick<DriverParts, 'serial' | 'tcp'>) {
  if (tcp !== undefined) return parts.tcp(tcp)
  if (serial === undefined)
    throw new Error(`the board ${id} is reached by nothing: its configuration was not checked`)
  return parts.serial(serial)
}

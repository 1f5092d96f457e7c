import type { SerialLineConfig } from '../drivers/serial/config.ts'
import { createSerialDriver } from '../drivers/serial/serial-driver.ts'
import { type DriverBuilder, type DriverParts, definitionsOf } from './serving-driver.ts'

export const serialDrivers: DriverBuilder = (loaded, parts) => {
  const { serial: config = [] } = loaded.config
  if (config.length === 0) return []
  const devices = definitionsOf(
    loaded,
    config.map(({ device }) => device),
  )
  const driver = createSerialDriver({ ...parts, config, devices, stream: (line) => wayTo(line, parts) })
  return [{ driver, devices: [...devices.keys()] }]
}

function wayTo({ id, serial, tcp }: SerialLineConfig, parts: Pick<DriverParts, 'serial' | 'tcp'>) {
  if (tcp !== undefined) return parts.tcp(tcp)
  if (serial === undefined)
    throw new Error(`the serial line ${id} leads nowhere: its configuration was not checked`)
  const { path, baud, parity = 'none', stopBits = 1 } = serial
  return parts.serial({ path, baud, parity, stopBits })
}

import { createModbusDriver } from '../drivers/modbus/modbus-driver.ts'
import { type DriverBuilder, definitionsOf } from './serving-driver.ts'

/** A driver for each Modbus line with units of its own; on others there are only gateways, which have their drivers. */
export const modbusDrivers: DriverBuilder = (loaded, parts) =>
  loaded.config.modbus.flatMap((config) => {
    const bus = parts.modbus.get(config.id)
    if (bus === undefined || config.devices.length === 0) return []
    const devices = definitionsOf(loaded, config.devices)
    return [{ driver: createModbusDriver({ ...parts, config, bus, devices }), devices: [...devices.keys()] }]
  })

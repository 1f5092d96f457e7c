import type { DaliLineConfig } from '../drivers/dali/config.ts'
import { createDaliDriver } from '../drivers/dali/dali-driver.ts'
import type { DaliLine } from '../drivers/dali/line.ts'
import { GATEWAY_REGISTERS, modbusDaliLine } from '../drivers/dali/modbus-gateway.ts'
import { foxtronDaliLine } from '../drivers/dali/serial-gateway.ts'
import type { LoadedEdge } from '../load-config.ts'
import { definitionsOf, type ServingDriver, type WiredParts } from './serving-driver.ts'

type DaliWorld = Pick<
  WiredParts,
  'sink' | 'clock' | 'wall' | 'log' | 'serial' | 'tcp' | 'refusals' | 'modbus'
>

/** A driver for each DALI line. */
export const daliDrivers = (loaded: LoadedEdge, parts: DaliWorld): readonly ServingDriver[] =>
  (loaded.config.dali ?? []).map((config) => {
    const devices = definitionsOf(loaded, config.devices)
    const line = wayTo(config, parts)
    return { driver: createDaliDriver({ ...parts, config, devices, line }), devices: [...devices.keys()] }
  })

function wayTo({ id, gateway }: DaliLineConfig, parts: DaliWorld): DaliLine {
  if ('modbus' in gateway) {
    const bus = parts.modbus.get(gateway.modbus)
    if (bus === undefined)
      throw new Error(`the DALI line ${id} leads nowhere: its configuration was not checked`)
    const registers = GATEWAY_REGISTERS[gateway.model]
    return modbusDaliLine({ bus, unit: gateway.unit, registers, clock: parts.wall })
  }
  const stream = 'tcp' in gateway ? parts.tcp(gateway.tcp) : parts.serial(gateway.serial)
  const refused = (problem: Parameters<typeof parts.refusals.note>[0]) => parts.refusals.note(problem, id)
  return foxtronDaliLine({ stream, clock: parts.wall, refused })
}

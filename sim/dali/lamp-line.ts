import type { Clock } from '../../core/clock.ts'
import dali from '../../devices/streetlight/dali-d4i-luminaire.ts'
import type { VirtualLamp } from '../lighting/virtual-lamp.ts'
import type { ModbusUnit } from '../modbus/unit.ts'
import { createVirtualDaliBus, type VirtualDaliBus } from './bus.ts'
import { createVirtualGear } from './gear.ts'
import { resiGateway } from './resi-gateway.ts'

/** Lamps by address on a DALI line, each with a metering gear, and the gateway that leads to them from a Modbus line. */
export function daliLampLine(
  lamps: ReadonlyMap<number, VirtualLamp>,
  clock: Clock,
): { readonly bus: VirtualDaliBus; readonly gateway: ModbusUnit } {
  const { memory } = dali.via.dali
  const gears = [...lamps].map(([address, lamp]) => createVirtualGear({ address, lamp, clock, memory }))
  const bus = createVirtualDaliBus(gears, clock)
  return { bus, gateway: resiGateway({ bus, clock }) }
}

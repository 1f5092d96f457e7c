import type { Clock } from '../../core/clock.ts'
import type { ModbusUnit } from '../modbus/unit.ts'
import type { Backward, VirtualDaliBus } from './bus.ts'
import { BACKWARD_MS, FORWARD_MS } from './foxtron-gateway.ts'

const ONCE = 541
const TWICE = 542
const STATUS = 550
const NO_ANSWER = 0xffff
const RECEIVED = 1
const RECEIVE_ERROR = 1 << 5
const BUSY = 1 << 6
const SEND_ERROR = 1 << 7
const ILLEGAL_ADDRESS = 2

/** A RESI-DALI-MODBUS as a unit on a Modbus line (manual of 2015-02-14, 8.2.8 and the status register). */
export function resiGateway({
  bus,
  clock,
}: {
  readonly bus: VirtualDaliBus
  readonly clock: Clock
}): ModbusUnit {
  let back: Backward = 'nothing'
  let sent = true
  let busyUntil = 0
  const status = () => {
    if (clock.monotonic() < busyUntil) return BUSY
    if (!sent) return SEND_ERROR
    if (back === 'nothing') return 0
    return back === 'mangled' ? RECEIVE_ERROR : RECEIVED
  }
  const valueAt = (address: number): number | undefined => {
    if (address === STATUS) return status()
    if (address !== ONCE && address !== TWICE) return undefined
    return typeof back === 'number' ? back : NO_ANSWER
  }
  return {
    read(table, address, count) {
      const values = Array.from({ length: count }, (_, index) => valueAt(address + index))
      return table === 'holding' && values.every((value) => value !== undefined) ? values : ILLEGAL_ADDRESS
    },
    write(table, address, values) {
      const [frame] = values
      if (table !== 'holding' || (address !== ONCE && address !== TWICE) || frame === undefined)
        return ILLEGAL_ADDRESS
      const times = address === TWICE ? 2 : 1
      sent = bus.powered()
      for (let turn = 0; turn < times; turn++) back = bus.forward(frame)
      busyUntil = clock.monotonic() + times * FORWARD_MS + BACKWARD_MS
      return undefined
    },
  }
}

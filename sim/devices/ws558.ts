import { announcement, field, frame, MILESIGHT_PORT, u16, u32 } from './milesight-frame.ts'
import type { RelayDialect, RelayOrder } from './relay-dialect.ts'

const RELAYS = 8
const MAINS_V = 222.6
const SWITCH = 0x08
const DELAYED = 0x32

/**
 * Milesight WS558, eight relays. Orders: `08 mask state`, and `FF 32 task delay(2) mask state` for a delayed one,
 * of which it keeps one (user manual 5.3).
 * Reports: switches, power factor, current, voltage, energy, power.
 */
export const ws558: RelayDialect = {
  model: 'milesight-ws558',
  fPort: MILESIGHT_PORT,
  relays: RELAYS,
  oneTask: true,
  announcement: (serial) => announcement(serial, 'C'),
  orders(bytes, fPort) {
    if (fPort !== MILESIGHT_PORT) return []
    const orders: RelayOrder[] = []
    for (let at = 0; at < bytes.length; ) {
      const [first = 0, second = 0, third = 0] = bytes.subarray(at)
      if (first === SWITCH && at + 3 <= bytes.length) {
        orders.push(...masked(second, third))
        at += 3
      } else if (first === 0xff && second === DELAYED && at + 7 <= bytes.length) {
        const [low = 0, high = 0, mask = 0, state = 0] = bytes.subarray(at + 3)
        orders.push(...masked(mask, state).map((order) => ({ ...order, after_s: low | (high << 8) })))
        at += 7
      } else return orders
    }
    return orders
  },
  report({ closed, power_W, energy_Wh }) {
    const states = closed.reduce((sum, on, index) => (on ? sum | (1 << index) : sum), 0)
    return frame(
      field(0x08, 0x31, 0x00, states),
      field(0x05, 0x81, 100),
      field(0x07, 0xc9, ...u16((power_W / MAINS_V) * 1_000)),
      field(0x03, 0x74, ...u16(MAINS_V * 10)),
      field(0x06, 0x83, ...u32(energy_Wh)),
      field(0x04, 0x80, ...u32(power_W)),
    )
  },
}

function masked(mask: number, state: number): RelayOrder[] {
  return Array.from({ length: RELAYS }, (_, index) => index)
    .filter((index) => ((mask >> index) & 1) === 1)
    .map((index) => ({ relay: index + 1, closed: ((state >> index) & 1) === 1 }))
}

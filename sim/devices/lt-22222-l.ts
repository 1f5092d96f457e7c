import type { RelayDialect, RelayOrder } from './relay-dialect.ts'

const PORT = 2
const SWITCH = 0x03
const SWITCH_FOR_A_TIME = 0x05
const OPEN = 0x00
const CLOSE = 0x01
/** Hardware 1 (LT-22222-L) in working mode 1. */
const HARDWARE_AND_MODE = 0x41
const INPUTS_mV = [0x04, 0xab, 0x04, 0xac, 0x13, 0x10, 0x13, 0x00] as const

/**
 * Dragino LT-22222-L, two relays. Orders: `03 relay1 relay2` (00 open, 01 close, 11 leave), and
 * `05 00 nibbles time` which closes (1) or opens (0) relays, leaves others (2), and takes the inverse after the time in
 * milliseconds, two bytes of it in old firmware and four in new. With `05 01` the state before comes back; it is not used.
 */
export const lt22222: RelayDialect = {
  model: 'dragino-lt-22222-l',
  fPort: PORT,
  relays: 2,
  oneTask: false,
  orders(bytes) {
    const [type, first = 0, second = 0] = bytes
    if (type === SWITCH && bytes.length === 3) return [...plain(1, first), ...plain(2, second)]
    if (type !== SWITCH_FOR_A_TIME || first !== 0 || (bytes.length !== 5 && bytes.length !== 7)) return []
    const time_ms = bytes.subarray(3).reduce((sum, byte) => sum * 256 + byte, 0)
    return [...timed(1, second >> 4, time_ms), ...timed(2, second & 0x0f, time_ms)]
  },
  report({ closed }) {
    const contacts = (closed[0] ? 0x80 : 0) | (closed[1] ? 0x40 : 0)
    return Uint8Array.from([...INPUTS_mV, contacts, 0x00, HARDWARE_AND_MODE])
  },
}

function plain(relay: number, order: number): RelayOrder[] {
  return order === OPEN || order === CLOSE ? [{ relay, closed: order === CLOSE }] : []
}

function timed(relay: number, order: number, time_ms: number): RelayOrder[] {
  return plain(relay, order).flatMap((now) => [now, { relay, closed: !now.closed, after_s: time_ms / 1_000 }])
}

import { ALARM_PLAIN_BYTES } from './alarm-frame.ts'
import { RELAY_EPOCH_BYTES, SEALED_KINDS } from './seal.ts'
import { STATE_PLAIN_BYTES_MAX } from './state-frame.ts'

/** LoRaWAN port of everything that is relayed, both ways. */
export const RELAY_FPORT = 77

export const ALARM_FRAME_BYTES = SEALED_KINDS.alarm.tag + ALARM_PLAIN_BYTES
export const ANNOUNCE_FRAME_BYTES = SEALED_KINDS.announce.tag + RELAY_EPOCH_BYTES
export const STATE_FRAME_BYTES_MAX = SEALED_KINDS.state.tag + STATE_PLAIN_BYTES_MAX
export const RELAY_FRAME_BYTES_MAX = STATE_FRAME_BYTES_MAX

/** An upward frame's kind is its length: no byte is spent on saying it. Undefined for a length that none has. */
export function kindOfLength(bytes: number): 'announce' | 'alarm' | 'state' | undefined {
  if (bytes === ANNOUNCE_FRAME_BYTES) return 'announce'
  if (bytes === ALARM_FRAME_BYTES) return 'alarm'
  return bytes > ALARM_FRAME_BYTES && bytes <= STATE_FRAME_BYTES_MAX ? 'state' : undefined
}

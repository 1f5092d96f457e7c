import type { Clock } from '../../../core/clock.ts'
import type { Received } from '../../../core/lorawan/semtech-udp.ts'
import type { Reception } from './session.ts'

/** Copies of one frame reach us over several gateways within this long. */
export const SAME_FRAME_MS = 200
/** More frames than eight channels can carry in that time; beyond it the oldest is forgotten. */
const FRAMES_MAX = 1024
const RECEPTIONS_MAX = 16

export interface Heard {
  /** How each gateway heard it, best signal first; grows while copies come in. */
  receptions: Reception[]
}

export interface ReceptionWindow {
  /** Notes one copy. `first` says that the frame has not been seen just now, and is to be worked on at once. */
  note(gateway: string, received: Received): { readonly first: boolean; readonly heard: Heard }
}

/** Tells copies of a frame heard by several gateways from frames sent again. */
export function createReceptionWindow(clock: Clock): ReceptionWindow {
  const recent = new Map<string, { readonly at: number; readonly heard: Heard }>()
  return {
    note(gateway, received) {
      const now = clock.monotonic()
      for (const [key, entry] of recent) {
        if (now - entry.at <= SAME_FRAME_MS && recent.size < FRAMES_MAX) break
        recent.delete(key)
      }
      const { tmst_us, snr_dB, rssi_dBm, phy } = received
      const reception: Reception = { gateway, tmst_us, heardAt: now, snr_dB, rssi_dBm }
      const key = Buffer.from(phy.buffer, phy.byteOffset, phy.length).toString('latin1')
      const known = recent.get(key)
      if (known === undefined) {
        const heard: Heard = { receptions: [reception] }
        recent.set(key, { at: now, heard })
        return { first: true, heard }
      }
      const { heard } = known
      if (heard.receptions.length < RECEPTIONS_MAX && !heard.receptions.some((r) => r.gateway === gateway)) {
        heard.receptions = [...heard.receptions, reception].sort((a, b) => b.snr_dB - a.snr_dB)
      }
      return { first: false, heard }
    },
  }
}

import type { NonceStore } from './lorawan/joining.ts'

/** A DevNonce has 16 bits (LoRaWAN 1.0.x §6.2.4). */
export const NONCE_SPAN = 0x1_0000

/** Counts from 0 for each device, for as long as the process lives. */
export function memoryNonces(): NonceStore {
  const last = new Map<string, number>()
  return {
    next(devEui) {
      const nonce = ((last.get(devEui) ?? -1) + 1) % NONCE_SPAN
      last.set(devEui, nonce)
      return nonce
    },
  }
}

import { FCNT_GAP_MAX, fullCounter } from '../../core/lorawan/frame-counter.ts'
import type { SessionKeys } from '../../core/lorawan/keys.ts'
import { decryptData, parseDownlink, verifyData } from '../../core/lorawan/phy.ts'

/** An address that several devices share, as set in this one at commissioning. */
export interface MulticastAddress {
  readonly devAddr: number
  readonly keys: SessionKeys
}

export interface MulticastEars {
  /** The payload of a fresh frame to one of the device's groups; undefined for anything else. */
  read(phy: Uint8Array): { readonly fPort: number; readonly bytes: Uint8Array } | undefined
}

/** LoRaWAN 1.0.x §17.2.1: unconfirmed, no MAC commands, a downlink counter of its own. */
export function createMulticastEars(addresses: readonly MulticastAddress[]): MulticastEars {
  const next = new Map<number, number>()
  return {
    read(phy) {
      const parsed = parseDownlink(phy)
      if (!parsed.ok) return undefined
      const frame = parsed.value
      const address = addresses.find(({ devAddr }) => devAddr === frame.devAddr)
      if (address === undefined || frame.confirmed || frame.ack || frame.fOpts.length > 0) return undefined
      if (frame.fPort === undefined || frame.fPort === 0) return undefined
      const expected = next.get(address.devAddr) ?? 0
      const full = fullCounter(expected, frame.fCnt16)
      const gap = full - expected
      if (gap < 0 || gap > FCNT_GAP_MAX || !verifyData(frame, address.keys.nwkSKey, full)) return undefined
      next.set(address.devAddr, full + 1)
      return { fPort: frame.fPort, bytes: decryptData(frame, address.keys, full) }
    },
  }
}

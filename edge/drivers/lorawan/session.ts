import type { Cancel, Mono } from '../../../core/clock.ts'
import type { DeviceId } from '../../../core/ids.ts'
import type { Region } from '../../../core/lorawan/as923.ts'
import type { SessionKeys } from '../../../core/lorawan/keys.ts'
import type { DeviceDefinition, LorawanBinding, OutputRequest, Telemetry } from '../../../devices/define.ts'
import type { Activation } from './credentials.ts'
import type { Turn } from './pacing.ts'

/** What a device is known to use on the air: set by its join-accept, changed by MAC commands that it acknowledged. */
export interface RadioState {
  rx1Delay_s: number
  rx1Offset: number
  rx2DataRate: number
  rx2Frequency_Hz: number
  /** Beyond the region's default channels, in the order of their indices. */
  extraChannels_Hz: readonly number[]
  /** The dwell times that the device was told, undefined before it acknowledged any. */
  dwell: { readonly up: boolean; readonly down: boolean } | undefined
  txPower: number
}

export interface Session {
  readonly devAddr: number
  readonly keys: SessionKeys
  /** Lowest uplink counter not yet seen. */
  fCntUp: number
  /** Next downlink counter to use. */
  fCntDown: number
  /** Counters below this may be used: what is on disk is never less. */
  fCntDownReserved: number
  readonly radio: RadioState
}

/** How one gateway heard a frame. */
export interface Reception {
  readonly gateway: string
  readonly tmst_us: number
  readonly heardAt: Mono
  readonly snr_dB: number
  readonly rssi_dBm: number
}

/** A request that its device has not confirmed yet. */
export interface Wanted {
  readonly request: OutputRequest
  readonly urgent: boolean
}

/** Everything the driver holds about one device; bounded by the number of devices in the configuration. */
export interface DeviceLink {
  readonly id: DeviceId
  readonly definition: DeviceDefinition
  readonly binding: LorawanBinding
  readonly class: 'A' | 'C'
  readonly activation: Activation
  readonly adr: boolean
  /** A neighbouring node's modem: its payloads are not read here. */
  readonly relay: boolean
  active: Session | undefined
  /** From a join-accept; becomes active with its first valid uplink. */
  pending: Session | undefined
  joinNonce: number
  /** One bit for each DevNonce that was ever used. */
  readonly devNonces: Uint8Array
  /** How the last frame was heard, best signal first; copies over other gateways still come in for a moment. */
  heard: { readonly receptions: readonly Reception[] }
  /** What it last told of the channels that read its outputs back. */
  shown: { readonly at: Mono; readonly telemetry: Telemetry } | undefined
  /** How often the last confirmed frame came again. */
  repeats: number
  readonly snrHistory: number[]
  /** An answer is on its way in one of its windows until then: a frame with a newer number must not overtake it. */
  answerEndsAt: Mono | undefined
  readonly wanted: Map<string, Wanted>
  delivery: Delivery | undefined
  readonly mac: MacState
}

/** One pass over all wanted requests of a device: its frames leave one after another, each when the last is confirmed. */
export interface Delivery {
  readonly requests: readonly OutputRequest[]
  readonly frames: readonly { readonly fPort: number; readonly bytes: Uint8Array }[]
  readonly urgent: boolean
  /** Sent in turn with others. */
  readonly paced: boolean
  /** Index of the frame on its way. */
  at: number
  tries: number
  /** When the frame on its way was handed to a gateway; undefined while it waits. */
  leftAt: Mono | undefined
  told: boolean
  /** A frame to its group carries it: it is not sent to the device alone until it is released. */
  held: boolean
  /** Its place in the line of normal frames. */
  turn: Turn | undefined
  /** An acknowledgement may still belong to an older delivery that was replaced. */
  doubtful: boolean
  /** That it reads as wanted proves that it was told; not so where it may have stood like that before. */
  readonly provable: boolean
  /** Takes back what waits: the frame in an antenna's queue, or the next try. */
  cancel: Cancel
  readonly endLife: Cancel
}

export interface MacState {
  /** MAC requests waiting for an answer: how often each was sent, and when last. */
  readonly asked: Map<string, { tries: number; at: Mono }>
  /** The LinkADRReq on its way. */
  adrPower: number | undefined
  statusAt: Mono | undefined
}

const DEV_NONCES = 0x1_0000

export const identityOf = (activation: Activation): string =>
  activation.kind === 'otaa' ? activation.devEui : `abp-${activation.devAddr}`

export const newDevNonces = (): Uint8Array => new Uint8Array(DEV_NONCES / 8)

export const devNonceUsed = (nonces: Uint8Array, nonce: number): boolean =>
  ((nonces[nonce >> 3] ?? 0) & (1 << (nonce & 7))) !== 0

export function useDevNonce(nonces: Uint8Array, nonce: number): void {
  nonces[nonce >> 3] = (nonces[nonce >> 3] ?? 0) | (1 << (nonce & 7))
}

/** What a device knows that no network has told anything. */
export function defaultRadio(base: Region): RadioState {
  return {
    rx1Delay_s: base.rx1Delay_s,
    rx1Offset: 0,
    rx2DataRate: base.rx2.dataRate,
    rx2Frequency_Hz: base.rx2.frequency_Hz,
    extraChannels_Hz: [],
    dwell: undefined,
    txPower: 0,
  }
}

export function newSession(devAddr: number, keys: SessionKeys, radio: RadioState): Session {
  return { devAddr, keys, fCntUp: 0, fCntDown: 0, fCntDownReserved: 0, radio }
}

import { buildUplink, decryptData, parseDownlink, verifyData } from '../../core/lorawan/phy.ts'
import { encodeFromGateway, parseFromServer } from '../../core/lorawan/semtech-udp.ts'
import { udpNetwork } from '../../core/node/udp.ts'
import type { Device } from './site.ts'

export const GATEWAY = 'aa555a0000000001'
const PULL_EVERY_MS = 1_000
const PORT = 85

export interface Gateway {
  /** Hands a frame to the node. Resolves never for what is lost: `acknowledged` says what the node took. */
  hear(phy: Uint8Array): number
  /** When the node's PUSH_ACK for the n-th frame came (`performance.now()`), by n. */
  readonly acknowledged: ReadonlyMap<number, number>
  /** What the node sent towards the devices. */
  readonly downlinks: { readonly at: number; readonly phy: Uint8Array }[]
  onDownlink(handler: (phy: Uint8Array) => void): void
  close(): Promise<void>
}

/** A gateway that speaks the Semtech UDP protocol with the node at `port`, as a packet forwarder does. */
export async function openGateway(port: number): Promise<Gateway> {
  const server = { host: '127.0.0.1', port }
  const socket = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const acknowledged = new Map<number, number>()
  const waiting = new Map<number, number>()
  const downlinks: { at: number; phy: Uint8Array }[] = []
  const handlers: ((phy: Uint8Array) => void)[] = []
  let frames = 0
  const pull = () => socket.send(encodeFromGateway({ kind: 'pull-data', token: 1, gateway: GATEWAY }), server)
  socket.onMessage((bytes) => {
    const packet = parseFromServer(bytes)
    if (!packet.ok) return
    if (packet.value.kind === 'push-ack') {
      const frame = waiting.get(packet.value.token)
      if (frame !== undefined) acknowledged.set(frame, performance.now())
    }
    if (packet.value.kind !== 'pull-resp') return
    const { token, transmit } = packet.value
    socket.send(encodeFromGateway({ kind: 'tx-ack', token, gateway: GATEWAY, outcome: 'NONE' }), server)
    downlinks.push({ at: performance.now(), phy: transmit.phy })
    for (const handler of handlers) handler(transmit.phy)
  })
  pull()
  const pulling = setInterval(pull, PULL_EVERY_MS)
  return {
    acknowledged,
    downlinks,
    onDownlink: (handler) => void handlers.push(handler),
    hear(phy) {
      const frame = frames++
      const token = frame & 0xffff
      waiting.set(token, frame)
      const received = {
        tmst_us: Math.floor(performance.now() * 1_000) % 2 ** 32,
        frequency_Hz: 921_400_000,
        modulation: { spreadingFactor: 7, bandwidth_kHz: 125 },
        rssi_dBm: -60,
        snr_dB: 7,
        phy,
      }
      const push = { kind: 'push-data', token, gateway: GATEWAY, received: [received], skipped: 0 } as const
      socket.send(encodeFromGateway(push), server)
      return frame
    },
    close() {
      clearInterval(pulling)
      return socket.close()
    },
  }
}

export interface Transmitter {
  uplink(payload: readonly number[], ack?: boolean): Uint8Array
  /** The payload of a downlink to this device; undefined for another's, or where there is none. */
  open(phy: Uint8Array): { readonly confirmed: boolean; readonly payload: Uint8Array } | undefined
}

/** The device's end of an ABP session. */
export function createTransmitter({ devAddr, keys }: Device): Transmitter {
  let fCnt = 0
  return {
    uplink(payload, ack = false) {
      const fields = { confirmed: false, devAddr, fCnt: fCnt++, ack, fPort: PORT }
      return buildUplink({ ...fields, payload: Uint8Array.from(payload) }, keys)
    },
    open(phy) {
      const frame = parseDownlink(phy)
      if (!frame.ok || frame.value.devAddr !== devAddr) return undefined
      const { fCnt16, confirmed } = frame.value
      if (!verifyData(frame.value, keys.nwkSKey, fCnt16)) return undefined
      return { confirmed, payload: decryptData(frame.value, keys, fCnt16) }
    },
  }
}

/** The payload of a Milesight EM500-UDL: distance in millimetres. */
export function distance(mm: number): number[] {
  return [0x03, 0x82, mm & 0xff, mm >> 8]
}

/** From a cause to its sound or silence, over a gateway that pulls each second, on a machine busy with cities. */
export const SIREN_MS = 20_000

export interface Siren {
  readonly relays: () => number
  /** How often a relay has closed: a short sound may be over before anybody looks. */
  readonly sounded: () => number
}

/** A Milesight WS558 that does what it is told and says so. */
export function operateSiren(gateway: Gateway, siren: Transmitter): Siren {
  let relays = 0
  let sounded = 0
  gateway.onDownlink((phy) => {
    const heard = siren.open(phy)
    if (heard === undefined) return
    const [command, mask = 0, state = 0] = heard.payload
    const before = relays
    if (command === 0x08) relays = (relays & ~mask) | (state & mask)
    if ((relays & ~before) !== 0) sounded++
    gateway.hear(siren.uplink([0x08, 0x31, mask, relays], heard.confirmed))
  })
  return { relays: () => relays, sounded: () => sounded }
}

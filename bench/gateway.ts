import { randomInt } from 'node:crypto'
import type { Cancel } from '../core/clock.ts'
import type { SessionKeys } from '../core/lorawan/keys.ts'
import { buildUplink, decryptData, parseDownlink, verifyData } from '../core/lorawan/phy.ts'
import {
  encodeFromGateway,
  parseFromServer,
  type Received,
  type Transmit,
} from '../core/lorawan/semtech-udp.ts'
import { udpNetwork } from '../core/node/udp.ts'

/** A device with a session given by hand, so that nothing but uplinks is measured. */
export interface AbpDevice {
  readonly id: string
  readonly devAddr: number
  readonly keys: SessionKeys
  fCntUp: number
}

export function abpDevice(id: string, index: number): AbpDevice {
  const key = (salt: number) => Uint8Array.from({ length: 16 }, (_, at) => (index * 31 + at * 7 + salt) % 256)
  return { id, devAddr: 0x0100_0000 + index, keys: { nwkSKey: key(1), appSKey: key(2) }, fCntUp: 0 }
}

/** The device's lines in edge.yaml. */
export function abpConfig({ id, devAddr, keys }: AbpDevice, model: string) {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    id,
    model,
    activation: {
      abp: {
        devAddr: devAddr.toString(16).padStart(8, '0'),
        nwkSKey: hex(keys.nwkSKey),
        appSKey: hex(keys.appSKey),
      },
    },
  }
}

/** Our own half of the Semtech UDP protocol: no radio, every PUSH_DATA is sent when it is told to. */
export interface BenchGateway {
  readonly eui: string
  /** The bytes of a PUSH_DATA with the device's next uplink; made beforehand, so that its cost is not measured. */
  uplink(device: AbpDevice, fPort: number, payload: Uint8Array): Uint8Array
  send(datagram: Uint8Array): void
  acked(): number
  /** Each PULL_RESP as it arrives; it has been acknowledged. */
  onDownlink(handler: (transmit: Transmit) => void): Cancel
  close(): Promise<void>
}

const CHANNELS_HZ = [921_400_000, 921_600_000] as const
const KEEP_ALIVE_MS = 5_000

export function gatewayEui(index: number): string {
  return (0x0016_c001_0000_0000n + BigInt(index)).toString(16).padStart(16, '0')
}

export async function benchGateway(port: number, eui = gatewayEui(0)): Promise<BenchGateway> {
  const server = { host: '127.0.0.1', port }
  const socket = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const handlers = new Set<(transmit: Transmit) => void>()
  const token = () => randomInt(0x1_0000)
  let acked = 0
  socket.onMessage((bytes) => {
    const packet = parseFromServer(bytes)
    if (!packet.ok) throw new Error(packet.error.code)
    if (packet.value.kind === 'push-ack') acked++
    if (packet.value.kind !== 'pull-resp') return
    for (const handler of handlers) handler(packet.value.transmit)
    socket.send(
      encodeFromGateway({ kind: 'tx-ack', token: packet.value.token, gateway: eui, outcome: 'NONE' }),
      server,
    )
  })
  const keepAlive = () =>
    socket.send(encodeFromGateway({ kind: 'pull-data', token: token(), gateway: eui }), server)
  keepAlive()
  const timer = setInterval(keepAlive, KEEP_ALIVE_MS)
  return {
    eui,
    uplink(device, fPort, payload) {
      const fCnt = device.fCntUp++
      const phy = buildUplink(
        { confirmed: false, devAddr: device.devAddr, fCnt, fPort, payload },
        device.keys,
      )
      const received: Received = {
        tmst_us: Math.round(performance.now() * 1000) % 2 ** 32,
        frequency_Hz: CHANNELS_HZ[fCnt % CHANNELS_HZ.length] ?? CHANNELS_HZ[0],
        modulation: { spreadingFactor: 7, bandwidth_kHz: 125 },
        rssi_dBm: -70,
        snr_dB: 8,
        phy,
      }
      return encodeFromGateway({
        kind: 'push-data',
        token: token(),
        gateway: eui,
        received: [received],
        skipped: 0,
      })
    },
    send: (datagram) => socket.send(datagram, server),
    acked: () => acked,
    onDownlink(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    close() {
      clearInterval(timer)
      return socket.close()
    },
  }
}

/** The application payload for this device; undefined when the frame is another's. */
export function openDownlink(device: AbpDevice, transmit: Transmit): Uint8Array | undefined {
  const frame = parseDownlink(transmit.phy)
  if (!frame.ok || frame.value.devAddr !== device.devAddr) return undefined
  const { fCnt16 } = frame.value
  if (!verifyData(frame.value, device.keys.nwkSKey, fCnt16)) throw new Error(`bad MIC for ${device.id}`)
  return decryptData(frame.value, device.keys, fCnt16)
}

/** Just under what a node admits in a second before it drops packets unread, which no gateway sends again. */
const DATAGRAMS_PER_SECOND_MAX = 9_500
/** Datagrams under way: enough to keep a node busy, few enough for a socket's buffer. */
const WINDOW = 48
const SILENT_MS = 30_000

/** Sends as fast as the node acknowledges; every datagram has been acknowledged when this returns. */
export async function pour(gateway: BenchGateway, datagrams: Iterable<Uint8Array>): Promise<void> {
  const before = gateway.acked()
  let sent = 0
  const ackedOf = async (wanted: number) => {
    let last = gateway.acked()
    let since = performance.now()
    while (gateway.acked() - before < wanted) {
      if (gateway.acked() > last) since = performance.now()
      last = gateway.acked()
      if (performance.now() - since > SILENT_MS) throw new Error('the node does not acknowledge')
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
  const begun = performance.now()
  for (const datagram of datagrams) {
    await ackedOf(sent - WINDOW + 1)
    const earliest = begun + (sent / DATAGRAMS_PER_SECOND_MAX) * 1000
    while (performance.now() < earliest) await new Promise<void>((resolve) => setImmediate(resolve))
    gateway.send(datagram)
    sent++
  }
  await ackedOf(sent)
}

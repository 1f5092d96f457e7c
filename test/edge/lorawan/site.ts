import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import type { SessionKeys } from '../../../core/lorawan/keys.ts'
import { encodeMacUp, type MacDown, type MacUp, parseMacDown } from '../../../core/lorawan/mac-commands.ts'
import {
  buildJoinRequest,
  buildUplink,
  decryptData,
  deriveSessionKeys,
  isJoinAccept,
  type JoinAccept,
  parseDownlink,
  parseJoinAccept,
  verifyData,
} from '../../../core/lorawan/phy.ts'
import { encodeFromGateway, parseFromServer, type Transmit } from '../../../core/lorawan/semtech-udp.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Datagram } from '../../../core/ports/datagram.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { ok } from '../../../core/result.ts'
import { type DeviceDefinition, defineDevice } from '../../../devices/define.ts'
import type {
  Driver,
  HealthReport,
  OutputProgress,
  RelayedFrame,
  TelemetryReport,
} from '../../../edge/drivers/driver.ts'
import type { LorawanConfig } from '../../../edge/drivers/lorawan/config.ts'
import { createLorawanDriver } from '../../../edge/drivers/lorawan/lorawan-driver.ts'

/** A site in memory: the driver, gateways that speak Semtech UDP, and devices that speak LoRaWAN. */

export const GATEWAY = 'aa555a0000000001'
export const SECOND_GATEWAY = 'aa555a0000000002'
export const APP_KEY = '00112233445566778899aabbccddeeff'
export const DEV_EUI = '24e1240000000001'
export const JOIN_EUI = '24e124c0002a0001'
const SERVER = { host: '127.0.0.1', port: 1700 }

const text = (words: string) => ({ vi: words, en: words })
const state = {
  label: text('x'),
  unit: '1',
  min: 0,
  max: 255,
  resolution: 1,
  kind: 'gauge',
  report: { deadBand: 0, silenceS: 3600 },
} as const

/** A device of two outputs: each payload byte is a channel; a downlink is one byte per output. */
export function relayDefinition(overrides: Partial<DeviceDefinition> = {}): DeviceDefinition {
  const output = { label: text('x'), min: 0, max: 1, safe: 0, powerUp: 0, deadManS: 0 }
  return {
    ...defineDevice({
      model: 'test-relay',
      kind: 'relay',
      label: text('relay'),
      telemetry: { level: state, relay1: state },
      outputs: { relay1: { ...output, readBack: 'relay1' }, relay2: output },
      via: {
        lorawan: {
          class: 'C',
          fPort: 85,
          decode: (bytes) => ok({ telemetry: telemetryOf(bytes) }),
          encode: (requests) =>
            ok([{ fPort: 85, bytes: Uint8Array.from(requests, (request) => request.value) }]),
        },
      },
      examples: [
        { via: 'lorawan', bytes: '', error: 'PAYLOAD_TRUNCATED' },
        { via: 'lorawan', bytes: '01', telemetry: { level: 1 } },
      ],
      source: 'made for this test',
    } as const satisfies DeviceDefinition),
    ...overrides,
  }
}

function telemetryOf(bytes: Uint8Array): Record<string, number> {
  const [level = 0, relay1] = bytes
  return relay1 === undefined ? { level } : { level, relay1 }
}

export function siteConfig(overrides: Partial<LorawanConfig> = {}): LorawanConfig {
  return {
    bind: SERVER,
    gateways: [{ eui: GATEWAY }, { eui: SECOND_GATEWAY }],
    region: 'AS923-2',
    overrides: {},
    netId: '000000',
    dutyCycle: { percent: 10, urgentReserve_percent: 50 },
    adr: { on: false, margin_dB: 10, dataRateMax: 5 },
    devStatusEvery_h: 0,
    tries: 4,
    devices: [
      {
        id: 'siren',
        model: 'test-relay',
        activation: { otaa: { devEui: DEV_EUI, joinEui: JOIN_EUI, appKey: APP_KEY } },
      },
    ],
    ...overrides,
  }
}

export interface SiteParts {
  readonly config?: LorawanConfig
  readonly store?: SqlStore
  readonly clock?: FakeClock
  readonly definition?: DeviceDefinition
}

export type Site = Awaited<ReturnType<typeof createSite>>

export async function createSite(parts: SiteParts = {}) {
  const clock = parts.clock ?? fakeClock()
  const random = seededRandom(1)
  const network = memoryNetwork({ clock, random })
  const store = parts.store ?? openSqlite(':memory:')
  const config = parts.config ?? siteConfig()
  const definition = parts.definition ?? relayDefinition()
  const telemetry: TelemetryReport[] = []
  const refused: string[] = []
  const outputs: OutputProgress[] = []
  const health: HealthReport[] = []
  const relayed: RelayedFrame[] = []
  const driver: Driver = createLorawanDriver({
    config,
    devices: new Map(config.devices.map((device) => [device.id, definition])),
    clock,
    radioClock: clock,
    random,
    log: silentLog,
    network,
    store,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: (problem) => void refused.push(problem.code),
      output: (progress) => void outputs.push(progress),
      health: (report) => void health.push(report),
      relayed: (frame) => void relayed.push(frame),
    },
  })
  await driver.start()
  return {
    clock,
    network,
    store,
    driver,
    telemetry,
    refused,
    outputs,
    health,
    relayed,
    stages: () => outputs.map((o) => o.stage),
  }
}

export type Gateway = Awaited<ReturnType<typeof createGateway>>

export async function createGateway(site: Pick<Site, 'network' | 'clock'>, eui = GATEWAY, snr_dB = 7) {
  const socket: Datagram = await site.network.bind({ host: '127.0.0.1', port: 0 })
  const sent: { readonly at: number; readonly transmit: Transmit }[] = []
  let outcome = 'NONE'
  socket.onMessage((bytes) => {
    const packet = parseFromServer(bytes)
    if (!packet.ok || packet.value.kind !== 'pull-resp') return
    sent.push({ at: site.clock.monotonic(), transmit: packet.value.transmit })
    socket.send(
      encodeFromGateway({ kind: 'tx-ack', token: packet.value.token, gateway: eui, outcome }),
      SERVER,
    )
  })
  const pull = async () => {
    socket.send(encodeFromGateway({ kind: 'pull-data', token: 1, gateway: eui }), SERVER)
    await site.clock.advance(2)
  }
  await pull()
  return {
    sent,
    pull,
    raw: (bytes: Uint8Array) => socket.send(bytes, SERVER),
    answerWith(next: string) {
      outcome = next
    },
    /** Hands a frame to the server, and lets it arrive. */
    async hear(phy: Uint8Array, tmst_us = 1_000_000, spreadingFactor = 10) {
      const received = {
        tmst_us,
        frequency_Hz: 921_600_000,
        modulation: { spreadingFactor, bandwidth_kHz: 125 },
        rssi_dBm: -60,
        snr_dB,
        phy,
      }
      socket.send(
        encodeFromGateway({ kind: 'push-data', token: 2, gateway: eui, received: [received], skipped: 0 }),
        SERVER,
      )
      await site.clock.advance(2)
    },
  }
}

export interface Downlink {
  readonly confirmed: boolean
  readonly ack: boolean
  readonly fCnt16: number
  readonly payload: string
  readonly mac: readonly MacDown[]
}

/** A device's end of LoRaWAN, without its radio. */
export function createDevice(appKeyHex = APP_KEY) {
  const appKey = new Uint8Array(Buffer.from(appKeyHex, 'hex'))
  let devNonce = 0
  let session: { devAddr: number; keys: SessionKeys } | undefined
  const device = {
    fCnt: 0,
    joinRequest(nonce?: number) {
      devNonce = nonce ?? devNonce + 1
      return buildJoinRequest({ joinEui: JOIN_EUI, devEui: DEV_EUI, devNonce }, appKey)
    },
    accept(phy: Uint8Array): JoinAccept {
      if (!isJoinAccept(phy)) throw new Error('not a join-accept')
      const opened = parseJoinAccept(phy, appKey)
      if (!opened.ok) throw new Error(opened.error.code)
      const { joinNonce, netId, devAddr } = opened.value
      device.use(devAddr, deriveSessionKeys(appKey, { joinNonce, netId, devNonce }))
      return opened.value
    },
    use(devAddr: number, keys: SessionKeys) {
      session = { devAddr, keys }
      device.fCnt = 0
    },
    uplink(
      options: {
        readonly payload?: readonly number[]
        readonly confirmed?: boolean
        readonly ack?: boolean
        readonly adr?: boolean
        readonly mac?: readonly MacUp[]
        readonly fCnt?: number
        readonly fPort?: number
      } = {},
    ): Uint8Array {
      if (session === undefined) throw new Error('not joined')
      const fCnt = options.fCnt ?? device.fCnt
      device.fCnt = fCnt + 1
      return buildUplink(
        {
          confirmed: options.confirmed ?? false,
          devAddr: session.devAddr,
          fCnt,
          ack: options.ack ?? false,
          adr: options.adr ?? false,
          fOpts: encodeMacUp(options.mac ?? []),
          fPort: options.fPort ?? 85,
          payload: Uint8Array.from(options.payload ?? [1]),
        },
        session.keys,
      )
    },
    open(phy: Uint8Array | undefined): Downlink {
      if (session === undefined || phy === undefined) throw new Error('nothing to open')
      const parsed = parseDownlink(phy)
      if (!parsed.ok) throw new Error(parsed.error.code)
      const frame = parsed.value
      if (!verifyData(frame, session.keys.nwkSKey, frame.fCnt16)) throw new Error('bad MIC')
      return {
        confirmed: frame.confirmed,
        ack: frame.ack,
        fCnt16: frame.fCnt16,
        payload: Buffer.from(decryptData(frame, session.keys, frame.fCnt16)).toString('hex'),
        mac: parseMacDown(frame.fOpts).commands,
      }
    },
  }
  return device
}

/** A site whose siren has joined and spoken once. */
export async function joinedSite(parts: SiteParts = {}) {
  const site = await createSite(parts)
  const gateway = await createGateway(site)
  const device = createDevice()
  await gateway.hear(device.joinRequest())
  await site.clock.advance(6000)
  const accept = gateway.sent.at(-1)
  if (accept === undefined) throw new Error('no join-accept')
  device.accept(accept.transmit.phy)
  await gateway.hear(device.uplink())
  await site.clock.advance(3000)
  gateway.sent.length = 0
  await gateway.pull()
  return { ...site, gateway, device }
}

export function id(name: string): DeviceId {
  const parsed = deviceId(name)
  if (!parsed.ok) throw new Error(name)
  return parsed.value
}

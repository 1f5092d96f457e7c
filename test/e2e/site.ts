import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { FloodStation } from '../../core/documents/flood-station.ts'
import { devAddrText, type SessionKeys } from '../../core/lorawan/keys.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { hashSecret } from '../../core/scrypt.ts'
import { freePort } from './free-port.ts'
import { GATEWAY } from './radio.ts'

export const SITE = 'thu-nghiem'
export const EDGE = 'nut-1'
export const STATION = 'cau-thu'

export interface Device {
  readonly id: string
  readonly model: string
  readonly devAddr: number
  readonly keys: SessionKeys
}

/** A node and its hub on free ports of loopback, with its files in one folder. */
export interface Site {
  readonly edgeFile: string
  readonly hubFile: string
  readonly stationFile: string
  readonly edgeData: string
  readonly hubData: string
  readonly mqtt: number
  readonly http: number
  readonly udp: number
  readonly url: string
  /** Measures water for the station, from 10 m above its zero. */
  readonly level: Device
  /** Measures nothing for a station: its readings are only stored. */
  readonly counter: Device
  readonly siren: Device
}

export interface SiteOptions {
  /** Where the node finds the broker, when something stands between. */
  readonly via?: number
  readonly keepalive_s?: number
  readonly station?: Partial<FloodStation>
  readonly edge?: Readonly<Record<string, unknown>>
}

/** Height of the level sensor over the station's zero: stage = DATUM_M − distance. */
export const DATUM_M = 10

export async function writeSite(folder: string, options: SiteOptions = {}): Promise<Site> {
  const [mqtt, http, udp] = [await freePort('tcp'), await freePort('tcp'), await freePort('udp')]
  const level = device('nuoc', 'milesight-em500-udl', 1)
  const counter = device('dem', 'milesight-em500-udl', 2)
  const siren = device('coi', 'milesight-ws558', 3)
  const key = randomBytes(32).toString('hex')
  const file = (name: string) => join(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file('edge.key'), key, { mode: 0o600 })
  writeFileSync(file('station.yaml'), stringify({ ...station(level, siren), ...options.station }))
  writeFileSync(
    file('edge.yaml'),
    stringify({
      site: SITE,
      edge: EDGE,
      name: { vi: 'Nút thử', en: 'Test node' },
      dataDir: 'edge-data',
      // Rows are compared with what was on disk: their dates must not be corrected by the hub's word afterwards.
      time: { trustSystem: 'always' },
      hub: {
        url: `mqtt://127.0.0.1:${options.via ?? mqtt}`,
        keyFile: 'edge.key',
        ...(options.keepalive_s === undefined ? {} : { keepalive_s: options.keepalive_s }),
      },
      lorawan: {
        bind: { host: '127.0.0.1', port: udp },
        gateways: [{ eui: GATEWAY }],
        adr: { on: false },
        devStatusEvery_h: 0,
        dutyCycle: { percent: 100 },
        devices: [level, counter, siren].map(activated),
      },
      stations: ['station.yaml'],
      ...options.edge,
    }),
  )
  writeFileSync(
    file('hub.yaml'),
    stringify({
      site: SITE,
      dataDir: file('hub-data'),
      broker: { port: mqtt },
      http: { port: http },
      edges: [{ id: EDGE, keyHash: await hashSecret(key, systemRandom) }],
    }),
  )
  return {
    edgeFile: file('edge.yaml'),
    hubFile: file('hub.yaml'),
    stationFile: file('station.yaml'),
    edgeData: file('edge-data'),
    hubData: file('hub-data'),
    mqtt,
    http,
    udp,
    url: `http://127.0.0.1:${http}`,
    level,
    counter,
    siren,
  }
}

function device(id: string, model: string, devAddr: number): Device {
  return { id, model, devAddr, keys: { nwkSKey: randomBytes(16), appSKey: randomBytes(16) } }
}

function activated({ id, model, devAddr, keys }: Device) {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const abp = { devAddr: devAddrText(devAddr), nwkSKey: hex(keys.nwkSKey), appSKey: hex(keys.appSKey) }
  return { id, model, activation: { abp } }
}

/** Believes every jump and lowers at once, so that the water of a test may move as fast as its packets. */
function station(level: Device, siren: Device): FloodStation {
  return {
    kind: 'flood-station',
    id: STATION,
    name: { vi: 'Cầu Thử', en: 'Test Bridge' },
    water: { type: 'stream', name: { vi: 'Suối Thử', en: 'Test Stream' } },
    location: { lat: 16.8, lon: 107.1 },
    timeZone: 'Asia/Ho_Chi_Minh',
    level: {
      device: level.id,
      channel: 'distance',
      measures: 'distance',
      datum_m: DATUM_M,
      tilt_deg: 0,
      correction_m: 0,
      range_m: [-1, 11],
      every_s: 60,
      silent_s: 3_600,
      spike: { suspect_m: 50, fail_m: 50 },
      rate_m_per_h: 100_000,
      stuck: { after_h: 0, tolerance_m: 0 },
    },
    levels: [1, 2, 3].map((one) => ({ level: one, stage_m: one + 1 })),
    raise: { need: 2, of: 3 },
    clear: { below_m: 0.1, hold_min: 0 },
    alarms: [
      {
        device: siren.id,
        output: 'relay1',
        place: 'outdoor',
        means: 'siren',
        patterns: { '2': { on_s: 3_600, off_s: 0 } },
      },
    ],
    selfTest: { at: farFromNow(), pulse_s: 1 },
    provenWithin_h: 24,
    silence: { longest_min: 60 },
  }
}

/** Twelve hours from now where the station stands: the daily self-test must not fall into a test. */
function farFromNow(): string {
  const then = new Date(Date.now() + 12 * 3_600_000 + 7 * 3_600_000)
  return then.toISOString().slice(11, 16)
}

import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { DEFAULT_REGION, REGIONS } from '../../../core/lorawan/as923.ts'
import { parseFromServer } from '../../../core/lorawan/semtech-udp.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { DatagramNetwork } from '../../../core/ports/datagram.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import nasUl20xx from '../../../devices/streetlight/nas-ul20xx.ts'
import type { HealthReport, OutputProgress } from '../../../edge/drivers/driver.ts'
import type { LorawanConfig } from '../../../edge/drivers/lorawan/config.ts'
import { createLorawanDriver } from '../../../edge/drivers/lorawan/lorawan-driver.ts'
import { createLuminaire } from '../../../sim/devices/luminaire.ts'
import type { VirtualLamp } from '../../../sim/lighting/virtual-lamp.ts'
import { createEndDevice } from '../../../sim/lorawan-device.ts'
import { memoryNonces } from '../../../sim/nonces.ts'
import { createPacketForwarder } from '../../../sim/packet-forwarder.ts'
import { createAir } from '../../../sim/radio/air.ts'
import { id, siteConfig } from './site.ts'

/** A street of virtual luminaire controllers around gateways, behind the driver, on one fake clock. */

const NWK = '11'.repeat(16)
const APP = '22'.repeat(16)
const GATEWAYS = ['aa555a0000000001', 'aa555a0000000002'] as const

const { level } = nasUl20xx.outputs
const SIREN: DeviceDefinition = { ...nasUl20xx, outputs: { level: { ...level, deadManS: 900 } } }

export interface LampStreetOptions {
  readonly lamps: number
  readonly deafness?: number
  readonly reports_s?: number
  readonly groups?: LorawanConfig['multicast']
  readonly gateways?: number
  /** These time themselves out, as a siren's relay does. */
  readonly sirens?: readonly string[]
  readonly overrides?: Partial<LorawanConfig>
}

/** A lamp that gives what it was told. */
function simpleLamp() {
  let level = 100
  let supplied = true
  const commands: number[] = []
  const lamp: VirtualLamp = {
    command(next) {
      commands.push(next)
      level = next
    },
    level: () => level,
    power_W: () => level,
    energy_Wh: () => 0,
    voltage_V: () => 230,
    lampHours: () => 100,
    dead: () => !supplied,
    lampFailed: () => false,
  }
  return {
    lamp,
    commands,
    supply(on: boolean) {
      if (on) level = 100
      supplied = on
    },
  }
}

export const wholeStreet = (lamps: number) => Array.from({ length: lamps }, (_, index) => `lamp-${index}`)

export function group(devices: readonly string[], overrides: object = {}) {
  return {
    id: 'street',
    devAddr: 'fc00ac01',
    nwkSKey: NWK,
    appSKey: APP,
    copies: 2,
    reports_s: 60,
    devices: [...devices],
    ...overrides,
  }
}

/** Counts what gateways are told to send, by the address that it is for. */
function counting(network: DatagramNetwork, sent: (phy: Uint8Array) => void): DatagramNetwork {
  return {
    async bind(address) {
      const socket = await network.bind(address)
      return {
        ...socket,
        send(bytes, to) {
          const packet = parseFromServer(bytes)
          if (packet.ok && packet.value.kind === 'pull-resp') sent(packet.value.transmit.phy)
          socket.send(bytes, to)
        },
      }
    },
  }
}

export async function lampStreet(options: LampStreetOptions) {
  const clock = fakeClock()
  const random = seededRandom(11)
  const network = memoryNetwork({ clock, random })
  const region = REGIONS[DEFAULT_REGION]
  const names = wholeStreet(options.lamps)
  const identity = (index: number) => ({
    devEui: `70b3d5000000${index.toString(16).padStart(4, '0')}`,
    joinEui: '70b3d50000000000',
    appKey: (index + 1).toString(16).padStart(32, '0'),
  })
  const config = siteConfig({
    gateways: GATEWAYS.slice(0, options.gateways ?? 1).map((eui) => ({ eui })),
    tries: 8,
    multicast: options.groups ?? [group(names, { reports_s: options.reports_s ?? 60 })],
    devices: names.map((name, index) => ({
      id: name,
      model: 'nas-ul20xx',
      activation: { otaa: identity(index) },
    })),
    ...options.overrides,
  })
  const outputs: OutputProgress[] = []
  const refused: string[] = []
  const health = new Map<string, HealthReport['values']>()
  const toGroup: Uint8Array[] = []
  const toDevices: Uint8Array[] = []
  const driver = createLorawanDriver({
    config,
    devices: new Map(names.map((name) => [name, options.sirens?.includes(name) ? SIREN : nasUl20xx])),
    clock,
    radioClock: clock,
    random,
    log: silentLog,
    network: counting(network, (phy) => {
      const address = Buffer.from(phy).readUInt32LE(1)
      const to = address >>> 16 === 0xfc00 ? toGroup : toDevices
      to.push(phy)
    }),
    store: openSqlite(':memory:'),
    sink: {
      telemetry: () => {},
      refused: (problem) => void refused.push(problem.code),
      output: (progress) => void outputs.push(progress),
      health: ({ source, values }) => void health.set(source, values),
    },
  })
  await driver.start()
  const air = createAir({ clock, random })
  const forwarders = config.gateways.map(({ eui }, index) =>
    createPacketForwarder({
      eui,
      position: { x_m: index * 400, y_m: 0 },
      server: { host: '127.0.0.1', port: 1700 },
      network,
      clock,
      random,
      air,
      log: silentLog,
    }),
  )
  for (const forwarder of forwarders) await forwarder.start()
  const nonces = memoryNonces()
  // Two default channels carry about one join a second and its first words.
  const boot_s = Math.max(60, 2 * options.lamps)
  const lamps = names.map((name, index) => {
    const simple = simpleLamp()
    const { devEui, joinEui, appKey } = identity(index)
    const keys = { nwkSKey: Buffer.from(NWK, 'hex'), appSKey: Buffer.from(APP, 'hex') }
    const device = createLuminaire({
      id: name,
      every_s: 1_800,
      clock,
      radioClock: clock,
      random,
      lamp: simple.lamp,
      multicast: config.multicast?.some(({ devices }) => devices.includes(name))
        ? (config.multicast ?? [])
            .filter(({ devices }) => devices.includes(name))
            .map(({ devAddr }) => ({ devAddr: Number.parseInt(devAddr, 16), keys }))
        : [],
      notice_s: 40,
      boot_s,
      connect: (wishes) =>
        createEndDevice({
          ...wishes,
          devEui,
          joinEui,
          appKey: Uint8Array.from(Buffer.from(appKey, 'hex')),
          region,
          position: { x_m: index * 12, y_m: 20 },
          air,
          clock,
          random,
          nonces,
          log: silentLog,
          utc: () => clock.now(),
          deafness: options.deafness ?? 0,
        }),
    })
    device.start()
    return { name, device, ...simple }
  })
  await clock.advance(180_000 + boot_s * 1_000)
  const drive = (some: readonly string[], value: number, urgency: 'urgent' | 'normal' = 'normal') => {
    for (const name of some) driver.drive(id(name), [{ output: 'level', value }], urgency)
  }
  const forget = () => {
    toGroup.length = 0
    toDevices.length = 0
    outputs.length = 0
    refused.length = 0
    for (const { commands } of lamps) commands.length = 0
  }
  /** The newest stage of each device. */
  const stages = () => new Map(outputs.map(({ device, stage }) => [String(device), stage]))
  const confirmed = () => [...stages().values()].filter((stage) => stage === 'confirmed').length
  forget()
  return {
    clock,
    driver,
    names,
    lamps,
    forwarders,
    drive,
    forget,
    toGroup,
    toDevices,
    outputs,
    refused,
    health,
    stages,
    confirmed,
  }
}

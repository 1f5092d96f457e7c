import { type FakeClock, fakeClock } from '../core/fakes/fake-clock.ts'
import { memoryNetwork } from '../core/fakes/memory-datagram.ts'
import { seededRandom } from '../core/fakes/seeded-random.ts'
import { silentLog } from '../core/log.ts'
import { airtime_ms } from '../core/lorawan/airtime.ts'
import { DEFAULT_REGION, REGIONS } from '../core/lorawan/as923.ts'
import { parseFromServer } from '../core/lorawan/semtech-udp.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import type { DatagramNetwork } from '../core/ports/datagram.ts'
import nasUl20xx from '../devices/streetlight/nas-ul20xx.ts'
import type { Driver, DriverSink } from '../edge/drivers/driver.ts'
import { type LorawanConfig, regionOf } from '../edge/drivers/lorawan/config.ts'
import { createLorawanDriver } from '../edge/drivers/lorawan/lorawan-driver.ts'
import { createLuminaire } from '../sim/devices/luminaire.ts'
import { createEndDevice } from '../sim/lorawan-device.ts'
import { memoryNonces } from '../sim/nonces.ts'
import { createPacketForwarder } from '../sim/packet-forwarder.ts'
import { createAir } from '../sim/radio/air.ts'

/** Luminaire controllers around one gateway, behind the driver, on a simulated clock. */

const KEY = { nwkSKey: '11'.repeat(16), appSKey: '22'.repeat(16) }
const GROUP = 0xfc00ac01
const POLES_M = 8
const JOIN_S = 1_500

export interface LampStreet {
  readonly clock: FakeClock
  readonly driver: Driver
  readonly lamps: readonly string[]
  /** What the gateway was told to send since the last call, in milliseconds on the air. */
  airtime(): { readonly all_ms: number; readonly toGroup_ms: number }
}

export async function lampStreet(options: {
  readonly lamps: number
  /** Within this time a lamp reports after a command to its group. */
  readonly notice_s: number
  readonly grouped: boolean
  readonly output: DriverSink['output']
}): Promise<LampStreet> {
  const clock = fakeClock()
  const random = seededRandom(7)
  const network = memoryNetwork({ clock, random })
  const lamps = Array.from({ length: options.lamps }, (_, index) => `lamp-${index}`)
  const identity = (index: number) => ({
    devEui: `70b3d5000000${index.toString(16).padStart(4, '0')}`,
    joinEui: '70b3d50000000000',
    appKey: (index + 1).toString(16).padStart(32, '0'),
  })
  const config = configOf(lamps, options, identity)
  let sent: Uint8Array[] = []
  const driver = createLorawanDriver({
    config,
    devices: new Map(lamps.map((name) => [name, nasUl20xx])),
    clock,
    radioClock: clock,
    random,
    log: silentLog,
    network: counting(network, (phy) => void sent.push(phy)),
    store: openSqlite(':memory:'),
    sink: { telemetry: () => {}, refused: () => {}, health: () => {}, output: options.output },
  })
  await driver.start()
  const air = createAir({ clock, random })
  const street = { clock, random, air, log: silentLog }
  await createPacketForwarder({
    ...street,
    eui: config.gateways[0]?.eui ?? '',
    position: { x_m: (options.lamps * POLES_M) / 2, y_m: 0 },
    server: config.bind,
    network,
  }).start()
  const nonces = memoryNonces()
  const keys = { nwkSKey: Buffer.from(KEY.nwkSKey, 'hex'), appSKey: Buffer.from(KEY.appSKey, 'hex') }
  for (const [index, name] of lamps.entries()) {
    const { appKey, ...euis } = identity(index)
    createLuminaire({
      ...street,
      id: name,
      every_s: 3_600,
      radioClock: clock,
      lamp: simpleLamp(),
      multicast: options.grouped ? [{ devAddr: GROUP, keys }] : [],
      notice_s: options.notice_s,
      boot_s: JOIN_S,
      connect: (wishes) =>
        createEndDevice({
          ...street,
          ...wishes,
          ...euis,
          appKey: Uint8Array.from(Buffer.from(appKey, 'hex')),
          region: REGIONS[DEFAULT_REGION],
          position: { x_m: index * POLES_M, y_m: 10 },
          nonces,
          utc: () => clock.now(),
        }),
    }).start()
  }
  await clock.advance((JOIN_S + 1_500) * 1_000)
  const rate = regionOf(config).dataRates[regionOf(config).rx2.dataRate]
  if (!rate) throw new Error('RX2 is no LoRa')
  const length = (phys: readonly Uint8Array[]) =>
    phys.reduce((sum, phy) => sum + airtime_ms({ ...rate, bytes: phy.length, crc: false }), 0)
  return {
    clock,
    driver,
    lamps,
    airtime() {
      const toGroup = sent.filter((phy) => Buffer.from(phy).readUInt32LE(1) === GROUP)
      const told = { all_ms: length(sent), toGroup_ms: length(toGroup) }
      sent = []
      return told
    },
  }
}

function configOf(
  lamps: readonly string[],
  options: { readonly notice_s: number; readonly grouped: boolean },
  identity: (index: number) => { devEui: string; joinEui: string; appKey: string },
): LorawanConfig {
  const group = { id: 'street', devAddr: GROUP.toString(16), ...KEY, copies: 2, reports_s: options.notice_s }
  return {
    bind: { host: '127.0.0.1', port: 1700 },
    gateways: [{ eui: 'aa555a0000000001' }],
    region: DEFAULT_REGION,
    // An eight-channel gateway: the two that every device knows, and five more.
    overrides: { extraChannels_MHz: [921.8, 922, 922.2, 922.4, 922.6] },
    netId: '000000',
    dutyCycle: { percent: 10, urgentReserve_percent: 50 },
    adr: { on: false, margin_dB: 10, dataRateMax: 5 },
    devStatusEvery_h: 0,
    tries: 8,
    devices: lamps.map((id, index) => ({ id, model: 'nas-ul20xx', activation: { otaa: identity(index) } })),
    ...(options.grouped ? { multicast: [{ ...group, devices: [...lamps] }] } : {}),
  }
}

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

function simpleLamp() {
  let level = 100
  return {
    command(next: number) {
      level = next
    },
    level: () => level,
    power_W: () => level,
    energy_Wh: () => 0,
    voltage_V: () => 230,
    lampHours: () => 0,
    dead: () => false,
    lampFailed: () => false,
  }
}

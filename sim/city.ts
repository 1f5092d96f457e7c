import type { Clock, Utc } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { DEFAULT_REGION, REGIONS } from '../core/lorawan/as923.ts'
import type { DialBroker } from '../core/ports/broker.ts'
import type { DatagramNetwork } from '../core/ports/datagram.ts'
import type { Random } from '../core/random.ts'
import { ok, type Result } from '../core/result.ts'
import type { ConnectRadio, Fitting } from './devices/equipment.ts'
import { createLevelSensor } from './devices/level-sensor.ts'
import { createPushButton, type PushButton } from './devices/push-button.ts'
import { createRainGauge } from './devices/rain-gauge.ts'
import { createRelayBox } from './devices/relay-box.ts'
import type { DeviceSnapshot, FaultName, VirtualDevice } from './devices/virtual-device.ts'
import { createGreenhouseSite, type GreenhouseSnapshot } from './greenhouse/greenhouse-site.ts'
import { createStreetSite, type RadioSpec, type StreetSnapshot } from './lighting/street-site.ts'
import type { NonceStore } from './lorawan/joining.ts'
import { createEndDevice } from './lorawan-device.ts'
import { createPacketForwarder, type ForwarderCounts, type PacketForwarder } from './packet-forwarder.ts'
import { type Air, createAir } from './radio/air.ts'
import type { CitySpec, DeviceSpec, GreenhouseSpec, StationSpec, StreetSpec } from './spec.ts'
import { openWater } from './water/open-water.ts'
import type { Water } from './water/water.ts'

/** Virtual field equipment of a city: gateways, sensors, sirens and buttons around water that rises and falls. */
export interface City {
  /** Powers everything. Rejects with a FaultError when a gateway gets no socket. */
  start(): Promise<void>
  /** Idempotent. */
  stop(): Promise<void>
  snapshot(): CitySnapshot
  /** False when there is no such device, or it cannot fail in that way. `none` mends it. */
  fault(device: string, fault: FaultName): boolean
  /** False when there is no such button. */
  press(button: string): boolean
  /** False when there is no such gateway. */
  gateway(eui: string, on: boolean): Promise<boolean>
}

export interface CitySnapshot {
  readonly at: Utc
  readonly stations: readonly StationSnapshot[]
  readonly streets: readonly StreetSnapshot[]
  readonly greenhouses: readonly GreenhouseSnapshot[]
}

export interface StationSnapshot {
  readonly id: string
  /** What the water truly is at, in the station's datum. */
  readonly stage_m: number
  readonly rain_mm: number
  /** A siren can be heard. */
  readonly sounding: boolean
  readonly gateways: readonly {
    readonly eui: string
    readonly on: boolean
    readonly counts: ForwarderCounts
  }[]
  readonly devices: readonly DeviceSnapshot[]
}

export interface CityOptions {
  /** The city's clock, which measurements follow; it may be accelerated. */
  readonly clock: Clock
  /** The radio's: real time. */
  readonly radioClock: Clock
  /** How much faster than the radio's clock the city's runs. */
  readonly speed: number
  readonly random: Random
  readonly network: DatagramNetwork
  readonly nonces: NonceStore
  readonly log: Log
  /** Opens a client of a node's own broker: local sensors speak MQTT to it. */
  readonly dial: DialBroker
  /** Reads a recorded hydrograph. */
  read(file: string): Result<string>
}

/**
 * A class A device that keeps the standard needs 2.1 s and more from uplink to uplink. Where its rhythm on an
 * accelerated clock is faster than that, it may send again after this long, which is the least that its frames' time
 * on the air (60 to 370 ms) leaves room for; faster still, only its newest measurement is sent. Relays, which answer
 * each order, may do so as well.
 */
const HURRIED_GAP_MS = 250
const UNHURRIED_MS = 4_000
/** A city on one machine opens nothing to the network. */
const LOOPBACK = '127.0.0.1'

/** Errors: those of reading a recorded hydrograph. */
export function createCity(spec: CitySpec, options: CityOptions): Result<City> {
  const stations: Station[] = []
  for (const stationSpec of spec.stations) {
    const water = openWater(stationSpec.hydrograph, spec.begin_utc, options.read)
    if (!water.ok) return water
    stations.push(createStation(stationSpec, water.value, spec.loss, options))
  }
  const streets = spec.streets.map((street) => createStreetOf(street, spec.loss, options))
  const greenhouses = spec.greenhouses.map((house) => createGreenhouseOf(house, spec.loss, options))
  const devices = new Map(stations.flatMap((station) => station.devices.map((device) => [device.id, device])))
  const buttons = new Map(stations.flatMap((station) => station.buttons.map((button) => [button.id, button])))
  const sites = [...streets, ...greenhouses]
  const gateways = [...stations, ...sites].flatMap((site) => site.gateways)

  return ok({
    async start() {
      await Promise.all(gateways.map((gateway) => gateway.start()))
      for (const device of devices.values()) device.start()
      await Promise.all(sites.map((site) => site.start()))
    },
    async stop() {
      for (const device of devices.values()) device.stop()
      await Promise.all(sites.map((site) => site.stop()))
      await Promise.all(gateways.map((gateway) => gateway.stop()))
    },
    snapshot: () => ({
      at: options.clock.now(),
      stations: stations.map((station) => station.snapshot(options.clock.now())),
      streets: streets.map((street) => street.snapshot()),
      greenhouses: greenhouses.map((house) => house.snapshot()),
    }),
    fault: (where, name) => devices.get(where)?.fault(name) ?? sites.some((site) => site.fault(where, name)),
    press(id) {
      const button = buttons.get(id)
      button?.press()
      return button !== undefined
    },
    async gateway(eui, on) {
      const gateway = gateways.find((candidate) => candidate.eui === eui)
      if (on) await gateway?.start()
      else await gateway?.stop()
      return gateway !== undefined
    },
  })
}

/** What stands by a node's antenna: the node hears the air through it. */
function createGateways(
  spec: Pick<StationSpec, 'edge' | 'gateways'>,
  air: Air,
  { network, radioClock: clock, random, log }: CityOptions,
): readonly PacketForwarder[] {
  return spec.gateways.map((gateway) =>
    createPacketForwarder({
      eui: gateway.eui,
      position: gateway,
      server: spec.edge,
      bind: spec.edge.host === LOOPBACK ? LOOPBACK : '0.0.0.0',
      network,
      clock,
      random,
      air,
      log,
    }),
  )
}

function createStreetOf(spec: StreetSpec, loss: number, options: CityOptions): StreetSite {
  const { clock, radioClock, random, dial, log } = options
  const air = createAir({ clock: radioClock, random, loss })
  const site = createStreetSite(spec, {
    ...{ clock, wall: radioClock, random, dial, log },
    connect: (radio) => connection(radio, isHurried(radio.every_s, options), air, options),
  })
  return { ...site, gateways: createGateways(spec, air, options) }
}

function createGreenhouseOf(spec: GreenhouseSpec, loss: number, options: CityOptions) {
  const { clock, radioClock, random, speed } = options
  const air = createAir({ clock: radioClock, random, loss })
  const site = createGreenhouseSite(spec, {
    ...{ clock, wall: radioClock, speed, begin: clock.now() },
    connect: (radio) => connection(radio, isHurried(radio.every_s, options), air, options),
  })
  return { ...site, gateways: createGateways(spec, air, options) }
}

type StreetSite = ReturnType<typeof createStreetSite> & { readonly gateways: readonly PacketForwarder[] }

interface Station {
  readonly gateways: readonly PacketForwarder[]
  readonly devices: readonly VirtualDevice[]
  readonly buttons: readonly PushButton[]
  snapshot(at: Utc): StationSnapshot
}

/** One station: its own piece of air, for the next one is kilometres away. */
function createStation(spec: StationSpec, water: Water, loss: number, options: CityOptions): Station {
  const { radioClock, random } = options
  const air = createAir({ clock: radioClock, random, loss })
  const gateways = createGateways(spec, air, options)
  const buttons: PushButton[] = []
  const devices = spec.devices.map((device) => {
    const made = createDevice(device, water, air, options)
    if ('press' in made) buttons.push(made)
    return made
  })
  return {
    gateways,
    devices,
    buttons,
    snapshot(at) {
      const snapshots = devices.map((device) => device.snapshot())
      return {
        id: spec.id,
        stage_m: water.stageAt(at),
        rain_mm: water.rainAt(at),
        sounding: snapshots.some((device) =>
          device.outputs?.some((output) => output.means === 'siren' && output.sounding),
        ),
        gateways: gateways.map((gateway) => ({
          eui: gateway.eui,
          on: gateway.running(),
          counts: gateway.counts(),
        })),
        devices: snapshots,
      }
    },
  }
}

function createDevice(
  spec: DeviceSpec,
  water: Water,
  air: Air,
  options: CityOptions,
): VirtualDevice | PushButton {
  const { clock, radioClock, random } = options
  const fitting: Fitting = {
    id: spec.id,
    every_s: spec.every_s,
    clock,
    random,
    connect: connection(spec, spec.role === 'relays' || isHurried(spec.every_s, options), air, options),
  }
  const serial = [...Buffer.from(spec.devEui, 'hex')]
  switch (spec.role) {
    case 'level':
      return createLevelSensor({ ...fitting, ...spec, serial, water })
    case 'rain':
      return createRainGauge({ ...fitting, ...spec, serial, water })
    case 'relays':
      return createRelayBox({ ...fitting, ...spec, serial })
    case 'button':
      return createPushButton({ ...fitting, serial, handClock: radioClock })
  }
}

function isHurried(every_s: number, { speed }: CityOptions): boolean {
  return (every_s * 1_000) / speed < UNHURRIED_MS
}

function connection(spec: RadioSpec, hurried: boolean, air: Air, options: CityOptions): ConnectRadio {
  return (wishes) =>
    createEndDevice({
      ...wishes,
      devEui: spec.devEui,
      joinEui: spec.joinEui,
      appKey: Uint8Array.from(Buffer.from(spec.appKey, 'hex')),
      region: REGIONS[DEFAULT_REGION],
      position: spec,
      air,
      clock: options.radioClock,
      random: options.random,
      nonces: options.nonces,
      log: options.log,
      utc: () => options.clock.now(),
      ...(hurried && options.speed > 1 ? { uplinkGap_ms: HURRIED_GAP_MS } : {}),
    })
}

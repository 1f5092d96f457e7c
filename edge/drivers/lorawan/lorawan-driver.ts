import { type Clock, every } from '../../../core/clock.ts'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import { deviceId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { dataRateIndex, REGIONS, rx1DataRate } from '../../../core/lorawan/as923.ts'
import { parseUplink } from '../../../core/lorawan/phy.ts'
import { parseFromGateway, type Received } from '../../../core/lorawan/semtech-udp.ts'
import type { Address, Datagram, DatagramNetwork } from '../../../core/ports/datagram.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { integer, type Random } from '../../../core/random.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import { createAddressBook } from './address-book.ts'
import { createAnswers } from './answers.ts'
import { type LorawanConfig, type LorawanDeviceConfig, regionOf } from './config.ts'
import { type ReadSecret, readActivation } from './credentials.ts'
import { createDeliveries } from './deliveries.ts'
import { createGatewayTime } from './gateway-time.ts'
import { createGateways } from './gateways.ts'
import { createJoins } from './joins.ts'
import { createMac } from './mac.ts'
import { createMulticast } from './multicast.ts'
import { createMulticastCounters } from './multicast-counters.ts'
import { createReceptionWindow } from './reception-window.ts'
import { createRelays, RELAY_DEVICE, relayDeviceConfig } from './relays.ts'
import { scopedClock } from './scoped-clock.ts'
import { type DeviceLink, defaultRadio, newDevNonces, newSession } from './session.ts'
import { createSessionStore } from './session-store.ts'
import { createUplinks } from './uplinks.ts'

export interface LorawanParts {
  readonly config: LorawanConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** Time stamps of readings and the time told to devices. */
  readonly clock: Clock
  /** Windows, spacing, retries and the duty cycle: real time, also where a demonstration's `clock` runs faster. */
  readonly radioClock: Clock
  readonly random: Random
  readonly log: Log
  readonly sink: DriverSink
  readonly network: DatagramNetwork
  readonly store: SqlStore
  /** For keys that do not stand in the configuration itself. */
  readonly readSecret?: ReadSecret
}

const HEALTH_MS = 60_000
/** More than this is no gateway's traffic; what exceeds it is dropped unread, so that control keeps its share. */
const PACKETS_PER_SECOND_MAX = 10_000

/** A LoRaWAN 1.0.x network server small enough for a pole, behind Semtech UDP packet forwarders. */
export function createLorawanDriver(parts: LorawanParts): Driver {
  const { config, clock, random, log, sink, network, store } = parts
  const radioClock = scopedClock(parts.radioClock)
  const region = regionOf(config)
  const base = REGIONS[config.region]
  const links = new Map<string, DeviceLink>()
  const byDevEui = new Map<string, DeviceLink>()
  const book = createAddressBook()
  let socket: Datagram | undefined

  const refused = (problem: Fault, link?: DeviceLink) => sink.refused(problem, link?.id)
  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })

  const sessions = createSessionStore({ store, clock: radioClock, refused })
  const gateways = createGateways({
    config,
    clock: radioClock,
    socket: () => socket,
    refused,
    appeared() {
      multicast.appeared()
      for (const link of links.values()) deliveries.reachable(link)
    },
    token: integer(random, 0, 0xffff),
  })
  const deliveries = createDeliveries({
    clock: radioClock,
    random,
    region,
    tries: config.tries,
    gateways,
    sessions,
    refused,
    progress(progress) {
      multicast.note(progress)
      sink.output({ ...progress, time: now() })
    },
  })
  const counters = createMulticastCounters({ store, refused })
  const multicast = createMulticast({
    config,
    clock: radioClock,
    deliveries,
    gateways,
    counters,
    links,
    refused,
    report: sink.health,
    readSecret: parts.readSecret,
  })
  const mac = createMac({ config, region, clock: radioClock, health: sink.health, touch: sessions.touch })
  const relays = createRelays({ region, gateways, sessions, sink, refused })
  const answers = createAnswers({
    clock: radioClock,
    region,
    gateways,
    sessions,
    deliveries: { waiting: (link) => deliveries.waiting(link) ?? relays.waiting(link) },
    mac,
    refused,
  })
  const uplinks = createUplinks({ clock, region, book, sessions, answers, deliveries, relays, mac, sink })
  const joins = createJoins({
    clock: radioClock,
    random,
    base,
    region,
    netId: Number.parseInt(config.netId, 16),
    byDevEui,
    sessions,
    answers,
    addressTaken: (devAddr) => book.owners(devAddr).length > 0,
    pended(link, before) {
      if (before !== undefined) book.remove(before)
      if (link.pending !== undefined) book.add(link, link.pending)
    },
    refused,
  })
  const window = createReceptionWindow(radioClock)

  const gatewayTime = createGatewayTime({ clock, refused, told: (report) => sink.time?.(report) })

  const frame = (gateway: string, received: Received) => {
    if (received.gps_ms !== undefined) gatewayTime.note(gateway, received.gps_ms)
    const { first, heard } = window.note(gateway, received)
    if (!first) return
    const parsed = parseUplink(received.phy)
    if (!parsed.ok) return sink.refused(parsed.error)
    if (parsed.value.kind === 'data') return uplinks.heard(parsed.value, heard, received)
    const up = dataRateIndex(region, received.modulation) ?? 0
    const rx1 = { frequency_Hz: received.frequency_Hz, dataRate: rx1DataRate(region, up, 0) }
    joins.heard(parsed.value, heard, rx1)
  }

  const admit = createAdmission(radioClock, () => {
    sink.refused(fault('LORAWAN_OVERLOADED', { limit: PACKETS_PER_SECOND_MAX }))
  })
  const datagram = (bytes: Uint8Array, from: Address) => {
    if (!admit()) return
    const packet = parseFromGateway(bytes, gateways.isKnown)
    if (!packet.ok) return sink.refused(packet.error)
    gateways.notice(packet.value, from)
    if (packet.value.kind !== 'push-data') return
    const { gateway, malformed, skipped, received } = packet.value
    for (const one of received) frame(gateway, one)
    if (malformed !== undefined) sink.refused(fault('UDP_INVALID', malformed))
    if (skipped > 0) sink.refused(fault('GATEWAY_CRC', { gateway }))
  }

  const enrol = (device: LorawanDeviceConfig): Result<void> => {
    const link = linkOf(device, parts)
    if (!link.ok) return link
    sessions.load(link.value)
    useAbp(link.value)
    links.set(device.id, link.value)
    const { activation, active, pending } = link.value
    if (activation.kind === 'otaa') byDevEui.set(activation.devEui, link.value)
    for (const session of [active, pending]) if (session !== undefined) book.add(link.value, session)
    return ok(undefined)
  }
  /** An ABP device's session is in the configuration; the store keeps its counters for as long as the keys stay. */
  const useAbp = (link: DeviceLink) => {
    const { activation, active } = link
    if (activation.kind !== 'abp') return
    const { nwkSKey, appSKey } = activation.keys
    const same =
      active !== undefined &&
      Buffer.compare(active.keys.nwkSKey, nwkSKey) === 0 &&
      Buffer.compare(active.keys.appSKey, appSKey) === 0
    if (!same) link.active = newSession(activation.devAddr, activation.keys, defaultRadio(base))
  }

  return {
    name: 'lorawan',
    async start() {
      for (const device of [...config.devices, ...(config.relays ?? []).map(relayDeviceConfig)]) {
        const enrolled = enrol(device)
        if (!enrolled.ok) throw new FaultError(enrolled.error)
      }
      for (const group of config.multicast ?? []) {
        const enrolled = multicast.enrol(group)
        if (!enrolled.ok) throw new FaultError(enrolled.error)
      }
      // Counters are reserved before the first siren wants one.
      for (const link of links.values()) sessions.touch(link)
      sessions.flush()
      socket = await network.bind(config.bind)
      socket.onMessage(datagram)
      every(radioClock, HEALTH_MS, () => {
        for (const report of [...gateways.health(), ...multicast.health()]) sink.health(report)
      })
      log.info('listening for gateways', { ...socket.local, region: region.name, devices: links.size })
    },
    async stop() {
      if (socket === undefined) return
      radioClock.end()
      sessions.close(links.values())
      counters.close()
      const closing = socket
      socket = undefined
      await closing.close()
    },
    working: () => gateways.ready([]).length > 0,
    drive(device, requests, urgency) {
      const link = links.get(device)
      if (link === undefined) {
        return err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' }))
      }
      const sender = multicast.isMember(link) ? multicast : deliveries
      return sender.drive(link, requests, urgency)
    },
    relay(to, bytes) {
      const link = links.get(to)
      if (link?.relay !== true) return err(fault('RELAY_NOT_NEIGHBOUR', { edge: to }))
      return relays.send(link, bytes)
    },
  }
}

/** Lets through so many packets a second; the first one above it is told, once a second. */
function createAdmission(clock: Clock, overloaded: () => void): () => boolean {
  let since = clock.monotonic()
  let count = 0
  return () => {
    const now = clock.monotonic()
    if (now - since >= 1000) {
      since = now
      count = 0
    }
    count++
    if (count > PACKETS_PER_SECOND_MAX) overloaded()
    return count <= PACKETS_PER_SECOND_MAX
  }
}

function linkOf(device: LorawanDeviceConfig, parts: LorawanParts): Result<DeviceLink> {
  const relay = device.model === RELAY_DEVICE.model
  const definition = relay ? RELAY_DEVICE : parts.devices.get(device.id)
  const binding = definition?.via.lorawan
  if (definition === undefined || binding === undefined) {
    return err(fault('DEVICE_UNKNOWN_MODEL', { model: device.model }))
  }
  const id = deviceId(device.id)
  if (!id.ok) return id
  const activation = readActivation(device, parts.readSecret)
  if (!activation.ok) return activation
  return ok({
    id: id.value,
    definition,
    binding,
    class: device.class ?? binding.class,
    activation: activation.value,
    adr: device.adr ?? !relay,
    relay,
    active: undefined,
    pending: undefined,
    joinNonce: 0,
    devNonces: newDevNonces(),
    heard: { receptions: [] },
    shown: undefined,
    repeats: 0,
    snrHistory: [],
    answerEndsAt: undefined,
    wanted: new Map(),
    delivery: undefined,
    mac: { asked: new Map(), adrPower: undefined, statusAt: undefined },
  })
}

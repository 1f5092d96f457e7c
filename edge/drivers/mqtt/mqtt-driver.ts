import { type Cancel, type Clock, every, type Mono } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { err, type Result } from '../../../core/result.ts'
import type { DeviceDefinition, MqttBinding } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import { checkMqtt, type MqttConfig, type MqttDeviceConfig, topicOf } from './config.ts'
import type { DeviceBroker, OpenDeviceBroker } from './device-broker.ts'
import { createOrders, type Orders } from './orders.ts'

export interface MqttParts {
  readonly config: MqttConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** By device id. */
  readonly passwords: ReadonlyMap<string, string>
  /** Time stamps of readings. */
  readonly clock: Clock
  /** Silence and tries: real time. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
  readonly open: OpenDeviceBroker
}

interface DeviceLink {
  readonly id: DeviceId
  readonly definition: DeviceDefinition
  readonly binding: MqttBinding
  readonly topic: string
  readonly orders: Orders
  heardAt: Mono
  silent: boolean
}

/** How often silence is looked for, and how the links are told. */
const WATCH_MS = 10_000
const TELL_MS = 60_000

/** Devices that speak MQTT to the node itself. Throws a FaultError for a configuration that cannot be served. */
export function createMqttDriver(parts: MqttParts): Driver {
  const { config, clock, wall, log, sink } = parts
  const links = new Map<string, DeviceLink>()
  let broker: DeviceBroker | undefined
  let cancels: readonly Cancel[] = []

  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  const tell = (link: DeviceLink) =>
    sink.health({ source: link.id, values: { link_up: Number(link.orders.connected()) } })

  const received = (device: string, topic: string, payload: Uint8Array) => {
    const link = links.get(device)
    const below = link === undefined ? '' : topic.slice(link.topic.length + 1)
    if (link === undefined) return
    link.heardAt = wall.monotonic()
    link.silent = false
    // A device says more than we want to know: its last will, its version, its signal.
    if (!link.binding.topics.includes(below)) return
    const decoded = link.binding.decode(below, payload)
    if (!decoded.ok) return sink.refused(decoded.error, link.id)
    const { telemetry, failed = {} } = decoded.value
    sink.telemetry({ device: link.id, time: now(), telemetry, failed })
    link.orders.readBack(telemetry)
  }
  const missed = (link: DeviceLink) => {
    const silent_ms = wall.monotonic() - link.heardAt
    if (link.silent || silent_ms < link.binding.silence_s * 1_000) return
    link.silent = true
    sink.refused(fault('MQTT_SILENT', { device: link.id, silent_s: Math.round(silent_ms / 1_000) }), link.id)
    const failed = Object.fromEntries(
      Object.keys(link.definition.telemetry).map((channel) => [channel, 'silent'] as const),
    )
    sink.telemetry({ device: link.id, time: now(), telemetry: {}, failed })
  }
  const enrol = (device: MqttDeviceConfig): DeviceLink => {
    const definition = parts.devices.get(device.id)
    const binding = definition?.via.mqtt
    const id = deviceId(device.id)
    if (definition === undefined || binding === undefined || !id.ok) {
      throw new FaultError(fault('DEVICE_UNKNOWN_MODEL', { model: device.model }))
    }
    const topic = topicOf(device)
    const orders = createOrders({
      clock: wall,
      tries: config.tries,
      device: id.value,
      definition,
      binding,
      publish: (below, payload) => broker?.publish(`${topic}/${below}`, payload) ?? false,
      refused: (problem) => sink.refused(problem, id.value),
      progress: (progress) => sink.output({ ...progress, device: id.value, time: now() }),
    })
    return { id: id.value, definition, binding, topic, orders, heardAt: wall.monotonic(), silent: false }
  }

  const apart = checkMqtt(config)
  if (!apart.ok) throw new FaultError(apart.error)
  for (const device of config.devices) links.set(device.id, enrol(device))

  return {
    name: 'mqtt',
    async start() {
      const opened = await parts.open({
        host: config.host,
        port: config.port,
        logins: config.devices.map((device) => ({
          device: device.id,
          username: device.username,
          password: parts.passwords.get(device.id) ?? '',
          topic: topicOf(device),
        })),
        received,
        presence(device, connected) {
          const link = links.get(device)
          if (link === undefined) return
          link.orders.presence(connected)
          tell(link)
        },
        refused: (problem, device) =>
          sink.refused(problem, device === undefined ? undefined : links.get(device)?.id),
      })
      const { port } = await opened.start()
      broker = opened
      for (const link of links.values()) link.heardAt = wall.monotonic()
      cancels = [
        every(wall, WATCH_MS, () => {
          for (const link of links.values()) missed(link)
        }),
        every(wall, TELL_MS, () => {
          for (const link of links.values()) tell(link)
        }),
      ]
      log.info('listening for local devices', { host: config.host, port, devices: links.size })
    },
    async stop() {
      for (const cancel of cancels) cancel()
      for (const { orders } of links.values()) orders.end()
      const closing = broker
      broker = undefined
      await closing?.stop()
    },
    working: () => broker !== undefined,
    drive(device, requests): Result<void> {
      const link = links.get(device)
      if (link !== undefined) return link.orders.drive(requests)
      return err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' }))
    },
  }
}

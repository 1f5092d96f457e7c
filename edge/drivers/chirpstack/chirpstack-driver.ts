import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { DeviceDefinition, Downlink, LorawanBinding, OutputRequest } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import type { ChirpstackConfig } from './config.ts'
import { ACK_FILTER, downCommand, downTopic, parseAck, parseUp, UP_FILTER } from './messages.ts'

export interface ChirpstackParts {
  readonly config: ChirpstackConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** A client of ChirpStack's broker; the driver closes it. */
  readonly broker: Broker
  readonly clock: Clock
  readonly log: Log
  readonly sink: DriverSink
}

/** ChirpStack itself repeats a confirmed downlink and tells the outcome; this is for when it never does. */
const OUTCOME_WITHIN_MS = 30_000
const OFFLINE_RETRY_MS = 2_000
/** Uplinks whose names are remembered, to drop what MQTT brings twice. */
const SEEN_MAX = 4096

interface Link {
  readonly id: DeviceId
  readonly devEui: string
  readonly definition: DeviceDefinition
  readonly binding: LorawanBinding
  application: string | undefined
  readonly wanted: Map<string, OutputRequest>
  delivery: Delivery | undefined
}

/** One pass over all wanted requests of a device. */
interface Delivery {
  readonly requests: readonly OutputRequest[]
  readonly frames: readonly Downlink[]
  /** Queue items that ChirpStack has not reported on yet. */
  readonly awaited: Set<string>
  tries: number
  told: boolean
  cancel: Cancel
}

/** The same devices, served by a ChirpStack v4 that the site already has. */
export function createChirpstackDriver(parts: ChirpstackParts): Driver {
  const { config, broker, clock, log, sink } = parts
  const links = new Map<string, Link>()
  const byDevEui = new Map<string, Link>()
  const seen = new Set<string>()
  const subscriptions: Cancel[] = []
  let items = 0
  let stopped = false

  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  const progress = (
    link: Link,
    delivery: Delivery,
    stage: 'sent' | 'confirmed' | 'failed',
    problem?: Fault,
  ) => {
    const { requests } = delivery
    sink.output({
      device: link.id,
      requests,
      stage,
      time: now(),
      ...(problem === undefined ? {} : { problem }),
    })
  }
  const close = (link: Link, delivery: Delivery) => {
    delivery.cancel()
    link.delivery = undefined
    for (const request of delivery.requests) {
      if (link.wanted.get(request.output) === request) link.wanted.delete(request.output)
    }
  }
  const again = (link: Link, delivery: Delivery, delayMs: number) => {
    delivery.cancel()
    delivery.cancel = clock.after(delayMs, () => void publish(link, delivery))
  }

  const publish = async (link: Link, delivery: Delivery): Promise<void> => {
    if (stopped || link.delivery !== delivery) return
    if (delivery.tries >= config.tries) {
      const problem = fault('LORAWAN_UNCONFIRMED', { device: link.id, tries: delivery.tries })
      close(link, delivery)
      sink.refused(problem, link.id)
      return progress(link, delivery, 'failed', problem)
    }
    delivery.tries++
    again(link, delivery, OUTCOME_WITHIN_MS)
    const { application } = link
    if (application === undefined)
      return sink.refused(fault('LORAWAN_NOT_JOINED', { device: link.id }), link.id)
    delivery.awaited.clear()
    const commands = delivery.frames.map((frame) => {
      const id = itemId(clock.now(), items++)
      delivery.awaited.add(id)
      return downCommand(id, link.devEui, frame)
    })
    const topic = downTopic(application, link.devEui)
    const taken = await Promise.all(commands.map((command) => broker.publish(topic, command)))
    if (stopped || link.delivery !== delivery) return
    if (taken.includes(false)) {
      sink.refused(fault('CHIRPSTACK_OFFLINE', { device: link.id }), link.id)
      return again(link, delivery, OFFLINE_RETRY_MS)
    }
    if (!delivery.told) progress(link, delivery, 'sent')
    delivery.told = true
  }

  const up = (topic: string, payload: Uint8Array) => {
    const event = parseUp(topic, payload)
    if (!event.ok) return sink.refused(event.error)
    const { application, devEui, deduplicationId, fPort, fCnt, bytes, rssi, snr } = event.value
    const link = byDevEui.get(devEui)
    // The broker carries every device of the ChirpStack; only ours are of interest.
    if (link === undefined || seen.has(deduplicationId)) return
    seen.add(deduplicationId)
    const [oldest] = seen
    if (seen.size > SEEN_MAX && oldest !== undefined) seen.delete(oldest)
    const first = link.application === undefined
    link.application = application
    if (fPort > 0) {
      const decoded = link.binding.decode(bytes, fPort)
      if (decoded.ok) {
        const { telemetry, failed = {} } = decoded.value
        sink.telemetry({ device: link.id, time: now(), telemetry, failed })
      } else sink.refused(decoded.error, link.id)
    }
    const values = {
      link_fcnt: fCnt,
      ...(rssi === undefined ? {} : { link_rssi: rssi }),
      ...(snr === undefined ? {} : { link_snr: snr }),
    }
    sink.health({ source: link.id, values })
    if (first && link.delivery !== undefined) void publish(link, link.delivery)
  }

  const outcome = (payload: Uint8Array) => {
    const event = parseAck(payload)
    if (!event.ok) return sink.refused(event.error)
    const link = byDevEui.get(event.value.devEui)
    const delivery = link?.delivery
    if (link === undefined || delivery === undefined || !delivery.awaited.has(event.value.queueItemId)) return
    if (!event.value.acknowledged) return void publish(link, delivery)
    delivery.awaited.delete(event.value.queueItemId)
    if (delivery.awaited.size > 0) return
    close(link, delivery)
    progress(link, delivery, 'confirmed')
  }

  for (const device of config.devices) {
    const link = linkOf(device, parts)
    if (!link.ok) throw new FaultError(link.error)
    links.set(device.id, link.value)
    byDevEui.set(link.value.devEui, link.value)
  }

  return {
    name: 'chirpstack',
    working: () => broker.state() === 'online',
    start() {
      subscriptions.push(broker.subscribe(UP_FILTER, up))
      subscriptions.push(broker.subscribe(ACK_FILTER, (_topic, payload) => outcome(payload)))
      log.info('listening to ChirpStack', { devices: links.size })
      return Promise.resolve()
    },
    async stop() {
      if (stopped) return
      stopped = true
      for (const cancel of subscriptions.splice(0)) cancel()
      for (const link of links.values()) link.delivery?.cancel()
      await broker.close()
    },
    drive(device, requests) {
      const link = links.get(device)
      const frames = link === undefined ? refuse(device, requests) : framesFor(link, requests)
      if (!frames.ok || link === undefined) return frames.ok ? ok(undefined) : frames
      link.delivery?.cancel()
      for (const request of requests) link.wanted.set(request.output, request)
      const wanted = [...link.wanted.values()]
      const all = link.binding.encode?.(wanted)
      if (all?.ok !== true) return all ?? ok(undefined)
      link.delivery = {
        requests: wanted,
        frames: all.value,
        awaited: new Set(),
        tries: 0,
        told: false,
        cancel: () => {},
      }
      void publish(link, link.delivery)
      return ok(undefined)
    },
  }
}

function framesFor(link: Link, requests: readonly OutputRequest[]): Result<readonly Downlink[]> {
  const { definition, binding } = link
  const sound = requests.every(({ output, value }) => {
    const known = Object.hasOwn(definition.outputs, output) ? definition.outputs[output] : undefined
    return known !== undefined && value >= known.min && value <= known.max
  })
  if (!sound || requests.length === 0 || binding.encode === undefined)
    return refuse(definition.model, requests)
  return binding.encode(requests)
}

function refuse(model: string, requests: readonly OutputRequest[]) {
  return err(fault('ACTION_UNSUPPORTED', { model, output: requests[0]?.output ?? '' }))
}

/** A UUID (version 8, our own making) from the time and a count: unique on this node, which is all that is asked. */
function itemId(at: number, count: number): string {
  const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0').slice(-12)
  const number = (count % 2 ** 32).toString(16).padStart(8, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-8000-8000-0000${number}`
}

function linkOf(device: ChirpstackConfig['devices'][number], parts: ChirpstackParts): Result<Link> {
  const definition = parts.devices.get(device.id)
  const binding = definition?.via.lorawan
  if (definition === undefined || binding === undefined) {
    return err(fault('DEVICE_UNKNOWN_MODEL', { model: device.model }))
  }
  const id = deviceId(device.id)
  if (!id.ok) return id
  return ok({
    id: id.value,
    devEui: device.devEui.toLowerCase(),
    definition,
    binding,
    application: parts.config.applicationId,
    wanted: new Map(),
    delivery: undefined,
  })
}

import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region } from '../../../core/lorawan/as923.ts'
import { buildDownlink } from '../../../core/lorawan/phy.ts'
import type { Random } from '../../../core/random.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { OutputRequest, Telemetry } from '../../../devices/define.ts'
import type { OutputProgress } from '../driver.ts'
import type { Gateways } from './gateways.ts'
import type { Delivery, DeviceLink, Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { PRIORITY } from './transmitter.ts'

/** A class C device answers a confirmed frame by itself; it is sent again after this long, and a random part more. */
const ANSWER_WITHIN_MS = 3_000
const ANSWER_SPREAD_MS = 1_000
/** After a forwarder's refusal, and while no gateway is there. */
const REFUSED_RETRY_MS = 200
const NO_GATEWAY_RETRY_MS = 2_000
/** A request is not carried out later than this: whoever wants it still says so again. */
const REQUEST_LIFE_MS = 10 * 60_000
/** A frame's bytes around its payload: header, address, control, counter, port, integrity code. */
const FRAME_OVERHEAD = 13

export interface Deliveries {
  drive(link: DeviceLink, requests: readonly OutputRequest[], urgency: 'urgent' | 'normal'): Result<void>
  /** The device acknowledged a confirmed frame, in an uplink heard at `heardAt`. */
  acknowledged(link: DeviceLink, heardAt: Mono): void
  /** Telemetry that reads an output back confirms it as well. */
  readBack(link: DeviceLink, telemetry: Telemetry): void
  /** The device can be reached (again): a class C frame that had to wait goes now. */
  reachable(link: DeviceLink): void
  /** Class A: what should ride on the next answer; `left` is to be called when it leaves. */
  waiting(link: DeviceLink): WaitingFrame | undefined
}

export interface WaitingFrame {
  readonly fPort: number
  readonly bytes: Uint8Array
  /** Sent until the device says that it has it. */
  readonly confirmed: boolean
  readonly urgent: boolean
  left(): void
  tooLong(limit: number): void
}

export interface DeliveriesParts {
  readonly clock: Clock
  readonly random: Random
  readonly region: Region
  readonly tries: number
  readonly gateways: Gateways
  readonly sessions: SessionStore
  readonly refused: (problem: Fault, link: DeviceLink) => void
  readonly progress: (progress: Omit<OutputProgress, 'time'>) => void
}

/** Requests on their way to devices: newest per output wins, confirmed or given up after bounded tries. */
export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { clock, random, region, tries: triesMax, gateways, sessions, refused, progress } = parts

  const close = (link: DeviceLink, delivery: Delivery) => {
    delivery.cancel()
    delivery.endLife()
    link.delivery = undefined
    for (const request of delivery.requests) {
      if (link.wanted.get(request.output)?.request === request) link.wanted.delete(request.output)
    }
  }
  const fail = (link: DeviceLink, delivery: Delivery, problem: Fault) => {
    close(link, delivery)
    refused(problem, link)
    progress({ device: link.id, requests: delivery.requests, stage: 'failed', problem })
  }
  const confirm = (link: DeviceLink, delivery: Delivery) => {
    close(link, delivery)
    progress({ device: link.id, requests: delivery.requests, stage: 'confirmed' })
  }
  const left = (link: DeviceLink, delivery: Delivery, at: Mono) => {
    delivery.tries++
    delivery.leftAt = at
    if (delivery.told) return
    delivery.told = true
    progress({ device: link.id, requests: delivery.requests, stage: 'sent' })
  }
  const giveUp = (link: DeviceLink, delivery: Delivery) => {
    fail(link, delivery, fault('LORAWAN_UNCONFIRMED', { device: link.id, tries: delivery.tries }))
  }
  const again = (link: DeviceLink, delivery: Delivery, delayMs: number) => {
    delivery.cancel()
    delivery.cancel = clock.after(delayMs, () => transmit(link, delivery))
  }

  /** Class C: sends the delivery's frame at once, and again until it is confirmed or the tries are used up. */
  const transmit = (link: DeviceLink, delivery: Delivery) => {
    if (link.delivery !== delivery) return
    if (delivery.tries >= triesMax) return giveUp(link, delivery)
    const session = link.active
    // It waits for the device to join, for as long as a request lives.
    if (session === undefined) return refused(fault('LORAWAN_NOT_JOINED', { device: link.id }), link)
    const order = gateways.ready(link.heard.receptions)
    const gateway = order[Math.floor(delivery.tries / 2) % order.length]
    const modulation = region.dataRates[session.radio.rx2DataRate]
    const frame = delivery.frames[delivery.at]
    const antenna = gateway === undefined ? undefined : gateways.transmitter(gateway)
    if (antenna === undefined || !modulation || frame === undefined) {
      refused(fault('LORAWAN_NO_GATEWAY', { device: link.id }), link)
      delivery.tries++
      return again(link, delivery, NO_GATEWAY_RETRY_MS)
    }
    delivery.cancel()
    let queued = true
    const unqueue = antenna.soon({
      priority: delivery.urgent ? PRIORITY.urgent : PRIORITY.normal,
      frequency_Hz: session.radio.rx2Frequency_Hz,
      modulation,
      power_dBm: region.eirpMax_dBm,
      bytes: frame.bytes.length + FRAME_OVERHEAD,
      build: () => (link.delivery === delivery ? confirmedFrame(link, session, frame) : undefined),
      sent(endsAt) {
        queued = false
        const answer_ms = ANSWER_WITHIN_MS + random.next() * ANSWER_SPREAD_MS
        again(link, delivery, endsAt - clock.monotonic() + answer_ms)
        left(link, delivery, clock.monotonic())
      },
      failed() {
        queued = false
        if (link.delivery === delivery) again(link, delivery, REFUSED_RETRY_MS * (1 + random.next()))
      },
    })
    if (queued) delivery.cancel = unqueue
  }

  const confirmedFrame = (link: DeviceLink, session: Session, frame: Delivery['frames'][number]) =>
    buildDownlink(
      {
        confirmed: true,
        devAddr: session.devAddr,
        fCnt: sessions.nextDown(link, session),
        adr: link.adr,
        fPort: frame.fPort,
        payload: frame.bytes,
      },
      session.keys,
    )

  const begin = (link: DeviceLink): Delivery | undefined => {
    const old = link.delivery
    const wanted = [...link.wanted.values()]
    const requests = wanted.map((entry) => entry.request)
    const frames = link.binding.encode?.(requests)
    if (frames?.ok !== true) return undefined
    old?.cancel()
    old?.endLife()
    const delivery: Delivery = {
      requests,
      frames: frames.value,
      urgent: wanted.some((entry) => entry.urgent),
      at: 0,
      tries: 0,
      leftAt: undefined,
      told: false,
      doubtful: old !== undefined && (old.leftAt !== undefined || old.doubtful),
      cancel: () => {},
      endLife: clock.after(REQUEST_LIFE_MS, () => giveUp(link, delivery)),
    }
    link.delivery = delivery
    return delivery
  }

  return {
    drive(link, requests, urgency) {
      const sound = checkRequests(link, requests, region)
      if (!sound.ok) return sound
      // Said again while it is on its way: the tries go on as they are, and the air stays free.
      if (underWay(link.delivery, requests, urgency)) return ok(undefined)
      for (const request of requests) {
        link.wanted.set(request.output, { request, urgent: urgency === 'urgent' })
      }
      const delivery = begin(link)
      if (delivery !== undefined && link.class === 'C') transmit(link, delivery)
      return ok(undefined)
    },
    acknowledged(link, heardAt) {
      const { delivery } = link
      if (delivery?.leftAt === undefined || heardAt < delivery.leftAt) return
      if (delivery.doubtful) {
        // It may speak of the frame that this one replaced: send once more rather than believe it.
        delivery.doubtful = false
        if (link.class === 'C') transmit(link, delivery)
        return
      }
      delivery.at++
      if (delivery.at >= delivery.frames.length) return confirm(link, delivery)
      delivery.leftAt = undefined
      delivery.tries = 0
      if (link.class === 'C') transmit(link, delivery)
    },
    readBack(link, telemetry) {
      const { delivery } = link
      if (delivery?.leftAt === undefined || delivery.doubtful) return
      const { outputs } = link.definition
      const read = delivery.requests.every((request) => {
        const channel = outputs[request.output]?.readBack
        return channel !== undefined && telemetry[channel] === request.value
      })
      if (read) confirm(link, delivery)
    },
    reachable(link) {
      const { delivery } = link
      if (link.class === 'C' && delivery !== undefined && delivery.leftAt === undefined) {
        transmit(link, delivery)
      }
    },
    waiting(link) {
      const { delivery } = link
      if (link.class === 'C' || delivery === undefined) return undefined
      if (delivery.tries >= triesMax) {
        giveUp(link, delivery)
        return undefined
      }
      const frame = delivery.frames[delivery.at]
      if (frame === undefined) return undefined
      return {
        ...frame,
        confirmed: true,
        urgent: delivery.urgent,
        left: () => left(link, delivery, clock.monotonic()),
        tooLong: (limit) => fail(link, delivery, tooLong(link, frame.bytes.length, limit)),
      }
    },
  }
}

function underWay(
  delivery: Delivery | undefined,
  requests: readonly OutputRequest[],
  urgency: 'urgent' | 'normal',
): boolean {
  if (delivery === undefined || (urgency === 'urgent' && !delivery.urgent)) return false
  return requests.every(({ output, value, forS }) =>
    delivery.requests.some(
      (other) => other.output === output && other.value === value && other.forS === forS,
    ),
  )
}

/** Refuses at once what the device cannot do, or what its receive window cannot carry. */
function checkRequests(link: DeviceLink, requests: readonly OutputRequest[], region: Region): Result<void> {
  const { definition, binding } = link
  for (const { output, value, forS } of requests) {
    const known = Object.hasOwn(definition.outputs, output) ? definition.outputs[output] : undefined
    const sane = known !== undefined && value >= known.min && value <= known.max && (forS ?? 0) >= 0
    if (!sane) return err(fault('ACTION_UNSUPPORTED', { model: definition.model, output }))
  }
  if (binding.encode === undefined || requests.length === 0) {
    return err(fault('ACTION_UNSUPPORTED', { model: definition.model, output: requests[0]?.output ?? '' }))
  }
  const frames = binding.encode(requests)
  if (!frames.ok) return frames
  const dataRate = link.active?.radio.rx2DataRate ?? region.rx2.dataRate
  const limit = link.class === 'C' ? payloadMax(region, dataRate, 'down') : Number.POSITIVE_INFINITY
  const longest = Math.max(0, ...frames.value.map((frame) => frame.bytes.length))
  return longest > limit ? err(tooLong(link, longest, limit)) : ok(undefined)
}

function tooLong(link: DeviceLink, bytes: number, limit: number): Fault {
  return fault('LORAWAN_DOWNLINK_TOO_LONG', { device: link.id, bytes, limit })
}

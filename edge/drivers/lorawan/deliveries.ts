import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import type { Region } from '../../../core/lorawan/as923.ts'
import { buildDownlink } from '../../../core/lorawan/phy.ts'
import type { Random } from '../../../core/random.ts'
import { ok, type Result } from '../../../core/result.ts'
import type { OutputRequest, Telemetry } from '../../../devices/define.ts'
import type { OutputProgress } from '../driver.ts'
import type { Gateways } from './gateways.ts'
import { createPacing } from './pacing.ts'
import { changes, checkRequests, isReadBack, staysAsTold, tooLong, underWay } from './requests.ts'
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
/** What holds until told otherwise may wait its turn for longer: hundreds of lamps, one after another. */
const LASTING_LIFE_MS = 60 * 60_000
/** After a normal frame the air is left to its answer for this long. */
const LISTEN_MS = 1_200
/** What a device showed longer ago than this is not taken for how it stands. */
const SHOWN_MS = 30 * 60_000
/** A frame's bytes around its payload: header, address, control, counter, port, integrity code. */
const FRAME_OVERHEAD = 13

export type Urgency = 'urgent' | 'normal'

export interface Deliveries {
  drive(link: DeviceLink, requests: readonly OutputRequest[], urgency: Urgency): Result<void>
  /** Takes requests on, and leaves the sending to a group: `undefined` when nothing has to be sent. */
  hold(link: DeviceLink, requests: readonly OutputRequest[], urgency: Urgency): Result<Delivery | undefined>
  /** A frame to the group carried it; until `endsAt` it is on the air. */
  carried(link: DeviceLink, delivery: Delivery, endsAt: Mono): void
  /** The group has done what it can: the device is told by itself. */
  release(link: DeviceLink, delivery: Delivery): void
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
  const pacing = createPacing((work) => void clock.after(0, work))

  const close = (link: DeviceLink, delivery: Delivery) => {
    delivery.cancel()
    delivery.turn?.leave()
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
    // It may obey and not be heard: what it showed before says nothing of it any more.
    link.shown = undefined
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

  /** Class C: what is urgent goes at once, the rest in turn; again until it is confirmed or the tries are used up. */
  const transmit = (link: DeviceLink, delivery: Delivery) => {
    if (link.delivery !== delivery || delivery.held) return
    leaveLine(delivery)
    if (delivery.tries >= triesMax) return giveUp(link, delivery)
    if (!delivery.paced) return launch(link, delivery)
    // The device would take the answer for a replay, and say again what it has said. A siren waits for no answer.
    const answered_ms = (link.answerEndsAt ?? 0) - clock.monotonic()
    if (answered_ms > 0) return again(link, delivery, answered_ms)
    delivery.cancel()
    // Before `join` returns its turn may have come already.
    const place = pacing.join(delivery.urgent, (turn) => {
      delivery.turn = turn
      launch(link, delivery)
    })
    delivery.turn = place
  }
  const leaveLine = (delivery: Delivery) => {
    delivery.turn?.leave()
    delivery.turn = undefined
  }
  const endTurn = (delivery: Delivery, delayMs: number) => {
    const { turn } = delivery
    if (turn === undefined) return
    clock.after(delayMs, () => (delivery.turn === turn ? leaveLine(delivery) : turn.leave()))
  }
  const launch = (link: DeviceLink, delivery: Delivery) => {
    if (link.delivery !== delivery) return
    const session = link.active
    // It waits for the device to join, for as long as a request lives.
    if (session === undefined) {
      endTurn(delivery, 0)
      return refused(fault('LORAWAN_NOT_JOINED', { device: link.id }), link)
    }
    const order = gateways.ready(link.heard.receptions)
    const gateway = order[Math.floor(delivery.tries / 2) % order.length]
    const modulation = region.dataRates[session.radio.rx2DataRate]
    const frame = delivery.frames[delivery.at]
    const antenna = gateway === undefined ? undefined : gateways.transmitter(gateway)
    if (antenna === undefined || !modulation || frame === undefined) {
      refused(fault('LORAWAN_NO_GATEWAY', { device: link.id }), link)
      delivery.tries++
      endTurn(delivery, 0)
      return again(link, delivery, NO_GATEWAY_RETRY_MS)
    }
    delivery.cancel()
    let queued = true
    const unqueue = antenna.soon({
      priority: delivery.paced ? PRIORITY.normal : PRIORITY.urgent,
      frequency_Hz: session.radio.rx2Frequency_Hz,
      modulation,
      power_dBm: region.eirpMax_dBm,
      bytes: frame.bytes.length + FRAME_OVERHEAD,
      build: () => (link.delivery === delivery ? confirmedFrame(link, session, frame) : undefined),
      sent(endsAt) {
        queued = false
        endTurn(delivery, endsAt - clock.monotonic() + LISTEN_MS)
        const answer_ms = ANSWER_WITHIN_MS + random.next() * ANSWER_SPREAD_MS
        again(link, delivery, endsAt - clock.monotonic() + answer_ms)
        left(link, delivery, clock.monotonic())
      },
      failed() {
        queued = false
        endTurn(delivery, 0)
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

  const begin = (link: DeviceLink, held: boolean): Delivery | undefined => {
    const old = link.delivery
    const wanted = [...link.wanted.values()]
    const requests = wanted.map((entry) => entry.request)
    const frames = link.binding.encode?.(requests)
    if (frames?.ok !== true) return undefined
    old?.cancel()
    old?.turn?.leave()
    old?.endLife()
    const lasting = staysAsTold(link, requests)
    const urgent = wanted.some((entry) => entry.urgent)
    const delivery: Delivery = {
      requests,
      frames: frames.value,
      urgent,
      // Whoever wants a whole street lit at once says so for every lamp: a siren must not stand behind them.
      paced: !urgent || lasting,
      at: 0,
      tries: 0,
      leftAt: undefined,
      told: false,
      held,
      turn: undefined,
      doubtful: old !== undefined && (old.leftAt !== undefined || old.doubtful),
      provable: wanted.every(({ request }) => request.forS === undefined || changes(link, request)),
      cancel: () => {},
      endLife: clock.after(lasting ? LASTING_LIFE_MS : REQUEST_LIFE_MS, () => giveUp(link, delivery)),
    }
    link.delivery = delivery
    return delivery
  }

  /** A delivery of everything that is wanted of the device; undefined when nothing has to be sent. */
  const take = (
    link: DeviceLink,
    requests: readonly OutputRequest[],
    urgency: Urgency,
    held: boolean,
  ): Result<Delivery | undefined> => {
    const sound = checkRequests(link, requests, region)
    if (!sound.ok) return sound
    // Said again while it is on its way: the tries go on as they are, and the air stays free.
    if (underWay(link.delivery, requests, urgency)) return ok(undefined)
    if (link.delivery === undefined && shows(link, requests)) {
      clock.after(0, () => progress({ device: link.id, requests, stage: 'confirmed' }))
      return ok(undefined)
    }
    for (const request of requests) {
      link.wanted.set(request.output, { request, urgent: urgency === 'urgent' })
    }
    return ok(begin(link, held))
  }
  const shows = (link: DeviceLink, requests: readonly OutputRequest[]): boolean => {
    const { shown } = link
    if (shown === undefined || clock.monotonic() - shown.at > SHOWN_MS) return false
    return staysAsTold(link, requests) && isReadBack(link, requests, shown.telemetry)
  }

  return {
    drive(link, requests, urgency) {
      const taken = take(link, requests, urgency, false)
      if (!taken.ok) return taken
      if (taken.value !== undefined && link.class === 'C') transmit(link, taken.value)
      return ok(undefined)
    },
    hold: (link, requests, urgency) => take(link, requests, urgency, true),
    carried(link, delivery, endsAt) {
      if (link.delivery === delivery && delivery.held) left(link, delivery, endsAt)
    },
    release(link, delivery) {
      if (link.delivery !== delivery || !delivery.held) return
      delivery.held = false
      delivery.tries = 0
      transmit(link, delivery)
    },
    acknowledged(link, heardAt) {
      const { delivery } = link
      // Nobody acknowledges a frame to a group: it would be an answer to something older.
      if (delivery?.leftAt === undefined || delivery.held || heardAt < delivery.leftAt) return
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
      const now = clock.monotonic()
      noteShown(link, telemetry, now)
      if (delivery?.leftAt === undefined || now < delivery.leftAt) return
      if ((delivery.doubtful || !delivery.provable) && !delivery.held) return
      if (isReadBack(link, delivery.requests, telemetry)) confirm(link, delivery)
    },
    reachable(link) {
      const { delivery } = link
      const waits = delivery !== undefined && delivery.leftAt === undefined && delivery.turn === undefined
      if (link.class === 'C' && waits) {
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

/** Keeps what the device last showed of the channels that read its outputs back. */
function noteShown(link: DeviceLink, telemetry: Telemetry, at: Mono): void {
  const channels = Object.values(link.definition.outputs).flatMap(({ readBack }) =>
    readBack === undefined || telemetry[readBack] === undefined ? [] : [readBack],
  )
  if (channels.length === 0) return
  const news = Object.fromEntries(channels.map((channel) => [channel, telemetry[channel] ?? 0]))
  link.shown = { at, telemetry: { ...link.shown?.telemetry, ...news } }
}

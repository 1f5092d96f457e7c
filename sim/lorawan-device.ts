import type { Cancel, Clock, Utc } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { payloadMax, type Region } from '../core/lorawan/as923.ts'
import { isJoinAccept } from '../core/lorawan/phy.ts'
import { integer, type Random } from '../core/random.ts'
import { createJoining, type JoinIdentity, type NonceStore } from './lorawan/joining.ts'
import { createMulticastEars, type MulticastAddress } from './lorawan/multicast.ts'
import { ADR_ACK_LIMIT, type Session, type Uplink } from './lorawan/session.ts'
import { createTransceiver } from './lorawan/transceiver.ts'
import type { Air, HeardFrame, OnAir } from './radio/air.ts'
import type { Position } from './radio/link.ts'

/**
 * A LoRaWAN 1.0.x end device: joins over the air, sends, listens when its class says so, obeys the network.
 * All times here are of the radio's clock, which is real time even where the city's time is accelerated.
 */
export interface EndDevice {
  /** Puts the battery in: joins after a moment. */
  start(): void
  /** Takes it out: the session is gone, the DevNonce is not. Idempotent. */
  stop(): void
  /** Queues a report. One that still waits under the same `key` is replaced: the newest state is what counts. */
  send(key: string, uplink: Uplink): void
  state(): EndDeviceState
}

export interface EndDeviceState {
  readonly joined: boolean
  readonly devAddr?: number
  readonly fCntUp: number
  readonly dataRate?: number
  readonly joinRequests: number
  readonly joins: number
  readonly waiting: number
  /** How far the network's time was ahead of this device's clock when it last told it, ms. */
  readonly networkTimeAhead_ms?: number
}

export interface EndDeviceOptions extends JoinIdentity {
  readonly class: 'A' | 'C'
  readonly region: Region
  readonly position: Position
  readonly air: Air
  /** The radio's clock. */
  readonly clock: Clock
  readonly random: Random
  readonly nonces: NonceStore
  readonly log: Log
  /**
   * Least time from one uplink's beginning to the next. A real device waits until its receive windows have closed,
   * two seconds and more, and that is what happens where this is absent. A city on an accelerated clock gives less:
   * its devices then keep the windows of several uplinks open, the one thing in which they bend the standard.
   */
  readonly uplinkGap_ms?: number
  /** Unanswered confirmed uplinks after which the device joins again. */
  readonly rejoinAfter?: number
  /** Set on the device, which then adapts nothing by itself at the join. */
  readonly fixedDataRate?: number
  /** Groups that it listens to in class C. */
  readonly multicast?: readonly MulticastAddress[]
  /** Share of downlinks that its antenna misses, beyond what the air loses. */
  readonly deafness?: number
  battery(): number
  onDownlink(payload: {
    readonly fPort: number
    readonly bytes: Uint8Array
    /** It was for a group: nobody waits for this device's answer. */
    readonly group: boolean
  }): void
  onJoined?(): void
  /** The device's own idea of UTC, to compare with the network's. */
  utc(): Utc
}

const FIRST_JOIN_WITHIN_MS = 2_000
const CONFIRMED_TRIES = 8
/** ACK_TIMEOUT of LoRaWAN 1.0.x: 2 ± 1 s after the second window. */
const RETRY_MS = { min: 1_000, max: 3_000 }
const REJOIN_AFTER = 4
/** ADR_ACK_DELAY: further unheard uplinks before each step towards being heard. */
const ADR_ACK_DELAY = 32
/** More reports than this wait only when nothing gets through: the oldest is dropped. */
const WAITING_MAX = 16
const NOTHING: Uplink = { bytes: new Uint8Array(0), confirmed: false }

interface InFlight {
  readonly uplink: Uplink
  readonly phy: Uint8Array
  triesLeft: number
}

export function createEndDevice(options: EndDeviceOptions): EndDevice {
  const { clock, random, region, devEui } = options
  const log = options.log.child({ device: devEui })
  const joining = createJoining(options, options)
  const groups = createMulticastEars(options.multicast ?? [])
  const waiting = new Map<string, Uplink>()
  let session: Session | undefined
  let inFlight: InFlight | undefined
  let freeAt_ms = 0
  let unanswered = 0
  let joins = 0
  let networkTimeAhead_ms: number | undefined
  let askedWith: { readonly frame: OnAir; readonly utc: Utc } | undefined
  let cancelStep: Cancel = () => {}

  /** The device does one thing next; a new plan replaces the old one. */
  const step = (at_ms: number, work: () => void) => {
    cancelStep()
    cancelStep = clock.after(Math.max(0, at_ms - clock.monotonic()), work)
  }
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[integer(random, 0, from.length - 1)]
    if (chosen === undefined) throw new RangeError('nothing to pick from')
    return chosen
  }

  const join = () => {
    session = undefined
    inFlight = undefined
    transceiver.forget()
    const { phy, dataRate, rx1DataRate } = joining.request()
    const frequency_Hz = pick(region.defaultChannels_Hz)
    transceiver.send({
      frequency_Hz,
      dataRate,
      power_dBm: region.eirpMax_dBm,
      phy,
      rx1Delay_s: region.joinDelay_s,
      rx1: { frequency_Hz, dataRate: rx1DataRate },
      rx2: region.rx2,
    })
    step(transceiver.settledAt_ms(), joinUnanswered)
  }
  const joinUnanswered = () => {
    const settledAt_ms = transceiver.settledAt_ms()
    if (settledAt_ms > clock.monotonic()) return step(settledAt_ms, joinUnanswered)
    step(clock.monotonic() + joining.pause_ms(), join)
  }
  const accept = (phy: Uint8Array) => {
    const opened = joining.open(phy)
    if (opened === undefined) return
    cancelStep()
    transceiver.forget()
    session = opened
    unanswered = 0
    joins++
    freeAt_ms = clock.monotonic()
    opened.ask({ type: 'DeviceTimeReq' })
    log.debug('joined', { devAddr: opened.devAddr })
    options.onJoined?.()
    next()
  }

  /** Sends what waits, as soon as the radio is free. */
  const next = () => {
    if (session === undefined || inFlight !== undefined) return
    if (waiting.size === 0 && !session.owes()) return
    if (clock.monotonic() < freeAt_ms) return step(freeAt_ms, next)
    if (!heardEnough(session)) return join()
    const [key] = waiting.keys()
    const uplink = key === undefined ? NOTHING : (waiting.get(key) ?? NOTHING)
    if (key !== undefined) waiting.delete(key)
    const room = payloadMax(region, session.plan.dataRate, 'up')
    if (uplink.bytes.length > room) {
      log.warn('report too long for the data rate', { bytes: uplink.bytes.length, room })
      return next()
    }
    const triesLeft = uplink.confirmed ? CONFIRMED_TRIES : session.plan.repetitions
    inFlight = { uplink, phy: session.compose(uplink, room), triesLeft }
    transmit(session, inFlight)
  }
  /** Steps towards being heard while the network is silent; false when nothing is left but to join again. */
  const heardEnough = ({ plan, unheard }: Session): boolean => {
    const over = unheard() - ADR_ACK_LIMIT
    return over < ADR_ACK_DELAY || over % ADR_ACK_DELAY !== 0 || plan.backOff()
  }
  const transmit = (current: Session, flight: InFlight) => {
    flight.triesLeft--
    const { plan } = current
    const { dataRate, power_dBm, rx1Delay_s, rx2 } = plan
    const { up_Hz, down_Hz } = pick(plan.channels())
    const rx1 = { frequency_Hz: down_Hz, dataRate: plan.rx1DataRate(dataRate) }
    const sent = transceiver.send({
      frequency_Hz: up_Hz,
      dataRate,
      power_dBm,
      phy: flight.phy,
      rx1Delay_s,
      rx1,
      rx2,
    })
    // The first uplink of a session is the one that asks for the time.
    if (current.fCntUp() === 1) askedWith = { frame: sent, utc: options.utc() }
    const quietUntil_ms = sent.end_ms + (sent.end_ms - sent.start_ms) * plan.quietFactor
    const { uplinkGap_ms } = options
    if (uplinkGap_ms !== undefined && !flight.uplink.confirmed && flight.triesLeft === 0) {
      inFlight = undefined
      freeAt_ms = Math.max(quietUntil_ms, sent.start_ms + uplinkGap_ms)
      return step(freeAt_ms, next)
    }
    freeAt_ms = Math.max(quietUntil_ms, transceiver.settledAt_ms())
    step(freeAt_ms, unheardSoFar)
  }
  const unheardSoFar = () => {
    if (session === undefined || inFlight === undefined) return next()
    const settledAt_ms = transceiver.settledAt_ms()
    if (settledAt_ms > clock.monotonic()) return step(settledAt_ms, unheardSoFar)
    const [current, flight] = [session, inFlight]
    if (flight.triesLeft > 0) {
      const pause_ms = flight.uplink.confirmed ? integer(random, RETRY_MS.min, RETRY_MS.max) : 0
      return step(clock.monotonic() + pause_ms, () => transmit(current, flight))
    }
    inFlight = undefined
    if (flight.uplink.confirmed && ++unanswered >= (options.rejoinAfter ?? REJOIN_AFTER)) return join()
    next()
  }

  /** The network tells the time at the end of the uplink that asked (LoRaWAN 1.0.3 §5.9), whatever the two clocks' rates. */
  const utcAtUplinkEnd = (): Utc => {
    const now = options.utc()
    if (askedWith === undefined) return now
    const { start_ms, end_ms } = askedWith.frame
    return askedWith.utc + ((now - askedWith.utc) * (end_ms - start_ms)) / (clock.monotonic() - start_ms)
  }
  const heard = (frame: HeardFrame) => {
    if (random.next() < (options.deafness ?? 0)) return
    const toGroup = session === undefined ? undefined : groups.read(frame.phy)
    if (toGroup !== undefined) return options.onDownlink({ ...toGroup, group: true })
    if (isJoinAccept(frame.phy)) return accept(frame.phy)
    const downlink = session?.read(frame.phy, frame.snr_dB)
    if (downlink === undefined) return
    transceiver.spend(frame)
    if (downlink.time !== undefined) networkTimeAhead_ms = downlink.time - utcAtUplinkEnd()
    if (downlink.ack) unanswered = 0
    if (inFlight !== undefined && (downlink.ack || !inFlight.uplink.confirmed)) {
      // A repetition may be planned: it is not wanted any more.
      cancelStep()
      inFlight = undefined
      freeAt_ms = clock.monotonic()
    }
    if (downlink.payload !== undefined) options.onDownlink({ ...downlink.payload, group: false })
    next()
  }
  const transceiver = createTransceiver({
    ...options,
    always: () => (options.class === 'C' ? session?.plan.rx2 : undefined),
    heard,
  })

  return {
    start() {
      if (transceiver.isOn()) return
      transceiver.on()
      step(clock.monotonic() + random.next() * FIRST_JOIN_WITHIN_MS, join)
    },
    stop() {
      cancelStep()
      transceiver.off()
      session = undefined
      inFlight = undefined
      waiting.clear()
    },
    send(key, uplink) {
      if (!transceiver.isOn()) return
      waiting.delete(key)
      const [oldest] = waiting.keys()
      if (waiting.size >= WAITING_MAX && oldest !== undefined) waiting.delete(oldest)
      waiting.set(key, uplink)
      next()
    },
    state: () => ({
      joined: session !== undefined,
      fCntUp: session?.fCntUp() ?? 0,
      joinRequests: joining.requests(),
      joins,
      waiting: waiting.size,
      ...(session === undefined ? {} : { devAddr: session.devAddr, dataRate: session.plan.dataRate }),
      ...(networkTimeAhead_ms === undefined ? {} : { networkTimeAhead_ms }),
    }),
  }
}

import type { Cancel, Clock, Utc } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { payloadMax, type Region, rx1DataRate } from '../core/lorawan/as923.ts'
import { buildJoinRequest, deriveSessionKeys, isJoinAccept, parseJoinAccept } from '../core/lorawan/phy.ts'
import { integer, type Random } from '../core/random.ts'
import { createRadioPlan } from './lorawan/radio-plan.ts'
import { createReceiveWindows, sameModulation } from './lorawan/receive-windows.ts'
import { ADR_ACK_LIMIT, createSession, type Session, type Uplink } from './lorawan/session.ts'
import type { Air, DeviceRadio, HeardFrame, OnAir } from './radio/air.ts'
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

/** What survives a change of battery. A DevNonce is never used twice. */
export interface NonceStore {
  next(devEui: string): number
}

export interface EndDeviceOptions {
  /** 16 lower-case hexadecimal digits each. */
  readonly devEui: string
  readonly joinEui: string
  readonly appKey: Uint8Array
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
  battery(): number
  onDownlink(payload: { readonly fPort: number; readonly bytes: Uint8Array }): void
  onJoined?(): void
  /** The device's own idea of UTC, to compare with the network's. */
  utc(): Utc
}

/** Joins are tried at these data rates in turn: fast first, for there are gateways nearby. */
const JOIN_DATA_RATES = [5, 4, 3, 2] as const
const FIRST_JOIN_WITHIN_MS = 2_000
const JOIN_BACK_OFF_MS = 4_000
const JOIN_BACK_OFF_MAX_MS = 60_000
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
  const { air, clock, random, region, appKey, devEui } = options
  const log = options.log.child({ device: devEui })
  const rejoinAfter = options.rejoinAfter ?? REJOIN_AFTER
  let radio: DeviceRadio | undefined
  let windows = createReceiveWindows()
  let session: Session | undefined
  let joining: { readonly devNonce: number; readonly dataRate: number } | undefined
  let inFlight: InFlight | undefined
  let freeAt_ms = 0
  let unanswered = 0
  let attempts = 0
  let joins = 0
  let joinRequests = 0
  let networkTimeAhead_ms: number | undefined
  let askedWith: { readonly frame: OnAir; readonly utc: Utc } | undefined
  const waiting = new Map<string, Uplink>()
  let cancelStep: Cancel = () => {}

  /** The device does one thing next; a new plan replaces the old one. */
  const step = (at_ms: number, work: () => void) => {
    cancelStep()
    cancelStep = clock.after(Math.max(0, at_ms - clock.monotonic()), work)
  }
  const modulationOf = (dataRate: number) => {
    const modulation = region.dataRates[dataRate]
    if (modulation === undefined || modulation === null)
      throw new RangeError(`data rate ${dataRate} is not LoRa`)
    return modulation
  }
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[integer(random, 0, from.length - 1)]
    if (chosen === undefined) throw new RangeError('nothing to pick from')
    return chosen
  }

  const join = () => {
    if (radio === undefined) return
    session = undefined
    inFlight = undefined
    windows = createReceiveWindows()
    const dataRate = JOIN_DATA_RATES[attempts % JOIN_DATA_RATES.length] ?? JOIN_DATA_RATES[0]
    joining = { devNonce: options.nonces.next(devEui), dataRate }
    attempts++
    joinRequests++
    const phy = buildJoinRequest({ joinEui: options.joinEui, devEui, devNonce: joining.devNonce }, appKey)
    const frequency_Hz = pick(region.defaultChannels_Hz)
    const sent = radio.transmit({
      frequency_Hz,
      modulation: modulationOf(dataRate),
      power_dBm: region.eirpMax_dBm,
      phy,
    })
    const rx1_ms = sent.end_ms + region.joinDelay_s * 1_000
    windows.plan([
      { open_ms: rx1_ms, frequency_Hz, modulation: modulationOf(rx1DataRate(region, dataRate, 0)) },
      {
        open_ms: rx1_ms + 1_000,
        frequency_Hz: region.rx2.frequency_Hz,
        modulation: modulationOf(region.rx2.dataRate),
      },
    ])
    step(windows.closed_ms(), joinUnanswered)
  }
  const joinUnanswered = () => {
    const until_ms = radio?.receivingUntil_ms()
    if (until_ms !== undefined) return step(until_ms + 1, joinUnanswered)
    joining = undefined
    const back_off = Math.min(JOIN_BACK_OFF_MAX_MS, JOIN_BACK_OFF_MS * 2 ** Math.max(0, attempts - 2))
    step(clock.monotonic() + back_off * (0.5 + random.next()), join)
  }
  const accept = (phy: Uint8Array) => {
    if (joining === undefined) return
    const parsed = parseJoinAccept(phy, appKey)
    // Another device's answer, on the same window.
    if (!parsed.ok) return
    cancelStep()
    const { devNonce, dataRate } = joining
    const { devAddr } = parsed.value
    session = createSession({
      devAddr,
      keys: deriveSessionKeys(appKey, { ...parsed.value, devNonce }),
      plan: createRadioPlan(region, dataRate, parsed.value),
      battery: options.battery,
    })
    joining = undefined
    windows = createReceiveWindows()
    attempts = 0
    unanswered = 0
    joins++
    freeAt_ms = clock.monotonic()
    session.ask({ type: 'DeviceTimeReq' })
    log.debug('joined', { devAddr, devNonce })
    options.onJoined?.()
    next()
  }

  /** Sends what waits, as soon as the radio is free. */
  const next = () => {
    if (session === undefined || radio === undefined || inFlight !== undefined) return
    if (waiting.size === 0 && !session.owes()) return
    if (clock.monotonic() < freeAt_ms) return step(freeAt_ms, next)
    if (!heardEnough(session)) return join()
    const [key] = waiting.keys()
    const room = payloadMax(region, session.plan.dataRate, 'up')
    const first = key === undefined ? NOTHING : (waiting.get(key) ?? NOTHING)
    if (key !== undefined) waiting.delete(key)
    if (first.bytes.length > room) {
      log.warn('report too long for the data rate', { bytes: first.bytes.length, room })
      return next()
    }
    const triesLeft = first.confirmed ? CONFIRMED_TRIES : session.plan.repetitions
    inFlight = { uplink: first, phy: session.compose(first, room), triesLeft }
    transmit(session, inFlight)
  }
  /** Steps towards being heard while the network is silent; false when nothing is left but to join again. */
  const heardEnough = ({ plan, unheard }: Session): boolean => {
    const over = unheard() - ADR_ACK_LIMIT
    return over < ADR_ACK_DELAY || over % ADR_ACK_DELAY !== 0 || plan.backOff()
  }
  const transmit = (current: Session, flight: InFlight) => {
    if (radio === undefined) return
    flight.triesLeft--
    const { plan } = current
    const { dataRate } = plan
    const channel = pick(plan.channels())
    const sent = radio.transmit({
      frequency_Hz: channel.up_Hz,
      modulation: modulationOf(dataRate),
      power_dBm: plan.power_dBm,
      phy: flight.phy,
    })
    // The first uplink of a session is the one that asks for the time.
    if (current.fCntUp() === 1) askedWith = { frame: sent, utc: options.utc() }
    const rx1_ms = sent.end_ms + plan.rx1Delay_s * 1_000
    windows.plan([
      {
        open_ms: rx1_ms,
        frequency_Hz: channel.down_Hz,
        modulation: modulationOf(plan.rx1DataRate(dataRate)),
      },
      {
        open_ms: rx1_ms + 1_000,
        frequency_Hz: plan.rx2.frequency_Hz,
        modulation: modulationOf(plan.rx2.dataRate),
      },
    ])
    const quietUntil_ms = sent.end_ms + (sent.end_ms - sent.start_ms) * plan.quietFactor
    if (options.uplinkGap_ms !== undefined && !flight.uplink.confirmed && flight.triesLeft === 0) {
      inFlight = undefined
      freeAt_ms = Math.max(sent.end_ms, quietUntil_ms, sent.start_ms + options.uplinkGap_ms)
      return step(freeAt_ms, next)
    }
    freeAt_ms = Math.max(quietUntil_ms, windows.closed_ms())
    step(freeAt_ms, windowsClosed)
  }
  const windowsClosed = () => {
    if (session === undefined || inFlight === undefined) return next()
    const until_ms = radio?.receivingUntil_ms()
    if (until_ms !== undefined) return step(until_ms + 1, windowsClosed)
    const flight = inFlight
    const current = session
    if (flight.triesLeft > 0) {
      const pause_ms = flight.uplink.confirmed ? integer(random, RETRY_MS.min, RETRY_MS.max) : 0
      return step(clock.monotonic() + pause_ms, () => transmit(current, flight))
    }
    inFlight = undefined
    if (flight.uplink.confirmed && ++unanswered >= rejoinAfter) return join()
    next()
  }

  /** The network tells the time at the end of the uplink that asked (LoRaWAN 1.0.3 §5.9), whatever the two clocks' rates. */
  const utcAtUplinkEnd = (): Utc => {
    const now = options.utc()
    if (askedWith === undefined) return now
    const { start_ms, end_ms } = askedWith.frame
    return askedWith.utc + ((now - askedWith.utc) * (end_ms - start_ms)) / (clock.monotonic() - start_ms)
  }
  const listening = (frame: OnAir): boolean => {
    if (windows.catches(frame)) return true
    if (options.class === 'A' || session === undefined) return false
    const { rx2 } = session.plan
    return (
      frame.frequency_Hz === rx2.frequency_Hz && sameModulation(frame.modulation, modulationOf(rx2.dataRate))
    )
  }
  const heard = (frame: HeardFrame) => {
    if (isJoinAccept(frame.phy)) return accept(frame.phy)
    const downlink = session?.read(frame.phy, frame.snr_dB)
    if (downlink === undefined) return
    windows.spend(frame)
    if (downlink.time !== undefined) networkTimeAhead_ms = downlink.time - utcAtUplinkEnd()
    if (downlink.ack) unanswered = 0
    if (inFlight !== undefined && (downlink.ack || !inFlight.uplink.confirmed)) {
      // A repetition may be planned: it is not wanted any more.
      cancelStep()
      inFlight = undefined
      freeAt_ms = clock.monotonic()
    }
    if (downlink.payload !== undefined) options.onDownlink(downlink.payload)
    next()
  }

  return {
    start() {
      if (radio !== undefined) return
      radio = air.device(options.position, { listening, heard })
      attempts = 0
      step(clock.monotonic() + random.next() * FIRST_JOIN_WITHIN_MS, join)
    },
    stop() {
      cancelStep()
      radio?.leave()
      radio = undefined
      session = undefined
      joining = undefined
      inFlight = undefined
      waiting.clear()
    },
    send(key, uplink) {
      if (radio === undefined) return
      waiting.delete(key)
      const [oldest] = waiting.keys()
      if (waiting.size >= WAITING_MAX && oldest !== undefined) waiting.delete(oldest)
      waiting.set(key, uplink)
      next()
    },
    state: () => ({
      joined: session !== undefined,
      fCntUp: session?.fCntUp() ?? 0,
      joinRequests,
      joins,
      waiting: waiting.size,
      ...(session === undefined ? {} : { devAddr: session.devAddr, dataRate: session.plan.dataRate }),
      ...(networkTimeAhead_ms === undefined ? {} : { networkTimeAhead_ms }),
    }),
  }
}

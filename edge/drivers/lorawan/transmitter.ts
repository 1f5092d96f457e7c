import type { Cancel, Clock, Mono } from '../../../core/clock.ts'
import { airtime_ms, type Modulation } from '../../../core/lorawan/airtime.ts'
import type { Transmit } from '../../../core/lorawan/semtech-udp.ts'
import type { AirPlan } from './air-plan.ts'
import type { AirtimeBudget } from './airtime-budget.ts'

/** Lower goes first: a siren before the emergency light of however many groups. */
export const PRIORITY = { urgent: 0, urgentGroup: 1, answer: 2, normal: 3 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

export interface Outgoing {
  readonly priority: Priority
  readonly frequency_Hz: number
  readonly modulation: Modulation
  readonly power_dBm: number
  /** Upper bound of the frame's length, for planning before it is built. */
  readonly bytes: number
  /** Builds the frame as it leaves, so that counters leave in order; undefined when there is no need any more. */
  build(): Uint8Array | undefined
  /** The frame was handed to the gateway and leaves the antenna until `endsAt`. */
  sent(endsAt: Mono): void
  /** It will not leave: `reason` is the forwarder's word, or DUTY_CYCLE, QUEUE_FULL, OFFLINE. */
  failed(reason: string): void
}

export interface Transmitter {
  /** Sends as soon as the antenna is free, by priority. Never overlaps another downlink of this gateway. */
  soon(frame: Outgoing): Cancel
  /** Sends at a moment of the concentrator's clock; false when the antenna is taken then, or the budget is spent. */
  at(frame: Outgoing, window: { readonly tmst_us: number; readonly startsAt: Mono }): boolean
}

/** What may use up the reserve of the duty cycle. */
const isUrgent = ({ priority }: Outgoing): boolean => priority <= PRIORITY.urgentGroup

/**
 * Left free before and after each answer that is planned, so that an urgent frame (30 bytes at SF10) waits for one of
 * them at most: a street whose supply is back asks for answers faster than an antenna can give them.
 */
const URGENT_ROOM_MS = 450
const QUEUE_MAX = 64
const BUDGET_RETRY_MS = 5_000

export interface TransmitterParts {
  /** The gateway's EUI: whose antenna it is. */
  readonly antenna: string
  readonly clock: Clock
  /** Shared by the site's gateways. */
  readonly plan: AirPlan
  readonly budget: AirtimeBudget
  /** Hands a frame to the gateway; false when it is not there any more. */
  readonly emit: (transmit: Transmit, frame: Outgoing) => boolean
  /** Told once each time that normal frames have to wait for the duty cycle. */
  readonly exhausted: () => void
  /** The queue was full and its least urgent frame was dropped. */
  readonly overflowed: (limit: number) => void
}

/** The antenna of one gateway. */
export function createTransmitter(parts: TransmitterParts): Transmitter {
  const { antenna, clock, plan, budget, emit, exhausted, overflowed } = parts
  const queue: Outgoing[] = []
  let timer: Cancel | undefined
  let waiting = false

  const lengthOf = (frame: Outgoing, bytes: number) => airtime_ms({ ...frame.modulation, bytes, crc: false })

  const firstGap = (frame: Outgoing, wanted: number, length_ms: number, alone: boolean) =>
    plan.firstGap({ ...frame, antenna }, { wanted, length_ms, now: clock.monotonic(), alone })

  const leave = (
    frame: Outgoing,
    when: Transmit['when'],
    startsAt: number,
  ): 'left' | 'not needed' | 'offline' => {
    const phy = frame.build()
    if (phy === undefined) return 'not needed'
    const { frequency_Hz, modulation, power_dBm } = frame
    if (!emit({ when, frequency_Hz, modulation, power_dBm, phy }, frame)) return 'offline'
    const length = lengthOf(frame, phy.length)
    plan.take({ ...frame, antenna }, startsAt, startsAt + length)
    budget.spend(length, clock.monotonic())
    if (!isUrgent(frame)) waiting = false
    frame.sent((startsAt + length) as Mono)
    return 'left'
  }

  const pump = () => {
    timer?.()
    timer = undefined
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const now = clock.monotonic()
      const length = lengthOf(next, next.bytes)
      if (!budget.allows(length, isUrgent(next), now)) {
        if (!waiting) exhausted()
        waiting = true
        timer = clock.after(BUDGET_RETRY_MS, pump)
        return
      }
      const start = firstGap(next, now, length, true)
      if (start > now) {
        timer = clock.after(start - now, pump)
        return
      }
      queue.shift()
      if (leave(next, 'now', now) === 'offline') next.failed('OFFLINE')
    }
  }

  return {
    soon(frame) {
      const place = queue.findIndex((other) => other.priority > frame.priority)
      queue.splice(place < 0 ? queue.length : place, 0, frame)
      if (queue.length > QUEUE_MAX) {
        overflowed(QUEUE_MAX)
        queue.pop()?.failed('QUEUE_FULL')
      }
      pump()
      return () => {
        const index = queue.indexOf(frame)
        if (index >= 0) queue.splice(index, 1)
      }
    },
    at(frame, { tmst_us, startsAt }) {
      const now = clock.monotonic()
      const length = lengthOf(frame, frame.bytes)
      const room_ms = isUrgent(frame) ? 0 : URGENT_ROOM_MS
      const from = startsAt - room_ms
      if (startsAt < now || firstGap(frame, from, length + 2 * room_ms, false) > from) return false
      if (!budget.allows(length, isUrgent(frame), now)) return false
      return leave(frame, { tmst_us }, startsAt) === 'left'
    },
  }
}

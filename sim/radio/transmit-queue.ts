/**
 * The just-in-time queue of the reference packet forwarder (Lora-net/packet_forwarder, jitqueue.c): what a gateway
 * accepts for sending, and when it refuses. Times are milliseconds of the gateway's monotonic clock.
 */

export type Refusal = 'TOO_LATE' | 'TOO_EARLY' | 'COLLISION_PACKET'

export interface Planned {
  readonly start_ms: number
  readonly end_ms: number
}

export interface TransmitQueue {
  /** Takes a frame for exactly `start_ms`. */
  at(start_ms: number, airtime_ms: number, now_ms: number): Planned | Refusal
  /** Takes a frame for the first free moment. */
  soon(airtime_ms: number, now_ms: number): Planned | Refusal
  remove(planned: Planned): void
}

/** The concentrator needs this long to be programmed before a frame starts (TX_START_DELAY). */
const START_DELAY_MS = 1.5
/** Safety between two frames (TX_MARGIN_DELAY). */
const MARGIN_MS = 1
/** How long before its start a frame leaves the queue (TX_JIT_DELAY). */
const JIT_DELAY_MS = 30
const LEAD_MS = START_DELAY_MS + MARGIN_MS + JIT_DELAY_MS
/** A frame further ahead than this is a mistake: four beacon periods (TX_MAX_ADVANCE_DELAY). */
const ADVANCE_MAX_MS = 4 * 128_000
/** A full queue answers as a collision does (JIT_QUEUE_MAX). */
const QUEUE_MAX = 32

export function createTransmitQueue(): TransmitQueue {
  const queue = new Set<Planned>()

  const blocking = (start_ms: number, end_ms: number) =>
    [...queue].find(
      (other) =>
        start_ms - LEAD_MS < other.end_ms + MARGIN_MS && other.start_ms - LEAD_MS < end_ms + MARGIN_MS,
    )
  const take = (start_ms: number, airtime_ms: number): Planned => {
    const planned = { start_ms, end_ms: start_ms + airtime_ms }
    queue.add(planned)
    return planned
  }
  const forget = (now_ms: number) => {
    for (const planned of queue) if (planned.end_ms + MARGIN_MS < now_ms) queue.delete(planned)
  }

  return {
    at(start_ms, airtime_ms, now_ms) {
      forget(now_ms)
      if (start_ms - now_ms <= LEAD_MS) return 'TOO_LATE'
      if (start_ms - now_ms > ADVANCE_MAX_MS) return 'TOO_EARLY'
      if (queue.size >= QUEUE_MAX || blocking(start_ms, start_ms + airtime_ms)) return 'COLLISION_PACKET'
      return take(start_ms, airtime_ms)
    },
    soon(airtime_ms, now_ms) {
      forget(now_ms)
      if (queue.size >= QUEUE_MAX) return 'COLLISION_PACKET'
      let start_ms = now_ms + 2 * JIT_DELAY_MS
      for (let other = blocking(start_ms, start_ms + airtime_ms); other !== undefined; ) {
        start_ms = other.end_ms + MARGIN_MS + LEAD_MS
        other = blocking(start_ms, start_ms + airtime_ms)
      }
      return take(start_ms, airtime_ms)
    },
    remove: (planned) => void queue.delete(planned),
  }
}

import type { Clock } from '../../core/clock.ts'
import { airtime_ms, type Modulation } from '../../core/lorawan/airtime.ts'
import type { Random } from '../../core/random.ts'
import { type LinkQuality, meanRssi_dBm, type Position, receive } from './link.ts'

/**
 * The air of one radio neighbourhood: what is sent in it is heard, or not, by who is near and listening.
 * Times are `monotonic()` milliseconds of the radio's clock and are exact: a timer that fires late delays when a
 * frame is handed over, never when it was on the air. Real time: radio cannot be accelerated.
 */

export interface RadioFrame {
  readonly frequency_Hz: number
  readonly modulation: Modulation
  readonly power_dBm: number
  readonly phy: Uint8Array
}

export interface OnAir extends RadioFrame {
  readonly start_ms: number
  readonly end_ms: number
}

export interface HeardFrame extends OnAir, LinkQuality {}

export interface GatewayRadio {
  /** Sends from `start_ms` on; while it does, the gateway hears nothing. Returns when the frame ends. */
  transmit(frame: RadioFrame, start_ms: number): number
  leave(): void
}

export interface DeviceRadio {
  transmit(frame: RadioFrame): OnAir
  /** When a downlink that is on the air now, and that the device listens to, will have ended. */
  receivingUntil_ms(): number | undefined
  leave(): void
}

/** What a device does with downlinks. `listening` is asked about when a frame began, while or after it is on the air. */
export interface DeviceEars {
  listening(frame: OnAir): boolean
  heard(frame: HeardFrame): void
}

export interface Air {
  gateway(position: Position, hear: (frame: HeardFrame) => void): GatewayRadio
  device(position: Position, ears: DeviceEars): DeviceRadio
}

export interface AirOptions {
  readonly clock: Clock
  readonly random: Random
  /** Share of frames lost for no reason that the model knows; 0 by default. */
  readonly loss?: number
  /** Whether frames at once on one frequency and spreading factor spoil each other; on by default. */
  readonly collisions?: boolean
}

/** The stronger of two frames survives when it is at least this much stronger (LoRa's capture effect). */
const CAPTURE_dB = 6
/** Frames that ended this long ago can overlap no frame still on the air: no LoRa frame lasts longer. */
const FORGET_MS = 10_000

interface Station {
  readonly position: Position
  hear(frame: Sent, strength_dBm: number): void
}

interface Sent extends OnAir {
  readonly from: Station
  readonly direction: 'up' | 'down'
}

export function createAir(options: AirOptions): Air {
  const { clock, random, loss = 0, collisions = true } = options
  const gateways = new Set<Station>()
  const devices = new Set<Station>()
  let sent: Sent[] = []

  /** The link decides, then luck, then whoever else was on the air. */
  const arrives = (frame: Sent, at: Station, strength_dBm: number): LinkQuality | undefined => {
    const quality = receive(strength_dBm, frame.modulation, random)
    const lucky = random.next() >= loss
    if (quality === undefined || !lucky) return undefined
    return collisions && spoilt(frame, at, strength_dBm) ? undefined : quality
  }
  const spoilt = (frame: Sent, at: Station, strength_dBm: number) =>
    sent.some(
      (other) =>
        other !== frame &&
        other.direction === frame.direction &&
        overlap(other, frame) &&
        other.frequency_Hz === frame.frequency_Hz &&
        other.modulation.spreadingFactor === frame.modulation.spreadingFactor &&
        meanRssi_dBm(other.power_dBm, other.from.position, at.position) > strength_dBm - CAPTURE_dB,
    )

  const send = (from: Station, direction: 'up' | 'down', frame: RadioFrame, start_ms: number): OnAir => {
    const length_ms = airtime_ms({
      ...frame.modulation,
      bytes: frame.phy.length,
      crc: direction === 'up',
    })
    const onAir: Sent = { ...frame, from, direction, start_ms, end_ms: start_ms + length_ms }
    const now = clock.monotonic()
    sent = sent.filter((other) => other.end_ms > now - FORGET_MS)
    sent.push(onAir)
    clock.after(Math.max(0, onAir.end_ms - now), () => {
      for (const station of direction === 'up' ? [...gateways] : [...devices]) {
        station.hear(onAir, meanRssi_dBm(frame.power_dBm, from.position, station.position))
      }
    })
    return onAir
  }

  return {
    gateway(position, hear) {
      const station: Station = {
        position,
        hear(frame, strength_dBm) {
          if (sent.some((other) => other.from === station && overlap(other, frame))) return
          const quality = arrives(frame, station, strength_dBm)
          if (quality !== undefined) hear({ ...frame, ...quality })
        },
      }
      gateways.add(station)
      return {
        transmit: (frame, start_ms) => send(station, 'down', frame, start_ms).end_ms,
        leave: () => void gateways.delete(station),
      }
    },
    device(position, ears) {
      const station: Station = {
        position,
        hear(frame, strength_dBm) {
          if (sent.some((other) => other.from === station && overlap(other, frame))) return
          if (!ears.listening(frame)) return
          const quality = arrives(frame, station, strength_dBm)
          if (quality !== undefined) ears.heard({ ...frame, ...quality })
        },
      }
      devices.add(station)
      return {
        transmit: (frame) => send(station, 'up', frame, clock.monotonic()),
        receivingUntil_ms() {
          const now = clock.monotonic()
          const heard = sent.filter(
            (frame) => frame.direction === 'down' && frame.start_ms <= now && now <= frame.end_ms,
          )
          return heard.find((frame) => ears.listening(frame))?.end_ms
        },
        leave: () => void devices.delete(station),
      }
    },
  }
}

function overlap(a: OnAir, b: OnAir): boolean {
  return a.start_ms < b.end_ms && b.start_ms < a.end_ms
}

import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { utcOfGps } from '../../../core/lorawan/gps-time.ts'
import type { TimeReport } from '../driver.ts'

export interface GatewayTime {
  /** A gateway heard a frame at this GPS time, and its packet has just come in. */
  note(gateway: string, gps_ms: number): void
}

/** From the air to here: what the forwarder, its uplink and our queue may take, and what its GNSS may err. */
const DELAY_MS_MAX = 2_000
/** What a gateway said longer ago says nothing about what it says now. */
const MEMORY_MS = 3_600_000
/** Gateways hear many frames; the time is worth telling this often. */
const TELL_MS = 60_000

interface Word {
  /** UTC minus monotonic time: what the gateway says that the offset is. */
  readonly offset: number
  readonly mono: Mono
}

/**
 * The time that gateways with GNSS stamp on frames. The protocol has no authentication and a late packet tells an old
 * time, so a word counts only when the same gateway said the same before and no other contradicts it.
 */
export function createGatewayTime(parts: {
  readonly clock: Clock
  readonly refused: (problem: Fault) => void
  readonly told: (report: TimeReport) => void
}): GatewayTime {
  const { clock, refused, told } = parts
  const words = new Map<string, Word>()
  let toldAt = Number.NEGATIVE_INFINITY

  return {
    note(gateway, gps_ms) {
      const mono = clock.monotonic()
      const utc = utcOfGps(gps_ms)
      const word: Word = { offset: utc - mono, mono }
      const before = words.get(gateway)
      words.set(gateway, word)
      for (const [other, { offset, mono: saidAt }] of words) {
        const apart_ms = Math.abs(word.offset - offset)
        if (mono - saidAt > MEMORY_MS || apart_ms <= DELAY_MS_MAX) continue
        return refused(disagreement(gateway, other, apart_ms))
      }
      if (before === undefined || mono - before.mono > MEMORY_MS) return
      const apart_ms = Math.abs(word.offset - before.offset)
      if (apart_ms > DELAY_MS_MAX) return refused(disagreement(gateway, gateway, apart_ms))
      if (mono - toldAt < TELL_MS) return
      toldAt = mono
      // It was heard a little before it came in.
      told({ source: 'gnss', utc: utc + DELAY_MS_MAX / 2, mono, error_ms: DELAY_MS_MAX / 2 })
    },
  }
}

function disagreement(gateway: string, other: string, apart_ms: number): Fault {
  return fault('GATEWAY_TIME_DISAGREES', { gateway, other, apart_s: Math.round(apart_ms / 100) / 10 })
}

import type { Modulation } from '../../../core/lorawan/airtime.ts'

/** Between two downlinks: the forwarder's own queue wants some, and so do jitter on the wire and slow devices. */
const GUARD_MS = 40

/** What the site's gateways have on the air or planned: an antenna sends one frame at a time. */
export interface AirPlan {
  /**
   * When a frame of this length can start, at `wanted` or after: the first gap in what is planned. Devices near two
   * gateways hear neither when both send at once and alike: a frame that wants to be `alone` waits for other gateways as
   * well; an answer in a device's window cannot.
   */
  firstGap(on: PlannedOn, frame: { wanted: number; length_ms: number; now: number; alone: boolean }): number
  take(on: PlannedOn, from: number, until: number): void
}

export interface PlannedOn {
  readonly antenna: string
  readonly frequency_Hz: number
  readonly modulation: Modulation
}

interface Slot extends PlannedOn {
  readonly from: number
  readonly until: number
}

export function createAirPlan(): AirPlan {
  let slots: readonly Slot[] = []
  return {
    firstGap(on, { wanted, length_ms, now, alone }) {
      slots = slots.filter((slot) => slot.until + GUARD_MS > now)
      const met = slots.filter((slot) => slot.antenna === on.antenna || (alone && alike(slot, on)))
      let start = wanted
      for (const slot of met.toSorted((a, b) => a.from - b.from)) {
        if (start + length_ms + GUARD_MS <= slot.from) break
        start = Math.max(start, slot.until + GUARD_MS)
      }
      return start
    },
    take({ antenna, frequency_Hz, modulation }, from, until) {
      slots = [...slots, { antenna, frequency_Hz, modulation, from, until }]
    },
  }
}

function alike(one: PlannedOn, other: PlannedOn): boolean {
  return (
    one.frequency_Hz === other.frequency_Hz &&
    one.modulation.spreadingFactor === other.modulation.spreadingFactor
  )
}

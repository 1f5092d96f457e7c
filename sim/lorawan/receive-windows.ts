import type { Modulation } from '../../core/lorawan/airtime.ts'
import type { OnAir } from '../radio/air.ts'

/** When a class A device opens its receiver, and for what. Times are milliseconds of the radio's clock. */
export interface ReceiveWindow {
  readonly open_ms: number
  readonly frequency_Hz: number
  readonly modulation: Modulation
}

/** A receiver needs five of the eight preamble symbols: a frame may have begun this much before the window. */
const EARLY_SYMBOLS = 3
/** It gives up when it has heard no preamble for this long. */
const OPEN_SYMBOLS = 8
/** Windows this old can match no frame that is still on the air. */
const FORGET_MS = 10_000

export interface ReceiveWindows {
  /** Opens RX1 and RX2 of one uplink. */
  plan(pair: readonly [ReceiveWindow, ReceiveWindow]): void
  /** True when this frame began on time, on the frequency and at the data rate of a window. */
  catches(frame: OnAir): boolean
  /** The uplink whose window caught this frame has its answer: its other window stays shut. */
  spend(frame: OnAir): void
  /** When the last planned window will have closed with nothing heard. */
  closed_ms(): number
}

export function createReceiveWindows(): ReceiveWindows {
  let pairs: (readonly [ReceiveWindow, ReceiveWindow])[] = []
  const caughtBy = (frame: OnAir) => pairs.find((pair) => pair.some((window) => catches(window, frame)))
  return {
    plan(pair) {
      pairs = pairs.filter((other) => other[1].open_ms > pair[0].open_ms - FORGET_MS)
      pairs.push(pair)
    },
    catches: (frame) => caughtBy(frame) !== undefined,
    spend(frame) {
      const spent = caughtBy(frame)
      pairs = pairs.filter((pair) => pair !== spent)
    },
    closed_ms: () =>
      pairs.reduce(
        (latest, [, { open_ms, modulation }]) =>
          Math.max(latest, open_ms + OPEN_SYMBOLS * symbol_ms(modulation)),
        Number.NEGATIVE_INFINITY,
      ),
  }
}

function catches({ open_ms, frequency_Hz, modulation }: ReceiveWindow, frame: OnAir): boolean {
  const late_symbols = (frame.start_ms - open_ms) / symbol_ms(modulation)
  return (
    frame.frequency_Hz === frequency_Hz &&
    sameModulation(frame.modulation, modulation) &&
    late_symbols >= -EARLY_SYMBOLS &&
    late_symbols <= OPEN_SYMBOLS
  )
}

export function sameModulation(a: Modulation, b: Modulation): boolean {
  return a.spreadingFactor === b.spreadingFactor && a.bandwidth_kHz === b.bandwidth_kHz
}

function symbol_ms({ spreadingFactor, bandwidth_kHz }: Modulation): number {
  return 2 ** spreadingFactor / bandwidth_kHz
}

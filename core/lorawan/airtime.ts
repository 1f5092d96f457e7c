/** LoRa modulation of one transmission. */
export interface Modulation {
  readonly spreadingFactor: number
  readonly bandwidth_kHz: number
}

export interface Transmission extends Modulation {
  /** PHYPayload length. */
  readonly bytes: number
  /** Denominator minus 4 of the coding rate: 1 for 4/5. */
  readonly codingRate?: number
  readonly preambleSymbols?: number
  /** Uplinks carry a CRC, downlinks do not. */
  readonly crc?: boolean
}

/** Symbols at least this long need low-data-rate optimisation (SF11 and SF12 at 125 kHz). */
const LOW_DATA_RATE_SYMBOL_MS = 16

/**
 * Time on air in milliseconds, explicit header.
 * Source: Semtech AN1200.13 (SX1272/3/6/7/8 LoRa modem designer's guide), section 4.
 */
export function airtime_ms(transmission: Transmission): number {
  const { spreadingFactor: sf, bandwidth_kHz, bytes } = transmission
  const { codingRate = 1, preambleSymbols = 8, crc = true } = transmission
  const symbol_ms = 2 ** sf / bandwidth_kHz
  const lowDataRate = symbol_ms > LOW_DATA_RATE_SYMBOL_MS ? 2 : 0
  const bits = 8 * bytes - 4 * sf + 28 + (crc ? 16 : 0)
  const blocks = Math.max(Math.ceil(bits / (4 * (sf - lowDataRate))), 0)
  const payloadSymbols = 8 + blocks * (codingRate + 4)
  return (preambleSymbols + 4.25 + payloadSymbols) * symbol_ms
}

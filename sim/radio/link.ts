import type { Modulation } from '../../core/lorawan/airtime.ts'
import { snrFloor_dB } from '../../core/lorawan/as923.ts'
import type { Random } from '../../core/random.ts'

/** Where an antenna stands, in metres on a flat map. */
export interface Position {
  readonly x_m: number
  readonly y_m: number
}

export interface LinkQuality {
  readonly rssi_dBm: number
  readonly snr_dB: number
}

/** Log-distance model: loss at one metre near 920 MHz (free space: 31.7 dB), then 28 dB a decade: semi-open country. */
const LOSS_AT_1_M_dB = 31.7
const LOSS_PER_DECADE_dB = 28
/** Thermal noise −174 dBm/Hz and a receiver's noise figure of 6 dB. */
const NOISE_dBm_PER_HZ = -174 + 6
/** What LoRa receivers report saturates about here, however strong the signal. */
const SNR_REPORTED_MAX_dB = 13
/** Each frame fades by its own amount, up and down by this at most. */
const FADING_dB = 4

/** Mean received power. Antennas nearer than a metre count as a metre apart. */
export function meanRssi_dBm(power_dBm: number, from: Position, to: Position): number {
  const distance_m = Math.max(1, Math.hypot(from.x_m - to.x_m, from.y_m - to.y_m))
  return power_dBm - LOSS_AT_1_M_dB - LOSS_PER_DECADE_dB * Math.log10(distance_m)
}

/** One frame over one link; undefined when it lies below what its spreading factor can be demodulated at. */
export function receive(meanRssi: number, modulation: Modulation, random: Random): LinkQuality | undefined {
  // The mean of three uniform draws is bell-shaped enough, and bounded.
  const bell = (random.next() + random.next() + random.next()) * (2 / 3) - 1
  const rssi = meanRssi + bell * FADING_dB
  const noise_dBm = NOISE_dBm_PER_HZ + 10 * Math.log10(modulation.bandwidth_kHz * 1_000)
  const snr = rssi - noise_dBm
  if (snr < snrFloor_dB(modulation.spreadingFactor)) return undefined
  return { rssi_dBm: Math.round(rssi), snr_dB: Math.round(Math.min(snr, SNR_REPORTED_MAX_dB) * 10) / 10 }
}

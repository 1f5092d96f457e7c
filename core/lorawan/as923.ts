import type { Modulation } from './airtime.ts'

/** Regional parameters as data. Frequencies in Hz, powers in dBm EIRP, delays in seconds. */
export interface Region {
  readonly name: string
  /** LoRa data rates by index; `null` is FSK, which the driver does not use. */
  readonly dataRates: readonly (Modulation | null)[]
  /** Channels that every device knows before it joins. */
  readonly defaultChannels_Hz: readonly number[]
  readonly channelDataRates: { readonly min: number; readonly max: number }
  /** Further uplink channels, handed out by CFList or NewChannelReq: at most five. */
  readonly extraChannels_Hz: readonly number[]
  /** Most bytes of FOpts and FRMPayload together (N), by data rate. */
  readonly payloadMax: { readonly dwell: readonly number[]; readonly free: readonly number[] }
  /** Effective RX1DROffset by its wire value. */
  readonly rx1Offsets: readonly number[]
  readonly rx1DataRates: { readonly minDwell: number; readonly minFree: number; readonly max: number }
  readonly rx2: { readonly frequency_Hz: number; readonly dataRate: number }
  readonly rx1Delay_s: number
  readonly joinDelay_s: number
  readonly eirpMax_dBm: number
  /** Each TXPower step lowers the device by this much. */
  readonly powerStep_dB: number
  readonly powerSteps: number
  /** 400 ms limit on one transmission. */
  readonly dwell: { readonly up: boolean; readonly down: boolean }
}

const lora = (spreadingFactor: number, bandwidth_kHz: number): Modulation => ({
  spreadingFactor,
  bandwidth_kHz,
})

const MHZ = 1_000_000

/** AS923 of RP002-1.0.4 §2.10, whose groups differ by a frequency offset alone. */
function as923(group: 1 | 2 | 3 | 4, offset_Hz: number): Region {
  const first = 923.2 * MHZ + offset_Hz
  return {
    name: `AS923-${group}`,
    dataRates: [
      lora(12, 125),
      lora(11, 125),
      lora(10, 125),
      lora(9, 125),
      lora(8, 125),
      lora(7, 125),
      lora(7, 250),
      null,
    ],
    defaultChannels_Hz: [first, first + 0.2 * MHZ],
    channelDataRates: { min: 0, max: 5 },
    extraChannels_Hz: [],
    payloadMax: {
      dwell: [0, 0, 11, 53, 125, 242, 242, 242],
      free: [51, 51, 115, 115, 242, 242, 242, 242],
    },
    rx1Offsets: [0, 1, 2, 3, 4, 5, -1, -2],
    rx1DataRates: { minDwell: 2, minFree: 0, max: 5 },
    rx2: { frequency_Hz: first, dataRate: 2 },
    rx1Delay_s: 1,
    joinDelay_s: 5,
    eirpMax_dBm: 16,
    powerStep_dB: 2,
    powerSteps: 7,
    dwell: { up: false, down: false },
  }
}

export const REGIONS = {
  'AS923-1': as923(1, 0),
  'AS923-2': as923(2, -1.8 * MHZ),
  'AS923-3': as923(3, -6.6 * MHZ),
  'AS923-4': as923(4, -5.9 * MHZ),
} as const satisfies Readonly<Record<string, Region>>

export type RegionName = keyof typeof REGIONS

/** Vietnam's plan at the time of writing; a site states its own in its configuration. */
export const DEFAULT_REGION: RegionName = 'AS923-2'

/** The data rate of the answer in RX1 (RP002 §2.10.7). */
export function rx1DataRate(region: Region, up: number, offset: number): number {
  const { minDwell, minFree, max } = region.rx1DataRates
  const lowest = region.dwell.down ? minDwell : minFree
  return Math.min(Math.max(up - (region.rx1Offsets[offset] ?? 0), lowest), max)
}

/** Most bytes of FOpts and FRMPayload in one frame; 0 when the data rate must not be used. */
export function payloadMax(region: Region, dataRate: number, direction: 'up' | 'down'): number {
  const table = region.dwell[direction] ? region.payloadMax.dwell : region.payloadMax.free
  return table[dataRate] ?? 0
}

/** Index of a data rate as gateways name it (`SF10BW125`), undefined when the region has none such. */
export function dataRateIndex(region: Region, modulation: Modulation): number | undefined {
  const index = region.dataRates.findIndex(
    (rate) =>
      rate?.spreadingFactor === modulation.spreadingFactor && rate.bandwidth_kHz === modulation.bandwidth_kHz,
  )
  return index < 0 ? undefined : index
}

/** Signal-to-noise ratio at which a spreading factor is just demodulated (SX1276 data sheet, table 13). */
export function snrFloor_dB(spreadingFactor: number): number {
  return 10 - 2.5 * spreadingFactor
}

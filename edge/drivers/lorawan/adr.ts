import { type Region, snrFloor_dB } from '../../../core/lorawan/as923.ts'

/** Frames looked at before a device is told to change. */
export const ADR_HISTORY = 20
const STEP_DB = 3

export interface AdrInput {
  readonly region: Region
  /** Best signal-to-noise ratio of each of the last frames at this data rate. */
  readonly snrHistory: readonly number[]
  readonly dataRate: number
  readonly txPower: number
  readonly margin_dB: number
  readonly dataRateMax: number
}

/**
 * Semtech's simple rate adaptation: spare margin first buys a faster data rate, then less power; a lack of it buys
 * power back. Undefined when nothing should change or too little has been heard. Devices lower the rate themselves.
 */
export function adapt(input: AdrInput): { readonly dataRate: number; readonly txPower: number } | undefined {
  const { region, snrHistory, margin_dB, dataRateMax } = input
  const modulation = region.dataRates[input.dataRate]
  if (snrHistory.length < ADR_HISTORY || modulation === undefined || modulation === null) return undefined
  const spare_dB = Math.max(...snrHistory) - snrFloor_dB(modulation.spreadingFactor) - margin_dB
  let { dataRate, txPower } = input
  let steps = Math.trunc(spare_dB / STEP_DB)
  for (; steps > 0 && dataRate < dataRateMax; steps--) dataRate++
  for (; steps > 0 && txPower < region.powerSteps; steps--) txPower++
  for (; steps < 0 && txPower > 0; steps++) txPower--
  return dataRate === input.dataRate && txPower === input.txPower ? undefined : { dataRate, txPower }
}

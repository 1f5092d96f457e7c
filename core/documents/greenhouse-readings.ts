import type { Greenhouse } from './greenhouse.ts'

/** How what is measured in a greenhouse is read: by its node, and by the hub that shows the same. */

/**
 * What soil, water and air can be: outside of it a probe is unplugged, shorted or broken, whatever it says (0, 100,
 * 65535). Soil is never quite dry nor all water, water never without any salt, air never without any vapour.
 */
export const BELIEVED = {
  moisture: [0.05, 99],
  soilTemperature: [-20, 70],
  soilEc: [0, 30_000],
  ph: [1, 13],
  ec: [0.01, 20],
  flow: [0, 20_000],
  volume: [0, 1e12],
  pressure: [-100, 4_000],
  tank: [0, 100],
  temperature: [-20, 70],
  humidity: [1, 100],
  co2: [150, 20_000],
  light: [0, 250_000],
  par: [0, 4_000],
  wind: [0, 90],
  radiation: [-20, 2_000],
  rain: [0, 1e9],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>
export type Measured = keyof typeof BELIEVED

/** Even a burst main gives no more than so many times what all zones together may take. */
const FLOW_TIMES = 10

/** L/min; a meter that says more counts something else. */
export function mostFlow({ water }: { readonly water: Pick<Greenhouse['water'], 'gives_Lmin'> }): number {
  return Math.min(BELIEVED.flow[1], water.gives_Lmin * FLOW_TIMES)
}

/** Of several probes the middle value, of two their mean: one that is broken moves it little. Null without any. */
export function middleOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const half = Math.floor(sorted.length / 2)
  const [low, high] = sorted.length % 2 === 1 ? [half, half] : [half - 1, half]
  const [one, other] = [sorted[low], sorted[high]]
  return one === undefined || other === undefined ? null : (one + other) / 2
}

/** At its mark a tank is low already. */
export function isTankLow(percent: number | null, { low }: { readonly low: number }): boolean {
  return percent !== null && percent <= low
}

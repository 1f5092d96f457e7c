import type { Greenhouse, Recipe, Zone } from './greenhouse.ts'

/** How stock is dosed into the water: what a recipe asks of each channel, and how much of the time that takes. */

export type Channel = NonNullable<Greenhouse['fertiliser']>['channels'][number]

/** Water alone between two stocks that must not meet in the pipe, s; unless the house says otherwise. */
const FLUSH_S = 30
/** A dosing pump rests so long between two pulses, s. */
export const PUMP_REST_S = 3
/** No pulse is longer: the pipe is fed evenly, and a pump that hangs is noticed. */
export const PULSE_MAX_S = 30
/** Dosing is worth beginning for so long, s. */
export const DOSING_LEAST_S = 60

/** How long water alone passes between A and B, or acid and either, s. */
export function flushOf(fertiliser: Greenhouse['fertiliser']): number {
  return fertiliser?.flush_s ?? FLUSH_S
}

/** What one recipe asks of the channels, in the order in which they are dosed: nutrients first, acid or base last. */
export function dosesOf(
  house: Greenhouse,
  recipe: Recipe,
): readonly { readonly channel: Channel; readonly mL_per_L: number }[] {
  const channels = house.fertiliser?.channels ?? []
  return recipe.doses
    .flatMap(({ channel: id, mL_per_L }) => {
      const channel = channels.find((one) => one.id === id)
      return channel === undefined ? [] : [{ channel, mL_per_L }]
    })
    .toSorted((one, other) => ORDER.indexOf(one.channel.part) - ORDER.indexOf(other.channel.part))
}

const ORDER: readonly Channel['part'][] = ['other', 'a', 'b', 'acid', 'base']

/** What must never meet undiluted: A curdles with B, acid boils with base and spoils both A and B where it is strong. */
export function areApart(one: Channel['part'], other: Channel['part']): boolean {
  return one !== other && one !== 'other' && other !== 'other'
}

/**
 * The share of the time that the dosing pumps need in turn while a zone waters, 1 for all of it: each channel's
 * mL_per_L · flow / rate, and the rinse that follows each pulse.
 */
export function dosingShare(
  house: Greenhouse,
  recipe: Recipe,
  { flow_Lmin }: Pick<Zone, 'flow_Lmin'>,
): number {
  const doses = dosesOf(house, recipe)
  const apart = new Set(doses.map(({ channel }) => channel.part).filter((part) => part !== 'other')).size > 1
  const pumping = doses.reduce(
    (sum, { channel, mL_per_L }) => sum + (mL_per_L * flow_Lmin) / channel.rate_mLmin,
    0,
  )
  const corrected = recipe.ec !== undefined || recipe.ph !== undefined
  const mix_s = corrected ? (house.fertiliser?.mix_s ?? 0) : 0
  // In one round each pump gives at most one pulse of the longest.
  const round_s = Math.max(
    ...doses.map(({ channel, mL_per_L }) => {
      const share = (mL_per_L * flow_Lmin) / channel.rate_mLmin
      return share <= 0 ? Number.POSITIVE_INFINITY : PULSE_MAX_S / share
    }),
    1,
  )
  const rests_s = doses.length * (apart ? flushOf(house.fertiliser) : PUMP_REST_S) + mix_s
  return pumping + rests_s / round_s
}

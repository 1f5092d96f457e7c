import type { Mono } from '../../core/clock.ts'
import type { Interlock, Need, OutputPlace } from '../../devices/define.ts'

/** What interlocks go by: what is known of points and of other outputs now. Unknown is not at rest, nor away, nor within limits. */

export interface KnownPoint {
  readonly value: number
  readonly heardAt: Mono
}

/** It has been known to be away from its safe value, or at rest, since then, and was last heard so at `heardAt`. */
export interface KnownOutput {
  readonly away: boolean
  readonly since: Mono
  readonly heardAt: Mono
}

export type PointNeed = Extract<Need, { of: 'point' }>

export interface Facts {
  /** Undefined for one that was never heard, or is failed by its device. */
  point(device: string, channel: string): KnownPoint | undefined
  /** Since when a point that is asked to be so for a while has been heard so without a gap. */
  since(need: PointNeed): Mono | undefined
  /** Undefined while nobody knows, and while it is about to be something else. */
  output(place: OutputPlace): KnownOutput | undefined
  /** Whether that output may run on as it does when the asking one is at rest. */
  spares(other: OutputPlace): boolean
  /** Whether what a restart must not forget can be written down. */
  readonly durable: boolean
}

export const NOTHING_KNOWN: Facts = {
  point: () => undefined,
  since: () => undefined,
  output: () => undefined,
  spares: () => false,
  durable: true,
}

export function isMet(need: Need, facts: Facts, now: Mono): boolean {
  switch (need.of) {
    case 'point': {
      const known = facts.point(need.device, need.channel)
      if (known === undefined || now - known.heardAt > need.fresh_s * 1000) return false
      if (!isWithin(need, known.value)) return false
      if (need.for_s === undefined) return true
      const since = facts.since(need)
      return since !== undefined && now - since >= need.for_s * 1000
    }
    case 'output': {
      const known = facts.output(need)
      if (known === undefined || known.away !== (need.is === 'away')) return false
      if (need.fresh_s !== undefined && now - known.heardAt > need.fresh_s * 1000) return false
      return now - known.since >= need.for_s * 1000
    }
    case 'any':
      return need.needs.some((one) => isMet(one, facts, now))
  }
}

/** Whether what is not so is known not to be: of a point by a value that was heard, and is not too old. */
export function isDisproved(need: Need, facts: Facts, now: Mono): boolean {
  if (need.of !== 'point') return !isMet(need, facts, now)
  const known = facts.point(need.device, need.channel)
  if (known === undefined || now - known.heardAt > need.fresh_s * 1000) return false
  return Number.isFinite(known.value) && !isWithin(need, known.value)
}

export function isWithin({ min, max }: PointNeed, value: number): boolean {
  return value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY)
}

/** The points that interlocks go by. */
export function pointsOf(interlocks: readonly Interlock[]) {
  return needsOf(interlocks).filter((need) => need.of === 'point')
}

/** What interlocks need other outputs to be. */
export function outputNeeds(interlocks: readonly Interlock[]) {
  return needsOf(interlocks).filter((need) => need.of === 'output')
}

/** The other outputs that interlocks go by. */
export function placesOf(interlocks: readonly Interlock[]): readonly OutputPlace[] {
  const outlasted = interlocks.flatMap((one) => (one.kind === 'outlasts' ? one.others : []))
  return [...outputNeeds(interlocks), ...outlasted]
}

/** Every need, those within an `any` one by one. */
function needsOf(interlocks: readonly Interlock[]) {
  return interlocks.flatMap((one) => (one.kind === 'needs' ? singleNeeds(one.need) : []))
}

function singleNeeds(need: Need): readonly Exclude<Need, { of: 'any' }>[] {
  return need.of === 'any' ? need.needs.flatMap(singleNeeds) : [need]
}

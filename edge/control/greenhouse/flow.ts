import { mostFlow } from '../../../core/documents/greenhouse-readings.ts'
import type { Draft } from './draft.ts'
import type { Layout } from './layout.ts'
import { heardOf, sensed } from './sensors.ts'
import { COUNTS_MAX, type GreenhouseState, type ZoneMemory } from './state.ts'

/** How much water flows, and where to. */

type Flows = Pick<GreenhouseState, 'house' | 'sensors' | 'zones' | 'flow'> & {
  readonly t: number
  readonly layout: Layout
}

/** A flow that nobody has said again for so long is not taken as the flow of now while zones open and shut. */
const FRESH_MS = 120_000

/** L/min of all zones together, as measured; null where nothing measures it now. */
export function measuredFlow(state: Flows): number | null {
  const { water } = state.house
  const flow = sensed(state, water.flow)
  const heardT = heardOf(state, water.flow)
  if (flow !== null && heardT !== null && state.t - heardT < FRESH_MS) return flow
  const countedT = heardOf(state, water.volume)
  if (countedT === null || state.t - countedT >= FRESH_MS) return null
  return countedFlow(state)
}

/** Flow is reckoned over at least so long, where the counter moves that often. */
const SPAN_MS = 30_000
/** A movement of a counter that was never seen to move: meters of 10 L a pulse are the coarsest in use. */
const PULSE_L = 10
/** Less than this share of the usual is no flow at all. */
export const NOTHING_SHARE = 0.1

/**
 * From movement to movement of the counter since the valves moved: a meter of whole pulses stands still between two of
 * them. Null until that can be told. A counter that has stood for so long that next to nothing can be flowing tells it.
 */
function countedFlow(state: Flows): number | null {
  const { counts, sinceT } = state.flow
  const moved = counts.slice(1).filter(({ t }) => t > sinceT)
  const last = moved.at(-1)
  const step_L = (counts.at(-1)?.L ?? 0) - (counts.at(-2)?.L ?? Number.NEGATIVE_INFINITY)
  const idle_ms = Math.max(1, state.t - (last?.t ?? sinceT))
  const most = ((Number.isFinite(step_L) ? step_L : PULSE_L) / idle_ms) * 60_000
  const from = moved.findLast(({ t }) => last !== undefined && last.t - t >= SPAN_MS) ?? moved[0]
  if (last === undefined || from === undefined || last.t <= from.t) return most < leastOf(state) ? 0 : null
  const mean = ((last.L - from.L) / (last.t - from.t)) * 60_000
  return most < mean / 2 ? most : mean
}

/** L/min below which nothing is taken to flow now. */
function leastOf(state: Flows): number {
  const { group } = state.flow
  if (group === '') return state.house.faults.leak_Lmin
  return group.split('+').reduce((sum, zone) => sum + usualFlow(state, zone), 0) * NOTHING_SHARE
}

/** A counter that tells whole pulses may be ahead of its time by one. */
const JUMP_L = 100

/** Takes the counter of the water meter; one that starts anew, or jumps, has counted nothing since. */
export function hearVolume(draft: Draft, device: string, telemetry: Readonly<Record<string, number>>): void {
  const { volume } = draft.house.water
  const L = volume === undefined ? undefined : telemetry[volume.channel]
  if (volume?.device !== device || L === undefined || !Number.isFinite(L) || L < 0) return
  const last = draft.flow.counts.at(-1)
  if (last !== undefined && (L === last.L || draft.t - last.t < 1_000)) return
  const jumped =
    last !== undefined && L - last.L > (mostFlow(draft.house) * (draft.t - last.t)) / 60_000 + JUMP_L
  const known = last === undefined || L < last.L || jumped ? [] : draft.flow.counts
  draft.flow = { ...draft.flow, counts: [...known, { L, t: draft.t }].slice(-COUNTS_MAX) }
}

/** What a zone takes when all is well, L/min: as learnt, or as the document has it. */
export function usualFlow(
  { house, layout, zones }: Pick<Flows, 'house' | 'layout' | 'zones'>,
  zone: string,
): number {
  const place = layout.zone(zone)
  const memory = zones[layout.zoneIndex.get(zone) ?? -1]
  if (place === undefined) return 0
  return memory !== undefined && isLearnt(memory, house.faults.learn) ? memory.usual.Lmin : place.flow_Lmin
}

export function isLearnt({ usual }: ZoneMemory, learn: number): boolean {
  return usual.runs >= learn && usual.Lmin > 0
}

/** L/min that each zone takes of what flows now: the measured flow shared by what they usually take. */
export function flowsOf(state: Flows, zones: readonly string[]): ReadonlyMap<string, number> {
  const usual = new Map(zones.map((zone) => [zone, usualFlow(state, zone)]))
  const sum = [...usual.values()].reduce((all, one) => all + one, 0)
  const measured = measuredFlow(state)
  if (measured === null || sum <= 0) return usual
  return new Map([...usual].map(([zone, one]) => [zone, (measured * one) / sum]))
}

import type { Draft } from './draft.ts'
import { type Layout, mostFlow } from './layout.ts'
import { heardOf, sensed } from './sensors.ts'
import type { GreenhouseState, ZoneMemory } from './state.ts'

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
  if (water.volume === undefined || sensed(state, water.volume) === null) return null
  const [before, last] = state.flow.counts
  if (before === undefined || last === undefined || last.t <= before.t || state.t - last.t >= FRESH_MS)
    return null
  return ((last.L - before.L) / (last.t - before.t)) * 60_000
}

/** A counter that tells whole pulses may be ahead of its time by one. */
const JUMP_L = 100

/** Takes the counter of the water meter; one that starts anew, or jumps, has counted nothing since. */
export function hearVolume(draft: Draft, device: string, telemetry: Readonly<Record<string, number>>): void {
  const { volume } = draft.house.water
  const L = volume === undefined ? undefined : telemetry[volume.channel]
  if (volume?.device !== device || L === undefined || !Number.isFinite(L) || L < 0) return
  const last = draft.flow.counts.at(-1)
  if (last !== undefined && draft.t - last.t < 1_000) return
  const jumped =
    last !== undefined && L - last.L > (mostFlow(draft.house) * (draft.t - last.t)) / 60_000 + JUMP_L
  const counts = last === undefined || L < last.L || jumped ? [{ L, t: draft.t }] : [last, { L, t: draft.t }]
  draft.flow = { ...draft.flow, counts }
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

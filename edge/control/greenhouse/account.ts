import { decimal } from '../../../core/text.ts'
import { type Draft, updateZone } from './draft.ts'
import { judge, settle, zoneSubject } from './fault-book.ts'
import { flowsOf } from './flow.ts'
import { outputOf } from './outputs.ts'

/** Who got how much: water and fertiliser by zone and channel, over a life, a day and a season. */

/** Between two steps nothing is reckoned for longer than this: more is a node that stood still. */
const STEP_MAX_MS = 60_000

/** Zones whose valve lets water through, as far as anybody knows: those that are watered, and those opened by others. */
export function wetZones(draft: Pick<Draft, 'house' | 'runs' | 'outputs' | 't'>): readonly string[] {
  const { pump } = draft.house.water
  const pressed = pump === undefined || (outputOf(draft, pump).known ?? 0) > 0
  const pumping = isPumping(draft)
  return draft.house.zones.flatMap(({ id, valve }) => {
    const watered = pumping && draft.runs.some(({ zone, phase }) => zone === id && phase === 'watering')
    const open = pressed && outputOf(draft, valve).known === 1
    return watered || open ? [id] : []
  })
}

/** Counts the water of the time since the step before. */
export function followWater(draft: Draft): void {
  const ms = Math.min(STEP_MAX_MS, draft.t - draft.beforeT)
  if (ms <= 0) return
  const flows = flowsOf(draft, wetZones(draft))
  for (const [id, Lmin] of flows) {
    const litres = (Lmin * ms) / 60_000
    const zone = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
    if (zone === undefined) continue
    updateZone(draft, id, {
      ...{ total_L: zone.total_L + litres, today_L: zone.today_L + litres, season_L: zone.season_L + litres },
      last_Lmin: Lmin,
    })
    draft.given.set(id, litres)
  }
  const pumping = isPumping(draft)
  draft.runs = draft.runs.map((run) => {
    const litres = draft.given.get(run.zone) ?? 0
    if (run.phase === 'closing') return { ...run, L: run.L + litres }
    if (run.phase !== 'watering') return run
    // Time counts while the pump runs: an interlock may let it rest first.
    const s = pumping ? ms / 1000 : 0
    return { ...run, L: run.L + litres, s: run.s + s, turn_s: run.turn_s + s }
  })
}

/** A pump of which nothing is known is believed after a while; one that is known to rest gives no water. */
const PUMP_ANSWERS_MS = 60_000

function isPumping(draft: Pick<Draft, 'house' | 'outputs' | 't'>): boolean {
  const { pump } = draft.house.water
  if (pump === undefined) return true
  const { asked, askedT, known } = outputOf(draft, pump)
  return known === null ? asked > 0 && draft.t - askedT >= PUMP_ANSWERS_MS : known > 0
}

/** Counts what a dosing pump gave to a zone. */
export function giveFertiliser(draft: Draft, channel: string, zone: string, mL: number): void {
  draft.channels = draft.channels.map((one) =>
    one.id === channel
      ? {
          ...one,
          ...{ total_mL: one.total_mL + mL, today_mL: one.today_mL + mL, season_mL: one.season_mL + mL },
        }
      : one,
  )
  const memory = draft.zones[draft.layout.zoneIndex.get(zone) ?? -1]
  if (memory !== undefined) updateZone(draft, zone, { total_mL: memory.total_mL + mL })
}

/** Tells of a zone that has had the most of a day, and that it may have more again the day after. */
export function judgeCeiling(draft: Draft, id: string): void {
  const zone = draft.layout.zone(id)
  const memory = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
  if (zone === undefined || memory === undefined) return
  const subject = zoneSubject(draft, id)
  if (memory.today_L < zone.daily_L * 0.99) {
    settle(draft, 'zone-ceiling', subject)
    return
  }
  const litres = decimal(memory.today_L, 0)
  const detail = {
    vi: `${litres.vi} L, mức ngày ${zone.daily_L} L`,
    en: `${litres.en} L of ${zone.daily_L} L`,
  }
  judge(draft, 'zone-ceiling', subject, { bad: true, forMs: 0, detail, value: memory.today_L, unit: 'L' })
}

/** Ceilings that a new day has lifted. */
export function followCeilings(draft: Draft): void {
  for (const { id, daily_L } of draft.house.zones) {
    const memory = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
    if (memory !== undefined && memory.today_L < daily_L * 0.99)
      settle(draft, 'zone-ceiling', zoneSubject(draft, id))
  }
  for (const { id, name, daily_mL } of draft.house.fertiliser?.channels ?? []) {
    const memory = draft.channels.find((one) => one.id === id)
    if (memory !== undefined && memory.today_mL < daily_mL * 0.9)
      settle(draft, 'stock-ceiling', { key: id, text: name })
  }
}

import type { Program, Zone } from '../../../../core/documents/greenhouse.ts'
import { wantedSeconds } from '../../../../core/documents/greenhouse-plan.ts'
import type { WaterAmount } from '../../../../core/wire/commands.ts'
import type { Draft } from '../draft.ts'
import { usualFlow } from '../flow.ts'
import { moistureOf } from '../sensors.ts'
import type { Run } from '../state.ts'
import { waterBalance } from '../water-balance.ts'

/** How much a run is to give. */

export type Wants = Run['wants']

/** Roots of a crop that nobody has described, m. */
const ROOTS_M = 0.3

/** What a person asks for. One who wants litres gets no more than twice the time that they usually take. */
export function orderWants(draft: Draft, zone: Zone, amount: WaterAmount): Wants {
  const most = zone.longest_min * 60
  if ('minutes' in amount) return { s: Math.min(most, amount.minutes * 60), L: null, moisture: null }
  return { s: Math.min(most, patience(draft, zone, amount.litres)), L: amount.litres, moisture: null }
}

/**
 * What a program gives a zone now; `blind` where what it goes by is not known. Null for nothing.
 * `missing` is by the balance (deficit · area / efficiency), else until the moisture is reached, else by what the
 * probe says is missing below field capacity, else what it usually gave.
 */
export function programWants(draft: Draft, program: Program, zone: Zone, blind: boolean): Wants | null {
  const { amount, start } = program
  const moisture = start.by === 'moisture' && !blind ? start.until : null
  const most = zone.longest_min * 60
  if ('minutes' in amount) return { s: Math.min(most, amount.minutes * 60), L: null, moisture }
  if (!('missing' in amount)) {
    const L = 'litres' in amount ? amount.litres : amount.mm * zone.area_m2
    return { s: Math.min(most, patience(draft, zone, L)), L, moisture }
  }
  const s = Math.min(most, wantedSeconds(amount, zone))
  if (moisture !== null) return { s, L: null, moisture }
  const missing = missingLitres(draft, zone)
  if (missing !== null) return missing < 1 ? null : { s, L: missing, moisture: null }
  const usual = draft.starts[`${program.id}/${zone.id}`]?.usual_L ?? null
  // Before it is known what it usually gives, half of what it may.
  return usual === null ? { s: s / 2, L: null, moisture: null } : { s, L: usual, moisture: null }
}

function missingLitres(draft: Draft, zone: Zone): number | null {
  const mm = waterBalance(draft).deficit_mm(zone.id) ?? missingByProbe(draft, zone)
  return mm === null ? null : (Math.max(0, mm) * zone.area_m2) / zone.efficiency
}

/** What a probe says is missing below field capacity, over the depth of the roots, mm. */
function missingByProbe(draft: Draft, { id, soil, crop }: Zone): number | null {
  const moisture = moistureOf(draft, id)
  if (moisture === null) return null
  const root_m = Math.max(...(crop?.stages.map((stage) => stage.root_m) ?? [ROOTS_M]))
  return Math.max(0, soil.fieldCapacity - moisture) * 10 * root_m
}

/** Twice the time that so many litres usually take, and a minute, s. */
function patience(draft: Draft, { id }: Zone, litres: number): number {
  return (litres / Math.max(0.01, usualFlow(draft, id))) * 120 + 60
}

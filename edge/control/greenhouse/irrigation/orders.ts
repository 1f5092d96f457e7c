import { type Fault, fault } from '../../../../core/errors.ts'
import type { Draft } from '../draft.ts'
import type { WaterOrder } from '../inputs.ts'
import { heldBack } from '../interlocks.ts'
import { layoutOf } from '../layout.ts'
import { type GreenhouseState, type JournalEntry, RUNS_MAX, type Run } from '../state.ts'
import { endText, isGood } from '../wording.ts'
import { orderWants } from './amounts.ts'
import { endTurn } from './runs.ts'
import { addRun } from './starts.ts'

/** What people ask: water for a zone, a stop of one or all, and that it goes on. */

/** Why an order would not be taken now; undefined where it would. */
export function waterRefusal(
  state: GreenhouseState,
  order: Pick<WaterOrder, 'zone' | 'recipe'>,
): Fault | undefined {
  const { house, paused, zones, runs, timeline } = state
  const about = { house: house.id, zone: order.zone }
  const asked = { where_words: 'watering by hand', where_words_vi: 'tưới tay' }
  const layout = layoutOf(house)
  const zone = layout.zone(order.zone)
  if (zone === undefined) return fault('GREENHOUSE_ZONE_UNKNOWN', { ...about, ...asked })
  const { recipe } = order
  if (recipe !== undefined && layout.recipe(recipe) === undefined)
    return fault('GREENHOUSE_RECIPE_UNKNOWN', { house: house.id, recipe, ...asked })
  if (paused !== null) return fault('GREENHOUSE_PAUSED', { house: house.id, who: paused.who })
  const today = zones[layout.zoneIndex.get(zone.id) ?? -1]?.today_L ?? 0
  if (today >= zone.daily_L)
    return fault('GREENHOUSE_ZONE_HAD_ENOUGH', {
      ...{ ...about, litres: Math.round(today), daily: zone.daily_L },
    })
  const { pump } = house.water
  const held = pump === undefined ? undefined : heldBack({ ...state, t: timeline.t }, pump)
  if (held?.latched === true)
    return fault('GREENHOUSE_PUMP_HELD', {
      ...{ house: house.id, reason: held.text.en, reason_vi: held.text.vi },
    })
  if (runs.length >= RUNS_MAX) return fault('GREENHOUSE_QUEUE_FULL', { house: house.id, max: RUNS_MAX })
  return undefined
}

/** How far an order has come; null where nothing is known of it (any more). */
export function orderProgress(state: GreenhouseState, order: string) {
  const run = state.runs.find((one) => one.order === order)
  if (run !== undefined)
    return { stage: run.phase === 'queued' ? ('waits' as const) : ('runs' as const), run }
  const entry = state.journal.find((one) => one.order === order)
  if (entry === undefined) return null
  return { stage: 'over' as const, good: isGood(entry.end), text: endText(entry.end, entry.detail), entry }
}
export type OrderProgress =
  | { readonly stage: 'waits' | 'runs'; readonly run: Run }
  | {
      readonly stage: 'over'
      readonly good: boolean
      readonly text: ReturnType<typeof endText>
      readonly entry: JournalEntry
    }

export function takeOrder(draft: Draft, order: WaterOrder): void {
  if (orderProgress(draft, order.order) !== null) return
  const zone = draft.layout.zone(order.zone)
  if (zone === undefined || waterRefusal(draft, order) !== undefined) return
  addRun(draft, {
    ...{ zone: zone.id, program: null, order: order.order, who: order.who.slice(0, WHO_MAX) },
    ...{ cause: 'person', recipe: order.recipe ?? null, cycles: null },
    wants: orderWants(draft, zone, order.amount),
  })
}

/** Stops at once whatever runs and waits; without a zone programs wait until somebody lets them go on. */
export function stopWater(draft: Draft, zone: string | undefined, who: string): void {
  draft.urgent = true
  for (const run of draft.runs)
    if (zone === undefined || run.zone === zone) endTurn(draft, run, 'stopped', { vi: who, en: who })
  if (zone === undefined) draft.paused = draft.paused ?? { at: draft.at, who: who.slice(0, WHO_MAX) }
  draft.save = true
}

export function resumeWater(draft: Draft): void {
  draft.paused = null
  draft.save = true
}

export function skipProgram(draft: Draft, program: string, who: string): void {
  if (!draft.house.programs.some(({ id }) => id === program)) return
  draft.skips = { ...draft.skips, [program]: who.slice(0, WHO_MAX) }
  draft.save = true
}

const WHO_MAX = 120

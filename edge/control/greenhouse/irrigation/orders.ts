import { type Fault, fault } from '../../../../core/errors.ts'
import { decimal, type Text } from '../../../../core/text.ts'
import { type Draft, note } from '../draft.ts'
import { zoneSubject } from '../fault-book.ts'
import type { WaterOrder } from '../inputs.ts'
import { heldBack } from '../interlocks.ts'
import { layoutOf, placeKey } from '../layout.ts'
import { placeName } from '../place-name.ts'
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
  const [who, much] = [order.who.slice(0, WHO_MAX), amountText(order.amount)]
  const text = {
    vi: `${who} cho tưới ${zone.name.vi}: ${much.vi}.`,
    en: `${who} waters ${zone.name.en}: ${much.en}.`,
  }
  note(draft, text, zone.id)
}

function amountText(amount: WaterOrder['amount']): Text {
  if ('minutes' in amount) {
    const { vi, en } = decimal(amount.minutes, Number.isInteger(amount.minutes) ? 0 : 1)
    return { vi: `${vi} phút`, en: `${en} min` }
  }
  const { vi, en } = decimal(amount.litres, 0)
  return { vi: `${vi} lít`, en: `${en} L` }
}

/**
 * Stops at once whatever runs and waits; without a zone programs wait until somebody lets them go on. Written down with
 * its name whether anything ran or not; pressed again and again it is one stop.
 */
export function stopWater(draft: Draft, zone: string | undefined, who: string): void {
  draft.urgent = true
  const stopped = draft.runs.filter((run) => zone === undefined || run.zone === zone)
  for (const run of stopped) endTurn(draft, run, 'stopped', { vi: who, en: who })
  const name = who.slice(0, WHO_MAX)
  const isSame = zone === undefined && draft.paused?.who === name && stopped.length === 0
  if (zone === undefined) draft.paused = draft.paused ?? { at: draft.at, who: name }
  if (!isSame)
    note(draft, stopText(name, zone === undefined ? undefined : zoneSubject(draft, zone).text), zone)
  draft.save = true
}

export function resumeWater(draft: Draft, who: string): void {
  const name = who.slice(0, WHO_MAX)
  if (draft.paused !== null)
    note(draft, { vi: `${name} đã cho tưới tiếp.`, en: `${name} let the water go on.` })
  draft.paused = null
  draft.save = true
}

export function skipProgram(draft: Draft, program: string, who: string): void {
  const found = draft.house.programs.find(({ id }) => id === program)
  if (found === undefined) return
  const name = who.slice(0, WHO_MAX)
  if (draft.skips[program] !== name)
    note(draft, {
      vi: `${name} bỏ lần tới của chương trình "${found.name}".`,
      en: `${name} leaves out the next start of "${found.name}".`,
    })
  draft.skips = { ...draft.skips, [program]: name }
  draft.save = true
}

/** Who took it on himself that a latched machine may run again. */
export function noteReset(
  draft: Draft,
  place: { readonly device: string; readonly output: string },
  who: string,
): void {
  if (!draft.layout.outputs.has(placeKey(place))) return
  const [name, { vi, en }] = [who.slice(0, WHO_MAX), placeName(draft.house, place)]
  note(draft, { vi: `${name} đã kiểm tra và mở khóa: ${vi}.`, en: `${name} has looked and freed: ${en}.` })
  draft.save = true
}

function stopText(who: string, zone: Text | undefined): Text {
  return zone === undefined
    ? { vi: `${who} đã dừng mọi việc tưới.`, en: `${who} stopped all water.` }
    : { vi: `${who} đã dừng tưới ${zone.vi}.`, en: `${who} stopped the water of ${zone.en}.` }
}

const WHO_MAX = 120

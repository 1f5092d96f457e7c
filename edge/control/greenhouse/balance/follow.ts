import type { Greenhouse, Zone } from '../../../../core/documents/greenhouse.ts'
import {
  type Evapotranspiration,
  referenceEvapotranspiration,
  windAt2m,
} from '../../../../core/evapotranspiration.ts'
import type { Draft } from '../draft.ts'
import { dateOf, dayOf } from '../house-clock.ts'
import { keyOf } from '../layout.ts'
import { moistureOf } from '../sensors.ts'
import type { GreenhouseState } from '../state.ts'
import { afterDay, afterWater, availableWater, type CropStage, cropStage } from './root-zone.ts'
import { gather, gathered, nextDay, type WeatherQuantity } from './weather-day.ts'

/** Keeps the water balance of each zone: what the crop drank day by day, what it was given, and what rained on it. */

type Days = GreenhouseState['balance']['days']

const QUANTITIES = [
  'temperature',
  'humidity',
  'wind',
  'radiation',
] as const satisfies readonly WeatherQuantity[]
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Days that are remembered; a day of which nothing was measured is taken as the mean of those that were. */
export const WEATHER_DAYS_KEPT = 14
/** A node that was off for longer does not reckon what it missed. */
const MISSED_DAYS_MAX = 60

/** Takes what the weather's sensors say, as far as it was believed. */
export function hearWeather(draft: Draft, device: string): void {
  const { weather } = draft.house
  for (const quantity of QUANTITIES) {
    const point = weather[quantity]
    const heard = point?.device === device ? draft.sensors[keyOf(point)] : undefined
    if (heard === undefined || heard.value === null || heard.goodT !== draft.t) continue
    const value = quantity === 'wind' ? windAt2m(heard.value, weather.wind?.height_m ?? 2) : heard.value
    const { balance, t } = draft
    const gathering = gather(balance.weather, quantity, value, t, weather.silent_min * MINUTE_MS)
    draft.balance = { ...balance, weather: gathering }
  }
}

/** What the zones were given since the step before reaches their roots. */
export function waterRoots(draft: Draft): void {
  for (const [id, litres] of draft.given) {
    const [zone, root] = [draft.layout.zone(id), draft.balance.zones[id]]
    if (zone === undefined || root === undefined) continue
    setRoot(draft, id, { ...root, deficit_mm: afterWater(root.deficit_mm, zone, litres) })
  }
}

/** Turns the day over at midnight, and follows what is planted. */
export function followBalance(draft: Draft): void {
  const day = dayOf(draft)
  const before = draft.balance.day
  if (before === null) draft.balance = { ...draft.balance, day }
  else if (day > before) closeDays(draft, before, day)
  // Two days back is a clock that was set, more is a time that never was: the days begin anew.
  else if (before - day > 2) draft.balance = { ...draft.balance, day }
  const date = dateOf(draft)
  for (const zone of draft.house.zones) followRoot(draft, zone, date)
}

/** ET0 of the last whole day; null where neither it nor a day before it is known. */
export function lastEt0({ balance }: Pick<GreenhouseState, 'balance'>): number | null {
  return et0Of(balance.days)
}

function closeDays(draft: Draft, before: number, day: number): void {
  const { balance } = draft
  const measured = evapotranspirationOf(draft, before)
  const kept = [{ day: before, et0_mm: measured?.et0 ?? null }, ...balance.days].slice(0, WEATHER_DAYS_KEPT)
  const et0_mm = et0Of(kept)
  const days = Math.min(MISSED_DAYS_MAX, day - before)
  const rain_mm = draft.rain.day_mm
  const date = dateOf(draft)
  draft.balance = { ...balance, day, days: kept, weather: nextDay(balance.weather, draft.t) }
  draft.rain = { ...draft.rain, day_mm: 0 }
  for (const zone of draft.house.zones) {
    const [root, stage] = [draft.balance.zones[zone.id], stageOf(zone, date)]
    if (root === undefined || stage === null || et0_mm === null) continue
    const deficit_mm = afterDay(root.deficit_mm, zone, stage, { et0_mm: et0_mm * days, rain_mm })
    setRoot(draft, zone.id, { ...root, deficit_mm })
  }
}

function evapotranspirationOf(draft: Draft, day: number): Evapotranspiration | null {
  const weather = gathered(draft.balance.weather)
  const date = dateOf(draft)
  if (weather === null || date === null || day < 0) return null
  const { lat, elevation_m } = draft.house.location
  const begun = new Date(day * DAY_MS)
  const dayOfYear = Math.floor((day * DAY_MS - Date.UTC(begun.getUTCFullYear(), 0, 1)) / DAY_MS) + 1
  return referenceEvapotranspiration({ lat, elevation_m, dayOfYear, ...weather })
}

/** Of the newest day; where nothing of it was measured, the mean of those that were. */
function et0Of(days: Days): number | null {
  const newest = days[0]?.et0_mm ?? null
  if (newest !== null) return newest
  const known = days.flatMap(({ et0_mm }) => et0_mm ?? [])
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length
}

/** What may be missing follows the crop's roots. What is missing at first a probe says; without one, all that may be. */
function followRoot(draft: Draft, zone: Zone, date: string | null): void {
  const root = draft.balance.zones[zone.id]
  const stage = stageOf(zone, date)
  // Nobody knows the date, but what was known of the roots goes on.
  if (stage === null) {
    if (root !== undefined && (date !== null || zone.crop === undefined)) forgetRoot(draft, zone.id)
    return
  }
  const { total_mm, readily_mm } = availableWater(zone.soil, stage.root_m)
  if (root?.readily_mm === readily_mm && root.planted === zone.crop?.planted) return
  const fresh = root === undefined || root.planted !== zone.crop?.planted
  const deficit_mm = fresh ? firstDeficit(draft, zone, stage) : Math.min(root.deficit_mm, total_mm)
  setRoot(draft, zone.id, { deficit_mm, readily_mm, planted: zone.crop?.planted ?? '' })
}

function firstDeficit(draft: Draft, zone: Zone, { root_m }: CropStage): number {
  const { total_mm, readily_mm } = availableWater(zone.soil, root_m)
  const moisture = moistureOf(draft, zone.id)
  if (moisture === null) return readily_mm
  return Math.min(total_mm, Math.max(0, 10 * (zone.soil.fieldCapacity - moisture) * root_m))
}

function stageOf({ crop }: Zone, date: string | null): CropStage | null {
  return date === null ? null : cropStage(crop, date)
}

function setRoot(draft: Draft, id: string, root: GreenhouseState['balance']['zones'][string]): void {
  draft.balance = { ...draft.balance, zones: { ...draft.balance.zones, [id]: root } }
}

function forgetRoot(draft: Draft, id: string): void {
  const { [id]: _, ...zones } = draft.balance.zones
  draft.balance = { ...draft.balance, zones }
}

/** Zones that a new document does not have are forgotten. */
export function keepRoots(draft: Draft, { zones }: Greenhouse): void {
  const known = new Set(zones.map(({ id }) => id))
  for (const id of Object.keys(draft.balance.zones)) if (!known.has(id)) forgetRoot(draft, id)
}

import { GREENHOUSE_POINTS } from '../../../core/documents/points.ts'
import { vapourPressureDeficit } from '../../../core/evapotranspiration.ts'
import { type Draft, tell } from './draft.ts'
import { isLearnt } from './flow.ts'
import { nextStart } from './irrigation/next-start.ts'
import { turnLeft } from './irrigation/runs.ts'
import { sensed } from './sensors.ts'
import { waterBalance } from './water-balance.ts'

/** The greenhouse's own points. Each is told when it changes, but no more often than it may, and at times though it does not. */

const OFTEN_MS = 10_000
const COUNTERS_MS = 60_000
const UNCHANGED_MS = 900_000

export function followPoints(draft: Draft): void {
  const { house, runs, zones, channels } = draft
  say(draft, 'running', runs.filter(({ phase }) => phase === 'watering').length, 0)
  say(draft, 'paused', draft.paused === null ? 0 : 1, 0)
  let litres = 0
  for (const [index, zone] of house.zones.entries()) {
    const memory = zones[index]
    if (memory === undefined) continue
    const run = runs.find((one) => one.zone === zone.id && one.phase === 'watering')
    say(draft, 'left', run === undefined ? 0 : Math.max(0, turnLeft(draft, run, zone).s), OFTEN_MS, zone.id)
    say(draft, 'water', memory.total_L, COUNTERS_MS, zone.id)
    say(draft, 'fertiliser', memory.total_mL, COUNTERS_MS, zone.id)
    if (isLearnt(memory, house.faults.learn))
      say(draft, 'usual_flow', memory.usual.Lmin, COUNTERS_MS, zone.id)
    const next = nextStart(draft, zone.id)
    say(draft, 'next', Math.floor((next?.at ?? 0) / 1000), 0, zone.id)
    const deficit = waterBalance(draft).deficit_mm(zone.id)
    if (deficit !== null) say(draft, 'deficit', deficit, COUNTERS_MS, zone.id)
    litres += memory.total_L
  }
  let mL = 0
  for (const channel of channels) {
    say(draft, 'fertiliser', channel.total_mL, COUNTERS_MS, channel.id)
    mL += channel.total_mL
  }
  say(draft, 'water', litres, COUNTERS_MS)
  const { temperature, humidity } = house.climate
  const [warmth, vapour] = [sensed(draft, temperature), sensed(draft, humidity)]
  if (warmth !== null && vapour !== null)
    say(draft, 'vpd', vapourPressureDeficit(warmth, vapour), COUNTERS_MS)
  if (channels.length > 0) say(draft, 'fertiliser', mL, COUNTERS_MS)
  const { et0_mm } = waterBalance(draft)
  if (et0_mm !== null) say(draft, 'et0', et0_mm, COUNTERS_MS)
}

/** Tells a point of the greenhouse, or one of its zones or channels, where it is news. */
export function say(
  draft: Draft,
  point: keyof typeof GREENHOUSE_POINTS,
  value: number,
  leastMs: number,
  of?: string,
): void {
  const { resolution } = GREENHOUSE_POINTS[point]
  const channel = of === undefined ? point : `${point}/${of}`
  const rounded = Number((Math.round(value / resolution) * resolution).toFixed(3))
  const before = draft.told[channel]
  const since = before === undefined ? Number.POSITIVE_INFINITY : draft.t - before.t
  if (since < leastMs || (before?.value === rounded && since < UNCHANGED_MS)) return
  draft.told = { ...draft.told, [channel]: { value: rounded, t: draft.t } }
  tell(draft, channel, rounded)
}

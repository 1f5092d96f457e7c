import { litSpan } from '../../../core/documents/lighting-night.ts'
import { type Luminaire, lampChannel } from '../../../core/documents/lighting-street.ts'
import { countedWh, reckonedPower } from './consumption.ts'
import { type Draft, tell, updateFeeder, updateLamp } from './draft.ts'
import { isInForce } from './fault-book.ts'
import { lampSubjectKey, unsupplied } from './supply.ts'

/**
 * Energy of lamps, feeders and the street, and what it is compared with. Where a counter tells it, the counter does;
 * else power is integrated; else it is reckoned from level and luminaire type.
 */

const HOUR_MS = 3_600_000
/** A node that was off reckons at most so much of the time before: longer than the longest cut that it is made for. */
const GAP_MAX_MS = 62 * 24 * HOUR_MS
/** A lamp's reckoned energy is told this often. */
const LAMP_TOLD_MS = 900_000
/** A counter that has not been heard for so long has died: some radios tell it once a day. */
const COUNTER_DEAD_MS = 25 * HOUR_MS

/** Brings one lamp's burning hours, and its energy where it has no counter, up to now. Before its level changes. */
export function settleLamp(draft: Draft, index: number): void {
  const lamp = draft.lamps[index]
  const luminaire = draft.layout.luminaire[index]
  if (lamp === undefined || luminaire === undefined) return
  const feeder = draft.layout.feederOf[index] ?? 0
  const hours = (draft.t - lamp.settledT) / HOUR_MS
  const level = lamp.driven ?? lamp.level ?? 0
  if (unsupplied(draft, feeder)) {
    updateLamp(draft, index, { settledT: draft.t })
    return
  }
  const Wh = reckonedPower(luminaire, lamp.load, level) * hours
  updateLamp(draft, index, { settledT: draft.t, hours: level > 0 ? lamp.hours + hours : lamp.hours })
  if (lamp.count === null) addToLamp(draft, index, Wh)
  else updateLamp(draft, index, { count: { ...lamp.count, reckoned_Wh: (lamp.count.reckoned_Wh ?? 0) + Wh } })
}

/** A lamp whose counter has died is reckoned, also for the time since it was last heard; its next word begins anew. */
function giveUpCounter(draft: Draft, index: number): void {
  settleLamp(draft, index)
  const reckoned_Wh = draft.lamps[index]?.count?.reckoned_Wh ?? 0
  updateLamp(draft, index, { count: null })
  addToLamp(draft, index, reckoned_Wh)
}

/** A reading of the lamp's own counter. */
export function countLamp(draft: Draft, index: number, Wh: number): void {
  const lamp = draft.lamps[index]
  const luminaire = draft.layout.luminaire[index]
  if (lamp === undefined || luminaire === undefined) return
  const added = countedWh(lamp.count, Wh, 2 * luminaire.rated_W * hoursSince(draft, lamp.count))
  // What is reckoned until now is in the reading.
  settleLamp(draft, index)
  updateLamp(draft, index, { count: { Wh, t: draft.t } })
  addToLamp(draft, index, added)
}

/** A reading of the feeder's own counter. */
export function countFeeder(draft: Draft, index: number, Wh: number): void {
  const feeder = draft.feeders[index]
  if (feeder === undefined) return
  const most_W = 4 * ratedPower(draft, index) + 1_000
  const added = countedWh(feeder.count, Wh, most_W * hoursSince(draft, feeder.count))
  updateFeeder(draft, index, { count: { Wh, t: draft.t }, energy_Wh: feeder.energy_Wh + added })
}

/** How long a counter can have run on; of a boot before this one nobody knows how long ago it was. */
function hoursSince({ t, bootT }: Draft, count: { readonly t: number } | null): number {
  return count === null ? 0 : (count.t < bootT ? GAP_MAX_MS : t - count.t) / HOUR_MS
}

function addToLamp(draft: Draft, index: number, Wh: number): void {
  const lamp = draft.lamps[index]
  if (lamp === undefined || Wh <= 0) return
  updateLamp(draft, index, { energy_Wh: lamp.energy_Wh + Wh })
  addToFeeder(draft, draft.layout.feederOf[index] ?? 0, Wh)
}

/** Lamps make up their feeder's energy where nothing measures it. */
function addToFeeder(draft: Draft, index: number, Wh: number): void {
  const { energy, power } = draft.street.feeders[index] ?? {}
  const feeder = draft.feeders[index]
  if (energy !== undefined || power !== undefined || feeder === undefined) return
  updateFeeder(draft, index, { energy_Wh: feeder.energy_Wh + Wh })
}

/** Once a tick: integrates what is measured as power, and the baseline. */
export function followEnergy(draft: Draft): void {
  const { energy, t, at, clockKnown } = draft
  // The first time in a boot that the time is known, what passed since the last is made good; then the timeline counts.
  const first = clockKnown && energy.bootT !== draft.bootT
  const since = energy.upToAt === null ? 0 : Math.min(GAP_MAX_MS, Math.max(0, at - energy.upToAt))
  const elapsed = first ? since : t - Math.max(energy.upToT, draft.bootT)
  const lit_h = (clockKnown ? litMs(draft, at - elapsed, at) : draft.scene.lit ? elapsed : 0) / HOUR_MS
  const ran_h = (t - Math.max(energy.upToT, draft.bootT)) / HOUR_MS
  const off_h = Math.max(0, elapsed / HOUR_MS - ran_h)
  for (const index of draft.feeders.keys()) {
    integrate(draft, index, ran_h)
    if (lit_h > 0 && !unsupplied(draft, index)) {
      const baseline_Wh = (draft.feeders[index]?.baseline_Wh ?? 0) + baselinePower(draft, index) * lit_h
      updateFeeder(draft, index, { baseline_Wh })
    }
    if (off_h > 0) reckonOff(draft, index, lit_h, off_h)
  }
  const upToAt = clockKnown ? at : energy.upToAt === null ? null : energy.upToAt + elapsed
  draft.energy = { upToAt, upToT: t, bootT: clockKnown ? draft.bootT : energy.bootT }
}

/** How long the street was lit by its profiles between two moments. */
function litMs(draft: Draft, from: number, to: number): number {
  let lit = 0
  let night = draft.layout.night(to)
  for (;;) {
    const span = litSpan(night)
    if (span !== null) lit += Math.max(0, Math.min(to, span.to) - Math.max(from, span.from))
    if (from >= night.from) return lit
    night = draft.layout.night(night.from - 1)
  }
}

function integrate(draft: Draft, index: number, hours: number): void {
  const { energy, power } = draft.street.feeders[index] ?? {}
  const feeder = draft.feeders[index]
  if (energy !== undefined || power === undefined || feeder === undefined || hours <= 0) return
  const fresh = draft.t - feeder.powerT < draft.street.cabinet.silent_min * 60_000
  const W = fresh ? (feeder.power_W ?? 0) : feederPower(draft, index)
  updateFeeder(draft, index, { energy_Wh: feeder.energy_Wh + W * hours })
}

/**
 * While the node was off nobody knows what burned: a lamp without a node gives full light, so what has no counter of its
 * own is taken to have burned in full while its street was lit, and to have stood by for the rest. It saved nothing.
 */
function reckonOff(draft: Draft, index: number, lit_h: number, off_h: number): void {
  const { energy, power, closed } = draft.street.feeders[index] ?? {}
  if (unsupplied(draft, index)) return
  let Wh = 0
  for (const lamp of draft.layout.lampsOf[index] ?? []) {
    const memory = draft.lamps[lamp]
    const luminaire = draft.layout.luminaire[lamp]
    if (memory === undefined || luminaire === undefined) continue
    const full_h = Math.min(lit_h, off_h)
    const standby_h = closed === 'always' ? off_h - full_h : 0
    const own = luminaire.rated_W * full_h + luminaire.standby_W * standby_h
    if (memory.count === null)
      updateLamp(draft, lamp, { energy_Wh: memory.energy_Wh + own, hours: memory.hours + full_h })
    if (memory.count === null || power !== undefined) Wh += own
  }
  const feeder = draft.feeders[index]
  if (energy === undefined && feeder !== undefined)
    updateFeeder(draft, index, { energy_Wh: feeder.energy_Wh + Wh })
}

/** Every lamp at full light, except those that are known not to burn: a broken lamp saves nothing. */
function baselinePower(draft: Draft, index: number): number {
  if (Object.keys(draft.faults).length === 0) return ratedPower(draft, index)
  let W = 0
  for (const lamp of draft.layout.lampsOf[index] ?? []) {
    if (isBroken(draft, lamp)) continue
    W += draft.layout.luminaire[lamp]?.rated_W ?? 0
  }
  return W
}

function isBroken(draft: Draft, lamp: number): boolean {
  const key = lampSubjectKey(draft.street.lamps[lamp]?.id ?? '')
  return isInForce(draft, 'lamp-failure', key) || isInForce(draft, 'gear-failure', key)
}

function ratedPower({ layout }: Draft, index: number): number {
  return layout.rated_W[index] ?? 0
}

/** What the lamps of a feeder draw by their levels, W. */
export function feederPower(draft: Draft, index: number): number {
  if (unsupplied(draft, index)) return 0
  return (draft.layout.lampsOf[index] ?? []).reduce((sum, lamp) => sum + lampPower(draft, lamp), 0)
}

function lampPower(draft: Draft, index: number): number {
  const lamp = draft.lamps[index]
  const luminaire: Luminaire | undefined = draft.layout.luminaire[index]
  if (lamp === undefined || luminaire === undefined) return 0
  return reckonedPower(luminaire, lamp.load, lamp.driven ?? lamp.level ?? 0)
}

/** Settles and tells the energy of lamps without a counter, or with a dead one, each in its time. */
export function followLamps(draft: Draft): void {
  for (const [index, lamp] of draft.lamps.entries()) {
    const place = draft.street.lamps[index]
    if (lamp.count !== null && draft.t - Math.max(lamp.count.t, draft.bootT) >= COUNTER_DEAD_MS)
      giveUpCounter(draft, index)
    const counted = draft.lamps[index]?.count !== null
    if (place === undefined || counted || draft.t - lamp.energyToldT < LAMP_TOLD_MS) continue
    settleLamp(draft, index)
    updateLamp(draft, index, { energyToldT: draft.t })
    const Wh = Math.round(draft.lamps[index]?.energy_Wh ?? 0)
    if (Wh !== Math.round(lamp.energy_Wh))
      tell(draft, place.device, lampChannel(place, 'energy_reckoned'), Wh)
  }
}

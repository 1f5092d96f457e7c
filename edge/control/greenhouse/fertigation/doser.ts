import type { Greenhouse, Recipe, Zone } from '../../../../core/documents/greenhouse.ts'
import {
  areApart,
  type Channel,
  dosesOf,
  flushOf,
  PULSE_MAX_S,
  PUMP_REST_S,
} from '../../../../core/documents/greenhouse-dosing.ts'
import { decimal } from '../../../../core/text.ts'
import { giveFertiliser } from '../account.ts'
import { type Draft, updateRun } from '../draft.ts'
import { houseSubject, judge } from '../fault-book.ts'
import { measuredFlow, usualFlow } from '../flow.ts'
import { heldBack, holdAnew } from '../interlocks.ts'
import { turnLeft } from '../irrigation/runs.ts'
import { ask, outputOf } from '../outputs.ts'
import { heardOf, sensed } from '../sensors.ts'
import { type DoserMemory, type Fed, LONG_AGO, type Run } from '../state.ts'
import { followFedAlone, isFedAlone } from './fed-alone.ts'

/**
 * Feeds the one run that has a recipe: pulses in turn, never two at once, with water between stocks that must not meet.
 * By ratio each channel owes mL_per_L of the water that has passed; EC trims that ratio, and pH is corrected by single
 * pulses of acid or of base, never of both in one run, only when EC is right, and only after what was given has mixed.
 */

type Fertiliser = NonNullable<Greenhouse['fertiliser']>

/** A shorter pulse is more switching than dosing, s. */
const PULSE_LEAST_S = 1
/** What is owed beyond so many of the longest pulses is lost: it would make the end of a run too strong. */
const OWED_PULSES_MAX = 3
/** Flow is proven while at least this share of what the zone usually takes passes. */
const PROVEN_SHARE = 0.3
/** EC may change what the recipe's ratio gives by so much at once, and to between these shares of it. */
const TRIM_STEP = 0.1
const TRIM_LEAST = 0.3
const TRIM_MOST = 1.5
/** So many measurements in a row must miss before it is told. */
const MISSED_MAX = 5

export type FeedPhase = 'plain' | 'before' | 'dosing' | 'after'

/** Where a run that waters is within its turn. */
export function feedPhase(run: Run, recipe: Recipe | undefined, fertiliser?: Fertiliser): FeedPhase {
  if (recipe === undefined) return 'plain'
  if (run.afterT !== null) return 'after'
  // A run before may have been stopped with its stock still in the pipe.
  return run.turn_s < Math.max(recipe.before_min * 60, flushOf(fertiliser)) ? 'before' : 'dosing'
}

export function followDosing(draft: Draft): void {
  const fertiliser = draft.house.fertiliser
  if (fertiliser === undefined) return
  const run = draft.runs.find(({ phase, recipe }) => phase === 'watering' && recipe !== null)
  const recipe = draft.layout.recipe(run?.recipe ?? null)
  const zone = draft.layout.zone(run?.zone ?? '')
  followFedAlone(draft)
  if (draft.doser !== null && draft.doser.run !== run?.id) stopDoser(draft)
  if (run === undefined || recipe === undefined || zone === undefined) {
    drive(draft, fertiliser)
    return
  }
  draft.doser ??= newDoser(run, draft.t)
  const feeding =
    feedPhase(run, recipe, fertiliser) === 'dosing' && isFedAlone(draft, zone) && isProven(draft, run)
  if (feeding) owe(draft, run, recipe)
  endPulse(draft, fertiliser, run, feeding)
  if (feeding && draft.doser.active === null) next(draft, fertiliser, recipe, run, zone)
  drive(draft, fertiliser)
}

const UNFED: Fed = { trim: 1, side: null, ecMissed: 0, phMissed: 0 }

/** What a turn before has learnt of the run's water holds on: one that had acid gets no base after a pause. */
function newDoser({ id, fed = UNFED }: Run, t: number): DoserMemory {
  return {
    ...{ run: id, active: null, sinceT: t, untilT: t, endedT: {}, owed_mL: {}, mixUntilT: null },
    ...fed,
  }
}

/** Ends a pulse that runs and counts it, while what it belongs to is still there. */
export function cutPulse(draft: Draft): void {
  const { fertiliser } = draft.house
  const run = draft.runs.find(({ id }) => id === draft.doser?.run)
  if (fertiliser !== undefined) endPulse(draft, fertiliser, run, false)
}

/** The run is over or waits: nothing is owed to the next one. */
function stopDoser(draft: Draft): void {
  cutPulse(draft)
  if (draft.doser !== null) {
    const { run, trim, side, ecMissed, phMissed } = draft.doser
    updateRun(draft, run, { fed: { trim, side, ecMissed, phMissed } })
  }
  draft.doser = null
}

/** Dosing into water that stands would poison one plant: flow is proven, or nothing measures it and the pump runs. */
function isProven(draft: Draft, run: Run): boolean {
  const { flow, volume } = draft.house.water
  if (flow === undefined && volume === undefined) return true
  const measured = measuredFlow(draft)
  return measured !== null && measured >= usualFlow(draft, run.zone) * PROVEN_SHARE
}

/** Adds what the water of this step asks of each channel. */
function owe(draft: Draft, run: Run, recipe: Recipe): void {
  const doser = draft.doser
  const litres = draft.given.get(run.zone) ?? 0
  if (doser === null || litres <= 0) return
  const owed = { ...doser.owed_mL }
  for (const { channel, mL_per_L } of dosesOf(draft.house, recipe)) {
    const trim = isNutrient(channel) ? doser.trim : 1
    const most = (OWED_PULSES_MAX * PULSE_MAX_S * channel.rate_mLmin) / 60
    owed[channel.id] = Math.min(most, (owed[channel.id] ?? 0) + litres * mL_per_L * trim)
  }
  draft.doser = { ...doser, owed_mL: owed }
}

/** Ends a pulse whose time is over, or at once where nothing may be fed any more, and counts what it gave. */
function endPulse(draft: Draft, fertiliser: Fertiliser, run: Run | undefined, feeding: boolean): void {
  const doser = draft.doser
  const channel = fertiliser.channels.find(({ id }) => id === doser?.active)
  if (doser === null || channel === undefined) return
  const held = isKeptAtRest(draft, channel)
  if (feeding && !held && draft.t < doser.untilT) return
  const ms = Math.max(0, Math.min(draft.t, doser.untilT) - doser.sinceT)
  const mL = held ? 0 : (channel.rate_mLmin * ms) / 60_000
  draft.doser = {
    ...doser,
    active: null,
    endedT: { ...doser.endedT, [channel.id]: draft.t },
    owed_mL: { ...doser.owed_mL, [channel.id]: Math.max(0, (doser.owed_mL[channel.id] ?? 0) - mL) },
  }
  if (run === undefined) return
  giveFertiliser(draft, channel.id, run.zone, mL)
  const now = draft.runs.find(({ id }) => id === run.id)
  if (now !== undefined) updateRun(draft, run.id, { mL: now.mL + mL })
}

/** What was told to be held back, and never freed, gives nothing, unless it is seen to run. */
function isKeptAtRest(draft: Draft, { pump }: Channel): boolean {
  if (heldBack(draft, pump) !== undefined) return true
  const running = (outputOf(draft, pump).known ?? 0) > 0
  return !running && holdAnew(draft, pump) !== undefined
}

/** The next pulse: what is owed most; when nothing is, what was given mixes and is measured. */
function next(draft: Draft, fertiliser: Fertiliser, recipe: Recipe, run: Run, zone: Zone): void {
  const doser = draft.doser
  if (doser === null) return
  const corrected = recipe.ec !== undefined || recipe.ph !== undefined
  if (doser.mixUntilT !== null) {
    if (draft.t < doser.mixUntilT) return
    draft.doser = { ...doser, mixUntilT: null }
    if (correct(draft, fertiliser, recipe, run, zone)) return
  }
  const lost = recipe.ph !== undefined && sensed(draft, fertiliser.ph) === null
  const owing = dosesOf(draft.house, recipe)
    // Acid or base that is to hit a pH is not dosed blindly.
    .filter(({ channel }) => !(lost && !isNutrient(channel)))
    .map(({ channel }) => ({
      channel,
      s: ((draft.doser?.owed_mL[channel.id] ?? 0) / channel.rate_mLmin) * 60,
    }))
    .filter(({ s }) => s >= Math.max(PULSE_LEAST_S, Math.min(fertiliser.pulse_s, PULSE_MAX_S)))
    .toSorted((one, other) => other.s - one.s)
  for (const { channel, s } of owing) if (pulse(draft, fertiliser, recipe, run, channel, s)) return
  // Water that nothing was given to yet has nothing to tell, unless nothing but pH is to be corrected.
  const gave = recipe.doses.length === 0 || Object.keys(doser.endedT).length > 0
  const waits = owing.length > 0
  if (corrected && gave && !waits && draft.doser !== null && draft.doser.mixUntilT === null)
    draft.doser = { ...draft.doser, mixUntilT: draft.t + fertiliser.mix_s * 1000 }
}

/** Measures what has mixed: EC trims the ratio; where it is right, one pulse of acid or base. True when one began. */
function correct(draft: Draft, fertiliser: Fertiliser, recipe: Recipe, run: Run, zone: Zone): boolean {
  const doser = draft.doser
  if (doser === null) return false
  const ec = sensed(draft, fertiliser.ec)
  if (recipe.ec !== undefined && ec !== null) {
    const { target, band } = recipe.ec
    const measured = isMeasured(draft, fertiliser, fertiliser.ec)
    const strong = ec > target + band
    // Water that was too strong is taken to be so until it is measured anew.
    if (!measured && !strong) return false
    const right = Math.abs(ec - target) <= band
    const step = !measured || right ? 0 : strong ? -TRIM_STEP : TRIM_STEP
    const trim = Math.min(TRIM_MOST, Math.max(TRIM_LEAST, doser.trim + step))
    // Never dosed above the band: what is owed is forgiven.
    const owed_mL = strong ? withoutNutrients(draft.house, doser.owed_mL) : doser.owed_mL
    const ecMissed = right ? 0 : doser.ecMissed + (measured ? 1 : 0)
    draft.doser = { ...doser, trim, owed_mL, ecMissed }
    judgeTarget(draft, 'ec-off', ecMissed, ec, target, 'mS/cm')
    if (!right) {
      // Measured again after a while even where nothing more is given.
      if (strong) draft.doser = { ...draft.doser, mixUntilT: draft.t + fertiliser.mix_s * 1000 }
      return strong
    }
  }
  return correctPh(draft, fertiliser, recipe, run, zone)
}

/** Heard since what was given had half of its time to mix: an older value is none of this water. */
function isMeasured(draft: Draft, { mix_s }: Fertiliser, probe: Fertiliser['ec']): boolean {
  const heardT = heardOf(draft, probe)
  return heardT !== null && draft.t - heardT <= (mix_s * 1000) / 2
}

function correctPh(draft: Draft, fertiliser: Fertiliser, recipe: Recipe, run: Run, zone: Zone): boolean {
  const doser = draft.doser
  const ph = sensed(draft, fertiliser.ph)
  if (doser === null || recipe.ph === undefined || ph === null) return false
  if (!isMeasured(draft, fertiliser, fertiliser.ph)) return false
  const { target, band } = recipe.ph
  const side = ph > target + band ? 'acid' : ph < target - band ? 'base' : null
  const phMissed = side === null ? 0 : doser.phMissed + 1
  draft.doser = { ...doser, phMissed }
  judgeTarget(draft, 'ph-off', phMissed, ph, target, '')
  // What acid and base do not move is a probe that has drifted, or an empty tank: no more of it in this run.
  if (phMissed > MISSED_MAX) return false
  const channel = fertiliser.channels.find(({ part }) => part === side)
  if (side === null || channel === undefined || (doser.side !== null && doser.side !== side)) return false
  const owns = dosesOf(draft.house, recipe).some(
    ({ channel: dosed }) => !isNutrient(dosed) && dosed.part !== side,
  )
  // The rinse must still fit behind the pulse and its mixing.
  const after_s = recipe.after_min * 60
  if (owns || turnLeft(draft, run, zone).s < after_s + fertiliser.pulse_s) return false
  if (!pulse(draft, fertiliser, recipe, run, channel, fertiliser.pulse_s)) {
    // Some other stock is still in the pipe: tried again when the water has carried it away.
    draft.doser = { ...draft.doser, mixUntilT: draft.t + flushOf(fertiliser) * 1000 }
    return true
  }
  draft.doser = {
    ...draft.doser,
    side,
    mixUntilT: draft.t + (fertiliser.pulse_s + fertiliser.mix_s) * 1000,
  }
  return true
}

function judgeTarget(
  draft: Draft,
  name: 'ec-off' | 'ph-off',
  missed: number,
  value: number,
  target: number,
  unit: string,
): void {
  if (missed > 0 && missed < MISSED_MAX) return
  const [is, should] = [decimal(value, 2), decimal(target, 2)]
  const behind = unit === '' ? '' : ` ${unit}`
  const detail = {
    vi: `đo ${is.vi}, cần ${should.vi}${behind}`,
    en: `it is ${is.en}, to be ${should.en}${behind}`,
  }
  judge(draft, name, houseSubject(draft), { bad: missed > 0, forMs: 0, detail, value })
}

/** Begins a pulse where nothing forbids it: what must not meet it, the day's ceiling, an interlock. */
function pulse(
  draft: Draft,
  fertiliser: Fertiliser,
  recipe: Recipe,
  run: Run,
  channel: Channel,
  wanted_s: number,
): boolean {
  const doser = draft.doser
  if (doser === null || heldBack(draft, channel.pump) !== undefined || !isRinsed(draft, fertiliser, channel))
    return false
  const zone = draft.layout.zone(run.zone)
  const today = draft.channels.find(({ id }) => id === channel.id)?.today_mL ?? 0
  const budget_s = ((channel.daily_mL - today) / channel.rate_mLmin) * 60
  const dosing_s = zone === undefined ? 0 : turnLeft(draft, run, zone).s - recipe.after_min * 60
  const s = Math.min(wanted_s, PULSE_MAX_S, budget_s, dosing_s)
  if (budget_s < Math.min(wanted_s, PULSE_LEAST_S)) {
    const detail = {
      vi: `${Math.round(today)} mL, mức ngày ${channel.daily_mL} mL`,
      en: `${Math.round(today)} mL of ${channel.daily_mL} mL`,
    }
    judge(draft, 'stock-ceiling', { key: channel.id, text: channel.name }, { bad: true, forMs: 0, detail })
  }
  if (s < PULSE_LEAST_S) return false
  draft.doser = { ...doser, active: channel.id, sinceT: draft.t, untilT: draft.t + s * 1000, mixUntilT: null }
  return true
}

/** Water alone has passed since any stock that must not meet this one; another pump that still runs is waited for. */
function isRinsed({ doser, t, outputs }: Draft, fertiliser: Fertiliser, channel: Channel): boolean {
  return fertiliser.channels.every((other) => {
    const since = t - (doser?.endedT[other.id] ?? LONG_AGO)
    if (other.id === channel.id) return since >= PUMP_REST_S * 1000
    const { asked, known } = outputOf({ outputs, t }, other.pump)
    if (asked !== 0 || (known !== null && known > 0)) return false
    return !areApart(channel.part, other.part) || since >= flushOf(fertiliser) * 1000 + STOPS_MS
  })
}

/** A pump is known to rest a little after it was told to. */
const STOPS_MS = 2_000

/** Tells the pumps: the one of the pulse runs, all others rest. */
function drive(draft: Draft, { channels }: Fertiliser): void {
  for (const { id, pump, name } of channels) {
    const active = draft.doser?.active === id
    ask(draft, pump, {
      value: active ? 1 : 0,
      ...(active ? { untilT: draft.doser?.untilT ?? draft.t } : {}),
      reason: active ? { vi: `châm ${name.vi}`, en: `dosing ${name.en}` } : RESTS,
    })
  }
}

function isNutrient({ part }: Channel): boolean {
  return part !== 'acid' && part !== 'base'
}

function withoutNutrients(
  house: Greenhouse,
  owed: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const nutrients = new Set((house.fertiliser?.channels ?? []).filter(isNutrient).map(({ id }) => id))
  return Object.fromEntries(Object.entries(owed).filter(([id]) => !nutrients.has(id)))
}

const RESTS = { vi: 'không châm', en: 'nothing to dose' }

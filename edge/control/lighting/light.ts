import { type Luminaire, lampChannel } from '../../../core/documents/lighting-street.ts'
import { LAMP_POINTS } from '../../../core/documents/points.ts'
import type { Text } from '../../../core/text.ts'
import type { ControlOutput } from '../controller.ts'
import { type Draft, tell, updateFeeder, updateLamp } from './draft.ts'
import { settleLamp } from './energy.ts'
import { endOrders, heldLamps, heldLevel, limitsOf, wholeLevel } from './orders.ts'
import { type Scene, sceneOf } from './scene.ts'
import type { Hold, LampMemory } from './state.ts'

/** What every lamp and contactor is to do now, and telling them of it no more often than they need. */

/**
 * A claim is told again this often, and outlives two tellings that are lost. Every telling may cost a radio a frame:
 * 400 lamps an hour apart are one each nine seconds.
 */
export const RENEW_MS = 3_600_000
const VALID_S = (3 * RENEW_MS) / 1000
/** A lamp that comes back from a power cut gives full light; it is told again once its controller has joined again. */
const TOLD_AGAIN_MS = 20_000
/** A lamp that reads back otherwise is told again, this often at most. */
const DISOBEYED_MS = 120_000
/** A feeder is opened once all its lamps have been out for this long. */
const OPEN_AFTER_MS = 300_000
/** A raise by motion fades in so many steps between: a pass costs a lamp one message up and three down. */
const FADE_STEPS = 2
/** Less than this is not worth fading. */
const FADE_LEAST = 15

export function followLight(draft: Draft): void {
  endOrders(draft)
  const scene = sceneOf(draft)
  const { lit, level, brighter, raised } = scene
  const before = draft.scene
  if (
    before.lit !== lit ||
    before.level !== level ||
    before.brighter !== brighter ||
    before.raised !== raised
  )
    draft.scene = { lit, level, brighter, raised }
  const held = heldLamps(draft)
  const wishes = draft.lamps.map((lamp, index) => wishOf(draft, scene, lamp, index, held[index]))
  followContactors(draft, scene, wishes)
  for (const [index, wish] of wishes.entries()) tellLamp(draft, index, wish)
}

interface Wish {
  readonly level: number
  readonly reason: Text
  readonly urgency: ControlOutput['urgency']
  readonly right: LampMemory['right']
}

function wishOf(draft: Draft, scene: Scene, lamp: LampMemory, index: number, hold: Hold | undefined): Wish {
  const limits = limitsOf(draft, index)
  if (hold !== undefined)
    return {
      level: heldLevel(hold, limits),
      reason: reasonOf(hold),
      right: hold.override ? 'override' : hold.emergency ? 'emergency' : null,
      urgency: hold.emergency ? 'urgent' : 'normal',
    }
  const { reason } = scene
  // Kept as it was, unless that is too dark now: an order may have ended meanwhile, or fog come up.
  const kept = scene.kept ? (lamp.level ?? 0) : 0
  if (!scene.lit) return { level: kept, reason, urgency: 'normal', right: null }
  const base = Math.max(scene.level, limits.floor)
  const moved = motionLevel(draft, lamp, base)
  const light = Math.max(base, moved) * constantShare(draft.layout.luminaire[index], lamp.hours)
  return {
    level: Math.max(kept, wholeLevel(Math.max(light, limits.least))),
    reason: moved > base ? MOTION : reason,
    urgency: moved > base && draft.t < lamp.motionT ? 'urgent' : 'normal',
    right: null,
  }
}

/** Full while somebody moves, then down to what it was in a few steps. */
function motionLevel({ street, t }: Draft, { motionT }: LampMemory, base: number): number {
  const { motion } = street
  if (motion === undefined || motion.level <= base) return base
  const since = t - motionT
  if (since < 0) return motion.level
  const fade = motion.fade_s * 1000
  if (since >= fade || motion.level - base < FADE_LEAST) return base
  const step = Math.min(FADE_STEPS, 1 + Math.floor((since * FADE_STEPS) / fade))
  return motion.level - ((motion.level - base) * step) / (FADE_STEPS + 1)
}

/**
 * Constant light output: of the light that a new lamp gives, as much as it will have left at the end of its life. The
 * light is taken to fall evenly over `life_h`, to `maintenance`.
 */
export function constantShare(luminaire: Luminaire | undefined, hours: number): number {
  if (luminaire === undefined || !luminaire.constantLight) return 1
  const { maintenance, life_h } = luminaire
  return maintenance / (1 - (1 - maintenance) * Math.min(1, hours / life_h))
}

/** Feeders close before their first lamp and open after their last; without a contactor there is nothing to tell. */
function followContactors(draft: Draft, scene: Scene, wishes: readonly Wish[]): void {
  for (const [index, { contactor, closed: when }] of draft.street.feeders.entries()) {
    const feeder = draft.feeders[index]
    if (contactor === undefined || feeder === undefined) continue
    const own = (draft.layout.lampsOf[index] ?? []).map((lamp) => wishes[lamp])
    const needed = when === 'always' || scene.powered || own.some((wish) => (wish?.level ?? 0) > 0)
    const idleT = needed ? null : (feeder.idleT ?? draft.t)
    const closed = needed || (feeder.closed && idleT !== null && draft.t - idleT < OPEN_AFTER_MS)
    const changed = closed !== feeder.closed
    // Never `override`: a contactor that is held by hand may be one behind which somebody works on the line.
    const right = own.some((wish) => (wish?.right ?? null) !== null) ? 'emergency' : null
    const due = changed || right !== feeder.right || draft.t - feeder.toldT >= RENEW_MS
    if (idleT !== feeder.idleT || due) updateFeeder(draft, index, { idleT })
    if (!due) continue
    if (changed) {
      for (const lamp of draft.layout.lampsOf[index] ?? []) settleLamp(draft, lamp)
      const before_W = closed ? null : feeder.power_W
      // What its driver was told stands until the driver says otherwise: somebody else may hold it as it is.
      updateFeeder(draft, index, { closed, ...untried(draft.t), before_W })
      if (closed) powerReturned(draft, index)
    }
    updateFeeder(draft, index, { toldT: draft.t, right })
    draft.outputs.push({
      device: contactor.device,
      output: contactor.output,
      value: closed ? 1 : 0,
      // On a wire it costs nothing, and brings a module back that has forgotten it over a power cut of its own.
      again: true,
      urgency: 'urgent',
      purpose: right ?? 'schedule',
      validS: VALID_S,
      reason: closed ? LAMPS_NEED_POWER : LAMPS_OUT,
    })
  }
}

/** What is known of a contactor that has just been told something else. */
export function untried(t: number) {
  return { changedT: t, actedT: null, contact: null }
}

/**
 * A feeder's lamps have their supply again: they give full light until they are told, and are not judged meanwhile. As
 * long as they had none they could not speak, so their silence counts from now.
 */
export function powerReturned(draft: Draft, feeder: number): void {
  const toldT = poweredT(draft)
  for (const lamp of draft.layout.lampsOf[feeder] ?? [])
    updateLamp(draft, lamp, {
      changedT: draft.t,
      heardT: draft.t,
      toldT,
      shown: null,
      reads: null,
      dark: false,
    })
}

/** As if it was last told so long ago that it is told again once it can hear. */
function poweredT({ t }: Draft): number {
  return t - RENEW_MS + TOLD_AGAIN_MS
}

function tellLamp(draft: Draft, index: number, wish: Wish): void {
  const lamp = draft.lamps[index]
  const place = draft.street.lamps[index]
  if (lamp === undefined || place === undefined) return
  const changed = lamp.level === null || Math.abs(wish.level - lamp.level) >= 1
  if (!changed && wish.right === lamp.right && draft.t - lamp.toldT < RENEW_MS) return
  if (changed) {
    settleLamp(draft, index)
    const asked = lamp.level === null ? {} : { changedT: draft.t, shown: null, reads: null }
    // Whoever else drives it goes on until its driver says otherwise, though they agreed for a while.
    updateLamp(draft, index, { level: wish.level, ...asked })
    tell(draft, place.device, lampChannel(place, 'wanted'), toResolution(wish.level))
  }
  // Just powered, it may not hear this yet, and is told again soon.
  const again = lamp.toldT === poweredT(draft)
  updateLamp(draft, index, { toldT: again ? lamp.toldT : draft.t, right: wish.right })
  const { device, output } = place
  const { level: value, reason, right, urgency } = wish
  const purpose = right ?? 'schedule'
  // What a lamp shows already is only claimed on; a radio has better uses for its airtime.
  const unseen = lamp.shown === null
  draft.outputs.push({ device, output, value, again: unseen, urgency, purpose, validS: VALID_S, reason })
}

function toResolution(level: number): number {
  return Math.round(level / LAMP_POINTS.wanted.resolution) * LAMP_POINTS.wanted.resolution
}

/** What a lamp said of its own level, `age` ms ago: it has taken the order on, or is told again. */
export function noteShown(draft: Draft, index: number, shown: number, age: number): void {
  const lamp = draft.lamps[index]
  if (lamp === undefined || lamp.level === null) return
  // Of the level before: that it is the one that is wanted now would be chance.
  if (draft.t - age < lamp.changedT) return
  if (lamp.reads !== shown || !lamp.tells) updateLamp(draft, index, { reads: shown, tells: true })
  const asked = lamp.driven ?? lamp.level
  if (isShown(shown, lamp.level)) {
    if (lamp.shown !== shown) updateLamp(draft, index, { shown })
    return
  }
  if (lamp.shown !== null) updateLamp(draft, index, { shown: null })
  const stale = draft.t - age < lamp.changedT + TOLD_AGAIN_MS
  if (stale || isShown(shown, asked) || draft.t - lamp.toldT < DISOBEYED_MS) return
  updateLamp(draft, index, { toldT: draft.t - RENEW_MS })
}

/** Within one percent of light, or within one step of DALI's logarithmic curve (10^(3/253), 2.8 %). */
export function isShown(shown: number, wanted: number): boolean {
  return Math.abs(shown - wanted) <= Math.max(1, 0.028 * wanted)
}

function reasonOf({ who, why }: Hold): Text {
  const because = why.trim() === '' ? '' : `: ${why}`
  return { vi: `Lệnh của ${who}${because}`, en: `Ordered by ${who}${because}` }
}

const MOTION: Text = { vi: 'Có người hoặc xe đi qua', en: 'Somebody passes' }
const LAMPS_NEED_POWER: Text = { vi: 'Đèn của lộ cần điện', en: 'The lamps of the feeder need power' }
const LAMPS_OUT: Text = { vi: 'Mọi đèn của lộ đã tắt', en: 'All lamps of the feeder are out' }

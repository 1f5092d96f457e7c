import type { LightingStreet } from '../../../core/documents/lighting-street.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { LightTarget } from '../../../core/wire/commands.ts'
import type { Draft } from './draft.ts'
import type { LightOrder } from './inputs.ts'
import { layoutOf } from './layout.ts'
import { HOLDS_FOR_EMERGENCIES, HOLDS_MAX, type Hold, type LightingState } from './state.ts'

/**
 * What people ask of lamps: holds over the schedule, each kept until its time is over or it is released. Of several that
 * name a lamp an emergency's goes first, then the newest; when it ends, the one before it is in force again.
 *
 * A hold keeps to the floor of the street's class like the schedule, with one exception: level 0, with a reason or as an
 * emergency, puts lamps out for work on the line.
 */

/** Ids of the lamps that are meant. Fault: LIGHT_TARGET_UNKNOWN. */
export function lampsOf(street: LightingStreet, target: LightTarget): Result<readonly string[]> {
  const unknown = (kind: string, kind_vi: string, name: string) =>
    err(fault('LIGHT_TARGET_UNKNOWN', { street: street.id, kind, kind_vi, name }))
  if ('all' in target) return ok(street.lamps.map(({ id }) => id))
  if ('group' in target) {
    const group = street.groups.find(({ id }) => id === target.group)
    return group === undefined ? unknown('group', 'nhóm', target.group) : ok(group.lamps)
  }
  if ('feeder' in target) {
    if (!street.feeders.some(({ id }) => id === target.feeder)) return unknown('feeder', 'lộ', target.feeder)
    return ok(street.lamps.filter(({ feeder }) => feeder === target.feeder).map(({ id }) => id))
  }
  const { lampIndex } = layoutOf(street)
  const missing = target.lamps.find((id) => !lampIndex.has(id))
  return missing === undefined ? ok(target.lamps) : unknown('lamp', 'đèn', missing)
}

export function takeOrder(draft: Draft, order: LightOrder): void {
  if (draft.holds.some(({ command }) => command === order.command)) return
  const lamps = lampsOf(draft.street, order.target)
  if (!lamps.ok || lamps.value.length === 0 || !hasRoom(draft.holds, order)) return
  const { command, who, why, level, forS, emergency, override = false } = order
  const hold: Hold = {
    ...{ command, order: order.order, who, why, level, emergency, override, lamps: lamps.value },
    untilT: forS === null ? null : draft.t + forS * 1000,
  }
  draft.holds = [...draft.holds, hold].toSorted(weakestFirst)
}

/** Whether one more can be taken. None in force ends to make room: whoever gave it would not learn of it. */
export function hasRoom(holds: readonly unknown[], { emergency }: Pick<LightOrder, 'emergency'>): boolean {
  return holds.length < (emergency ? HOLDS_MAX : HOLDS_MAX - HOLDS_FOR_EMERGENCIES)
}

export function releaseOrders(
  draft: Draft,
  release: { readonly order: number; readonly target?: LightTarget; readonly command?: string },
): void {
  const { target, command } = release
  const named = target === undefined ? undefined : lampsOf(draft.street, target)
  if (named?.ok === false) return
  const freed = named === undefined ? undefined : new Set(named.value)
  draft.holds = draft.holds.flatMap((hold) => {
    const meant = command === undefined ? hold.order < release.order : hold.command === command
    if (!meant) return [hold]
    const lamps = freed === undefined ? [] : hold.lamps.filter((id) => !freed.has(id))
    return lamps.length === 0 ? [] : [{ ...hold, lamps }]
  })
}

export function endOrders(draft: Draft): void {
  if (draft.holds.some((hold) => isOver(hold, draft.t)))
    draft.holds = draft.holds.filter((hold) => !isOver(hold, draft.t))
}

function isOver({ untilT }: Hold, t: number): boolean {
  return untilT !== null && t >= untilT
}

function weakestFirst(one: Hold, other: Hold): number {
  return Number(one.emergency) - Number(other.emergency) || one.order - other.order
}

/** The hold in force on each lamp of the street, by its place in the document. */
export function heldLamps({
  holds,
  street,
}: Pick<LightingState, 'holds' | 'street'>): readonly (Hold | undefined)[] {
  const held: (Hold | undefined)[] = []
  const { lampIndex } = layoutOf(street)
  for (const hold of holds)
    for (const id of hold.lamps) {
      const index = lampIndex.get(id)
      if (index !== undefined) held[index] = hold
    }
  return held
}

/** What a hold makes of a lamp, percent of light: 0, or no less than the floor and what the lamp can hold. */
export function heldLevel(
  hold: Pick<Hold, 'level' | 'why' | 'emergency'>,
  limits: { readonly floor: number; readonly least: number },
): number {
  const { level, why, emergency } = hold
  if (level === 0 && (emergency || why.trim() !== '')) return 0
  const wanted = Math.max(level, limits.floor)
  return wanted === 0 ? 0 : wholeLevel(Math.max(wanted, limits.least))
}

/** Lamps are told whole percents; upwards, so that no rounding goes below a floor. */
export function wholeLevel(level: number): number {
  return Math.min(100, Math.max(0, Math.ceil(level - 1e-9)))
}

/**
 * How many lamps an order would hold now, and at which level: the least of them, where their floors differ.
 * Fault: LIGHT_TARGET_UNKNOWN.
 */
export function lightOf(
  state: LightingState,
  target: LightTarget,
  level: number,
  by: { readonly why: string; readonly emergency: boolean },
): Result<{ readonly lamps: number; readonly level: number }> {
  const lamps = lampsOf(state.street, target)
  if (!lamps.ok) return lamps
  const layout = layoutOf(state.street)
  const levels = lamps.value.map((id) => {
    const index = layout.lampIndex.get(id) ?? -1
    return heldLevel({ level, ...by }, limitsOf(state, index))
  })
  return ok({ lamps: levels.length, level: levels.length === 0 ? level : Math.min(...levels) })
}

/** What the street's class asks of a lamp now, and the least that the lamp can hold. */
export function limitsOf(
  { street, scene }: Pick<LightingState, 'street' | 'scene'>,
  lamp: number,
): { readonly floor: number; readonly least: number } {
  const layout = layoutOf(street)
  return {
    floor: scene.lit ? layout.floor(lamp, scene.brighter) : 0,
    least: layout.luminaire[lamp]?.least ?? 0,
  }
}

/**
 * How far an order has come: of the lamps that it holds in force, those that have shown its level. Null once it is not,
 * or not yet, among the holds.
 */
export function progressOf(
  state: LightingState,
  command: string,
): { readonly lamps: number; readonly confirmed: number; readonly retrying: number } | null {
  if (!state.holds.some((hold) => hold.command === command)) return null
  const held = heldLamps(state)
  const mine = state.lamps.filter((_, index) => held[index]?.command === command)
  const confirmed = mine.filter(({ shown }) => shown !== null).length
  return { lamps: mine.length, confirmed, retrying: mine.length - confirmed }
}

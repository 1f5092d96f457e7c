import type { Clock, Mono } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Command, CommandAction, LightTarget } from '../../core/wire/commands.ts'
import type { LightingInput } from '../control/lighting/inputs.ts'
import { hasRoom } from '../control/lighting/orders.ts'
import type { Begun, End } from './end.ts'

/** A street as commands see it: what its controller answers, and what may be asked of it. */
export interface LitStreet {
  /** Ids of the lamps that a target means. Fault: LIGHT_TARGET_UNKNOWN. */
  lampsOf(target: LightTarget): Result<readonly string[]>
  /** The level, percent of light, that an order would give them: what their class needs may be more than was asked. */
  levelOf(
    target: LightTarget,
    level: number,
    by: { readonly why: string; readonly emergency: boolean },
  ): Result<number>
  /** How many lamps an order holds in force and how many of them show it; null where it is not among the holds. */
  progressOf(command: string): Progress | null
  /** Orders in force, with the lamps that each names. */
  holds(): readonly { readonly order: number; readonly lamps: readonly string[] }[]
  /** Told and written down before this returns. */
  input(given: Extract<LightingInput, { type: 'light' | 'light-release' }>): void
}

/**
 * Group commands to the lamps of a street. The street's controller keeps what they ask, over restarts, and drives the
 * lamps; here is who may ask it, and what becomes of it: accepted for so many lamps, done once each has confirmed.
 */
export interface Lights {
  /** `releases` are the newer ones that were carried out: what they let go, a late order does not take again. */
  light(command: Command, action: Light, releases: readonly Command[], ended: (end: End) => void): End | Begun
  release(command: Command, action: Release): End
  /** After a restart: watches on where the street still holds what was asked; undefined where it does not. */
  resume(command: Command, ended: (end: End) => void): Begun | undefined
  tick(): void
}

type Light = Extract<CommandAction, { type: 'light' }>
type Release = Extract<CommandAction, { type: 'light-release' }>

interface Progress {
  readonly lamps: number
  readonly confirmed: number
}

interface Watch {
  readonly street: LitStreet
  readonly until: Mono
  readonly level: number
  /** As last seen while it held any: what is told of an order whose time is over. */
  seen: Progress
  readonly ended: (end: End) => void
}

/** A long street on a slow radio confirms within this, or something is wrong with those that have not. */
export const CONFIRM_MS = 30 * 60_000

export function createLights(parts: {
  readonly clock: Clock
  /** Fault: STATION_UNKNOWN. */
  street(id: string): Result<LitStreet>
}): Lights {
  const { clock } = parts
  /** As many as the streets keep holds, and no more. */
  const watches = new Map<string, Watch>()

  const watch = (id: string, { for_s }: Light, rest: Omit<Watch, 'until'>) => {
    const forMs = Math.min(for_s === undefined ? CONFIRM_MS : for_s * 1000, CONFIRM_MS)
    const until = (clock.monotonic() + forMs) as Mono
    watches.set(id, { ...rest, until })
  }

  return {
    light(command, action, releases, ended) {
      const found = parts.street(action.station)
      if (!found.ok) return refused(found)
      const street = found.value
      const lamps = street.lampsOf(action.target)
      if (!lamps.ok) return refused(lamps)
      const left = lampsLeft(street, command, lamps.value, releases)
      if (left.length === 0) return { outcome: 'refused', problem: fault('LIGHT_SUPERSEDED') }
      const target = left.length === lamps.value.length ? action.target : { lamps: [...left] }
      const { id, order, who, why } = command
      const emergency = command.class === 'emergency'
      const level = street.levelOf(target, action.level, { why, emergency })
      if (!level.ok) return refused(level)
      const inForce = street.holds()
      if (!hasRoom(inForce, { emergency })) {
        const about = { street: action.station, orders: inForce.length }
        return { outcome: 'refused', problem: fault('LIGHT_ORDERS_FULL', about) }
      }
      const { override = false } = action
      const asked = { target, level: action.level, forS: action.for_s ?? null, emergency, override }
      street.input({ type: 'light', command: id, order, who, why, ...asked })
      const seen = { lamps: left.length, confirmed: 0 }
      watch(id, action, { street, level: level.value, seen, ended })
      return { outcome: 'accepted', details: { lamps: left.length, level: level.value } }
    },
    release({ order }, { station, target, command }) {
      const found = parts.street(station)
      if (!found.ok) return refused(found)
      const known = target === undefined ? ok([]) : found.value.lampsOf(target)
      if (!known.ok) return refused(known)
      const which = {
        ...(target === undefined ? {} : { target }),
        ...(command === undefined ? {} : { command }),
      }
      found.value.input({ type: 'light-release', order, ...which })
      return { outcome: 'done' }
    },
    resume({ id, action, why, class: given }, ended) {
      if (action.type !== 'light') return undefined
      const found = parts.street(action.station)
      const held = found.ok ? found.value.progressOf(id) : null
      if (!found.ok || held === null) return undefined
      const street = found.value
      const reckoned = street.levelOf(action.target, action.level, { why, emergency: given === 'emergency' })
      const level = reckoned.ok ? reckoned.value : action.level
      watch(id, action, { street, level, seen: held, ended })
      return { outcome: 'accepted', details: { lamps: held.lamps, level } }
    },
    tick() {
      const now = clock.monotonic()
      for (const [id, one] of watches) {
        const progress = one.street.progressOf(id)
        if (progress !== null && progress.lamps > 0) one.seen = progress
        const end = endOf(one, progress, now)
        if (end === undefined) continue
        watches.delete(id)
        one.ended(end)
      }
    },
  }
}

function refused({ error }: Extract<Result<never>, { ok: false }>): End {
  return { outcome: 'refused', problem: error }
}

/**
 * The lamps that a command may still take, for it may have been overtaken: those that newer releases have let go are
 * left alone. A setting of which newer orders hold every lamp has no one left to be a setting for; what they hold only
 * in part, the street's controller keeps for when they end.
 */
function lampsLeft(
  street: LitStreet,
  { id, order, class: given }: Command,
  lamps: readonly string[],
  releases: readonly Command[],
): readonly string[] {
  const actions = releases.flatMap(({ action }) => (action.type === 'light-release' ? [action] : []))
  if (actions.some(({ command }) => command === id)) return []
  const released = actions.flatMap(({ target }) => {
    const named = target === undefined ? ok([]) : street.lampsOf(target)
    return named.ok ? named.value : []
  })
  const gone = new Set(released)
  const left = lamps.filter((lamp) => !gone.has(lamp))
  const newer = new Set(street.holds().flatMap((hold) => (hold.order > order ? hold.lamps : [])))
  return given === 'setting' && left.every((lamp) => newer.has(lamp)) ? [] : left
}

/**
 * How an order ended; undefined while lamps have yet to confirm it and have the time to. One whose lamps are all held by
 * newer ones has done nothing yet, and may still when those end.
 */
function endOf({ seen, until, level }: Watch, progress: Progress | null, now: Mono): End | undefined {
  const { lamps, confirmed } = seen
  if (progress !== null && progress.lamps > 0 && confirmed >= lamps)
    return { outcome: 'done', details: { lamps, level } }
  if (now >= until) return { outcome: 'failed', problem: fault('LIGHT_UNCONFIRMED', { confirmed, lamps }) }
  if (progress === null) return { outcome: 'failed', problem: fault('LIGHT_ENDED', { confirmed, lamps }) }
  return undefined
}

import type { LightTarget } from '../../../../core/wire/commands.ts'
import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Order } from '../../command-order.ts'
import type { Voices } from '../../parts/lighting/lamp-look.ts'

/** How long an order holds: so many seconds, until the sun is up, or until somebody releases it. */
export type Duration = 'min30' | 'h2' | 'dawn' | 'open'
export const DURATIONS: readonly Duration[] = ['min30', 'h2', 'dawn', 'open']

const DAY_MS = 86_400_000
/** An order of light may come this much late and still be meant. */
const LATE_S_MAX = 900

/** The next sunrise after `now`; undefined where the plan is not known, or the sun does not rise. */
export function nextDawn({ profileTonight }: StreetView, now: number): number | undefined {
  const sunrise = profileTonight?.sunrise ?? undefined
  if (sunrise === undefined) return undefined
  return sunrise + Math.max(0, Math.ceil((now - sunrise) / DAY_MS)) * DAY_MS
}

/** Undefined for one that holds until it is released. */
export function secondsOf(duration: Duration, street: StreetView, now: number): number | undefined {
  switch (duration) {
    case 'min30':
      return 1_800
    case 'h2':
      return 7_200
    case 'dawn': {
      const dawn = nextDawn(street, now)
      return dawn === undefined ? 7_200 : Math.max(60, Math.round((dawn - now) / 1000))
    }
    case 'open':
      return undefined
  }
}

export function durationWords(duration: Duration, street: StreetView, now: number, { voice, light }: Voices) {
  switch (duration) {
    case 'min30':
      return light('until30min')
    case 'h2':
      return light('until2h')
    case 'dawn': {
      const dawn = nextDawn(street, now)
      return light('untilDawn', {
        time: dawn === undefined ? '—' : voice.format.time(dawn, street.timeZone, dawn),
      })
    }
    case 'open':
      return light('untilReleased')
  }
}

export interface LightWish {
  readonly station: string
  readonly target: LightTarget
  readonly level: number
  readonly why: string
  readonly for_s: number | undefined
}

/** With a duration it is momentary: too late, it never runs. Without, a setting, that waits for the node. */
export function lightOrder({ station, target, level, why, for_s }: LightWish): Order {
  const action = { type: 'light', station, target, level } as const
  if (for_s === undefined) return { class: 'setting', action, why }
  return {
    class: 'momentary',
    action: { ...action, for_s },
    why,
    expires_s: Math.max(60, Math.min(for_s, LATE_S_MAX)),
  }
}

const EMERGENCY_S = 7_200

export function emergencyOrder(station: string, why: string): Order {
  const action = { type: 'light', station, target: { all: true }, level: 100, for_s: EMERGENCY_S } as const
  return { class: 'emergency', action, why }
}

export function releaseOrder(station: string, target: LightTarget, why: string): Order {
  return { class: 'setting', action: { type: 'light-release', station, target }, why }
}

export function undoOrder({ street, command }: OrderView, why: string): Order {
  return { class: 'setting', action: { type: 'light-release', station: street, command }, why }
}

/** Which lamps, as people call them. */
export function targetWords(target: LightTarget, street: StreetView, { voice, light }: Voices): string {
  const { language, format } = voice
  const name = (list: StreetView['groups'] | StreetView['feeders'], id: string) =>
    list.find((known) => known.id === id)?.name[language] ?? id
  if ('group' in target) return name(street.groups, target.group)
  if ('feeder' in target) return name(street.feeders, target.feeder)
  if (!('lamps' in target)) return light('chooseAll')
  const [first] = target.lamps
  if (target.lamps.length === 1) {
    return `${light('pole')} ${street.lamps.find(({ id }) => id === first)?.pole ?? first}`
  }
  return light('confirmLamps', { count: format.count(target.lamps.length) })
}

/** An order that still holds lamps, or is on its way to: the newest is what an undo is for. */
export function lastUndoable(orders: readonly OrderView[]): OrderView | undefined {
  return orders.find(({ undoable }) => undoable)
}

/** Who holds lamps now, order by order. */
export function holdsOf(street: StreetView) {
  const holds = new Map<string, { hold: NonNullable<StreetView['lamps'][number]['held']>; lamps: number }>()
  for (const { held } of street.lamps) {
    if (held === null) continue
    const known = holds.get(held.command)
    holds.set(held.command, { hold: held, lamps: (known?.lamps ?? 0) + 1 })
  }
  return [...holds.values()]
}

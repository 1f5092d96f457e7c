import type { Utc } from '../core/clock.ts'
import { nightOf } from '../core/documents/lighting-night.ts'
import type { STREET_POINTS } from '../core/documents/points.ts'
import type { Text } from '../core/text.ts'
import type { LightingState } from './control/lighting/state.ts'

/** How a street is, as `tram status` prints it. What has not been told yet is left out. */
export interface StreetStatus {
  readonly id: string
  readonly lamps: number
  readonly lit?: number | undefined
  readonly faulty?: number | undefined
  readonly silent?: number | undefined
  /** Mean light of the lamps that should burn, percent; and what the street draws, W. */
  readonly level?: number | undefined
  readonly power?: number | undefined
  readonly night: {
    readonly date: string
    readonly profile: Text
    /** Null after the last one of the night. */
    readonly next: { readonly at: Utc; readonly level: number } | null
  }
  /** What people ask of its lamps, newest first. */
  readonly holds: readonly {
    readonly command: string
    readonly who: string
    readonly why: string
    readonly lamps: number
    readonly level: number
    /** Left out where it lasts until it is released. */
    readonly left_s?: number
  }[]
}

export function streetStatus({ street, told, holds, timeline }: LightingState, at: Utc): StreetStatus {
  const point = (channel: keyof typeof STREET_POINTS) => told[`${street.id}/${channel}`]?.value
  const night = nightOf(street, at)
  return {
    id: street.id,
    lamps: street.lamps.length,
    lit: point('lit'),
    faulty: point('faulty'),
    silent: point('silent'),
    level: point('level'),
    power: point('power'),
    night: {
      date: night.date,
      profile: night.profile.name,
      next: night.steps.find((step) => step.at > at) ?? null,
    },
    holds: holds
      .toSorted((one, other) => other.order - one.order)
      .map(({ command, who, why, lamps, level, untilT }) => ({
        command,
        who,
        why,
        lamps: lamps.length,
        level,
        ...(untilT === null ? {} : { left_s: Math.max(0, Math.round((untilT - timeline.t) / 1000)) }),
      })),
  }
}

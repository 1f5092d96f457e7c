import type { ClockQuality, Mono, Utc } from './clock.ts'
import type { DeviceId } from './ids.ts'

/** IOOS QARTOD flags: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. */
export const FLAG = { good: 1, notEvaluated: 2, suspect: 3, fail: 4, missing: 9 } as const
export type Flag = (typeof FLAG)[keyof typeof FLAG]

/** One value of one channel of one device. Booleans are 0 and 1; the unit is the channel's. */
export interface Reading {
  readonly device: DeviceId
  readonly channel: string
  readonly at: Utc
  readonly value: number
  readonly flag: Flag
}

/** When something was noticed: best known UTC, with what is needed to re-date it later. */
export interface Instant {
  readonly at: Utc
  readonly mono: Mono
  readonly quality: ClockQuality
}

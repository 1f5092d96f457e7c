import type { Flag } from '../reading.ts'
import type { Lane } from './topics.ts'

/** A row of `state` or `live`. `series` indexes the epoch's dictionary; `value` is in units of the series' resolution. */
export interface FrameReading {
  readonly seq: number
  readonly series: number
  readonly at: number
  readonly value: number
  readonly flag: Flag
}

/** A row of `alarm`: an opaque CBOR map (an AlarmEvent). */
export interface FrameEvent {
  readonly seq: number
  readonly at: number
  readonly body: Uint8Array
}

/** Why a sequence number holds no row. Loss is always a number with a reason. */
export const GAP_REASONS = ['superseded', 'thinned', 'dropped', 'released', 'unreadable', 'corrupt'] as const
export type GapReason = (typeof GAP_REASONS)[number]

export interface Gap {
  readonly first: number
  readonly last: number
  readonly reason: GapReason
}

interface FrameHead {
  readonly epoch: string
  /** The frame accounts for every sequence number from `first` to `last`: each is a row or lies in a gap. */
  readonly first: number
  readonly last: number
  readonly gaps: readonly Gap[]
}

export type Frame =
  | (FrameHead & { readonly lane: 'alarm'; readonly events: readonly FrameEvent[] })
  | (FrameHead & { readonly lane: Exclude<Lane, 'alarm'>; readonly readings: readonly FrameReading[] })

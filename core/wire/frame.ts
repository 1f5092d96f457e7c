import type { Flag } from '../reading.ts'
import type { Lane } from './topics.ts'

/** A row of `state` or `live`. `series` indexes the epoch's dictionary; `value` is in units of the series' resolution. */
export interface FrameReading {
  readonly seq: number
  readonly series: number
  readonly at: number
  readonly value: number
  readonly flag: Flag
  /** What a thinned row stands for; `at` and `value` are still those of the last reading in it. */
  readonly summary?: Summary
}

/** Readings of one series that gave way to one row. All in steps of the series' resolution. */
export interface Summary {
  /** UTC of the first of them; the row's `at` is the last one's. */
  readonly from: number
  /** How many there were, the row itself among them: at least 2. */
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/** A row of `alarm`: an opaque CBOR map (an AlarmEvent or a CommandOutcome). */
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

/** Rows of a boot that never knew the time: in order, their `at` an estimate between these two. */
export interface Undated {
  readonly first: number
  readonly last: number
  readonly after: number
  readonly before: number
}

interface FrameHead {
  readonly epoch: string
  /** The frame accounts for every sequence number from `first` to `last`: each is a row or lies in a gap. */
  readonly first: number
  readonly last: number
  readonly gaps: readonly Gap[]
  /** Ranges of numbers, lowest first; left out or empty where every row is dated. */
  readonly undated?: readonly Undated[]
}

export type Frame =
  | (FrameHead & { readonly lane: 'alarm'; readonly events: readonly FrameEvent[] })
  | (FrameHead & {
      readonly lane: Exclude<Lane, 'alarm'>
      readonly readings: readonly FrameReading[]
      /** CRC-32C of the dictionary up to the highest series used: rows are never read by another's dictionary. */
      readonly dictionary?: number
    })

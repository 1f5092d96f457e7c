import type { ClockQuality, Utc } from '../../core/clock.ts'
import type { SeriesEntry } from './outbox.ts'
import type { Standing } from './thinning.ts'

/** An alarm's event on its way into the database. */
export interface QueuedAlarm {
  readonly at: Utc
  readonly mono: number
  readonly quality: ClockQuality
  /** Left out: this boot. */
  readonly boot?: number
  readonly body: Uint8Array
}

/** A row out of a damaged database. */
export interface SavedReading {
  readonly entry: SeriesEntry
  readonly at: Utc
  readonly value: number
  readonly mono: number
  readonly flag: number
  readonly quality: ClockQuality
  readonly boot: number
  readonly standing?: Standing
}

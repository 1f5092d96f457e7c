import type { Cancel } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import type { Instant, Reading } from '../../core/reading.ts'
import type { Result } from '../../core/result.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import type { GapReason } from '../../core/wire/frame.ts'
import type { AlarmEvent, Series } from '../../core/wire/messages.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { Range } from './ledger.ts'

export type BeforeAlarm = ((place: AlarmPlace) => void) | ((place: AlarmPlace) => () => void)

/**
 * The node's memory of what it has to tell. Everything is committed to disk before it is told, and kept until the hub
 * has committed it. No call throws for a fault of the disk, and none waits for it.
 */
export interface Outbox {
  /** Queued, and committed together within `GROUP_COMMIT_MS`. */
  readings(batch: readonly Reading[], time: Instant): void
  /**
   * Committed in the next turn of the event loop; resolves with the sequence number once it is on disk. `before` is
   * called just before every attempt to commit it, with the place that it is about to have: who writes that down can
   * tell after a crash, by `holds`, whether the alarm was kept. What it returns is called before that commit as well,
   * once for all alarms that return the same: many alarms at once are one writing for who owns them.
   */
  alarm(event: AlarmEvent | CommandOutcome, time: Instant, before?: BeforeAlarm): Promise<Result<number>>
  /** The alarm of this place was committed, whatever became of it since. */
  holds(place: AlarmPlace): boolean
  /** The newest alarm rows on disk that the hub has not committed, newest first; with nobody to ask, none. */
  alarms(limit: number): readonly PendingAlarm[]

  /** 16 hexadecimal digits; undefined while no database is open. */
  epoch(): string | undefined
  /** Per lane: the oldest number that the hub has not committed, and the next to be given. */
  lanes(): readonly { readonly lane: Lane; readonly oldest: number; readonly next: number }[]
  /** The dictionary of points, as far as it is committed; an entry's index is its id. */
  series(): readonly SeriesEntry[]

  /** Frames on disk that the hub has not committed, lowest first. */
  frames(lane: Lane): readonly FrozenFrame[]
  /** Numbers that are neither in a frame nor known to the hub, lowest first. */
  unframed(lane: Lane): readonly Range[]
  /** Cuts up to `frames` frames from the start of `range`, which must be unframed, and commits them. */
  cut(lane: Exclude<Lane, 'state'>, range: Range, frames: number): readonly FrozenFrame[]
  /** Cuts the newest value of every point that the hub does not have, and commits that. */
  snapshot(): readonly FrozenFrame[]
  /** The bytes of a committed frame; the same at every call. */
  bytes(lane: Lane, first: number): Uint8Array | undefined
  /** Frames that say what became of numbers which are not held any more. */
  account(lane: Lane, range: Range): readonly Uint8Array[]
  /** The hub has committed these very frames; what is not held here under that name is another's, and left alone. */
  release(lane: Lane, frames: readonly FrameName[]): void

  /**
   * From number `at` on the hub holds other rows than those of the frozen frame with this checksum: a disk that lost
   * what it had confirmed, a restored copy, or a twin. The database is put aside. Other frozen frames, and what of
   * this one lies below, are told on under the epoch that they have; all other rows get new numbers in a new epoch.
   */
  fork(lane: Lane, at: number, crc: number): void
  /** This boot's monotonic time + `offset` is UTC: rows of it without a date have one from now on. */
  dated(offset: number): void

  /** Frozen frames of databases that were damaged. They keep their epoch: the hub may have them already. */
  readonly former: {
    frames(): readonly FormerFrame[]
    bytes(id: number): Uint8Array | undefined
    series(epoch: string): readonly SeriesEntry[]
    release(epoch: string, lane: Lane, frames: readonly FrameName[]): void
    /** As `fork`: from `at` on the frame's rows get new numbers in the present epoch. */
    fork(epoch: string, lane: Lane, at: number, crc: number): void
  }

  ledger(): Ledger
  /** Called after rows were committed, and when the database came, went or was replaced. */
  onChange(handler: () => void): Cancel
  /** Commits what is queued, as far as there is a disk. */
  flush(): void
  /** Flushes and closes. Alarms still in memory resolve with the fault that kept them there. */
  close(): void
}

/** An alarm row, dated as well as it can be now. */
export interface PendingAlarm {
  readonly seq: number
  readonly at: number
  readonly body: Uint8Array
}

/** Where an alarm stands in this outbox, and in no other. */
export interface AlarmPlace {
  readonly epoch: string
  readonly seq: number
}

/** What is told to people and the hub as it happens: a row of the lane `alarm`. */
export type AlarmRow = AlarmEvent | CommandOutcome

/** What an acknowledgement names a frame by: its range and its checksum. */
export interface FrameName extends Range {
  readonly crc: number
}

export type FrozenFrame = FrameName

export interface FormerFrame extends FrameName {
  readonly id: number
  readonly epoch: string
  readonly lane: Exclude<Lane, 'state'>
  readonly rows: number
  /** UTC of the oldest reading or event in it. */
  readonly oldestAt: number | undefined
}

export type SeriesEntry = Series['entries'][number]

export interface Ledger {
  readonly epoch: string | undefined
  /** What keeps the node working from memory; undefined while all is well. */
  readonly fault: Fault | undefined
  readonly lanes: readonly LaneLedger[]
  /** Still to be told under epochs before this one, and in none of `lanes`. */
  readonly former: { readonly frames: number; readonly rows: number }
  /** Rows waiting in memory, not yet on disk. */
  readonly queued: { readonly alarms: number; readonly readings: number }
  /** UTC of the oldest row that the hub does not have. */
  readonly oldestAt: number | undefined
  readonly bytes: { readonly used: number; readonly limit: number }
  readonly rowsPerSecond: number
  /** Until readings have to be thinned, at the present rate with nobody fetching; undefined when nothing comes in. */
  readonly hoursLeft: number | undefined
  /** Until some have to be dropped, after all thinning: an estimate; undefined when nothing comes in. */
  readonly hoursUntilDropped?: number | undefined
}

export interface LaneLedger {
  readonly lane: Lane
  readonly produced: number
  readonly stored: number
  readonly acknowledged: number
  /** Numbers that hold no row, by reason. */
  readonly lost: Partial<Readonly<Record<GapReason, number>>>
  /** UTC of the oldest row that the hub does not have, former frames among them; of the state lane, nothing. */
  readonly oldestAt?: number | undefined
  readonly storedRanges: readonly Range[]
  readonly lostRanges: readonly (Range & { readonly reason: GapReason })[]
}

export interface OutboxLimits {
  /** Size of the database; give the same to the SqlSource. Readings are thinned above 85 %; the last tenth is for alarms. */
  readonly maxBytes: number
  /** Readings held in memory; the oldest are dropped, and recorded as dropped, when there are more. */
  readonly queuedReadings: number
  /** Alarms held in memory while there is no disk; the newest are refused when there are more. */
  readonly queuedAlarms: number
}

export const OUTBOX_LIMITS: OutboxLimits = {
  maxBytes: 1024 ** 3,
  queuedReadings: 100_000,
  queuedAlarms: 10_000,
}

export const GROUP_COMMIT_MS = 50
/** Pause between attempts to open a database that could not be opened or written. */
export const REOPEN_MS = 10_000
/** A hub that is wrong about us must not make us renumber without end. */
export const FORK_PAUSE_MS = 3_600_000
/** Pause between slices of free pages that are given back to the file system. */
export const GIVE_BACK_MS = 100
export const FRAME_ROWS = 1000
export const FRAME_BYTES = 32 * 1024

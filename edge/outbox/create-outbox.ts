import type { Cancel, Clock } from '../../core/clock.ts'
import type { PointShape } from '../../core/documents/points.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { SqlSource } from '../../core/ports/sql-source.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { localDays } from '../../core/time-zone.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { FRAME_AT_MAX } from '../../core/wire/frame-limits.ts'
import { LANES, type Lane } from '../../core/wire/topics.ts'
import { laneLedger, rateMeter } from './accounts.ts'
import { type Disk, openDisk, THIN_SHARE } from './disk.ts'
import { FORMER_FRAMES_MAX, salvageFormer } from './former.ts'
import {
  type BeforeAlarm,
  FORK_PAUSE_MS,
  FRAME_BYTES,
  GIVE_BACK_MS,
  GROUP_COMMIT_MS,
  type LaneLedger,
  OUTBOX_LIMITS,
  type Outbox,
  type OutboxLimits,
  REOPEN_MS,
} from './outbox.ts'
import { readingQueue } from './reading-queue.ts'
import { type Rescued, type RescueOptions, rescue } from './rescue.ts'
import { salvageBoots } from './salvage.ts'
import type { QueuedAlarm } from './saved-rows.ts'
import { type RescuePosition, storeFault } from './tables.ts'

export interface OutboxOptions {
  readonly source: SqlSource
  /** Names this boot; kept with every row, because monotonic times mean nothing across boots. */
  readonly boot: string
  /** Real time, for pauses and rates. */
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Unit and resolution of a point that is told for the first time. */
  readonly shape: (device: string, channel: string) => PointShape
  readonly limits?: Partial<OutboxLimits>
  /** The site's, whose days old readings are summed up by; left out, UTC. The same as the hub's, or none fits there. */
  readonly timeZone?: string
  /** Told once when the store fails (and again when it fails otherwise), and for every reading that cannot be stored. */
  readonly onFault: (problem: Fault) => void
}

interface WaitingAlarm extends QueuedAlarm {
  readonly before: BeforeAlarm | undefined
  readonly settle: (result: Result<number>) => void
}

/** What two sources may differ by, and a crystal drift, though neither is wrong. */
const SOURCES_MS = 2_000
const DRIFT = 400e-6

/**
 * Rows without a date lie before the first word of the time: what a later word says otherwise is the drift since then,
 * which is not theirs. A copy of the database that missed the later word dates them the same.
 */
function isDrift(difference_ms: number, since_ms: number): boolean {
  return Math.abs(difference_ms) <= SOURCES_MS + DRIFT * since_ms
}

/** Readings in one transaction; more wait for the next turn, so that control gets its own. */
const COMMIT_ROWS = 10_000

export function createOutbox(options: OutboxOptions): Outbox {
  const { source, clock, log } = options
  const limits = { ...OUTBOX_LIMITS, ...options.limits }
  const queue = readingQueue(limits.queuedReadings)
  const rate = rateMeter(clock)
  const dayStart = localDays(options.timeZone ?? 'UTC')
  const handlers = new Set<() => void>()
  let alarms: WaitingAlarm[] = []
  let disk: Disk | undefined
  let problem: Fault | undefined
  let rescuing:
    | { readonly damaged: SqlStore; readonly pieces: Iterator<Rescued>; piece: Rescued | undefined }
    | undefined
  /** State frames that were handed out; what an earlier run left may have been. */
  let neverSent = new Set<number>()
  let commitTimer: { readonly due: number; readonly cancel: Cancel } | undefined
  let cancelReopen: Cancel = () => {}
  let cancelRescue: Cancel = () => {}
  let thinning = false
  let cancelThinning: Cancel = () => {}
  let givingBack = false
  let cancelGivingBack: Cancel = () => {}
  let forkedAt: number | undefined
  /** UTC − monotonic time, once it was told. */
  let learnt: { readonly offset: number; readonly mono: number } | undefined
  let closed = false

  const changed = () => {
    for (const handler of [...handlers]) handler()
  }

  const open = () => {
    if (closed || disk !== undefined) return
    try {
      const store = source.open()
      try {
        const { random, boot, shape, onFault: refused } = options
        const available = () => source.available?.()
        const { maxBytes } = limits
        disk = openDisk({ store, random, boot, shape, refused, available, dayStart, maxBytes })
      } catch (cause) {
        closeQuietly(store)
        throw cause
      }
      if (learnt !== undefined) disk.dated(learnt.offset)
      if (problem?.code === 'STORE_FULL') disk.makeRoom()
      resumeRescue(disk)
    } catch (cause) {
      return failed(storeFault(cause).fault)
    }
    neverSent = new Set()
    scheduleCommit(0)
    scheduleRescue()
    changed()
  }

  /** Told once for each kind of failure; true when this is that once. */
  const report = (reason: Fault): boolean => {
    const first = problem?.code !== reason.code
    problem = reason
    if (!first) return false
    log.error('outbox store failed', { code: reason.code, ...reason.details })
    options.onFault(reason)
    return true
  }

  /** The store is not usable as it is: go on from memory, put a damaged file aside, and try again later. */
  const failed = (reason: Fault) => {
    if (disk !== undefined) closeQuietly(disk)
    disk = undefined
    // Closing gives the journal's room back: what was full may not be so any more.
    const again = report(reason) && reason.code === 'STORE_FULL'
    cancelReopen()
    const untrusted = reason.code === 'STORE_CORRUPT' || reason.code === 'STORE_ROLLED_BACK'
    const aside = untrusted && putAside()
    cancelReopen = clock.after(aside || again ? 0 : REOPEN_MS, open)
    changed()
  }

  /**
   * What another copy of the disk may have told already keeps its number, so that the hub can compare it: in frames, as
   * many as can be carried on and there is room for. The rest gets new numbers.
   */
  const frameShared = (open: Disk) => {
    for (const name of ['alarm', 'live'] as const)
      for (const range of open.lane(name).unframed())
        for (let { first } = range; first <= range.last; ) {
          const frames =
            open.former.frames().length +
            open.lane('alarm').frames().length +
            open.lane('live').frames().length
          if (frames >= FORMER_FRAMES_MAX || open.alarmRoom() <= FRAME_BYTES) return
          const [cut] = open.cut(name, { first, last: range.last }, 1)
          first = (cut?.last ?? range.last) + 1
        }
  }

  const putAside = (): boolean => {
    try {
      // A second damage during a rescue gives up the first file; it stays where it was put.
      if (rescuing !== undefined) closeQuietly(rescuing.damaged)
      rescuing = undefined
      source.moveAside()?.close()
      return true
    } catch (cause) {
      const moving = storeFault(cause).fault
      log.error('a damaged outbox cannot be moved aside', { code: moving.code, ...moving.details })
      return false
    }
  }

  /** Runs `work` on the disk; `otherwise` when there is none or it fails. */
  const attempt = <T>(work: (disk: Disk) => T, otherwise: T): T => {
    if (disk === undefined) return otherwise
    try {
      return work(disk)
    } catch (cause) {
      failed(storeFault(cause).fault)
      return otherwise
    }
  }

  const scheduleCommit = (delayMs: number) => {
    if (closed) return
    const due = clock.monotonic() + delayMs
    if (commitTimer !== undefined && commitTimer.due <= due) return
    commitTimer?.cancel()
    commitTimer = { due, cancel: clock.after(delayMs, commit) }
  }

  const commit = () => {
    commitTimer?.cancel()
    commitTimer = undefined
    if (alarms.length === 0 && queue.size() === 0 && queue.dropped() === 0) return
    const room = attempt((open) => open.makeRoom(), false)
    // Full of what cannot be dropped: readings give way to alarms. On a disk that others filled they wait in memory.
    const waiting = !room && attempt((open) => open.crowded(), false)
    if (disk !== undefined && !room && !waiting) queue.dropAll()
    const alarmRoom = attempt((open) => open.alarmRoom(), 0)
    const batches = waiting ? [] : queue.peek(COMMIT_ROWS)
    if (waiting) scheduleThinning()
    if (waiting && alarms.length === 0) return wait()
    const dropped = queue.dropped()
    const telling = alarmsWithin(alarms, alarmRoom)
    if (disk !== undefined && alarms.length > 0 && telling.length === 0) return wait()
    const written = attempt((open) => {
      const first = open.lane('alarm').next()
      announce(telling, open.epoch, first)
      return open.write({ alarms: telling, batches, dropped })
    }, undefined)
    if (written === undefined) return
    recovered()
    queue.done(batches.length, dropped)
    rate.add(written.stored)
    alarms = alarms.slice(telling.length)
    for (const [index, alarm] of telling.entries()) alarm.settle(ok(written.firstAlarm + index))
    if (queue.size() + alarms.length > 0) scheduleCommit(waiting ? REOPEN_MS : 0)
    scheduleThinning()
    changed()
  }

  /** What is in memory stays there until the hub has fetched some of what fills the disk. */
  const wait = () => {
    report(fault('STORE_FULL', { file: 'outbox' }))
    scheduleCommit(REOPEN_MS)
  }

  const flush = () => {
    const pending = () => queue.size() + alarms.length
    for (let before = pending() + 1; pending() > 0 && pending() < before; ) {
      before = pending()
      commit()
    }
  }

  /** In turns of its own, so that control gets its: as long as readings have more than their share. */
  const scheduleThinning = () => {
    if (closed || thinning || !attempt((open) => open.tight(), false)) return
    thinning = true
    cancelThinning = clock.after(0, () => {
      thinning = false
      if (attempt((open) => open.thin(), false)) scheduleThinning()
    })
  }
  const scheduleGivingBack = () => {
    if (closed || givingBack) return
    givingBack = true
    cancelGivingBack = clock.after(GIVE_BACK_MS, () => {
      givingBack = false
      if (attempt((open) => open.giveBack(), false)) scheduleGivingBack()
    })
  }

  const recovered = () => {
    if (problem === undefined) return
    log.info('outbox store works again', { was: problem.code })
    problem = undefined
  }

  /** Goes on where this or an earlier run of the node was interrupted. */
  const resumeRescue = (open: Disk) => {
    const from = rescuing === undefined ? open.rescued() : undefined
    if (from === undefined) return
    const damaged = source.openAside()
    if (damaged === undefined) open.rescueDone()
    else {
      rescuing = { damaged, pieces: rescue(damaged, carry(open, damaged, from)), piece: undefined }
    }
  }

  /** Frames at once, so that the first hello names their epochs. */
  const carry = (open: Disk, damaged: SqlStore, from: RescuePosition): RescueOptions => {
    try {
      const boots = open.adopt(salvageBoots(damaged))
      if (from.table === 'frame') open.carry(salvageFormer(damaged))
      return { from, boots, carried: { alarm: open.carried('alarm'), live: open.carried('live') } }
    } catch (cause) {
      closeQuietly(damaged)
      throw cause
    }
  }

  const scheduleRescue = () => {
    cancelRescue()
    if (rescuing !== undefined && !closed) cancelRescue = clock.after(0, rescueOne)
  }

  /** One piece a turn: a large rescue must not hold up control. */
  const rescueOne = () => {
    if (rescuing === undefined || disk === undefined) return
    if (rescuing.piece === undefined) {
      const next = rescuing.pieces.next()
      if (next.done) {
        attempt((open) => open.rescueDone(), undefined)
        closeQuietly(rescuing.damaged)
        rescuing = undefined
        log.info('damaged outbox saved as far as it could be read')
        return
      }
      rescuing.piece = next.value
    }
    const piece = rescuing.piece
    const saved = attempt((open) => {
      open.restore(piece)
      return true
    }, false)
    if (!saved) return
    rescuing.piece = undefined
    scheduleRescue()
    changed()
  }

  open()
  return {
    readings(batch, time) {
      if (closed || batch.length === 0) return
      queue.push({ batch, time })
      scheduleCommit(queue.size() >= COMMIT_ROWS ? 0 : GROUP_COMMIT_MS)
    },
    alarm(event, time, before) {
      const full = alarms.length >= limits.queuedAlarms
      if (closed || full) {
        return Promise.resolve(err(fault('ALARM_QUEUE_FULL', { limit: limits.queuedAlarms })))
      }
      const { quality } = time
      const at = Math.min(Math.max(0, Math.round(event.at)), FRAME_AT_MAX)
      const mono = Math.round(time.mono + at - time.at)
      return new Promise((settle) => {
        alarms.push({ at, mono, quality, body: encodeCbor(event), before, settle })
        scheduleCommit(0)
      })
    },

    holds: ({ epoch, seq }) => disk?.epoch === epoch && seq < disk.lane('alarm').next(),
    alarms: (limit) => attempt((open) => open.alarms(limit), []),

    epoch: () => disk?.epoch,
    lanes() {
      const open = disk
      if (open === undefined) return []
      return LANES.map((lane) => ({ lane, oldest: open.lane(lane).oldest(), next: open.lane(lane).next() }))
    },
    series: () => disk?.series() ?? [],
    frames: (lane) => disk?.lane(lane).frames() ?? [],
    unframed: (lane) => disk?.lane(lane).unframed() ?? [],
    cut: (lane, range, frames) => attempt((open) => open.cut(lane, range, frames), []),
    snapshot() {
      const cut = attempt((open) => open.snapshot((first) => neverSent.has(first)), [])
      for (const { first } of cut) neverSent.add(first)
      return cut
    },
    bytes(lane, first) {
      if (lane === 'state') neverSent.delete(first)
      return attempt((open) => open.lane(lane).bytes(first), undefined)
    },
    former: {
      frames: () => disk?.former.frames() ?? [],
      bytes: (id) => attempt((open) => open.former.bytes(id), undefined),
      series: (epoch) => attempt((open) => open.former.series(epoch), []),
      release: (epoch, lane, frames) =>
        attempt((open) => open.former.release(epoch, lane, frames), undefined),
      fork: (epoch, lane, at, crc) => attempt((open) => open.former.fork(epoch, lane, at, crc), undefined),
    },
    account: (lane, range) => attempt((open) => open.account(lane, range), []),
    release(lane, frames) {
      attempt((open) => open.release(lane, frames), undefined)
      if (alarms.length > 0) scheduleCommit(0)
      scheduleGivingBack()
    },

    fork(lane, at, crc) {
      const now = clock.monotonic()
      // While rows of a database put aside are still on their way here, that comes first: the hub will say it again.
      if (disk === undefined || rescuing !== undefined) return
      if (forkedAt !== undefined && now - forkedAt < FORK_PAUSE_MS) return
      if (
        !disk
          .lane(lane)
          .frames()
          .some((frame) => frame.crc === crc)
      )
        return
      forkedAt = now
      flush()
      attempt(frameShared, undefined)
      const forked = attempt((open) => open.fork(lane, at, crc), false)
      if (forked) failed(fault('STORE_ROLLED_BACK', { lane, at }))
    },
    dated(offset) {
      const mono = clock.monotonic()
      if (learnt !== undefined && isDrift(offset - learnt.offset, mono - learnt.mono)) return
      learnt = { offset, mono }
      attempt((open) => open.dated(offset), undefined)
    },

    ledger() {
      const open = disk
      const oldestAt = (lane: Lane) =>
        lane === 'state' ? undefined : attempt((working) => working.oldestAt(lane), undefined)
      const used = attempt((working) => working.usedBytes(), 0)
      const limit = attempt((working) => working.limitBytes(), limits.maxBytes)
      const lanes = open === undefined ? [] : LANES.map((lane) => laneLedger(open.lane(lane), oldestAt(lane)))
      const former = open?.former.frames() ?? []
      const rowsPerSecond = rate.perSecond()
      return {
        epoch: open?.epoch,
        fault: problem,
        lanes,
        former: { frames: former.length, rows: former.reduce((sum, { rows }) => sum + rows, 0) },
        queued: { alarms: alarms.length, readings: queue.size() },
        oldestAt: oldestOf(lanes),
        bytes: { used, limit },
        rowsPerSecond,
        ...rate.left({
          used,
          budget: limit * THIN_SHARE,
          lanes,
          tiers: attempt((working) => working.tiers(), []),
          points: open?.series().length ?? 0,
        }),
      }
    },
    onChange(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    flush,
    close() {
      if (closed) return
      flush()
      closed = true
      const timers = [cancelReopen, cancelRescue, cancelThinning, cancelGivingBack, commitTimer?.cancel]
      for (const cancel of timers) cancel?.()
      if (disk !== undefined) closeQuietly(disk)
      if (rescuing !== undefined) closeQuietly(rescuing.damaged)
      disk = undefined
      const reason = problem ?? fault('STORE_UNWRITABLE', { file: 'outbox', reason: 'closed' })
      for (const alarm of alarms) alarm.settle(err(reason))
      alarms = []
    },
  }
}

function oldestOf(lanes: readonly LaneLedger[]): number | undefined {
  const times = lanes.flatMap(({ oldestAt }) => (oldestAt === undefined ? [] : [oldestAt]))
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Tells the owners of alarms which places these are about to have. */
function announce(telling: readonly WaitingAlarm[], epoch: string, first: number): void {
  const writings = new Set<() => void>()
  for (const [index, { before }] of telling.entries()) {
    const writing = before?.({ epoch, seq: first + index })
    if (typeof writing === 'function') writings.add(writing)
  }
  for (const write of writings) write()
}

/** A row's own columns and its share of a page, beside the event. */
const ALARM_ROW_BYTES = 64

function alarmsWithin(alarms: readonly WaitingAlarm[], room: number): readonly WaitingAlarm[] {
  let bytes = 0
  const end = alarms.findIndex(({ body }) => {
    bytes += body.length + ALARM_ROW_BYTES
    return bytes > room
  })
  return end === -1 ? alarms : alarms.slice(0, end)
}

/** A store that failed may fail to close as well; there is nothing left to save then. */
function closeQuietly(store: { close(): void }): void {
  try {
    store.close()
  } catch (cause) {
    storeFault(cause)
  }
}

import type { Utc } from '../../core/clock.ts'
import type { PointShape } from '../../core/documents/points.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import { FLAG, type Flag, type Instant, type Reading } from '../../core/reading.ts'
import type { DayStart } from '../../core/time-zone.ts'
import { GAP_REASONS, type GapReason } from '../../core/wire/frame.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../core/wire/frame-limits.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { type Boot, boots } from './boots.ts'
import { cutter } from './cutting.ts'
import { dictionary } from './dictionary.ts'
import { type Carried, formerFrames, type Losses } from './former.ts'
import { type LaneStore, laneStore } from './lane-store.ts'
import { count, type Range } from './ledger.ts'
import { newestValues } from './newest.ts'
import type { FrameName, FrozenFrame, PendingAlarm, SeriesEntry } from './outbox.ts'
import { alarmLine, liveRow } from './rows.ts'
import type { QueuedAlarm, SavedReading } from './saved-rows.ts'
import { number, openTables, type RescuePosition, rescueMark, rowMark } from './tables.ts'
import { thinner } from './thinner.ts'
import { encodeStanding } from './thinning.ts'

export interface QueuedReadings {
  readonly batch: readonly Reading[]
  readonly time: Instant
}

export interface DiskOptions {
  readonly store: SqlStore
  readonly random: Random
  readonly boot: string
  readonly maxBytes: number
  /** What readings are thinned to in the end. */
  readonly dayStart: DayStart
  /** Bytes that the file system has left, where it can tell. */
  readonly available: () => number | undefined
  readonly shape: (device: string, channel: string) => PointShape
  readonly refused: (problem: Fault) => void
}

/** An open outbox database. Any method may throw a fault of the store; the disk is then closed and opened anew. */
export interface Disk {
  readonly epoch: string
  readonly lane: (lane: Lane) => LaneStore
  /** Entries that are committed. */
  series(): readonly SeriesEntry[]
  /** One transaction. Returns the alarms' first number, and how many readings were stored. */
  write(work: {
    readonly alarms: readonly QueuedAlarm[]
    readonly batches: readonly QueuedReadings[]
    /** Readings that were lost before they had a number. */
    readonly dropped: number
  }): { readonly firstAlarm: number; readonly stored: number }
  /** What was saved out of a damaged database gets new numbers; what was unreadable is a number with a reason. */
  restore(saved: {
    readonly position: RescuePosition
    readonly alarms: readonly QueuedAlarm[]
    readonly readings: readonly SavedReading[]
    readonly unreadable: { readonly alarms: number; readonly readings: number }
  }): void
  /** How far the database put aside was taken over; undefined when there is nothing left to take. */
  rescued(): RescuePosition | undefined
  rescueDone(): void
  /** Takes frames as they are from the database put aside; their numbers there are then `carried`, and not given anew. */
  carry(saved: Carried): void
  carried(lane: 'alarm' | 'live'): readonly Range[]
  /** Takes boots of the database put aside; at every resuming of a rescue, with the same result. */
  adopt(saved: readonly Boot[]): ReadonlyMap<number, number>
  readonly former: Pick<ReturnType<typeof formerFrames>, 'frames' | 'bytes' | 'series' | 'release'> & {
    fork(epoch: string, lane: Lane, at: number, crc: number): void
  }
  /** What lies below `at` is a frame of its own; the frame's other rows are rows again. False where there is none such. */
  fork(lane: Lane, at: number, crc: number): boolean
  dated(offset: number): void
  cut(lane: 'alarm' | 'live', range: Range, frames: number): FrozenFrame[]
  snapshot(neverSent: (first: number) => boolean): FrozenFrame[]
  account(lane: Lane, range: Range): Uint8Array[]
  release(lane: Lane, frames: readonly FrameName[]): void
  /** Readings have more than their share of the disk. */
  tight(): boolean
  /** One step of thinning; false when nothing is left to give. */
  thin(): boolean
  /** Thins a little, then drops the oldest readings, until alarms have their room; false when nothing is left to give. */
  makeRoom(): boolean
  /** Gives some free pages back to the file system; false when there are too few to be worth it. */
  giveBack(): boolean
  /** Live rows in each tier of thinning, finest first. */
  tiers(): readonly number[]
  /** Bytes that alarms may still take; what is left beyond is for cutting and releasing, by which room is made again. */
  alarmRoom(): number
  usedBytes(): number
  /** It is the file system that has no more room, not the configuration. */
  crowded(): boolean
  /** What the database may hold: its limit, or what the file system lets it have. */
  limitBytes(): number
  /** Of the oldest row of a lane, former frames among them, that the hub does not have. */
  oldestAt(lane: 'alarm' | 'live'): Utc | undefined
  /** Alarm rows, newest first. */
  alarms(limit: number): readonly PendingAlarm[]
  close(): void
}

/** Parameters of one insert; 64 rows of 6 columns are well below SQLite's limit of 32,766. */
const ROWS_PER_INSERT = 64
const LIVE_COLUMNS = 6
/** What readings may take before they are thinned, and before they are dropped: the rest is for alarms. */
export const THIN_SHARE = 0.85
const READINGS_SHARE = 0.9
/** Thinning steps before readings are dropped, when they come faster than they are thinned in turns of their own. */
const HURRIED_STEPS = 4
/** Rows read at the start to know each point's newest value; a point that was silent for longer waits for history. */
const TAIL_ROWS = 20_000
const TAIL_ALARMS = 100
/** Alarms stop short of the end: without room to cut a frame nothing could be sent, and nothing ever deleted. */
const ALARMS_SHARE = 0.95
/** Left to the file system: journals of this and other databases must not meet the wall. A full one cannot even delete. */
const HEADROOM_BYTES = 4 * 1024 * 1024
/** Where there is less than that, half of what the own journal does not need. */
const JOURNAL_BYTES = 1.5 * 1024 * 1024
/** Alarms that may be written to a disk on which readings may not. */
const LAST_ALARM_BYTES = 256 * 1024
/** Free pages kept for what comes next, and given back in one go. */
const FREE_PAGES_KEPT = 128
const GIVE_BACK_PAGES = 64

export function openDisk(options: DiskOptions): Disk {
  const { store } = options
  const opened = openTables(store, options.random, options.boot)
  const { epoch, boot } = opened
  const lanes = {
    alarm: laneStore(store, 'alarm', opened.lanes.alarm),
    state: laneStore(store, 'state', opened.lanes.state),
    live: laneStore(store, 'live', opened.lanes.live),
  }
  const points = dictionary(opened.series, options.shape)
  let committed = opened.series.length
  const sql = statements(store)
  const pageBytes = number(store.prepare('PRAGMA page_size').get(), 'page_size')
  const known = boots(store, boot)
  const tail = sql.tail.live.all().flatMap((row) => liveRow(row, committed) ?? [])
  for (const row of [...tail, ...sql.tail.alarm.all().flatMap((row) => alarmLine(row) ?? [])])
    known.recall(row)
  const newest = newestValues(tail)
  const live = batchInsert(store)
  const rescuing = rescueMark(store)
  const former = formerFrames(store)
  const cutting = cutter({
    store,
    epoch,
    lanes,
    newest,
    boots: known,
    seriesCount: () => committed,
    dictionaryCrc: points.crc,
  })

  const thinning = thinner({
    ...{ store, lane: lanes.live, boots: known, newest, dayStart: options.dayStart },
    seriesCount: () => committed,
  })

  const transaction = <T>(work: () => T): T => {
    const value = store.transaction(() => {
      const result = work()
      live.finish()
      known.save(false)
      for (const [id, entry] of points.entries.entries()) {
        if (id >= committed) sql.series.run(id, entry.device, entry.channel, entry.unit, entry.resolution)
      }
      return result
    })
    committed = points.entries.length
    return value
  }
  const lose = (lane: LaneStore, size: number, fate: GapReason) => {
    if (size === 0) return
    const first = lane.advance(size)
    lane.mark(first, first + size - 1, () => ({ fate, told: false }))
  }
  const loseAll = (losses: Losses) => {
    for (const lane of ['alarm', 'live'] as const) {
      for (const reason of GAP_REASONS) lose(lanes[lane], losses[lane][reason] ?? 0, reason)
      lanes[lane].save()
    }
  }
  const writeAlarms = (alarms: readonly QueuedAlarm[]) => {
    for (const { at, mono, quality, boot, body } of alarms) {
      const seq = lanes.alarm.advance(1)
      sql.alarm.run(seq, at, Math.round(mono), rowMark(FLAG.good, quality, boot ?? known.current), body)
      if (boot === undefined) known.note(at, Math.round(mono), quality)
    }
  }
  /** Rows out of another database, or of a frame. */
  const writeSaved = ({ entry, at, value, mono, flag, quality, boot, standing }: SavedReading) => {
    const point = points.adopt(entry)
    if (!point.ok) return lose(lanes.live, 1, 'unreadable')
    const seq = lanes.live.advance(1)
    const mark = rowMark(flag, quality, boot)
    if (standing === undefined) live.row(seq, point.value.id, at, value, mono, mark)
    else sql.summary.run(seq, point.value.id, at, value, mono, mark, encodeStanding(standing))
    newest.note(seq, point.value.id, at, value, mono, mark)
  }
  const writeReading = (reading: Reading, time: Instant): boolean => {
    const { device, channel, flag } = reading
    const point = points.point(device, channel)
    if (!point.ok) {
      options.refused(point.error)
      return false
    }
    const value = scaled(reading.value, flag, point.value.resolution)
    const at = Math.round(reading.at)
    if (value === undefined || !(at >= 0 && at <= FRAME_AT_MAX)) {
      const reason = value === undefined ? 'not a number that its resolution can hold' : 'time out of range'
      options.refused(fault('READING_UNSTORABLE', { device, channel, value: reading.value, reason }))
      return false
    }
    const seq = lanes.live.advance(1)
    // When it was measured, where that was not when it was told.
    const mono = Math.round(time.mono + reading.at - time.at)
    const mark = rowMark(flag, time.quality, known.current)
    live.row(seq, point.value.id, at, value, mono, mark)
    known.note(at, mono, time.quality)
    newest.note(seq, point.value.id, at, value, mono, mark)
    return true
  }
  const usedBytes = () => {
    const free = number(sql.freePages.get(), 'freelist_count')
    return (number(sql.pages.get(), 'page_count') - free) * pageBytes
  }
  // The pages of the file are ours in any case; it grows no further than leaves the others their room.
  const limitBytes = () => {
    const left = options.available() ?? Number.POSITIVE_INFINITY
    const growth = Math.max(0, left - HEADROOM_BYTES, (left - JOURNAL_BYTES) / 2)
    return Math.min(options.maxBytes, number(sql.pages.get(), 'page_count') * pageBytes + growth)
  }
  const crowded = () => limitBytes() < options.maxBytes

  return {
    epoch,
    lane: (lane) => lanes[lane],
    series: () => points.entries.slice(0, committed),
    write: ({ alarms, batches, dropped }) =>
      transaction(() => {
        const firstAlarm = lanes.alarm.next()
        writeAlarms(alarms)
        lose(lanes.live, dropped, 'dropped')
        let stored = 0
        for (const { batch, time } of batches) {
          for (const reading of batch) if (writeReading(reading, time)) stored++
        }
        if (alarms.length > 0) lanes.alarm.save()
        if (dropped + stored > 0) lanes.live.save()
        return { firstAlarm, stored }
      }),
    rescued: rescuing.read,
    rescueDone: () =>
      transaction(() => {
        rescuing.remove()
        former.forgetCarried()
      }),
    carry: (saved) =>
      transaction(() => {
        rescuing.write({ table: 'alarm', seq: -1 })
        former.keep(saved)
        loseAll(saved.lost)
      }),
    carried: former.carried,
    adopt: (saved) => transaction(() => known.adopt(saved)),
    former: {
      ...former,
      release: (epoch, lane, frames) => transaction(() => former.release(epoch, lane, frames)),
      fork: (epoch, lane, at, crc) =>
        transaction(() => {
          const frame = former.find(epoch, lane, crc)
          if (frame === undefined) return
          const { alarms, readings, gaps } = former.split(frame, at, known.between)
          for (const gap of gaps) lose(lanes[frame.lane], count([gap]), gap.reason)
          writeAlarms(alarms)
          for (const reading of readings) writeSaved(reading)
          lanes.alarm.save()
          lanes.live.save()
        }),
    },
    fork: (name, at, crc) =>
      transaction(() => {
        const lane = lanes[name]
        const frame = lane.frames().find((frozen) => frozen.crc === crc)
        if (frame === undefined) return false
        lane.split(frame, at, points.entries)
        return true
      }),
    dated: (offset) => transaction(() => known.learn(offset)),
    restore: ({ position, alarms, readings, unreadable }) =>
      transaction(() => {
        rescuing.write(position)
        writeAlarms(alarms)
        for (const reading of readings) writeSaved(reading)
        lose(lanes.alarm, unreadable.alarms, 'unreadable')
        lose(lanes.live, unreadable.readings, 'unreadable')
        lanes.alarm.save()
        lanes.live.save()
      }),
    cut: (lane, range, frames) => transaction(() => cutting.cut(lane, range, frames)),
    snapshot: (neverSent) => transaction(() => cutting.snapshot(neverSent)),
    account: cutting.account,
    release: (lane, frames) =>
      transaction(() => {
        // With the rows goes what they tell of the time.
        known.save(true)
        const rows = lanes[lane].release(frames)
        if (lane !== 'state') for (const { first, last } of rows) sql.remove[lane].run(first, last)
      }),
    tight: () => usedBytes() > limitBytes() * THIN_SHARE,
    thin: () => transaction(() => thinning.step()),
    makeRoom() {
      const limit = limitBytes() * READINGS_SHARE
      for (let step = 0; usedBytes() > limit; step++) {
        const hurried = step >= HURRIED_STEPS
        // A limit that others moved is no reason to drop: what comes waits while the rest is thinned.
        if (hurried && crowded()) return false
        if (!transaction(() => (hurried ? thinning.drop() : thinning.step()))) return false
      }
      return true
    },
    giveBack() {
      const free = () => number(sql.freePages.get(), 'freelist_count')
      // On a crowded disk somebody else would take them.
      if (free() <= FREE_PAGES_KEPT || crowded()) return false
      store.exec(`PRAGMA incremental_vacuum(${GIVE_BACK_PAGES})`)
      if (free() > FREE_PAGES_KEPT) return true
      // The file gets shorter when the journal is written back.
      store.exec('PRAGMA wal_checkpoint(PASSIVE)')
      return false
    },
    tiers: thinning.tiers,
    alarmRoom: () => Math.max(limitBytes() * ALARMS_SHARE - usedBytes(), crowded() ? LAST_ALARM_BYTES : 0),
    crowded,
    usedBytes,
    limitBytes,
    oldestAt(lane) {
      const row = sql.oldest[lane].get()
      const line = row && (lane === 'alarm' ? alarmLine(row) : liveRow(row, committed))
      const own = line && known.date(line).at - ('standing' in line ? (line.standing?.span ?? 0) : 0)
      const times = former.frames().map((frame) => (frame.lane === lane ? frame.oldestAt : undefined))
      return [own, ...times].reduce((oldest, at) => {
        return oldest === undefined || (at !== undefined && at < oldest) ? at : oldest
      }, undefined)
    },
    alarms: (limit) =>
      sql.newestAlarms.all(limit).flatMap((row) => {
        const line = alarmLine(row)
        return line === undefined ? [] : [{ seq: line.seq, at: known.date(line).at, body: line.body }]
      }),
    close: () => store.close(),
  }
}

function statements(store: SqlStore) {
  return {
    series: store.prepare(
      'INSERT INTO series (id, device, channel, unit, resolution) VALUES (?, ?, ?, ?, ?)',
    ),
    alarm: store.prepare('INSERT INTO alarm (seq, at, mono, mark, body) VALUES (?, ?, ?, ?, ?)'),
    remove: {
      alarm: store.prepare('DELETE FROM alarm WHERE seq BETWEEN ? AND ?'),
      live: store.prepare('DELETE FROM live WHERE seq BETWEEN ? AND ?'),
    },
    tail: {
      live: store.prepare(
        `SELECT * FROM (SELECT * FROM live ORDER BY seq DESC LIMIT ${TAIL_ROWS}) ORDER BY seq`,
      ),
      alarm: store.prepare(`SELECT * FROM alarm ORDER BY seq DESC LIMIT ${TAIL_ALARMS}`),
    },
    summary: store.prepare(
      'INSERT INTO live (seq, series, at, value, mono, mark, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    oldest: {
      alarm: store.prepare('SELECT * FROM alarm ORDER BY seq LIMIT 1'),
      live: store.prepare('SELECT * FROM live ORDER BY seq LIMIT 1'),
    },
    newestAlarms: store.prepare('SELECT * FROM alarm ORDER BY seq DESC LIMIT ?'),
    pages: store.prepare('PRAGMA page_count'),
    freePages: store.prepare('PRAGMA freelist_count'),
  }
}

/** Many rows in one statement cost about half of a statement each. */
function batchInsert(store: SqlStore) {
  const prepare = (rows: number) => {
    const one = `(${Array(LIVE_COLUMNS).fill('?').join(',')})`
    const values = Array(rows).fill(one).join(',')
    return store.prepare(`INSERT INTO live (seq, series, at, value, mono, mark) VALUES ${values}`)
  }
  const many = prepare(ROWS_PER_INSERT)
  const single = prepare(1)
  let values: SqlValue[] = []
  return {
    row(seq: number, series: number, at: number, value: number, mono: number, mark: number): void {
      values.push(seq, series, at, value, mono, mark)
      if (values.length < ROWS_PER_INSERT * LIVE_COLUMNS) return
      many.run(...values)
      values = []
    },
    finish(): void {
      for (let from = 0; from < values.length; from += LIVE_COLUMNS) {
        single.run(...values.slice(from, from + LIVE_COLUMNS))
      }
      values = []
    },
  }
}

/** The value in steps of its resolution. A missing value may be anything: it is stored as 0 with its flag. */
function scaled(value: number, flag: Flag, resolution: number): number | undefined {
  const steps = Math.round(value / resolution)
  if (Math.abs(steps) <= FRAME_VALUE_MAX) return steps
  return flag === FLAG.missing ? 0 : undefined
}

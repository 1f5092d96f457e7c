import { type Clock, every } from '../../core/clock.ts'
import { NODE_DEVICE } from '../../core/documents/points.ts'
import { fault } from '../../core/errors.ts'
import type { SqlSource } from '../../core/ports/sql-source.ts'
import { FLAG, type Reading } from '../../core/reading.ts'
import { localClock } from '../../core/time-zone.ts'
import type { Refusals } from '../refusals.ts'
import { keptStore } from './kept-store.ts'
import {
  DAY_MS,
  type HistoryRow,
  KEPT_DAYS,
  MINUTE_MS,
  POINTS_MAX,
  type Rollup,
  type RollupNews,
  type RollupStore,
  widthMs,
} from './rollup-store.ts'

/**
 * What the node itself remembers of its readings, for people on site: minutes for a week, quarters of an hour for 400
 * days, and what counters went up by each day. It is fed beside the outbox, written down once a minute, and bounded; a
 * disk that fails costs the history, never a decision. Up to a minute is lost in a power cut.
 */
export interface History {
  take(readings: readonly Reading[]): void
  /**
   * Rows from `from` to `to` (UTC ms), at most `points` and one that both ends share; undefined where nothing of it was
   * ever recorded.
   */
  series(query: SeriesQuery): Series | undefined
  /** What a counter went up by, by local day (days since 1970), both ends included. */
  used(device: string, channel: string, fromDay: number, toDay: number): ReadonlyMap<number, number>
  /** The local day of a time. */
  dayOf(at: number): number
  /** Writes down what is not yet; once a minute by itself. */
  flush(): void
  close(): void
}

export interface SeriesQuery {
  readonly device: string
  readonly channel: string
  readonly from: number
  readonly to: number
  readonly points: number
}

export interface Series {
  /** Width of a row in ms. */
  readonly step: number
  readonly rows: readonly HistoryRow[]
}

/** Minutes of points that wait to be written; more are dropped, and told. */
const PENDING_MAX = 20_000
/** Points that are looked through for what is too old, each minute. */
const FORGET_POINTS = 16
/** A store without room keeps this much of what it kept before. */
const FULL_KEEPS = 0.8

interface Counter {
  last: number
  /** By local day, not yet written. */
  readonly used: Map<number, number>
}

export function createHistory(parts: {
  readonly clock: Clock
  /** Real time. */
  readonly wall: Clock
  readonly source: SqlSource
  readonly timeZone: string
  /** Whether a point only counts up. */
  isCounter(device: string, channel: string): boolean
  readonly refusals: Refusals
}): History {
  const { clock, wall, refusals } = parts
  const local = localClock(parts.timeZone)
  /** By point as `device/channel`, then by minute. */
  let pending = new Map<
    string,
    { readonly of: Pick<Reading, 'device' | 'channel'>; readonly minutes: Map<number, Rollup> }
  >()
  let count = 0
  const counters = new Map<string, Counter>()
  let keeps = 1
  let triedToKeep = 1
  let turn = 0

  const kept = keptStore({
    wall,
    source: parts.source,
    opened: () => counters.clear(),
    full(store) {
      const less = triedToKeep * FULL_KEEPS
      const forgot = store.points().reduce((sum, point) => sum + store.forget(point, horizon(less)), 0)
      triedToKeep = less
      // Where others have filled the disk it refuses this too: what was kept is then not to blame.
      if (forgot > 0) keeps = less
    },
    told: (problem) => refusals.note(problem, 'history'),
  })
  const horizon = (share: number) => {
    const before = (days: number) => Math.floor(clock.now() - days * share * DAY_MS)
    return {
      minute: before(KEPT_DAYS.minute),
      quarter: before(KEPT_DAYS.quarter),
      day: dayOf(before(KEPT_DAYS.used)),
    }
  }
  const dayOf = (at: number) => Math.floor(local.shown(at) / DAY_MS)

  const roll = ({ device, channel, at, value }: Reading) => {
    const key = `${device}/${channel}`
    const entry = pending.get(key) ?? { of: { device, channel }, minutes: new Map<number, Rollup>() }
    pending.set(key, entry)
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
    const before = entry.minutes.get(minute)
    if (before === undefined) {
      entry.minutes.set(minute, { n: 1, sum: value, min: value, max: value, last: value })
      count++
      return
    }
    before.n++
    before.sum += value
    before.min = Math.min(before.min, value)
    before.max = Math.max(before.max, value)
    before.last = value
  }
  /** What it counts from: as this boot saw it last, or as it was written down. */
  const counterOf = (key: string, { device, channel, value }: Reading): Counter => {
    const known = counters.get(key)
    if (known !== undefined) return known
    const written = kept.use((store) => {
      const point = store.point(device, channel, false)
      return point === undefined ? undefined : store.counters().get(point)
    })
    const counter = { last: written ?? value, used: new Map<number, number>() }
    counters.set(key, counter)
    return counter
  }
  const countUp = (reading: Reading) => {
    const counter = counterOf(`${reading.device}/${reading.channel}`, reading)
    const more = reading.value - counter.last
    counter.last = reading.value
    // One that went back was begun anew, or put back by a moment after a power cut: nothing was used by that.
    if (more <= 0) return
    const day = dayOf(reading.at)
    counter.used.set(day, (counter.used.get(day) ?? 0) + more)
  }
  const newsFor = (store: RollupStore): RollupNews => {
    const pointOf = ({ device, channel }: Pick<Reading, 'device' | 'channel'>) => {
      const point = store.point(device, channel, true)
      if (point === undefined)
        refusals.note(fault('HISTORY_POINTS_FULL', { device, channel, max: POINTS_MAX }), 'history')
      return point
    }
    const entries = [...pending].flatMap(([key, { of, minutes }]) => {
      const point = pointOf(of)
      return point === undefined ? [] : [{ point, minutes, counter: counters.get(key) }]
    })
    return {
      rollups: entries.flatMap(({ point, minutes }) =>
        [...minutes].map(([at, rollup]) => ({ point, at, rollup })),
      ),
      used: entries.flatMap(({ point, counter }) =>
        [...(counter?.used ?? [])].map(([day, amount]) => ({ point, day, amount })),
      ),
      counters: entries.flatMap(({ point, counter }) =>
        counter === undefined ? [] : [{ point, last: counter.last }],
      ),
    }
  }
  const forgetOld = (store: RollupStore) => {
    // A clock that nobody has told the time must not make a whole history look old.
    if (clock.quality() === 'unknown') return
    const points = store.points()
    const before = horizon(keeps)
    for (let step = 0; step < Math.min(FORGET_POINTS, points.length); step++) {
      const point = points[turn++ % points.length]
      if (point !== undefined) store.forget(point, before)
    }
  }
  const flush = () => {
    if (count === 0) return
    const written = kept.use((store) => {
      store.write(newsFor(store))
      return true
    })
    if (written === true) {
      for (const key of pending.keys()) counters.get(key)?.used.clear()
      pending = new Map()
      count = 0
      triedToKeep = keeps
      kept.use(forgetOld)
      return
    }
    if (count < PENDING_MAX) return
    refusals.note(fault('HISTORY_LOST', { count }), 'history')
    pending = new Map()
    count = 0
  }
  const cancel = every(wall, MINUTE_MS, flush)

  return {
    take(readings) {
      for (const reading of readings) {
        const { device, channel, value, flag } = reading
        if (flag === FLAG.missing || !Number.isFinite(value) || device === NODE_DEVICE) continue
        if (parts.isCounter(device, channel)) countUp(reading)
        roll(reading)
      }
      if (count >= PENDING_MAX) flush()
    },
    series({ device, channel, from, to, points }) {
      flush()
      const week = clock.now() - KEPT_DAYS.minute * DAY_MS
      const width = from >= week && to - from <= KEPT_DAYS.minute * DAY_MS ? 'minute' : 'quarter'
      const base = widthMs(width)
      const step = base * Math.max(1, Math.ceil((to - from) / base / points))
      const rows = kept.use((store) => {
        const point = store.point(device, channel, false)
        if (point === undefined) return undefined
        return store.read(point, width, Math.floor(from / step) * step, Math.ceil(to), step)
      })
      return rows === undefined ? undefined : { step, rows }
    },
    used(device, channel, fromDay, toDay) {
      flush()
      const days = kept.use((store) => {
        const point = store.point(device, channel, false)
        return point === undefined ? [] : store.used(point, fromDay, toDay)
      })
      return new Map((days ?? []).map(({ day, amount }) => [day, amount]))
    },
    dayOf,
    flush,
    close() {
      cancel()
      flush()
      kept.close()
    },
  }
}

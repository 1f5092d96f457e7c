import type { HubConfig } from '../config.ts'
import { number } from './columns.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, PACK_MS, QUARTER_MS, type Width } from './rollups.ts'
import type { HubStore } from './store.ts'

/** One run deletes no more than this over all nodes, so that ingest never waits long; the next one goes on. */
const ZONES_PER_RUN = 50
const POINTS_PER_RUN = 200
const ALERTS_PER_RUN = 500
const PAGES_PER_RUN = 1_000
const FREE_SHARE_MAX = 0.25

/** Deletes what has been kept long enough; what is held and what was lost stays in the ledger. */
export function createRetention(store: HubStore, keep: HubConfig['retention']): (now: number) => void {
  const { sql } = store
  const streams = sql.prepare("SELECT id FROM stream WHERE lane = 'live'")
  const others = sql.prepare("SELECT id FROM stream WHERE lane <> 'live'")
  const points = sql.prepare('SELECT id FROM point WHERE id > ? ORDER BY id LIMIT ?')
  const rollups = sql.prepare('DELETE FROM rollup WHERE point = ? AND width = ? AND pack < ?')
  const alerts = sql.prepare(
    'DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE active = 0 AND cleared_at < ? LIMIT ?)',
  )
  // What an alert that is still shown was made from stays with it.
  const events = sql.prepare(
    `DELETE FROM event WHERE stream = ? AND seq BETWEEN ? AND ? AND NOT EXISTS
       (SELECT 1 FROM alert WHERE alert.edge = event.edge AND alert.alarm = event.alarm)`,
  )
  const expired = sql.prepare(
    'UPDATE stream SET expired = expired + ?, expired_before = max(expired_before, ?) WHERE id = ?',
  )
  const widths: readonly (readonly [Width, number])[] = [
    [MINUTE_MS, keep.minuteDays],
    [QUARTER_MS, keep.quarterDays],
    [HOUR_MS, keep.hourDays],
    [DAY_MS, keep.dayDays],
  ]
  let lastPoint = 0

  /** Returns how many zones it dropped. */
  const dropZones = (stream: number, before: number, limit: number): number => {
    const old = store.zones.olderThan(stream, before, limit)
    for (const [first, last] of old) {
      const rows = store.rows.remove(stream, first, last) + events.run(stream, first, last).changes
      expired.run(rows, before, stream)
      store.zones.remove(stream, first)
    }
    return old.length
  }
  const dropRollups = (now: number) => {
    const batch = points.all(lastPoint, POINTS_PER_RUN).map((row) => number(row, 'id'))
    for (const point of batch)
      for (const [width, days] of widths) rollups.run(point, width, now - days * DAY_MS - PACK_MS[width])
    lastPoint = batch.length < POINTS_PER_RUN ? 0 : (batch.at(-1) ?? 0)
  }
  /** Gives room back to the disk once there is much of it; a little is soon used again. */
  const shrink = () => {
    const pages = (pragma: 'page_count' | 'freelist_count') =>
      number(sql.prepare(`PRAGMA ${pragma}`).get() ?? {}, pragma)
    if (pages('freelist_count') > FREE_SHARE_MAX * pages('page_count'))
      sql.exec(`PRAGMA incremental_vacuum(${PAGES_PER_RUN})`)
  }
  return (now) => {
    store.transaction(() => {
      let left = ZONES_PER_RUN
      const rawBefore = now - keep.rawDays * DAY_MS
      for (const row of streams.all()) left -= dropZones(number(row, 'id'), rawBefore, left)
      dropRollups(now)
      const alarmBefore = now - keep.alarmDays * DAY_MS
      alerts.run(alarmBefore, ALERTS_PER_RUN)
      for (const row of others.all()) left -= dropZones(number(row, 'id'), alarmBefore, left)
    })
    shrink()
  }
}

import { join } from 'node:path'
import Database from 'better-sqlite3'
import { CHANNELS } from './series.ts'

/** What a hub has committed of one node, read beside it from its database. Cheap but for `counted`. */
export interface HubRecord {
  alarms(): number
  /** Points of the series whose present value is at least as new as `at`. */
  present(at: number): number
  /** Numbers of the live lane held or accounted for without a gap, from the first on. */
  told(): number
  /** Readings of the series, and how many of them are there more than once. */
  counted(): { readonly stored: number; readonly doubled: number }
  close(): void
}

const DEVICES = [...new Set(CHANNELS.map(({ device }) => `'${device}'`))].join(', ')
const ALARMS = 'SELECT count(*) FROM event WHERE edge = ?'
const PRESENT = `SELECT count(*) FROM present JOIN point ON point.id = present.point
  WHERE point.edge = ? AND point.device IN (${DEVICES}) AND present.at >= ?`
const TOLD = `SELECT coalesce(max(held.last + 1), 0) FROM held JOIN stream ON stream.id = held.stream
  JOIN epoch ON epoch.id = stream.epoch WHERE epoch.edge = ? AND stream.lane = 'live' AND held.first = 0`
const COUNTED = `SELECT count(*) AS stored, count(DISTINCT reading.point * 10000000000000 + reading.at) AS different
  FROM reading JOIN stream ON stream.id = reading.stream AND stream.lane = 'live'
  JOIN point ON point.id = reading.point WHERE point.edge = ? AND point.device IN (${DEVICES})`

export function hubRecord(dataDir: string, edge: string): HubRecord {
  const database = new Database(join(dataDir, 'hub.sqlite'), { readonly: true })
  const alarms = database.prepare<[string], number>(ALARMS).pluck()
  const present = database.prepare<[string, number], number>(PRESENT).pluck()
  const told = database.prepare<[string], number>(TOLD).pluck()
  const counted = database.prepare<[string], { stored: number; different: number }>(COUNTED)
  return {
    alarms: () => alarms.get(edge) ?? 0,
    present: (at) => present.get(edge, at) ?? 0,
    told: () => told.get(edge) ?? 0,
    counted() {
      const { stored, different } = counted.get(edge) ?? { stored: 0, different: 0 }
      return { stored, doubled: stored - different }
    },
    close: () => void database.close(),
  }
}

import type { SqlStore } from '../../core/ports/sql-store.ts'
import { localDays } from '../../core/time-zone.ts'
import { type Contradictions, createContradictions } from './contradictions.ts'
import { createPoints, type Points } from './points.ts'
import { createPresents, type Presents } from './presents.ts'
import { createRanges, type Ranges } from './ranges.ts'
import { createRollups, type Rollups } from './rollups.ts'
import { createRoom, type Disk, type Room } from './room.ts'
import { createRows, type Rows } from './rows.ts'
import { createStreams, type Streams } from './streams.ts'
import { createTables } from './tables.ts'
import { createZones, type Zones } from './zones.ts'

/** The hub's database, by concept. All writes belong in `transaction`. */
export interface HubStore {
  readonly sql: SqlStore
  readonly streams: Streams
  readonly ranges: Ranges
  readonly points: Points
  readonly presents: Presents
  readonly rows: Rows
  readonly contradictions: Contradictions
  readonly zones: Zones
  readonly rollups: Rollups
  readonly room: Room
  /** Commits all of `work` or nothing; after a failure nothing of it is remembered either. */
  transaction<T>(work: () => T): T
}

export function createHubStore(
  sql: SqlStore,
  timeZone: string,
  disk: () => Disk | undefined = () => undefined,
): HubStore {
  createTables(sql)
  const streams = createStreams(sql)
  const presents = createPresents(sql)
  const points = createPoints(sql, presents.grew)
  const zones = createZones(sql)
  const rollups = createRollups(sql, localDays(timeZone))
  return {
    sql,
    streams,
    points,
    presents,
    zones,
    rollups,
    ranges: createRanges(sql),
    rows: createRows(sql, zones),
    contradictions: createContradictions(sql),
    room: createRoom(sql, disk),
    transaction(work) {
      try {
        return sql.transaction(() => {
          const result = work()
          rollups.flush()
          return result
        })
      } catch (cause) {
        rollups.forget()
        streams.forget()
        points.forget()
        presents.forget()
        throw cause
      }
    },
  }
}

import { fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { LANES, type Lane } from '../../core/wire/topics.ts'
import { number, text } from './columns.ts'

/** One lane of one epoch of one edge. */
export interface Stream {
  readonly id: number
  readonly edge: string
  readonly epoch: string
  readonly epochId: number
  readonly lane: Lane
}

/** What a stream's counters say. `next` is as the node told it last, or beyond what is held. */
export interface StreamState extends Stream {
  /** When the hub first heard of the epoch; 0 for one of which that was not written down. */
  readonly since: number
  readonly oldest: number
  readonly next: number
  readonly stored: number
  readonly superseded: number
  /** Rows that were stored and deleted again when they had been kept long enough. */
  readonly expired: number
}

/**
 * A disk is replaced now and then, and a node with a twin renews its epoch at most once an hour: more than this is
 * broken or hostile. It is a rate and no total, so that no honest node is ever shut out for good: what it sends is
 * taken a day later, and until then it keeps it.
 */
const EPOCHS_PER_DAY_MAX = 64
const DAY_MS = 86_400_000

export interface Streams {
  /** The stream, made if it is new; refused when the edge began too many epochs in the day before `now`. */
  open(edge: string, epoch: string, lane: Lane, now: number): Result<Stream>
  openEpoch(edge: string, epoch: string, now: number): Result<number>
  of(edge: string): readonly StreamState[]
  /** Counts what a frame brought and that it reached up to `last`. */
  count(stream: Stream, stored: number, superseded: number, last: number): void
  /** What the node itself says of a lane. */
  told(stream: Stream, oldest: number, next: number): void
  /** Drops what is remembered of a transaction that was rolled back. */
  forget(): void
}

export function createStreams(sql: SqlStore): Streams {
  const findEpoch = sql.prepare('SELECT id FROM epoch WHERE edge = ? AND epoch = ?')
  const countEpochs = sql.prepare('SELECT count(*) AS n FROM epoch WHERE edge = ? AND since > ?')
  const addEpoch = sql.prepare('INSERT INTO epoch (edge, epoch, since) VALUES (?, ?, ?) RETURNING id')
  const findStream = sql.prepare('SELECT id FROM stream WHERE epoch = ? AND lane = ?')
  const addStream = sql.prepare('INSERT INTO stream (epoch, lane) VALUES (?, ?) RETURNING id')
  const ofEdge = sql.prepare(
    `SELECT stream.*, epoch.epoch AS epoch_name, epoch.id AS epoch_id, epoch.since FROM stream JOIN epoch ON epoch.id = stream.epoch
     WHERE epoch.edge = ? ORDER BY stream.id`,
  )
  const counted = sql.prepare(
    'UPDATE stream SET stored = stored + ?, superseded = superseded + ?, next = max(next, ?) WHERE id = ?',
  )
  const told = sql.prepare('UPDATE stream SET oldest = ?, next = max(next, ?) WHERE id = ?')
  const cache = new Map<string, Stream>()

  const openEpoch = (edge: string, epoch: string, now: number): Result<number> => {
    const found = findEpoch.get(edge, epoch)
    if (found !== undefined) return ok(number(found, 'id'))
    const count = countEpochs.get(edge, now - DAY_MS)
    if (count !== undefined && number(count, 'n') >= EPOCHS_PER_DAY_MAX)
      return err(fault('INGEST_LIMIT', { edge, limit: EPOCHS_PER_DAY_MAX, what: 'epochs a day' }))
    return ok(returnedId(addEpoch.get(edge, epoch, now)))
  }
  return {
    openEpoch,
    open(edge, epoch, lane, now) {
      const key = `${edge} ${epoch} ${lane}`
      const known = cache.get(key)
      if (known !== undefined) return ok(known)
      const epochId = openEpoch(edge, epoch, now)
      if (!epochId.ok) return epochId
      const found = findStream.get(epochId.value, lane)
      const id = found === undefined ? returnedId(addStream.get(epochId.value, lane)) : number(found, 'id')
      const stream = { id, edge, epoch, epochId: epochId.value, lane }
      cache.set(key, stream)
      return ok(stream)
    },
    of: (edge) =>
      ofEdge.all(edge).map((row) => ({
        id: number(row, 'id'),
        edge,
        epoch: text(row, 'epoch_name'),
        epochId: number(row, 'epoch_id'),
        lane: laneOf(text(row, 'lane')),
        since: number(row, 'since'),
        oldest: number(row, 'oldest'),
        next: number(row, 'next'),
        stored: number(row, 'stored'),
        superseded: number(row, 'superseded'),
        expired: number(row, 'expired'),
      })),
    count: (stream, stored, superseded, last) => void counted.run(stored, superseded, last + 1, stream.id),
    told: (stream, oldest, next) => void told.run(oldest, next, stream.id),
    forget: () => cache.clear(),
  }
}

function returnedId(row: ReturnType<ReturnType<SqlStore['prepare']>['get']>): number {
  if (row === undefined) throw new Error('INSERT … RETURNING returned nothing')
  return number(row, 'id')
}

function laneOf(name: string): Lane {
  const lane = LANES.find((known) => known === name)
  if (lane === undefined) throw new Error(`unknown lane ${name} in the store`)
  return lane
}

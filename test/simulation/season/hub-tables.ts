import type { SqlStore } from '../../../core/ports/sql-store.ts'

/** What the hub's tables hold of one edge, read row by row: the judge's own eyes, none of the product's. */

export interface HubStream {
  readonly id: number
  readonly epoch: string
  readonly lane: string
  readonly next: number
  readonly oldest: number
  readonly gaps: readonly Span[]
  readonly held: readonly Span[]
  readonly undated: readonly (Span & { readonly after: number; readonly before: number })[]
}

export interface Span {
  readonly first: number
  readonly last: number
  readonly reason: string
}

export interface HubRow {
  readonly stream: number
  readonly seq: number
  readonly point: number
  readonly at: number
  readonly value: number
  readonly flag: number
  readonly summary: HubSummary | undefined
}

export interface HubSummary {
  readonly from: number
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

export function streamsOf(sql: SqlStore, edge: string): HubStream[] {
  const spans = (table: string, id: number, reason: string) =>
    sql
      .prepare(`SELECT first, last, ${reason} AS reason FROM ${table} WHERE stream = ? ORDER BY first`)
      .all(id)
      .map((row) => ({ first: Number(row.first), last: Number(row.last), reason: String(row.reason) }))
  return sql
    .prepare(
      `SELECT stream.id, epoch.epoch, lane, next, oldest FROM stream JOIN epoch ON epoch.id = stream.epoch
       WHERE edge = ? ORDER BY stream.id`,
    )
    .all(edge)
    .map((row) => {
      const id = Number(row.id)
      return {
        ...{ id, epoch: String(row.epoch), lane: String(row.lane) },
        ...{ next: Number(row.next), oldest: Number(row.oldest) },
        gaps: spans('gap', id, 'reason'),
        held: spans('held', id, "'held'"),
        undated: sql
          .prepare('SELECT * FROM undated WHERE stream = ? ORDER BY first')
          .all(id)
          .map((range) => ({
            ...{ first: Number(range.first), last: Number(range.last), reason: 'undated' },
            ...{ after: Number(range.after_at), before: Number(range.before_at) },
          })),
      }
    })
}

export function* readingsOf(sql: SqlStore, stream: number): Generator<HubRow> {
  const rows = sql.prepare(
    `SELECT r.seq, point, at, value, flag, from_at, count, sum, min, max FROM reading r
     LEFT JOIN summary s ON s.stream = r.stream AND s.seq = r.seq WHERE r.stream = ? ORDER BY r.seq`,
  )
  for (const row of rows.iterate(stream))
    yield {
      ...{ stream, seq: Number(row.seq), point: Number(row.point), at: Number(row.at) },
      ...{ value: Number(row.value), flag: Number(row.flag) },
      summary:
        row.count === null
          ? undefined
          : {
              ...{ from: Number(row.from_at), count: Number(row.count), sum: Number(row.sum) },
              ...{ min: Number(row.min), max: Number(row.max) },
            },
    }
}

/** `device/channel` of each point of an edge. A point whose unit changed would be two. */
export function pointsOf(sql: SqlStore, edge: string): ReadonlyMap<number, string> {
  const rows = sql.prepare('SELECT id, device, channel FROM point WHERE edge = ?').all(edge)
  return new Map(rows.map(({ id, device, channel }) => [Number(id), `${device}/${channel}`]))
}

/** Bodies of the alarm rows of an edge, in the order of their numbers. */
export function eventsOf(sql: SqlStore, edge: string): Uint8Array[] {
  return eventRowsOf(sql, edge).map(({ body }) => body)
}

export interface HubEvent {
  readonly epoch: string
  readonly body: Uint8Array
}

export function eventRowsOf(sql: SqlStore, edge: string): HubEvent[] {
  return sql
    .prepare(
      `SELECT epoch.epoch, body FROM event JOIN stream ON stream.id = event.stream JOIN epoch ON epoch.id = stream.epoch
       WHERE event.edge = ? ORDER BY event.stream, seq`,
    )
    .all(edge)
    .flatMap(({ epoch, body }) => (body instanceof Uint8Array ? [{ epoch: String(epoch), body }] : []))
}

/** The span that holds a number. */
export function spanAt<S extends Span>(spans: readonly S[], seq: number): S | undefined {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const span = spans[middle]
    if (span === undefined) return undefined
    if (seq < span.first) high = middle - 1
    else if (seq > span.last) low = middle + 1
    else return span
  }
  return undefined
}

import { join } from 'node:path'
import { openSqlite } from '../../core/node/sqlite.ts'
import { decodeAlarmEvent } from '../../core/wire/decoders.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'

export interface HubStream {
  readonly epoch: string
  readonly lane: string
  readonly next: number
  readonly stored: number
  readonly superseded: number
  /** `first-last`, as held. */
  readonly held: readonly string[]
  /** `first-last reason`. */
  readonly gaps: readonly string[]
  /** Rows present: how many, and how many different numbers in [0, next). */
  readonly rows: number
}

export interface HubDisk {
  readonly streams: readonly HubStream[]
  /** Of a hub with one node, by sequence number, in the words of `OutboxRows`. */
  readonly live: ReadonlyMap<number, string>
  readonly alarm: ReadonlyMap<number, string>
  readonly events: readonly AlarmEvent[]
  /** When a point was measured, in order of the numbers. */
  times(device: string, channel: string): number[]
  /** Values of one point, in order of their numbers. */
  values(device: string, channel: string): number[]
  /** Rows that the minute rollups of a point have counted. */
  rolledUp(device: string, channel: string): number
  close(): void
}

/** Reads a hub's database after the hub has ended. */
export function hubOnDisk(hubData: string): HubDisk {
  const sql = openSqlite(join(hubData, 'hub.sqlite'))
  const all = (query: string, ...values: (number | string)[]) => sql.prepare(query).all(...values)
  const count = (query: string, ...values: (number | string)[]) =>
    Number(sql.prepare(query).get(...values)?.n ?? 0)
  const contents = (query: string) =>
    new Map(all(query).map(({ seq, content }) => [Number(seq), String(content)]))
  const readings = (device: string, channel: string) =>
    all(
      `SELECT at, value FROM reading JOIN point ON point.id = reading.point
       WHERE device = ? AND channel = ? ORDER BY stream, seq`,
      device,
      channel,
    )
  const streams = all(
    'SELECT stream.*, epoch.epoch AS name FROM stream JOIN epoch ON epoch.id = stream.epoch ORDER BY stream.id',
  ).map(({ id, name, lane, next, stored, superseded }) => {
    const table = lane === 'alarm' ? 'event' : 'reading'
    return {
      epoch: String(name),
      lane: String(lane),
      next: Number(next),
      stored: Number(stored),
      superseded: Number(superseded),
      held: all('SELECT first, last FROM held WHERE stream = ? ORDER BY first', Number(id)).map(
        ({ first, last }) => `${first}-${last}`,
      ),
      gaps: all('SELECT * FROM gap WHERE stream = ? ORDER BY first', Number(id)).map(
        ({ first, last, reason }) => `${first}-${last} ${reason}`,
      ),
      rows: count(
        `SELECT count(*) AS n FROM ${table} WHERE stream = ? AND seq BETWEEN 0 AND ?`,
        Number(id),
        Number(next) - 1,
      ),
    }
  })
  return {
    streams,
    live: contents(
      `SELECT seq, device || '/' || channel || ' ' || at || ' ' || round(value, 6) AS content
       FROM reading JOIN point ON point.id = reading.point`,
    ),
    alarm: contents('SELECT seq, hex(body) AS content FROM event'),
    events: all('SELECT body FROM event ORDER BY stream, seq').flatMap(({ body }) => {
      const event = body instanceof Uint8Array ? decodeAlarmEvent(body) : undefined
      return event?.ok ? [event.value] : []
    }),
    times: (device, channel) => readings(device, channel).map(({ at }) => Number(at)),
    values: (device, channel) => readings(device, channel).map(({ value }) => Number(value)),
    rolledUp: (device, channel) =>
      count(
        `SELECT sum(count) AS n FROM rollup JOIN point ON point.id = rollup.point
         WHERE width = 60000 AND device = ? AND channel = ?`,
        device,
        channel,
      ),
    close: () => sql.close(),
  }
}

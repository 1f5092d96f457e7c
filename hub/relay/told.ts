import type { SqlStore } from '../../core/ports/sql-store.ts'
import { serialOf } from '../../core/relay/alarm-identity.ts'
import { relayEpoch } from '../../core/relay/seal.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { number, numberOrNull, text } from '../store/columns.ts'

/** What edges have told by radio, durably: the same frame again changes nothing. */
export interface Told {
  /** Relay epochs (12 digits) that the hub knows of an edge, newest first. */
  epochs(edge: string): readonly string[]
  announce(edge: string, epoch: string, now: number): void
  /** False when this number was told by radio before, or the network has accounted for it. In a transaction. */
  add(row: ToldAlarm): boolean
  /** Numbers from `first` to `last` that are here, by radio or as rows; lowest first. */
  held(edge: string, epoch: string, first: number, last: number): readonly number[]
  /** A number of the alarm lane near the newest. */
  newestSeq(edge: string, epoch: string): number
  /** The highest `n` among the newest alarms of a station: the last part of their ids. */
  newestSerial(edge: string, epoch: string, station: string): number
  /** The number that the state lane goes on with, as far as the network has told; 0 before it ever has. */
  nextState(edge: string, epoch: string): number
  /** The number of the newest state summary; undefined before the first. */
  stateSerial(edge: string, epoch: string): number | undefined
  setStateSerial(edge: string, epoch: string, serial: number): void
  heard(edge: string, via: string, now: number): void
  lastHeard(edge: string): { readonly via: string; readonly at: number } | undefined
}

export interface ToldAlarm {
  readonly edge: string
  readonly epoch: string
  readonly seq: number
  readonly alarm: string
  readonly heardAt: number
  readonly via: string
  readonly body: Uint8Array
}

/** More than these are no node's; the newest are tried. */
const EPOCHS_MAX = 4
/** Remembered, so that an old announcement that is played again stays old; beyond these the oldest are forgotten. */
const EPOCHS_KEPT_MAX = 64
const NEWEST_ROWS = 500
/** The rows themselves have come long before; or the node is no more. */
const KEPT_MS = 400 * 86_400_000

/** A lane's stream in an edge's relay epoch, where its epoch has been heard of by network. */
const streamOf = (lane: Lane) => `SELECT stream.id FROM stream JOIN epoch ON epoch.id = stream.epoch
  WHERE epoch.edge = ? AND substr(epoch.epoch, 1, 12) = ? AND stream.lane = '${lane}'`
const STREAM_OF = streamOf('alarm')

export function createTold(sql: SqlStore): Told {
  const told = sql.prepare(
    'SELECT epoch FROM relayed_epoch WHERE edge = ? AND announced_at IS NOT NULL ORDER BY announced_at DESC LIMIT ?',
  )
  const current = sql.prepare('SELECT epoch FROM edge WHERE id = ? AND epoch IS NOT NULL')
  const known = sql.prepare('SELECT epoch FROM epoch WHERE edge = ? ORDER BY id DESC LIMIT ?')
  const announce = sql.prepare(
    `INSERT INTO relayed_epoch (edge, epoch, announced_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET announced_at = coalesce(announced_at, excluded.announced_at)`,
  )
  const forget = sql.prepare(
    `DELETE FROM relayed_epoch WHERE edge = ? AND epoch NOT IN (
       SELECT epoch FROM relayed_epoch WHERE edge = ? ORDER BY announced_at DESC LIMIT ?)`,
  )
  const add = sql.prepare(
    `INSERT INTO relayed_alarm (edge, epoch, seq, alarm, heard_at, via, body)
     SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (
       SELECT 1 FROM held WHERE ? BETWEEN held.first AND held.last AND held.stream IN (${STREAM_OF}))
     ON CONFLICT DO NOTHING`,
  )
  const prune = sql.prepare('DELETE FROM relayed_alarm WHERE edge = ? AND heard_at < ?')
  const held = sql.prepare(
    `SELECT seq FROM relayed_alarm WHERE edge = ? AND epoch = ? AND seq BETWEEN ? AND ?
     UNION SELECT seq FROM event WHERE stream IN (${STREAM_OF}) AND seq BETWEEN ? AND ? ORDER BY seq`,
  )
  const newest = sql.prepare(
    `SELECT max(seq) AS seq FROM (
       SELECT max(seq) AS seq FROM relayed_alarm WHERE edge = ? AND epoch = ?
       UNION ALL SELECT next FROM stream WHERE id IN (${STREAM_OF}))`,
  )
  const alarms = sql.prepare(
    `SELECT alarm FROM (SELECT alarm FROM event WHERE stream IN (${STREAM_OF}) ORDER BY seq DESC LIMIT ?)
     WHERE alarm IS NOT NULL
     UNION SELECT alarm FROM (
       SELECT alarm FROM relayed_alarm WHERE edge = ? AND epoch = ? ORDER BY seq DESC LIMIT ?)`,
  )
  const nextState = sql.prepare(`SELECT max(next) AS next FROM stream WHERE id IN (${streamOf('state')})`)
  const serial = sql.prepare('SELECT state_serial FROM relayed_epoch WHERE edge = ? AND epoch = ?')
  const setSerial = sql.prepare(
    `INSERT INTO relayed_epoch (edge, epoch, state_serial) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET state_serial = excluded.state_serial`,
  )
  const hear = sql.prepare(
    `INSERT INTO relayed_edge (edge, heard_at, via) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET heard_at = excluded.heard_at, via = excluded.via`,
  )
  const lastHeard = sql.prepare('SELECT heard_at, via FROM relayed_edge WHERE edge = ?')

  return {
    epochs(edge) {
      const rows = [...current.all(edge), ...told.all(edge, EPOCHS_MAX), ...known.all(edge, EPOCHS_MAX)]
      return [...new Set(rows.map((row) => relayEpoch(text(row, 'epoch'))))].slice(0, EPOCHS_MAX)
    },
    announce(edge, epoch, now) {
      announce.run(edge, epoch, now)
      forget.run(edge, edge, EPOCHS_KEPT_MAX)
    },
    add({ edge, epoch, seq, alarm, heardAt, via, body }) {
      prune.run(edge, heardAt - KEPT_MS)
      return add.run(edge, epoch, seq, alarm, heardAt, via, body, seq, edge, epoch).changes > 0
    },
    held: (edge, epoch, first, last) =>
      held.all(edge, epoch, first, last, edge, epoch, first, last).map((row) => number(row, 'seq')),
    newestSeq: (edge, epoch) =>
      numberOrNull(newest.get(edge, epoch, edge, epoch) ?? { seq: null }, 'seq') ?? 0,
    newestSerial(edge, epoch, station) {
      const serials = alarms
        .all(edge, epoch, NEWEST_ROWS, edge, epoch, NEWEST_ROWS)
        .map((row) => text(row, 'alarm'))
        .filter((alarm) => alarm.startsWith(`${station}/`))
        .map((alarm) => serialOf(alarm) ?? 0)
      return Math.max(0, ...serials)
    },
    nextState: (edge, epoch) => numberOrNull(nextState.get(edge, epoch) ?? { next: null }, 'next') ?? 0,
    stateSerial: (edge, epoch) =>
      numberOrNull(serial.get(edge, epoch) ?? { state_serial: null }, 'state_serial') ?? undefined,
    setStateSerial: (edge, epoch, value) => void setSerial.run(edge, epoch, value),
    heard: (edge, via, now) => void hear.run(edge, now, via),
    lastHeard(edge) {
      const row = lastHeard.get(edge)
      return row === undefined ? undefined : { via: text(row, 'via'), at: number(row, 'heard_at') }
    },
  }
}

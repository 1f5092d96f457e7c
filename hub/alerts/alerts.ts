import {
  GREENHOUSE_FAULT_NAMES,
  INTERLOCK_RULE_PREFIX,
  PROGRAM_RULE,
} from '../../core/documents/greenhouse-faults.ts'
import { LIGHTING_FAULT_NAMES } from '../../core/documents/lighting-faults.ts'
import type { SqlRow, SqlStore, SqlValue } from '../../core/ports/sql-store.ts'
import { checker } from '../../core/schema.ts'
import type { Text } from '../../core/text.ts'
import { decodeAlarmEvent } from '../../core/wire/decoders.ts'
import { AlertView } from '../api/schema.ts'
import { blob, number, numberOrNull, text, textOrNull } from '../store/columns.ts'
import { type AlarmLife, foldAlarm } from './fold.ts'

export interface AlertFilter {
  readonly edge?: string | undefined
  readonly station?: string | undefined
  readonly state?: 'active' | 'cleared' | undefined
  /** Raised at or after, and before. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Alerts with a lower id than this: the next page. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface Alerts {
  /** Works out an alarm's state anew from its stored events; undefined while it is no alert. In a transaction. */
  refresh(edge: string, alarm: string): number | undefined
  get(id: number): AlertView | undefined
  /** Newest first. */
  list(filter: AlertFilter): AlertView[]
  /**
   * What everybody must see: active ones, and those cleared since; newest first. Faults of lighting and of
   * greenhouses are none of them: however many lamps are dark, they neither hide water nor sound like it.
   */
  current(clearedSince: number, limit: number): AlertView[]
  /** Every fault of lighting that is active now, of all streets, in no order. */
  lightingNow(limit: number): LightingAlert[]
  /** Faults of lighting that are active or came since; active ones first, then by when they came, newest first. */
  lighting(filter: Pick<AlertFilter, 'edge' | 'station' | 'limit'> & { readonly since: number }): AlertView[]
  /** Every problem of a greenhouse that is active now, in no order. */
  farmNow(limit: number): AlertView[]
  /**
   * Notes who has seen the alert. It changes nothing on the node: sirens sound for as long as the water says so.
   * It covers the highest level so far; if the alarm rises above that, it needs to be seen again.
   */
  acknowledge(id: number, who: string, now: number): AlertView | undefined
  /**
   * Raises what the hub itself has noticed of an edge, and returns its id; one of the same rule that is active goes
   * on. It stands under the edge's id in place of a station's. In a transaction.
   */
  raiseOwn(notice: OwnNotice, now: number): number
  /** Ends what the hub raised by that rule; the ids of what was active. In a transaction. */
  clearOwn(edge: string, rule: string, text: Text, now: number): readonly number[]
}

/** As much of a fault as a street's view says of it. */
export interface LightingAlert {
  readonly edge: string
  readonly station: string
  readonly device: string | null
  readonly part: string | null
  readonly rule: string
  readonly level: number
}

export interface OwnNotice {
  readonly edge: string
  readonly rule: string
  readonly level: number
  readonly text: Text
}

/** An alarm of more events than this keeps the first and newest; a siren's pattern is not told as events. */
const EVENTS_PER_ALARM_MAX = 1_000

/** What the hub raises itself; a node's alarms begin with a station's id, and none of its words touches these. */
const OWN = '_hub/'

/** Whether an alert is of lighting, or of a greenhouse; its rule says so. */
const RULE = "json_extract(view, '$.rule')"
const among = (names: readonly string[]) => `${RULE} IN (${names.map((name) => `'${name}'`).join(', ')})`
const IS_LIGHTING = among(LIGHTING_FAULT_NAMES)
const IS_FARM = `(${among([...GREENHOUSE_FAULT_NAMES, PROGRAM_RULE])} OR ${RULE} GLOB '${INTERLOCK_RULE_PREFIX}*')`

const COLUMNS = 'id, edge, view, acknowledged_by, acknowledged_at, acknowledged_level'

export function createAlerts(sql: SqlStore): Alerts {
  // Within an epoch the sequence number is the order in which the node noticed; its clock may have been set back.
  // What was told by radio stands in for its row until that has come.
  const eventsOf = sql.prepare(
    `SELECT stream AS place, seq, body FROM event WHERE edge = ? AND alarm = ?
     UNION ALL
     SELECT coalesce(stream.id, ${Number.MAX_SAFE_INTEGER}), r.seq, r.body FROM relayed_alarm AS r
       LEFT JOIN epoch ON epoch.edge = r.edge AND substr(epoch.epoch, 1, 12) = r.epoch
       LEFT JOIN stream ON stream.epoch = epoch.id AND stream.lane = 'alarm'
     WHERE r.edge = ? AND r.alarm = ?
       AND NOT EXISTS (SELECT 1 FROM event WHERE event.stream = stream.id AND event.seq = r.seq)
     ORDER BY place DESC, seq DESC LIMIT ?`,
  )
  // The radio carries the low part of an alarm's number: where the hub knew of none near it, it has guessed the rest.
  const misnamed = sql.prepare(
    `SELECT DISTINCT r.alarm FROM event
       JOIN stream ON stream.id = event.stream
       JOIN epoch ON epoch.id = stream.epoch
       JOIN relayed_alarm AS r
         ON r.edge = event.edge AND r.epoch = substr(epoch.epoch, 1, 12) AND r.seq = event.seq
     WHERE event.edge = ? AND event.alarm = ? AND r.alarm <> event.alarm`,
  )
  const rename = sql.prepare(
    `UPDATE alert SET alarm = ? WHERE edge = ? AND alarm = ?
       AND NOT EXISTS (SELECT 1 FROM alert WHERE edge = ? AND alarm = ?)`,
  )
  const retell = sql.prepare('UPDATE relayed_alarm SET alarm = ? WHERE edge = ? AND alarm = ?')
  const gone = sql.prepare('DELETE FROM alert WHERE edge = ? AND alarm = ?')
  const put = sql.prepare(
    `INSERT INTO alert (edge, alarm, station, active, raised_at, cleared_at, view) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (edge, alarm) DO UPDATE SET station = excluded.station, active = excluded.active,
       raised_at = excluded.raised_at, cleared_at = excluded.cleared_at, view = excluded.view
     RETURNING id`,
  )
  const one = sql.prepare(`SELECT ${COLUMNS} FROM alert WHERE id = ?`)
  const current = sql.prepare(
    `SELECT ${COLUMNS} FROM alert WHERE (active = 1 OR cleared_at >= ?) AND NOT ${IS_LIGHTING} AND NOT ${IS_FARM}
     ORDER BY active DESC, raised_at DESC LIMIT ?`,
  )
  const lightingNow = sql.prepare(
    `SELECT edge, station, json_extract(view, '$.device') AS device, json_extract(view, '$.part') AS part,
       json_extract(view, '$.rule') AS rule, json_extract(view, '$.level') AS level FROM alert WHERE active = 1 AND ${IS_LIGHTING} LIMIT ?`,
  )
  const farmNow = sql.prepare(`SELECT ${COLUMNS} FROM alert WHERE active = 1 AND ${IS_FARM} LIMIT ?`)
  const lighting = sql.prepare(
    `SELECT ${COLUMNS} FROM alert WHERE (active = 1 OR raised_at >= ?) AND ${IS_LIGHTING}
       AND (? IS NULL OR edge = ?) AND (? IS NULL OR station = ?)
     ORDER BY active DESC, raised_at DESC LIMIT ?`,
  )
  const acknowledged = sql.prepare(
    'UPDATE alert SET acknowledged_by = ?, acknowledged_at = ?, acknowledged_level = ? WHERE id = ?',
  )
  const ownActive = sql.prepare(
    `SELECT ${COLUMNS}, alarm FROM alert WHERE edge = ? AND active = 1 AND alarm GLOB ?`,
  )
  const audit = sql.prepare('INSERT INTO audit (at, who, action, target) VALUES (?, ?, ?, ?)')

  const get = (id: number): AlertView | undefined => {
    const row = one.get(id)
    return row === undefined ? undefined : viewFrom(row)
  }
  const save = (edge: string, alarm: string, life: AlarmLife): number => {
    const active = life.state === 'active' ? 1 : 0
    const times = [life.raisedAt, life.clearedAt] as const
    const row = put.get(edge, alarm, life.station, active, ...times, JSON.stringify(life))
    if (row === undefined) throw new Error('INSERT … RETURNING returned nothing')
    return number(row, 'id')
  }
  /** What was told by radio under a guessed number is this alarm: its alert keeps its id, and who has seen it. */
  const adopt = (edge: string, alarm: string) => {
    for (const row of misnamed.all(edge, alarm)) {
      const guessed = text(row, 'alarm')
      rename.run(alarm, edge, guessed, edge, alarm)
      retell.run(alarm, edge, guessed)
      gone.run(edge, guessed)
    }
  }
  const ownOf = (edge: string, rule: string) => ownActive.all(edge, `${OWN}${rule}/*`)
  return {
    get,
    raiseOwn({ edge, rule, level, text: words }, now) {
      const [known] = ownOf(edge, rule)
      if (known !== undefined) return number(known, 'id')
      return save(edge, `${OWN}${rule}/${now}`, {
        ...{ station: edge, rule, level, peak: level, state: 'active' },
        ...{ raisedAt: now, changedAt: now, clearedAt: null, silenced: false },
        ...{ text: words, value: null, unit: null },
      })
    },
    clearOwn(edge, rule, words, now) {
      return ownOf(edge, rule).map((row) => {
        const ended = { level: 0, state: 'cleared', changedAt: now, clearedAt: now, text: words } as const
        return save(edge, text(row, 'alarm'), { ...lifeFrom(row), ...ended })
      })
    },
    refresh(edge, alarm) {
      if (alarm.startsWith(OWN)) return undefined
      adopt(edge, alarm)
      const events = eventsOf
        .all(edge, alarm, edge, alarm, EVENTS_PER_ALARM_MAX)
        .map((row) => decodeAlarmEvent(blob(row, 'body')))
        .flatMap((decoded) => (decoded.ok ? [decoded.value] : []))
      const life = foldAlarm(events.reverse())
      if (life === undefined) return undefined
      return save(edge, alarm, life)
    },
    list(filter) {
      const { where, values } = whereOf(filter)
      const rows = sql
        .prepare(`SELECT ${COLUMNS} FROM alert ${where} ORDER BY id DESC LIMIT ?`)
        .all(...values, filter.limit)
      return rows.map(viewFrom)
    },
    lightingNow: (limit) =>
      lightingNow.all(limit).map((row) => ({
        edge: text(row, 'edge'),
        station: text(row, 'station'),
        device: textOrNull(row, 'device'),
        part: textOrNull(row, 'part'),
        rule: text(row, 'rule'),
        level: number(row, 'level'),
      })),
    lighting: ({ edge = null, station = null, since, limit }) =>
      lighting.all(since, edge, edge, station, station, limit).map(viewFrom),
    farmNow: (limit) => farmNow.all(limit).map(viewFrom),
    current: (clearedSince, limit) => current.all(clearedSince, limit).map(viewFrom),
    acknowledge(id, who, now) {
      const view = get(id)
      if (view === undefined || view.acknowledgedBy !== null) return view
      return sql.transaction(() => {
        acknowledged.run(who, now, view.peak, id)
        audit.run(now, who, 'alert.acknowledge', `${id} ${view.edge} ${view.station} ${view.rule}`)
        return get(id)
      })
    },
  }
}

function whereOf(filter: AlertFilter): { readonly where: string; readonly values: SqlValue[] } {
  const clauses: string[] = []
  const values: SqlValue[] = []
  const add = (clause: string, value: SqlValue | undefined) => {
    if (value === undefined) return
    clauses.push(clause)
    values.push(value)
  }
  add('edge = ?', filter.edge)
  add('station = ?', filter.station)
  add('active = ?', filter.state === undefined ? undefined : filter.state === 'active' ? 1 : 0)
  add('raised_at >= ?', filter.from)
  add('raised_at < ?', filter.to)
  add('id < ?', filter.before)
  return { where: clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`, values }
}

const checkView = checker(AlertView)

function lifeFrom(row: SqlRow): AlarmLife {
  return JSON.parse(text(row, 'view'))
}

function viewFrom(row: SqlRow): AlertView {
  const life = lifeFrom(row)
  const seen = (numberOrNull(row, 'acknowledged_level') ?? -1) >= life.peak
  const checked = checkView({
    ...life,
    id: String(number(row, 'id')),
    edge: text(row, 'edge'),
    acknowledgedBy: seen ? textOrNull(row, 'acknowledged_by') : null,
    acknowledgedAt: seen ? numberOrNull(row, 'acknowledged_at') : null,
  })
  if (!checked.ok) throw new Error(`alert in the store is wrong at ${checked.problem.path}`)
  return checked.value
}

import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { type Checked, checker } from '../../core/schema.ts'
import { Command, CommandOutcome } from '../../core/wire/commands.ts'
import type { AlarmPlace } from '../outbox/outbox.ts'

const STATES = ['waiting', 'accepted', 'settled'] as const
/** `waiting` for its time; `accepted`: about to act, or acting; `settled`: the outcome is known. */
export type CommandState = (typeof STATES)[number]

export interface CommandRecord {
  readonly command: Command
  readonly state: CommandState
  /** The last outcome, `accepted` among them; undefined while it waits. */
  readonly outcome: CommandOutcome | undefined
}

/** What a setting left in force; `value` null where it let the output go. */
export interface Setting {
  readonly device: string
  readonly output: string
  readonly value: number | null
  readonly order: number
  readonly who: string
  readonly why: string
}

/** An outcome that the hub is not known to have, with the place that it has in the outbox or was about to have. */
export interface Untold {
  readonly key: number
  readonly outcome: CommandOutcome
  readonly place: AlarmPlace | null
  /** It is in the outbox. */
  readonly kept: boolean
}

/** For all commands together, those that cannot be forgotten yet among them. */
export interface Room {
  readonly commands: number
  readonly bytes: number
}

/**
 * Which commands came and what became of them, so that each runs once however often it arrives, also over a crash.
 * Every call may throw a FaultError of the disk. What returned is on disk.
 */
export interface CommandStore {
  /** False where it is only in memory: then what must run only once is not run at all. */
  readonly durable: boolean
  /**
   * It took the place of a damaged one, and until this UTC something may come again that ran before; null while nobody
   * has set that time, undefined without a doubt.
   */
  doubtedUntil(): number | null | undefined
  /** Sets the end of the doubt; undefined ends it. */
  doubtUntil(until: number | undefined): void
  /**
   * What was remembered once and is not any more had expired by this UTC; null while nobody has set that time, undefined
   * where nothing was ever forgotten.
   */
  forgottenUntil(): number | null | undefined
  /** Sets that time, where nobody had. */
  forgotUntil(until: number): void
  knows(id: string): boolean
  find(id: string): CommandRecord | undefined
  unsettled(): readonly CommandRecord[]
  /** Newest first. */
  recent(count: number): readonly CommandRecord[]
  count(): number
  put(command: Command, state: 'waiting' | 'accepted'): void
  /** Writes an outcome down as still to be told; with it the command's state, and what it set, unless it is older. */
  outcome(command: Command, outcome: CommandOutcome, setting?: Setting): Untold
  untold(): readonly Untold[]
  place(key: number, place: AlarmPlace | null): void
  kept(key: number): void
  /** The hub has it. */
  told(key: number): void
  settings(): readonly Setting[]
  /** Ends what a setting holds of an output; a newer one is taken all the same. */
  letGo(device: string, output: string, who: string): void
  /** Releases of the street that this command lights which were carried out and are newer than it; else none. */
  releasesAfter(command: Command): readonly Command[]
  /** The order of the newest setting of an output; undefined for none. */
  orderOf(device: string, output: string): number | undefined
  /**
   * Forgets, of what is settled, told and expired before this UTC, what is beyond the room for it: what expired last is
   * kept. Returns the ids.
   */
  forget(before: number, room: Room): readonly string[]
}

const TABLES = `
CREATE TABLE IF NOT EXISTS command (
  id TEXT PRIMARY KEY, n INTEGER NOT NULL, expires INTEGER NOT NULL, state TEXT NOT NULL,
  body TEXT NOT NULL, outcome TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS command_by_age ON command (n);
CREATE TABLE IF NOT EXISTS setting (
  device TEXT NOT NULL, output TEXT NOT NULL, value REAL, ord INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (device, output)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS untold (
  key INTEGER PRIMARY KEY, command TEXT NOT NULL, outcome TEXT NOT NULL, epoch TEXT, seq INTEGER,
  kept INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS doubt (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS forgotten (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER) STRICT;
`

/** An older release did not write down what it forgot; a damaged store has forgotten all. */
function createTables(sql: SqlStore, replaced: boolean): void {
  sql.transaction(() => {
    const tables = sql.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    const has = (table: string) => tables.some(({ name }) => name === table)
    const older = has('command') && !has('forgotten')
    sql.exec(TABLES)
    if (replaced) sql.exec('INSERT OR REPLACE INTO doubt VALUES (1, NULL)')
    if (replaced || older) sql.exec('INSERT OR REPLACE INTO forgotten VALUES (1, NULL)')
  })
}

export function openCommandStore(sql: SqlStore, replaced = false): CommandStore {
  createTables(sql, replaced)
  const known = sql.prepare('SELECT 1 FROM command WHERE id = ?')
  const found = sql.prepare('SELECT * FROM command WHERE id = ?')
  const unsettled = sql.prepare("SELECT * FROM command WHERE state <> 'settled' ORDER BY n")
  const recent = sql.prepare('SELECT * FROM command ORDER BY n DESC LIMIT ?')
  const count = sql.prepare('SELECT count(*) AS n FROM command')
  const put = sql.prepare(
    `INSERT INTO command (id, n, expires, state, body) VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM command), ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state`,
  )
  const settle = sql.prepare('UPDATE command SET state = ?, outcome = ? WHERE id = ?')
  const addUntold = sql.prepare('INSERT INTO untold (command, outcome) VALUES (?, ?) RETURNING key')
  const untold = sql.prepare('SELECT * FROM untold ORDER BY key')
  const place = sql.prepare('UPDATE untold SET epoch = ?, seq = ? WHERE key = ?')
  const kept = sql.prepare('UPDATE untold SET kept = 1 WHERE key = ?')
  const told = sql.prepare('DELETE FROM untold WHERE key = ?')
  const set = sql.prepare(
    `INSERT INTO setting VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (device, output)
     DO UPDATE SET value = excluded.value, ord = excluded.ord, who = excluded.who, why = excluded.why
     WHERE excluded.ord >= ord`,
  )
  const settings = sql.prepare('SELECT * FROM setting')
  const letGo = sql.prepare(
    "UPDATE setting SET value = NULL, who = ?, why = '' WHERE device = ? AND output = ? AND value IS NOT NULL",
  )
  const order = sql.prepare('SELECT ord FROM setting WHERE device = ? AND output = ?')
  const releases = sql.prepare(
    `SELECT * FROM command WHERE state = 'settled' AND body LIKE '%"light-release"%'
       AND CASE WHEN json_valid(body) THEN json_extract(body, '$.order') > ? END`,
  )
  const beyond = sql.prepare(
    `SELECT id, expires FROM (
       SELECT id, expires, state, row_number() OVER last AS commands,
         sum(length(body) + coalesce(length(outcome), 0)) OVER last AS bytes
       FROM command WINDOW last AS (ORDER BY expires DESC, id))
     WHERE (commands > ? OR bytes > ?) AND state = 'settled' AND expires < ? AND id NOT IN (SELECT command FROM untold)
     ORDER BY expires`,
  )
  const forget = sql.prepare('DELETE FROM command WHERE id = ?')
  const forgotten = sql.prepare('SELECT until FROM forgotten')
  const forgot = sql.prepare(
    'INSERT INTO forgotten VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET until = max(until, excluded.until)',
  )
  const setForgotten = sql.prepare('UPDATE forgotten SET until = ? WHERE until IS NULL')
  const doubt = sql.prepare('SELECT until FROM doubt')
  const doubted = sql.prepare('UPDATE doubt SET until = ?')
  const trust = sql.prepare('DELETE FROM doubt')
  const putCommand = (command: Command, state: CommandState) =>
    put.run(command.id, command.expires, state, JSON.stringify(command))
  const untell = (outcome: CommandOutcome): Untold => {
    const key = Number(addUntold.get(outcome.command, JSON.stringify(outcome))?.key)
    return { key, outcome, place: null, kept: false }
  }

  return {
    doubtedUntil: () => untilOf(doubt.get()),
    doubtUntil: (until) => void (until === undefined ? trust.run() : doubted.run(Math.ceil(until))),
    forgottenUntil: () => untilOf(forgotten.get()),
    forgotUntil: (until) => void setForgotten.run(Math.ceil(until)),
    durable: sql.prepare('PRAGMA database_list').get()?.file !== '',
    knows: (id) => known.get(id) !== undefined,
    find: (id) => found.all(id).flatMap(recordFrom)[0],
    unsettled: () => unsettled.all().flatMap(recordFrom),
    recent: (limit) => recent.all(limit).flatMap(recordFrom),
    count: () => Number(count.get()?.n),
    put: (command, state) => void putCommand(command, state),
    outcome: (command, outcome, setting) =>
      sql.transaction(() => {
        const state = outcome.outcome === 'accepted' ? 'accepted' : 'settled'
        const body = JSON.stringify(outcome)
        putCommand(command, state)
        settle.run(state, body, command.id)
        if (setting !== undefined) {
          const { device, output, value, who, why } = setting
          set.run(device, output, value, setting.order, who, why)
        }
        return untell(outcome)
      }),
    untold: () => untold.all().flatMap(untoldFrom),
    place: (key, at) => void place.run(at?.epoch ?? null, at?.seq ?? null, key),
    kept: (key) => void kept.run(key),
    told: (key) => void told.run(key),
    settings: () => settings.all().map(settingFrom),
    letGo: (device, output, who) => void letGo.run(who, device, output),
    releasesAfter({ action, order }) {
      if (action.type !== 'light') return []
      return releases
        .all(order)
        .flatMap(recordFrom)
        .flatMap(({ command, outcome }) => {
          const done = outcome?.outcome === 'done'
          const { action: other } = command
          return done && other.type === 'light-release' && other.station === action.station ? [command] : []
        })
    },
    orderOf(device, output) {
      const row = order.get(device, output)
      return row === undefined ? undefined : Number(row.ord)
    },
    forget: (before, { commands, bytes }) =>
      sql.transaction(() => {
        const rows = beyond.all(commands, bytes, Math.floor(before))
        const ids = rows.map(({ id }) => String(id))
        for (const id of ids) forget.run(id)
        const last = rows.at(-1)
        if (last !== undefined) forgot.run(Number(last.expires))
        return ids
      }),
  }
}

function untilOf(row: SqlRow | undefined): number | null | undefined {
  return row === undefined ? undefined : row.until === null ? null : Number(row.until)
}

const checkCommand = checker(Command)
const checkOutcome = checker(CommandOutcome)

/** A row of another version may not be readable any more: it is known all the same, so nothing runs twice for it. */
function recordFrom(row: SqlRow): CommandRecord[] {
  const command = read(checkCommand, row.body)
  const state = STATES.find((name) => name === row.state)
  if (command === undefined || state === undefined) return []
  return [{ command, state, outcome: read(checkOutcome, row.outcome) }]
}

function untoldFrom(row: SqlRow): Untold[] {
  const outcome = read(checkOutcome, row.outcome)
  if (outcome === undefined) return []
  const { key, epoch, seq } = row
  const place = typeof epoch === 'string' ? { epoch, seq: Number(seq) } : null
  return [{ key: Number(key), outcome, place, kept: row.kept === 1 }]
}

function settingFrom(row: SqlRow): Setting {
  return {
    device: String(row.device),
    output: String(row.output),
    value: row.value === null ? null : Number(row.value),
    order: Number(row.ord),
    who: String(row.who),
    why: String(row.why),
  }
}

/** Undefined for what is of another version, or was damaged on the disk. */
function read<T>(check: (value: unknown) => Checked<T>, text: unknown): T | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const checked = check(JSON.parse(text))
    return checked.ok ? checked.value : undefined
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    return undefined
  }
}

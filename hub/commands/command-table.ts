import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { checker } from '../../core/schema.ts'
import { Command, CommandOutcome } from '../../core/wire/commands.ts'
import { number, numberOrNull, text, textOrNull } from '../store/columns.ts'

/** A command as the hub knows it. Times are UTC ms of the hub unless said otherwise. */
export interface StoredCommand {
  readonly edge: string
  readonly command: Command
  readonly issuedAt: number
  readonly sentAt: number | null
  readonly sendings: number
  /** UTC of the node. */
  readonly acceptedAt: number | null
  /** What the node said of it when it took it: of light, how many lamps and which level. */
  readonly accepted: NonNullable<CommandOutcome['details']>
  /** How it ended: what the node told, or what the hub can prove of a command that it never sent. */
  readonly end: CommandOutcome | null
  readonly heardAt: number | null
  /** True where the end is the hub's word and not the node's. */
  readonly unsent: boolean
  readonly cancelledBy: string | null
}

/** Every call belongs into a transaction of its caller. */
export interface CommandTable {
  add(command: StoredCommand): void
  get(id: string): StoredCommand | undefined
  /** Newest first; `before` is the order of the last one of the page before. */
  list(filter: {
    readonly edge: string
    readonly before?: number | undefined
    readonly limit: number
  }): StoredCommand[]
  /** Commands to the lamps of a street, newest first. */
  light(filter: { readonly edge: string; readonly street: string; readonly limit: number }): StoredCommand[]
  /** Without an end and not cancelled, oldest first. */
  open(edge: string): StoredCommand[]
  openEdges(): string[]
  lastOrder(): number
  sent(id: string, at: number): void
  accepted(id: string, outcome: CommandOutcome): void
  end(id: string, end: CommandOutcome, heardAt: number, unsent: boolean): void
  cancelled(id: string, who: string): void
  /**
   * Deletes some of what was given and had ended before `ended`, or was given and had expired before `unanswered`; never
   * the newest of all, whose order the next one counts on from.
   */
  forget(before: { readonly ended: number; readonly unanswered: number }): void
  audit(at: number, who: string, action: string, target: string): void
}

/** One call deletes no more than this, so that nothing waits long; the next one goes on. */
const FORGET_MAX = 500

const TABLE = `
CREATE TABLE IF NOT EXISTS command (
  id TEXT PRIMARY KEY,
  ord INTEGER NOT NULL UNIQUE,
  edge TEXT NOT NULL,
  body TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  sent_at INTEGER, sendings INTEGER NOT NULL DEFAULT 0,
  accepted_at INTEGER,
  ended TEXT, heard_at INTEGER, unsent INTEGER NOT NULL DEFAULT 0,
  cancelled_by TEXT,
  street TEXT, accepted TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS command_by_edge ON command (edge, ord);
CREATE INDEX IF NOT EXISTS command_open ON command (edge, ord) WHERE ended IS NULL AND cancelled_by IS NULL;
`

/** Columns that the table of an older release lacks. */
const LATER_COLUMNS = ['street', 'accepted'] as const
const LIGHT_INDEX =
  'CREATE INDEX IF NOT EXISTS command_light ON command (edge, street, ord) WHERE street IS NOT NULL'

function createTable(sql: SqlStore): void {
  sql.transaction(() => {
    sql.exec(TABLE)
    const there = sql.prepare("SELECT name FROM pragma_table_info('command')").all()
    for (const column of LATER_COLUMNS)
      if (!there.some(({ name }) => name === column))
        sql.exec(`ALTER TABLE command ADD COLUMN ${column} TEXT`)
    sql.exec(LIGHT_INDEX)
  })
}

export function createCommandTable(sql: SqlStore): CommandTable {
  createTable(sql)
  const add = sql.prepare(
    'INSERT INTO command (id, ord, edge, body, issued_at, street) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const one = sql.prepare('SELECT * FROM command WHERE id = ?')
  const page = sql.prepare('SELECT * FROM command WHERE edge = ? AND ord < ? ORDER BY ord DESC LIMIT ?')
  const light = sql.prepare(
    'SELECT * FROM command WHERE edge = ? AND street = ? AND street IS NOT NULL ORDER BY ord DESC LIMIT ?',
  )
  const open = sql.prepare(
    'SELECT * FROM command WHERE edge = ? AND ended IS NULL AND cancelled_by IS NULL ORDER BY ord',
  )
  const openEdges = sql.prepare(
    'SELECT DISTINCT edge FROM command WHERE ended IS NULL AND cancelled_by IS NULL',
  )
  const last = sql.prepare('SELECT max(ord) AS ord FROM command')
  const sent = sql.prepare(
    'UPDATE command SET sent_at = coalesce(sent_at, ?), sendings = sendings + 1 WHERE id = ?',
  )
  const accepted = sql.prepare(
    'UPDATE command SET accepted_at = ?, accepted = ? WHERE id = ? AND accepted_at IS NULL',
  )
  const end = sql.prepare('UPDATE command SET ended = ?, heard_at = ?, unsent = ? WHERE id = ?')
  const cancelled = sql.prepare('UPDATE command SET cancelled_by = coalesce(cancelled_by, ?) WHERE id = ?')
  // An order is the time of giving or, where the clock was set back, later: the index finds what is old.
  const forget = sql.prepare(
    `DELETE FROM command WHERE id IN (
       SELECT id FROM command WHERE ord < ? AND ord < (SELECT max(ord) FROM command)
         AND CASE WHEN ended IS NOT NULL THEN heard_at < ?
                  WHEN json_valid(body) THEN coalesce(json_extract(body, '$.expires'), 0) < ? ELSE TRUE END
       ORDER BY ord LIMIT ${FORGET_MAX})`,
  )
  const audit = sql.prepare('INSERT INTO audit (at, who, action, target) VALUES (?, ?, ?, ?)')
  return {
    add: ({ command, edge, issuedAt }) =>
      void add.run(command.id, command.order, edge, JSON.stringify(command), issuedAt, streetOf(command)),
    get: (id) => one.all(id).flatMap(commandFrom)[0],
    list: ({ edge, before, limit }) =>
      page.all(edge, before ?? Number.MAX_SAFE_INTEGER, limit).flatMap(commandFrom),
    light: ({ edge, street, limit }) => light.all(edge, street, limit).flatMap(commandFrom),
    open: (edge) => open.all(edge).flatMap(commandFrom),
    openEdges: () => openEdges.all().map((row) => text(row, 'edge')),
    lastOrder: () => Number(last.get()?.ord ?? 0),
    sent: (id, at) => void sent.run(at, id),
    accepted: (id, { at, details = {} }) => void accepted.run(at, JSON.stringify(details), id),
    end: (id, outcome, heardAt, unsent) => void end.run(JSON.stringify(outcome), heardAt, unsent ? 1 : 0, id),
    cancelled: (id, who) => void cancelled.run(who, id),
    forget: ({ ended, unanswered }) => void forget.run(ended, ended, unanswered),
    audit: (at, who, action, target) => void audit.run(at, who, action, target),
  }
}

function streetOf({ action }: Command): string | null {
  return action.type === 'light' || action.type === 'light-release' ? action.station : null
}

const checkCommand = checker(Command)
const checkDetails = checker(CommandOutcome.properties.details)
const checkEnd = checker(CommandOutcome)

/** Nothing for a row of another version, or damaged on the disk: one bad row must not keep the others from people. */
function commandFrom(row: SqlRow): StoredCommand[] {
  const command = checkCommand(parsed(text(row, 'body')))
  const ended = textOrNull(row, 'ended')
  const end = ended === null ? null : checkEnd(parsed(ended))
  if (!command.ok || end?.ok === false) return []
  const accepted = checkDetails(parsed(textOrNull(row, 'accepted') ?? '{}'))
  return [
    {
      edge: text(row, 'edge'),
      command: command.value,
      issuedAt: number(row, 'issued_at'),
      sentAt: numberOrNull(row, 'sent_at'),
      sendings: number(row, 'sendings'),
      acceptedAt: numberOrNull(row, 'accepted_at'),
      accepted: (accepted.ok ? accepted.value : undefined) ?? {},
      end: end?.value ?? null,
      heardAt: numberOrNull(row, 'heard_at'),
      unsent: number(row, 'unsent') === 1,
      cancelledBy: textOrNull(row, 'cancelled_by'),
    },
  ]
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    return undefined
  }
}

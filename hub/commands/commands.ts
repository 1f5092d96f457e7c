import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { SiteId } from '../../core/ids.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Command, CommandAction, CommandOutcome } from '../../core/wire/commands.ts'
import type { CommandView } from '../api/schema.ts'
import type { Edges } from '../fleet/edges.ts'
import type { Refuse } from '../refusals.ts'
import { createCommandTable, type StoredCommand } from './command-table.ts'
import { commandView, KEEP_TRYING_MS } from './command-view.ts'
import { createSending } from './sending.ts'
import { type CommandWish, commandOf } from './wish.ts'

/**
 * Commands to edges: written down before they are sent, sent again until the node has told how they ended, audited.
 * The node's word comes as rows of its alarm lane, through `outcome`.
 */
export interface Commands {
  /** Faults: COMMAND_CLASS_WRONG, COMMAND_OVERRIDE_REFUSED, COMMAND_TIMES_WRONG, COMMANDS_OPEN_MAX. */
  issue(edge: string, wish: CommandWish, who: string): Result<CommandView>
  /**
   * Undoes a command that was never sent. One that was is only not sent again, which is told as
   * COMMAND_CANNOT_CANCEL; COMMAND_ENDED for one that has ended. Undefined for none of this id.
   */
  cancel(edge: string, id: string, who: string): Result<CommandView> | undefined
  get(id: string): CommandView | undefined
  /** Newest first; `before` is the id of the last one of the page before. */
  list(filter: {
    readonly edge: string
    readonly before?: string | undefined
    readonly limit: number
  }): CommandView[]
  /** Commands to the lamps of a street, newest first. */
  light(filter: { readonly edge: string; readonly street: string; readonly limit: number }): LightCommand[]
  /** A row of the edge's alarm lane, inside the transaction that stores it. */
  outcome(edge: string, outcome: CommandOutcome): void
  /** A transaction of ingest has committed: something came from these edges. */
  committed(edges: ReadonlySet<string>): void
  /** Called with each command that has changed, once that is committed. */
  onChange(handler: (view: CommandView) => void): void
  /** Deletes what ended longer ago than this, and what nobody has told the end of for that long and at least a year. */
  forget(keepMs: number): void
  start(): void
  stop(): void
}

/** A command to the lamps of a street, with what the node said of it. */
export interface LightCommand {
  readonly view: CommandView
  readonly action: Extract<CommandAction, { readonly type: 'light' | 'light-release' }>
  readonly order: number
  readonly accepted: StoredCommand['accepted']
  readonly end: CommandOutcome | null
}

/** Commands without an outcome, by edge. */
export const OPEN_MAX = 50
/** Nodes may be in the dark for long, and tell then. */
const UNANSWERED_KEPT_MS = 366 * 86_400_000

export interface CommandsOptions {
  /** The site's time. */
  readonly clock: Clock
  /** Real time: pauses. */
  readonly wall: Clock
  readonly random: Random
  readonly site: SiteId
  readonly sql: SqlStore
  readonly edges: Edges
  readonly broker: Broker
  readonly refuse: Refuse
  /** Its identity is in doubt: nothing is sent to it. */
  quarantined(edge: string): boolean
}

export function createCommands(options: CommandsOptions): Commands {
  const { clock, sql, refuse, quarantined } = options
  const table = createCommandTable(sql)
  const handlers = new Set<(view: CommandView) => void>()
  /** To be told, once the transaction that changed them is over. */
  const changed = new Set<string>()

  const view = (stored: StoredCommand) => commandView(stored, clock.now(), quarantined(stored.edge))
  const get = (id: string) => {
    const stored = table.get(id)
    return stored === undefined ? undefined : view(stored)
  }
  const tellChanged = () => {
    for (const id of changed) {
      const now = get(id)
      if (now !== undefined) for (const handler of handlers) handler(now)
    }
    changed.clear()
  }
  const trying = ({ command }: StoredCommand) => clock.now() < command.expires + KEEP_TRYING_MS
  /** Commands without an end; those that were not sent in all their time end here. */
  const opened = (edge: string): readonly StoredCommand[] => {
    const now = clock.now()
    const all = table.open(edge)
    const unsent = all.filter((stored) => stored.sentAt === null && !trying(stored))
    const end = (stored: StoredCommand) => {
      const { command } = stored
      table.end(command.id, hubOutcome(command, 'expired', now, fault('COMMAND_NEVER_SENT')), now, true)
      table.audit(now, 'hub', 'command.expired', targetOf(stored))
      changed.add(command.id)
    }
    if (unsent.length > 0) sql.transaction(() => unsent.forEach(end))
    return all.filter((stored) => !unsent.includes(stored))
  }

  const sending = createSending({ ...options, table, opened, trying, sent: (id) => changed.add(id) })

  return {
    get,
    issue(edge, wish, who) {
      const now = clock.now()
      if (opened(edge).filter(trying).length >= OPEN_MAX)
        return err(fault('COMMANDS_OPEN_MAX', { edge, max: OPEN_MAX }))
      const id = hex(options.random.bytes(10))
      // Not below the time: a hub restored from an older copy still gives higher numbers than it did before.
      const order = Math.max(now, table.lastOrder() + 1)
      const command = commandOf(wish, { id, order, who }, now)
      if (!command.ok) return command
      const stored = blank(edge, command.value, now)
      sql.transaction(() => {
        table.add(stored)
        table.audit(now, who, 'command.issue', targetOf(stored))
      })
      sending.add(edge, id)
      changed.add(id)
      tellChanged()
      return ok(view(table.get(id) ?? stored))
    },
    cancel(edge, id, who) {
      const stored = table.get(id)
      if (stored === undefined || stored.edge !== edge) return undefined
      if (stored.end !== null)
        return err(fault('COMMAND_ENDED', { command: id, outcome: stored.end.outcome }))
      const now = clock.now()
      sql.transaction(() => {
        table.cancelled(id, who)
        table.audit(now, who, 'command.cancel', targetOf(stored))
        if (stored.sentAt === null)
          table.end(id, hubOutcome(stored.command, 'expired', now, fault('COMMAND_CANCELLED')), now, true)
      })
      changed.add(id)
      tellChanged()
      return stored.sentAt === null
        ? ok(view(table.get(id) ?? stored))
        : err(fault('COMMAND_CANNOT_CANCEL', { command: id }))
    },
    list({ edge, before, limit }) {
      const last = before === undefined ? undefined : (table.get(before)?.command.order ?? 0)
      return table.list({ edge, before: last, limit }).map(view)
    },
    light: (filter) =>
      table.light(filter).flatMap((stored): LightCommand[] => {
        const { action, order } = stored.command
        if (action.type !== 'light' && action.type !== 'light-release') return []
        return [{ view: view(stored), action, order, accepted: stored.accepted, end: stored.end }]
      }),
    outcome(edge, told) {
      const now = clock.now()
      const stored = table.get(told.command)
      if (stored === undefined || stored.edge !== edge)
        return refuse(fault('COMMAND_OUTCOME_UNKNOWN', { edge, command: told.command }))
      const outcome = stored.acceptedAt === null ? told : asBegun(told)
      const begins = outcome.outcome === 'accepted'
      // The first word is the one that counts; but a node's own word stands above what the hub had to assume, and what
      // it remembers above what it says of a command that it does not remember.
      const news = begins
        ? stored.acceptedAt === null
        : stored.end === null || stored.unsent || (!remembered(stored.end) && remembered(outcome))
      if (!news) return
      if (begins) table.accepted(outcome.command, outcome)
      else table.end(outcome.command, outcome, now, false)
      table.audit(now, edge, `command.${outcome.outcome}`, targetOf(stored))
      changed.add(outcome.command)
    },
    committed(ids) {
      for (const edge of ids) sending.heard(edge)
      tellChanged()
    },
    onChange: (handler) => void handlers.add(handler),
    forget(keepMs) {
      const now = clock.now()
      table.forget({ ended: now - keepMs, unanswered: now - Math.max(keepMs, UNANSWERED_KEPT_MS) })
    },
    start: sending.start,
    stop: sending.stop,
  }
}

function blank(edge: string, command: Command, issuedAt: number): StoredCommand {
  const never = { sentAt: null, acceptedAt: null, accepted: {}, end: null, heardAt: null, cancelledBy: null }
  return { edge, command, issuedAt, sendings: 0, unsent: false, ...never }
}

function hubOutcome(
  { id, class: given, action, who }: Command,
  outcome: CommandOutcome['outcome'],
  at: number,
  { code, details }: Fault,
): CommandOutcome {
  return { v: 1, command: id, outcome, at, class: given, action, who, code, details }
}

/** False where a node may have forgotten what it ran: one of an older release calls that expired, as one with a new disk does. */
function remembered({ outcome, code }: CommandOutcome): boolean {
  return outcome !== 'expired' && code !== 'COMMAND_FORGOTTEN'
}

/** What a node accepted, it began in time: called expired, it was forgotten. */
function asBegun(told: CommandOutcome): CommandOutcome {
  if (told.outcome !== 'expired') return told
  const { code, details } = fault('COMMAND_FORGOTTEN')
  return { ...told, outcome: 'failed', code, details }
}

/** What the audit log says a command was. */
function targetOf({ edge, command: { id, class: given, action, why } }: StoredCommand): string {
  const { type, ...what } = action
  const words = Object.values(what).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  )
  return `${id} ${edge} ${given} ${type} ${words.join(' ')}: ${why}`
}

import { type Cancel, type Clock, every } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { edgeId, type SiteId } from '../../core/ids.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { misgiven } from '../../core/wire/command-rules.ts'
import type { Command, CommandAction, CommandClass, CommandOutcome } from '../../core/wire/commands.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import type { CommandView } from '../api/schema.ts'
import type { Edges } from '../fleet/edges.ts'
import { guarded, type Refuse } from '../refusals.ts'
import { createCommandTable, type StoredCommand } from './command-table.ts'
import { commandView, KEEP_TRYING_MS } from './command-view.ts'

/** What an operator asks. */
export interface CommandWish {
  readonly class: CommandClass
  readonly action: CommandAction
  readonly why: string
  /** For how long it may still run, from `notBefore` or from now; by class where it is left out. */
  readonly expires_s?: number | undefined
  /** UTC; left out, at once. */
  readonly notBefore?: number | undefined
}

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
  /** A row of the edge's alarm lane, inside the transaction that stores it. */
  outcome(edge: string, outcome: CommandOutcome): void
  /** A transaction of ingest has committed: something came from these edges. */
  committed(edges: ReadonlySet<string>): void
  /** Called with each command that has changed, once that is committed. */
  onChange(handler: (view: CommandView) => void): void
  start(): void
  stop(): void
}

/** Commands without an outcome, by edge. */
export const OPEN_MAX = 50
export const RESEND_MS = 60_000
/** What has expired is sent again only to hear what became of it: at every so-many-th turn. */
const LATE_TURNS = 60
const MINUTE_S = 60
const DAY_S = 86_400
/** How long a command may still run, where the operator does not say. */
export const EXPIRES_S: Readonly<Record<CommandClass, number>> = {
  momentary: MINUTE_S,
  emergency: 5 * MINUTE_S,
  setting: 30 * DAY_S,
}
/** A node remembers what it ran until it can never come again: the longer, the fewer it can take. */
export const EXPIRES_S_MAX: Readonly<Record<CommandClass, number>> = {
  momentary: DAY_S,
  emergency: DAY_S,
  setting: 365 * DAY_S,
}
const AHEAD_MS_MAX = 30 * DAY_S * 1000

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
  const { clock, wall, sql, edges, broker, refuse, quarantined } = options
  const table = createCommandTable(sql)
  const handlers = new Set<(view: CommandView) => void>()
  /** Edges with commands that are to be sent (again). */
  const open = new Set(table.openEdges())
  /** The last hello of each edge that was seen here. */
  const greeted = new Map<string, unknown>()
  /** Changed inside a transaction that may still fail. */
  const changed = new Set<string>()
  let timer: Cancel | undefined

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
  /** Commands that are still to be sent; those that were not sent in all their time end here. */
  const opened = (edge: string): readonly StoredCommand[] => {
    const now = clock.now()
    const trying = ({ command }: StoredCommand) => now < command.expires + KEEP_TRYING_MS
    const all = table.open(edge)
    const unsent = all.filter((stored) => stored.sentAt === null && !trying(stored))
    const end = (stored: StoredCommand) => {
      const { command } = stored
      table.end(command.id, hubOutcome(command, 'expired', now, fault('COMMAND_NEVER_SENT')), now, true)
      table.audit(now, 'hub', 'command.expired', targetOf(stored))
      changed.add(command.id)
    }
    if (unsent.length > 0) sql.transaction(() => unsent.forEach(end))
    return all.filter(trying)
  }

  /** Sent only to a node that is there, and noted before: what was never sent is known to be so. */
  const send = (edge: string, which: (stored: StoredCommand) => boolean = () => true) => {
    const id = edgeId(edge)
    const all = opened(edge)
    if (all.length === 0) open.delete(edge)
    else arm()
    const there = id.ok && edges.get(edge).alive && broker.state() === 'online' && !quarantined(edge)
    const due = there ? all.filter(which) : []
    if (id.ok && due.length > 0) {
      sql.transaction(() => {
        for (const { command } of due) table.sent(command.id, clock.now())
      })
      for (const { command, sentAt } of due) {
        if (sentAt === null) changed.add(command.id)
        void broker.publish(edgeTopics(options.site, id.value).cmd, encodeCbor(command))
      }
    }
    tellChanged()
  }
  /** A timer runs only while something waits for an answer. */
  const arm = () => {
    if (open.size > 0)
      timer ??= every(wall, RESEND_MS, () => {
        const turn = Math.floor(wall.monotonic() / RESEND_MS) % LATE_TURNS === 0
        const due = ({ command }: StoredCommand) => turn || clock.now() < command.expires
        for (const edge of open) guarded(refuse, () => send(edge, due))
        if (open.size === 0) disarm()
      })
  }
  const disarm = () => {
    timer?.()
    timer = undefined
  }

  return {
    get,
    issue(edge, wish, who) {
      const now = clock.now()
      const { class: given, action, why } = wish
      const notBefore = wish.notBefore ?? 0
      const expires = Math.max(now, notBefore) + (wish.expires_s ?? EXPIRES_S[given]) * 1000
      const problem = misgiven(wish) ?? untimely(wish, now)
      if (problem !== undefined) return err(problem)
      if (opened(edge).length >= OPEN_MAX) return err(fault('COMMANDS_OPEN_MAX', { edge, max: OPEN_MAX }))
      const id = hex(options.random.bytes(10))
      // Not below the time: a hub restored from an older copy still gives higher numbers than it did before.
      const order = Math.max(now, table.lastOrder() + 1)
      const command: Command = {
        v: 1,
        id,
        class: given,
        action,
        who,
        why,
        notBefore,
        expires: Math.round(expires),
        order,
      }
      const stored = blank(edge, command, now)
      sql.transaction(() => {
        table.add(stored)
        table.audit(now, who, 'command.issue', targetOf(stored))
      })
      open.add(edge)
      changed.add(id)
      // It is written down: should the disk fail now, it is sent at the next turn.
      guarded(refuse, () => send(edge))
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
    outcome(edge, outcome) {
      const now = clock.now()
      const stored = table.get(outcome.command)
      if (stored === undefined || stored.edge !== edge)
        return refuse(fault('COMMAND_OUTCOME_UNKNOWN', { edge, command: outcome.command }))
      const begins = outcome.outcome === 'accepted'
      // The first word is the one that counts; but a node's own word stands above what the hub had to assume.
      const news = begins ? stored.acceptedAt === null : stored.end === null || stored.unsent
      if (!news) return
      if (begins) table.accepted(outcome.command, outcome.at)
      else table.end(outcome.command, outcome, now, false)
      table.audit(now, edge, `command.${outcome.outcome}`, targetOf(stored))
      changed.add(outcome.command)
    },
    committed(ids) {
      tellChanged()
      for (const edge of ids) {
        const { hello } = edges.get(edge)
        if (greeted.get(edge) === hello) continue
        greeted.set(edge, hello)
        if (open.has(edge)) guarded(refuse, () => send(edge))
      }
    },
    onChange: (handler) => void handlers.add(handler),
    start: arm,
    stop: disarm,
  }
}

function untimely({ class: given, expires_s, notBefore = 0 }: CommandWish, now: number): Fault | undefined {
  const most_s = EXPIRES_S_MAX[given]
  const wrong = (expires_s !== undefined && expires_s > most_s) || notBefore > now + AHEAD_MS_MAX
  return wrong
    ? fault('COMMAND_TIMES_WRONG', { class: given, hours: most_s / 3_600, days: AHEAD_MS_MAX / 86_400_000 })
    : undefined
}

function blank(edge: string, command: Command, issuedAt: number): StoredCommand {
  const never = { sentAt: null, acceptedAt: null, end: null, heardAt: null, cancelledBy: null }
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

/** What the audit log says a command was. */
function targetOf({ edge, command: { id, class: given, action, why } }: StoredCommand): string {
  const { type, ...what } = action
  return `${id} ${edge} ${given} ${type} ${Object.values(what).join(' ')}: ${why}`
}

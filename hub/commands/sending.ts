import { type Cancel, type Clock, every } from '../../core/clock.ts'
import { edgeId, type SiteId } from '../../core/ids.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import type { Edges } from '../fleet/edges.ts'
import { guarded, type Refuse } from '../refusals.ts'
import type { CommandTable, StoredCommand } from './command-table.ts'

/** Sends commands to the nodes that are there, and again until they are not open any more. */
export interface Sending {
  /** A new command: sent now, where that can be. */
  add(edge: string, id: string): void
  /** Something came from the edge: after a new hello it is sent all that has not ended, to hear what became of it. */
  heard(edge: string): void
  start(): void
  stop(): void
}

export interface SendingParts {
  readonly clock: Clock
  readonly wall: Clock
  readonly site: SiteId
  readonly sql: SqlStore
  readonly table: CommandTable
  readonly edges: Edges
  readonly broker: Broker
  readonly refuse: Refuse
  quarantined(edge: string): boolean
  /** The commands of an edge that have not ended. */
  opened(edge: string): readonly StoredCommand[]
  /** False long after its expiry: then it is sent only when the node comes back. */
  trying(stored: StoredCommand): boolean
  /** Called for a command that was sent for the first time, once that is committed. */
  sent(id: string): void
}

export const RESEND_MS = 60_000
/** What has expired is sent again only to hear what became of it: at every so-many-th turn. */
const LATE_TURNS = 60

export function createSending(parts: SendingParts): Sending {
  const { clock, wall, sql, table, edges, broker, refuse, opened } = parts
  /** Edges with commands that are to be sent (again). */
  const open = new Set(table.openEdges())
  /** The last hello of each edge that was seen here. */
  const greeted = new Map<string, unknown>()
  let timer: Cancel | undefined

  /** Noted before it is sent, so that what was never sent is known to be so. */
  const send = (edge: string, which: (stored: StoredCommand) => boolean) => {
    const id = edgeId(edge)
    const all = opened(edge)
    if (!all.some(parts.trying)) open.delete(edge)
    const there = edges.get(edge).alive && broker.state() === 'online' && !parts.quarantined(edge)
    const due = there ? all.filter(which) : []
    if (!id.ok || due.length === 0) return
    sql.transaction(() => {
      for (const { command } of due) table.sent(command.id, clock.now())
    })
    const { cmd } = edgeTopics(parts.site, id.value)
    for (const { command, sentAt } of due) {
      if (sentAt === null) parts.sent(command.id)
      void broker.publish(cmd, encodeCbor(command))
    }
  }
  /** Should the disk fail, what is written down is sent at the next turn. */
  const trySending: typeof send = (edge, which) => guarded(refuse, () => send(edge, which))

  const turn = () => {
    const late = Math.floor(wall.monotonic() / RESEND_MS) % LATE_TURNS === 0
    const due = (stored: StoredCommand) =>
      parts.trying(stored) && (late || clock.now() < stored.command.expires)
    for (const edge of open) trySending(edge, due)
    if (open.size === 0) disarm()
  }
  /** The timer runs only while something waits for an answer. */
  const arm = () => {
    if (open.size > 0) timer ??= every(wall, RESEND_MS, turn)
  }
  const disarm = () => {
    timer?.()
    timer = undefined
  }

  return {
    add(edge, id) {
      open.add(edge)
      arm()
      trySending(edge, ({ command }) => command.id === id)
    },
    heard(edge) {
      const { hello } = edges.get(edge)
      if (greeted.get(edge) === hello) return
      greeted.set(edge, hello)
      trySending(edge, () => true)
    },
    start: arm,
    stop: disarm,
  }
}

import type { Cancel, Clock } from '../../core/clock.ts'
import { FaultError, fault } from '../../core/errors.ts'
import { edgeId, type SiteId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { edgeTopics, HUB_FILTERS, parseUpTopic } from '../../core/wire/topics.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges } from '../fleet/edges.ts'
import { createQuarantine } from '../fleet/quarantine.ts'
import type { Refuse } from '../refusals.ts'
import type { HubStore } from '../store/store.ts'
import { type Applied, applyMessages } from './apply.ts'
import type { CommandOutcomes, Heard } from './batch.ts'
import type { Changes } from './changes.ts'
import { decodeMessage } from './message.ts'
import type { Reply } from './replies.ts'

export interface Ingest {
  start(): void
  /** Commits what waits and stops. */
  stop(): void
  /** Called after each commit; handlers must not throw. */
  onCommit(handler: (changes: Changes) => void): void
  /** An edge's last connection has gone, or its first has come. */
  presence(edge: string, connected: boolean): void
  health(): {
    readonly waiting: number
    readonly commits: number
    /** The database takes nothing. */
    readonly stalled: boolean
    /** It takes no readings: what room is left is kept for alarms. */
    readonly reserved: boolean
  }
}

/** When these are reached (messages for alarms and for all else apart), nothing more is taken: frames are then not acknowledged, and edges send them again. */
const QUEUE_MESSAGES_MAX = 2_048
const QUEUE_BYTES_MAX = 64 * 1024 * 1024
/** One transaction: enough to make its fsync cheap, short enough not to hold up the event loop; 256 is what one acknowledgement can name. */
const BATCH_MESSAGES_MAX = 64
const BATCH_ROWS_MAX = 20_000
/** Pause after the database refused a transaction. */
const STALL_MS = 1_000

/** For an edge that left before it said hello. */
const NO_EPOCH = '0'.repeat(16)

interface Waiting {
  readonly topic: string
  readonly payload: Uint8Array
  /** When it came: a disk that takes nothing may keep it waiting for hours. */
  readonly at: number
}

export interface IngestOptions {
  /** The site's time: what is stored and acknowledged. */
  readonly clock: Clock
  /** Real time: pauses. The two differ in demonstrations only. */
  readonly wall: Clock
  readonly log: Log
  readonly broker: Broker
  readonly site: SiteId
  readonly edges: Edges
  readonly store: HubStore
  readonly alerts: Alerts
  /** Who is told what became of commands; left out, the rows are kept and nobody is. */
  readonly commands?: CommandOutcomes
  readonly refuse: Refuse
}

/** From the broker to the database: every message is decoded, stored in a transaction, and only then answered. */
export function createIngest(options: IngestOptions): Ingest {
  const { clock, wall, log, broker, site, edges, store, alerts, refuse } = options
  const quarantine = createQuarantine({ sql: store.sql, edges, alerts })
  const commands = options.commands ?? { outcome: () => {} }
  const context = { clock, store, edges, alerts, quarantine, commands }
  const known = new Set(edges.all().map(({ id }) => id))
  /** Alarms first: behind a city's backlog they would wait for minutes. Frames of two lanes may change places. */
  const queues = { alarm: [] as Waiting[], other: [] as Waiting[] }
  const handlers = new Set<(changes: Changes) => void>()
  let last: Waiting[] = queues.other
  let queuedBytes = 0
  let cancels: Cancel[] = []
  let armed: Cancel | undefined
  let commits = 0
  let stalled = false
  let stopped = false

  const take = (topic: string, payload: Uint8Array) => {
    if (stopped) return
    const parsed = parseUpTopic(topic)
    if (parsed === undefined || parsed.site !== site || !known.has(parsed.edge))
      return refuse(fault('INGEST_FOREIGN_TOPIC', { topic: topic.slice(0, 100) }))
    const queue = parsed.kind === 'up' && parsed.lane === 'alarm' ? queues.alarm : queues.other
    if (queue.length >= QUEUE_MESSAGES_MAX || queuedBytes + payload.length > QUEUE_BYTES_MAX)
      return refuse(fault('INGEST_QUEUE_FULL'))
    queue.push({ topic, payload, at: clock.now() })
    queuedBytes += payload.length
    arm(0)
  }
  const arm = (delayMs: number) => {
    armed ??= wall.after(delayMs, () => {
      armed = undefined
      drain()
      if (waiting() > 0) arm(stalled ? STALL_MS : 0)
    })
  }
  const waiting = () => queues.alarm.length + queues.other.length
  const shift = (queue: Waiting[], count: number) => {
    for (const { payload } of queue.splice(0, count)) queuedBytes -= payload.length
  }

  /** Decodes as many waiting messages as fit one transaction; undecodable ones are refused and leave the queue. */
  const nextBatch = (queue: readonly Waiting[]): { readonly messages: Heard[]; readonly count: number } => {
    const messages: Heard[] = []
    let count = 0
    let rows = 0
    // What does not fit a nearly full database together may still fit one by one.
    const most = stalled ? 1 : BATCH_MESSAGES_MAX
    for (const { topic, payload, at } of queue) {
      if (count >= most || rows >= BATCH_ROWS_MAX) break
      count++
      const decoded = decodeMessage(topic, payload)
      if (!decoded.ok) {
        refuse(decoded.error)
        continue
      }
      messages.push({ at, message: decoded.value })
      if (decoded.value.kind === 'frame') rows += decoded.value.rows
    }
    return { messages, count }
  }

  const drain = () => {
    // In turns, so that a node which floods us with alarms does not silence the others.
    const turn = queues.other.length === 0 || (queues.alarm.length > 0 && last !== queues.alarm)
    const queue = turn ? queues.alarm : queues.other
    last = queue
    const { messages, count } = nextBatch(queue)
    stalled = commit(messages) === 'stalled'
    if (!stalled) shift(queue, count)
  }

  /** `stalled` when the database cannot take it now: everything stays queued and nothing is acknowledged. */
  const commit = (messages: readonly Heard[]): 'done' | 'stalled' => {
    if (messages.length === 0) return 'done'
    let applied: Applied
    try {
      applied = store.transaction(() => applyMessages(context, messages))
    } catch (cause) {
      edges.forget()
      if (cause instanceof FaultError) {
        refuse(cause.fault)
        return 'stalled'
      }
      return commitSingly(messages, cause)
    }
    commits++
    for (const reply of applied.replies) send(reply)
    for (const problem of applied.refused) refuse(problem)
    for (const handler of handlers) handler(applied.changes)
    return 'done'
  }

  /** Something in the batch breaks the transaction: only that is left out. */
  const commitSingly = (messages: readonly Heard[], cause: unknown): 'done' | 'stalled' => {
    const [only, ...others] = messages
    if (only !== undefined && others.length === 0) {
      const { edge, kind } = only.message
      log.error('message could not be stored', { edge, kind, reason: String(cause) })
      refuse(fault('INGEST_FAILED', { edge }))
      return 'done'
    }
    // After a stall the whole batch comes again: what was stored by then is recognised by its numbers.
    return messages.some((message) => commit([message]) === 'stalled') ? 'stalled' : 'done'
  }

  const send = ({ edge, kind, message }: Reply) => {
    void broker.publish(edgeTopics(site, edge)[kind], encodeCbor(message))
  }

  return {
    start() {
      cancels = HUB_FILTERS.map((filter) => broker.subscribe(filter, take))
    },
    stop() {
      stopped = true
      for (const cancel of cancels) cancel()
      armed?.()
      while (waiting() > 0) {
        drain()
        if (stalled) break
      }
    },
    onCommit: (handler) => void handlers.add(handler),
    presence(edge, connected) {
      const id = edgeId(edge)
      if (!id.ok || connected) return
      // Through the queue, so that it stays in order with what the edge said before.
      const epoch = edges.get(edge).epoch ?? NO_EPOCH
      take(edgeTopics(site, id.value).alive, encodeCbor({ v: 1, alive: false, epoch }))
    },
    health: () => ({ waiting: waiting(), commits, stalled, reserved: store.room.reserved() }),
  }
}

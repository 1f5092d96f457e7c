import type { Cancel, Clock, Utc } from '../../core/clock.ts'
import { FaultError, fault } from '../../core/errors.ts'
import { type EdgeId, edgeId, type SiteId } from '../../core/ids.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { ACK_WINDOW, packAck } from '../../core/relay/ack-frame.ts'
import { unpackAlarm } from '../../core/relay/alarm-frame.ts'
import { fromRadio, nearest } from '../../core/relay/alarm-identity.ts'
import { relayDictionary } from '../../core/relay/dictionary.ts'
import { unpackState } from '../../core/relay/state-frame.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { decodeRelay } from '../../core/wire/decoders.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import { edgeTopics, parseRelayTopic, RELAY_FILTER } from '../../core/wire/topics.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges } from '../fleet/edges.ts'
import type { Refuse } from '../refusals.ts'
import type { HubStore } from '../store/store.ts'
import { createAllowance } from './allowance.ts'
import { createOpening, type Opened } from './opening.ts'
import { storeState } from './state.ts'
import type { Told } from './told.ts'

/** Alarms and summaries of edges without a network, which neighbours heard by radio and passed on sealed. */
export interface Relay {
  start(): void
  stop(): void
  /** Called after each commit that changed something; handlers must not throw. */
  onCommit(handler: (changes: RelayChanges) => void): void
}

export interface RelayChanges {
  readonly edge: string
  readonly alarms: readonly AlarmEvent[]
  readonly alerts: readonly number[]
}

export interface RelayOptions {
  readonly clock: Clock
  /** Real time, for how much is let in; the two differ in demonstrations only. */
  readonly wall: Clock
  readonly broker: Broker
  readonly site: SiteId
  readonly edges: Edges
  readonly store: HubStore
  readonly alerts: Alerts
  readonly told: Told
  /** 32 bytes each, by edge. */
  readonly keys: ReadonlyMap<string, Uint8Array>
  readonly refuse: Refuse
}

/** Frames that do not open, per neighbour and edge: what bounds the guessing of a 32-bit tag. */
const FAILURES_PER_MINUTE_MAX = 10
/** Radio carries no more than this of one edge; what exceeds it is refused unread. */
const FRAMES_PER_MINUTE_MAX = 120
const SERIAL_SPAN = 2 ** 24

/** Of whom, over whom, and when it was on the air. */
interface Heard {
  readonly via: string
  readonly edge: string
  readonly at: Utc
}

const NOTHING = { alarms: [], alerts: [] } as const
interface Done {
  readonly alarms: readonly AlarmEvent[]
  readonly alerts: readonly number[]
  /** Seals what the edge is told in return; undefined for nothing. */
  readonly ack?: readonly number[]
}

export function createRelay(options: RelayOptions): Relay {
  const { clock, broker, site, edges, store, alerts, told, refuse } = options
  const opening = createOpening(options.keys)
  const failures = createAllowance(options.wall, FAILURES_PER_MINUTE_MAX)
  const frames = createAllowance(options.wall, FRAMES_PER_MINUTE_MAX)
  const handlers = new Set<(changes: RelayChanges) => void>()
  const cancels: Cancel[] = []

  const dictionaryOf = (edge: string) => relayDictionary(edges.get(edge).describe?.stations ?? [])

  const open = (via: string, edge: string, payload: Uint8Array): Result<Opened> => {
    if (!opening.knows(edge)) return err(fault('RELAY_UNKNOWN_EDGE', { from: via, edge }))
    const who = `${via} ${edge}`
    if (failures.spent(who) || frames.spent(who)) return err(fault('RELAY_TOO_MANY_FAILURES', { edge }))
    frames.use(who)
    const opened = opening.open(edge, payload, told.epochs(edge))
    if (opened !== undefined) return ok(opened)
    failures.use(who)
    return err(fault('RELAY_SEAL_BROKEN', { edge }))
  }

  const takeAlarm = ({ via, edge, at }: Heard, epoch: string, plain: Uint8Array): Result<Done> => {
    const radio = unpackAlarm(plain)
    if (!radio.ok) return radio
    const read = fromRadio(edge, radio.value, dictionaryOf(edge), at, {
      seq: told.newestSeq(edge, epoch),
      serial: (station) => told.newestSerial(edge, epoch, station),
    })
    if (!read.ok) return read
    const { seq, event } = read.value
    const row = { edge, epoch, seq, alarm: event.alarm, heardAt: clock.now(), via, body: encodeCbor(event) }
    const fresh = told.add(row)
    const alert = fresh ? alerts.refresh(edge, event.alarm) : undefined
    return ok({
      alarms: fresh ? [event] : [],
      alerts: alert === undefined ? [] : [alert],
      ack: told.held(edge, epoch, Math.max(0, seq - ACK_WINDOW + 1), seq),
    })
  }

  const takeState = ({ edge, at }: Heard, epoch: string, plain: Uint8Array): Result<Done> => {
    const state = unpackState(plain)
    if (!state.ok) return state
    const last = told.stateSerial(edge, epoch) ?? -1
    // A summary names the number that comes next: the network may have told up to that one, and no further.
    const next = told.nextState(edge, epoch)
    const serial = nearest(Math.max(last, next), state.value.serial24, SERIAL_SPAN)
    if (serial <= last || serial < next) return err(fault('RELAY_REPLAYED', { edge }))
    told.setStateSerial(edge, epoch, serial)
    storeState(store, edge, state.value, dictionaryOf(edge), at)
    return ok(NOTHING)
  }

  /** In a transaction; what it returns may be told once that has committed. */
  const apply = (heard: Heard, opened: Opened): Result<Done> => {
    const done = applyKind(heard, opened)
    if (done.ok) told.heard(heard.edge, heard.via, heard.at)
    return done
  }
  const applyKind = (heard: Heard, opened: Opened): Result<Done> => {
    switch (opened.kind) {
      case 'announce':
        told.announce(heard.edge, opened.epoch, clock.now())
        return ok({ ...NOTHING, ack: [] })
      case 'alarm':
        return takeAlarm(heard, opened.epoch, opened.plain)
      case 'state':
        return takeState(heard, opened.epoch, opened.plain)
    }
  }

  const answer = (via: EdgeId, edge: string, epoch: string, seqs: readonly number[]) => {
    const payload = opening.sealAck(edge, epoch, packAck(seqs.map((seq) => seq % 65_536)))
    void broker.publish(edgeTopics(site, via).relayed, encodeCbor({ v: 1, to: edge, payload }))
  }

  const take = (topic: string, bytes: Uint8Array) => {
    const from = parseRelayTopic(topic)
    if (from === undefined || from.site !== site) {
      return refuse(fault('INGEST_FOREIGN_TOPIC', { topic: topic.slice(0, 100) }))
    }
    const message = decodeRelay(bytes)
    if (!message.ok) return refuse(message.error)
    const edge = edgeId(message.value.from)
    if (!edge.ok) return refuse(edge.error)
    committing(() => {
      const opened = open(from.edge, edge.value, message.value.payload)
      if (!opened.ok) return refuse(opened.error)
      const at = clock.now() - (message.value.waited_s ?? 0) * 1000
      const heard = { via: from.edge, edge: edge.value, at }
      const done = store.transaction(() => apply(heard, opened.value))
      if (!done.ok) return refuse(done.error)
      const { ack, ...changes } = done.value
      if (ack !== undefined) answer(from.edge, edge.value, opened.value.epoch, ack)
      for (const handler of handlers) handler({ edge: edge.value, ...changes })
    })
  }

  /** What the disk does not take is not acknowledged, and so is told again. */
  const committing = (work: () => void) => {
    try {
      work()
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refuse(cause.fault)
    }
  }

  return {
    start: () => void cancels.push(broker.subscribe(RELAY_FILTER, take)),
    stop() {
      for (const cancel of cancels.splice(0)) cancel()
    },
    onCommit: (handler) => void handlers.add(handler),
  }
}

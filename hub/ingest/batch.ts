import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { EdgeId } from '../../core/ids.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges, QuarantineReason } from '../fleet/edges.ts'
import type { Quarantine } from '../fleet/quarantine.ts'
import type { HubStore } from '../store/store.ts'
import type { Stream } from '../store/streams.ts'
import type { Newest } from './frame.ts'
import type { Message } from './message.ts'
import type { AckFrame, Reply } from './replies.ts'

/** Who is told what became of commands; within the transaction that stores it, so that neither is without the other. */
export interface CommandOutcomes {
  outcome(edge: EdgeId, outcome: CommandOutcome): void
}

export interface ApplyContext {
  readonly clock: Clock
  readonly store: HubStore
  readonly edges: Edges
  readonly alerts: Alerts
  readonly quarantine: Quarantine
  readonly commands: CommandOutcomes
}

/** A message with the time at which it came. */
export interface Heard {
  readonly at: number
  readonly message: Message
}

/** Everything that one transaction gathers while its messages are applied. */
export interface Batch {
  readonly newest: Newest
  readonly refused: Fault[]
  readonly replies: Reply[]
  readonly alarms: { readonly edge: string; readonly alarm: AlarmEvent }[]
  /** Alerts that the hub raised itself. */
  readonly raised: Set<number>
  readonly stored: Map<
    number,
    { readonly edge: EdgeId; readonly stream: Stream; readonly frames: AckFrame[] }
  >
  readonly wanted: Set<string>
  readonly seen: Set<EdgeId>
}

/** Something speaks for two nodes under the identity. */
export function suspect(
  { quarantine }: ApplyContext,
  batch: Batch,
  edge: EdgeId,
  reason: QuarantineReason,
  now: number,
): void {
  const alert = quarantine.suspect(edge, reason, now)
  if (alert !== undefined) batch.raised.add(alert)
}

/** Notes what the edge's lives say of it. */
export function noteTwin(
  context: ApplyContext,
  batch: Batch,
  edge: EdgeId,
  epoch: string,
  twin: 'boot' | 'epoch' | undefined,
  now: number,
): void {
  if (twin === undefined) return
  if (!context.edges.quarantined(edge)) batch.refused.push(fault('INGEST_CLONE_SUSPECTED', { edge, epoch }))
  suspect(context, batch, edge, twin, now)
}

import { createSecureContext } from 'node:tls'
import type { Clock, NodeClock, Utc } from '../../core/clock.ts'
import { FaultError, fault } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import type { Agent } from '../agent.ts'
import type { SiteDocuments } from '../documents/site-documents.ts'
import type { DocumentSync } from '../documents/sync.ts'
import type { History } from '../history/history.ts'
import type { LoadedEdge } from '../load-config.ts'
import type { Ledger, Outbox } from '../outbox/outbox.ts'
import { shapeLookup } from '../point-shapes.ts'
import type { Refusals } from '../refusals.ts'
import { createNodeSite } from './node-site.ts'
import { ownEdits } from './own-edits.ts'
import type { ControlledPanel } from './panel-control.ts'
import { createPanel } from './server.ts'

export interface StartedPanel extends ControlledPanel {
  close(): Promise<void>
}

/** Opens the panel of a node; undefined where its configuration has none. Rejects with a FaultError. */
export async function startPanel(
  { config, path, definitions, devices }: LoadedEdge,
  parts: {
    readonly agent: Agent
    readonly broker: Broker
    readonly clock: NodeClock
    readonly wall: Clock
    readonly random: Random
    readonly log: Log
    readonly refusals: Refusals
    readonly documents: SiteDocuments
    readonly outbox: Outbox
    readonly history: History | undefined
    readonly store: SqlStore
    readonly page: string
    /** Undefined where documents go to no hub. */
    readonly documentSync: DocumentSync | undefined
    /** Text of a file that must be there. */
    read(file: string): string
  },
): Promise<StartedPanel | undefined> {
  const { panel: settings, name } = config
  const { history } = parts
  if (settings === undefined || history === undefined) return undefined
  const { broker, clock, outbox } = parts
  const [hub, stopHearing] = hubSeen(broker, clock)
  const { documentSync } = parts
  const edits =
    documentSync === undefined
      ? undefined
      : await ownEdits({ ...parts, edge: config.edge, onAlike: documentSync.onAlike })
  const site = createNodeSite({
    ...parts,
    ...{ history, definitions, devices, name, shape: shapeLookup(definitions) },
    link: () => ({
      ...hub(),
      unsent: unsentIn(outbox.ledger()),
      waiting: edits?.waiting() ?? 0,
    }),
  })
  const { tls } = settings
  const secrets =
    tls === undefined ? undefined : { cert: parts.read(path(tls.cert)), key: parts.read(path(tls.key)) }
  if (secrets !== undefined) checkTls(secrets)
  const panel = await createPanel({ ...parts, config: settings, name, site, tls: secrets })
  const close = async () => {
    stopHearing()
    edits?.stop()
    await panel.close()
  }
  try {
    const port = await panel.listen()
    parts.log.info('the panel is open', { host: settings.host, port })
  } catch (cause) {
    await close()
    throw cause
  }
  return { ...panel, close }
}

/** Throws a FaultError: PANEL_TLS_UNREADABLE. */
function checkTls(secrets: { readonly cert: string; readonly key: string }): void {
  try {
    createSecureContext(secrets)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    throw new FaultError(fault('PANEL_TLS_UNREADABLE', { reason }), { cause })
  }
}

/** How the hub is reached, and since when. */
function hubSeen(broker: Broker, clock: Clock) {
  let since: Utc | null = null
  const stop = broker.onState(() => {
    since = clock.now()
  })
  const seen = () => ({ hub: broker.state() === 'online' ? ('connected' as const) : ('cut' as const), since })
  return [seen, stop] as const
}

/** Rows that the hub does not have; of the state lane only the newest matter, and none is missed. */
function unsentIn({ lanes, queued, former }: Ledger): number {
  const stored = lanes.filter(({ lane }) => lane !== 'state').reduce((sum, lane) => sum + lane.stored, 0)
  return stored + queued.alarms + queued.readings + former.rows
}

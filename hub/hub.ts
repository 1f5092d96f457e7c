import { type Cancel, type Clock, every } from '../core/clock.ts'
import { type Fault, FaultError } from '../core/errors.ts'
import { listenAt } from '../core/http/json-server.ts'
import { edgeId, type SiteId, siteId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Broker } from '../core/ports/broker.ts'
import type { RevisionStore } from '../core/ports/document-store.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import type { Random } from '../core/random.ts'
import { encodeCbor } from '../core/wire/cbor.ts'
import { edgeTopics } from '../core/wire/topics.ts'
import { createSessions } from './accounts/sessions.ts'
import { createAlerts } from './alerts/alerts.ts'
import { type ApiServer, createApiServer } from './api/server.ts'
import { createLiveStream, type LiveStream } from './api/stream.ts'
import { createHubBroker } from './broker/broker.ts'
import { createEdgeAuth } from './broker/edge-auth.ts'
import type { PeerSecrets } from './broker/listen.ts'
import { createCommands } from './commands/commands.ts'
import type { HubConfig } from './config.ts'
import { createHubDocuments } from './documents/documents.ts'
import { createFarmUses } from './farm/farm-use.ts'
import { createFarms } from './farm/farms.ts'
import { createBelonging } from './fleet/belonging.ts'
import { createEdges } from './fleet/edges.ts'
import { createFleet } from './fleet/fleet.ts'
import { createQuarantine } from './fleet/quarantine.ts'
import type { Changes } from './ingest/changes.ts'
import { createIngest } from './ingest/ingest.ts'
import { createEnergy } from './lighting/energy.ts'
import { createLightingFaults } from './lighting/faults.ts'
import { createOrders } from './lighting/orders.ts'
import { createStreets } from './lighting/streets.ts'
import { createRefusals, guarded, type Refuse } from './refusals.ts'
import { createRelay, type RelayChanges } from './relay/relay.ts'
import { createTold } from './relay/told.ts'
import { createRetention } from './store/retention.ts'
import { DAY_MS } from './store/rollups.ts'
import type { Disk } from './store/room.ts'
import { createHubStore } from './store/store.ts'

export interface HubOptions {
  /** The site's time. */
  readonly clock: Clock
  /** Real time, for what people and connections feel; the same clock outside demonstrations. */
  readonly wall: Clock
  readonly random: Random
  readonly log: Log
  readonly config: HubConfig
  readonly sql: SqlStore
  /** Documents of all edges; left out, the hub keeps none. The caller's to close. */
  readonly documents?: RevisionStore
  /** The disk of `sql`, where that can be known. */
  readonly disk?: () => Disk | undefined
  /** The broker's certificate, where it speaks TLS. */
  readonly secrets?: PeerSecrets
  /** Keys of what edges say by radio, by edge; none where none is told. */
  readonly relayKeys?: ReadonlyMap<string, Uint8Array>
  /** Directory of the built page; left out, the hub is an interface alone. */
  readonly page?: string
}

export interface HubAddresses {
  /** mqtt:// or mqtts:// */
  readonly mqtt: string
  /** ws:// or wss://, null where it is off. */
  readonly ws: string | null
  readonly http: string
}

export interface Hub {
  /** Opens the ports. Rejects with a FaultError PORT_UNAVAILABLE. */
  start(): Promise<HubAddresses>
  /** Commits what has arrived and releases everything but the database. Idempotent. */
  stop(): Promise<void>
  /** The HTTP side without a port, for tests. */
  readonly inject: ApiServer['inject']
}

const RETENTION_MS = 10_000

/** Broker, ingest, store, alerts, fleet and interface as one. `sql` stays the caller's to close. */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { clock, wall, random, config, sql } = options
  const site = siteId(config.site)
  if (!site.ok) throw new FaultError(site.error)
  const log = options.log.child({ part: 'hub' })
  const refusals = createRefusals()
  const refuse = (problem: Fault) => {
    refusals.count(problem.code)
    log.debug('refused', { code: problem.code, ...problem.details })
  }

  const store = createHubStore(sql, config.timeZone, options.disk)
  const edges = createEdges(
    sql,
    config.edges.map(({ id }) => id),
  )
  const alerts = createAlerts(sql)
  const told = createTold(sql)
  const fleet = createFleet({ clock, edges, store, alerts, heardByRadio: told.lastHeard, refuse })
  const secrets = options.secrets === undefined ? {} : { secrets: options.secrets }
  const broker = await createHubBroker({ clock: wall, log, site: site.value, config, refuse, ...secrets })
  const { quarantined } = edges
  const downward = { random, site: site.value, sql, broker: broker.local, quarantined }
  const commands = createCommands({ clock, wall, edges, refuse, ...downward })
  const parts = { clock, wall, log, site: site.value, edges, store, alerts, commands, refuse }
  const ingest = createIngest({ ...parts, broker: broker.local })
  const streets = createStreets({ clock, edges, store, alerts, commands, refuse })
  const lighting = {
    streets,
    orders: createOrders({ clock, store, streets, commands }),
    energy: createEnergy({ clock, timeZone: config.timeZone, store, streets, fleet }),
    lightingFaults: createLightingFaults({ clock, alerts, streets }),
  }
  const { timeZone } = config
  const farms = createFarms({ clock, timeZone, edges, store, alerts, refuse })
  const farming = { farms, farmUses: createFarmUses({ clock, timeZone, store, farms }) }
  const stream = createLiveStream({ wall, fleet, alerts, streets, farms, refuse })
  broker.onPresence(ingest.presence)
  // What is shown is read from the disk; should that fail, what was stored stays stored.
  ingest.onCommit((changes) => guarded(refuse, () => stream.changed(changes)))
  ingest.onCommit(({ edges: heard }) => guarded(refuse, () => commands.committed(heard)))
  const keys = options.relayKeys ?? new Map<string, Uint8Array>()
  const relay = createRelay({ ...parts, broker: broker.local, told, keys })
  relay.onCommit((changes) => guarded(refuse, () => stream.changed(changesOf(changes))))
  commands.onChange((view) => guarded(refuse, () => stream.command(view)))

  const health = () => {
    const { stalled, reserved, waiting, commits } = ingest.health()
    const takes: 'all' | 'alarms' | 'nothing' = stalled ? 'nothing' : reserved ? 'alarms' : 'all'
    const { room } = store
    const held = { takes, usedBytes: room.usedBytes(), limitBytes: room.limitBytes() }
    return { ok: takes === 'all', waiting, commits, store: held, refused: refusals.all() }
  }
  const sessions =
    config.users.length === 0 ? undefined : createSessions({ wall, random, users: config.users })
  const quarantine = createQuarantine({ sql, edges, alerts })
  const belonging = createBelonging(edges)
  const shown = { clock, store, edges, fleet, alerts, stream, health, ...lighting, ...farming }
  const views = { ...shown, commands, quarantine, belonging }
  const documents = hubDocuments(options, {
    site: site.value,
    quarantined,
    refuse,
    broker: broker.local,
    stream,
  })
  const api = await createApiServer({ ...views, log, config, sessions, page: options.page, documents })
  const retainRows = createRetention(store, config.retention)
  const retain = () => {
    retainRows(clock.now())
    commands.forget(config.retention.alarmDays * DAY_MS)
  }
  let cancelRetention: Cancel | undefined

  return {
    inject: api.inject.bind(api),
    async start() {
      ingest.start()
      relay.start()
      commands.start()
      const ports = await broker.start()
      const http = await listenAt(api, config.http)
      cancelRetention = every(wall, RETENTION_MS, () => guarded(refuse, retain))
      const tls = options.secrets === undefined ? '' : 's'
      const mqttHost = inUrl(config.broker.host)
      return {
        mqtt: `mqtt${tls}://${mqttHost}:${ports.tcp}`,
        ws: ports.ws === null ? null : `ws${tls}://${mqttHost}:${ports.ws}`,
        http: `http://${inUrl(config.http.host)}:${http}`,
      }
    },
    async stop() {
      cancelRetention?.()
      commands.stop()
      stream.close()
      await broker.stop()
      relay.stop()
      ingest.stop()
      await api.close()
    },
  }
}

/** Documents for people and for the nodes; undefined where the hub was given no store for them. */
function hubDocuments(
  { clock, wall, config, documents: store }: HubOptions,
  parts: {
    readonly site: SiteId
    readonly quarantined: (edge: string) => boolean
    readonly refuse: Refuse
    readonly broker: Broker
    readonly stream: LiveStream
  },
) {
  if (store === undefined) return undefined
  const { site, quarantined, refuse, broker, stream } = parts
  const nudge = (edge: string) => {
    const id = edgeId(edge)
    if (id.ok) void broker.publish(edgeTopics(site, id.value).docs, encodeCbor({ v: 1 }))
  }
  store.onChange((id) => {
    const at = id.indexOf('/')
    if (at > 0) stream.document(id.slice(0, at), id.slice(at + 1))
  })
  const auth = createEdgeAuth({ clock: wall, edges: config.edges })
  return {
    people: createHubDocuments({ clock, store, edges: config.edges.map(({ id }) => id), nudge }),
    replication: { site, store, auth, quarantined, refuse },
  }
}

/** What a radioed frame changed, as a commit of the ingest says it. */
function changesOf({ edge, alarms, alerts }: RelayChanges): Changes {
  return {
    edges: new Set([edge]),
    alarms: alarms.map((alarm) => ({ edge, alarm })),
    alerts: new Set(alerts),
  }
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

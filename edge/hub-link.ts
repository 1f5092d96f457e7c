import type { Clock } from '../core/clock.ts'
import { type Fault, FaultError } from '../core/errors.ts'
import { edgeId, siteId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { DialBroker } from '../core/ports/broker.ts'
import type { Result } from '../core/result.ts'
import { encodeCbor } from '../core/wire/cbor.ts'
import { edgeTopics } from '../core/wire/topics.ts'
import type { Agent } from './agent.ts'
import type { DocumentSync } from './documents/sync.ts'
import type { LoadedEdge } from './load-config.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createSync } from './outbox/sync.ts'
import type { Refusals } from './refusals.ts'
import { hubWord, keepAskingHub } from './time/hub-word.ts'
import type { LearningClock } from './time/node-clock.ts'

/** What a will says before there is a database. */
const NO_EPOCH = '0000000000000000'

/** The line to the hub: rows and time one way and the other, commands, and the word that documents have changed. */
export function hubLink(
  loaded: LoadedEdge,
  parts: {
    readonly dial: DialBroker
    readonly wall: Clock
    /** What this node runs, for the hub's list. */
    readonly software: string
    readonly key: string
    readonly boot: string
    readonly clock: LearningClock
    readonly log: Log
    readonly outbox: Outbox
    readonly agent: Pick<Agent, 'describe' | 'command'>
    readonly refusals: Refusals
    readonly documentSync: DocumentSync | undefined
    /** The hub has been told of these stations. */
    readonly described: (stations: readonly unknown[]) => void
  },
) {
  const { config, path } = loaded
  const { hub } = config
  const { clock, outbox } = parts
  const site = soundId(siteId(config.site))
  const edge = soundId(edgeId(config.edge))
  const gone = { v: 1, alive: false, epoch: outbox.epoch() ?? NO_EPOCH, boot: parts.boot }
  const broker = parts.dial({
    url: hub.url,
    clientId: `${config.site}-${config.edge}`,
    username: config.edge,
    password: parts.key,
    tls: {
      ...(hub.ca === undefined ? {} : { ca: path(hub.ca) }),
      ...(hub.cert === undefined ? {} : { cert: path(hub.cert) }),
      ...(hub.certKey === undefined ? {} : { key: path(hub.certKey) }),
    },
    will: { topic: edgeTopics(site, edge).alive, payload: encodeCbor(gone) },
    keepalive_s: hub.keepalive_s,
    // A demonstration plays another time; its certificates are of the present.
    ...(config.clock === undefined ? { bounds: clock.bounds } : {}),
    refused: (problem) => parts.refusals.note(problem, 'hub'),
    log: parts.log,
  })
  const sync = createSync({
    outbox,
    broker,
    clock,
    log: parts.log,
    site,
    edge,
    wall: parts.wall,
    historyShare: config.limits.history_percent / 100,
    hello: () => ({ software: parts.software, boot: parts.boot }),
    describe: () => ({ name: config.name, ...parts.agent.describe() }),
    onDescribed: ({ stations }) => parts.described(stations),
    refused: (problem: Fault) => parts.refusals.note(problem, 'sync'),
    onHubTime: (utc, asked) => clock.learn('hub', hubWord(utc, asked, clock.monotonic())),
  })
  const stopAsking = keepAskingHub(clock, sync.askTime)
  broker.subscribe(edgeTopics(site, edge).docs, () => parts.documentSync?.wake())
  broker.onState((state) => {
    if (state === 'online') parts.documentSync?.wake()
  })
  broker.subscribe(edgeTopics(site, edge).cmd, (_topic, payload) => parts.agent.command(payload))
  sync.start()
  return { broker, sync, stopAsking }
}

function soundId<T>(id: Result<T>): T {
  if (!id.ok) throw new FaultError(id.error)
  return id.value
}

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Clock, NodeClock } from '../core/clock.ts'
import { type Fault, FaultError } from '../core/errors.ts'
import { edgeId, siteId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { memoryDocuments } from '../core/memory-documents.ts'
import { CONTROL_SOCKET, claimControl, serveControl } from '../core/node/control-socket.ts'
import { processLog } from '../core/node/log.ts'
import { makeFolder } from '../core/node/make-folder.ts'
import { mqttBroker } from '../core/node/mqtt-client.ts'
import { type PouchDocuments, reopenPouchDocuments } from '../core/node/pouch-documents.ts'
import { readText, requireText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { readRelayKey } from '../core/node/relay-key.ts'
import { serialStream } from '../core/node/serial-stream.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { sqliteSource } from '../core/node/sqlite-source.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { systemTime } from '../core/node/system-time.ts'
import { tcpStream } from '../core/node/tcp-stream.ts'
import { udpNetwork } from '../core/node/udp.ts'
import { untilTold } from '../core/node/until-told.ts'
import type { RevisionStore } from '../core/ports/document-store.ts'
import type { SqlSource } from '../core/ports/sql-source.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import { hex } from '../core/random.ts'
import type { Result } from '../core/result.ts'
import { encodeCbor } from '../core/wire/cbor.ts'
import type { AlarmEvent } from '../core/wire/messages.ts'
import { edgeTopics } from '../core/wire/topics.ts'
import { type Agent, createAgent } from './agent.ts'
import { type CommandStore, openCommandStore } from './commands/command-store.ts'
import { createControlState } from './control-state.ts'
import { endSafely } from './crash.ts'
import { nodeCheck } from './documents/checks.ts'
import { createHolds } from './documents/holds.ts'
import { createSiteDocuments, type SiteDocuments } from './documents/site-documents.ts'
import { stationCheck } from './documents/stations.ts'
import { createDocumentSync, type DocumentSync } from './documents/sync.ts'
import { createChirpstackDriver } from './drivers/chirpstack/chirpstack-driver.ts'
import type { ChirpstackConfig } from './drivers/chirpstack/config.ts'
import type { DriverSink } from './drivers/driver.ts'
import { createLorawanDriver } from './drivers/lorawan/lorawan-driver.ts'
import { readKeyFile } from './key-file.ts'
import { deviceLookup, type LoadedEdge, loadEdgeConfig } from './load-config.ts'
import { type NodeIdentity, nodeControl } from './node-control.ts'
import { createOutbox } from './outbox/create-outbox.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createSync } from './outbox/sync.ts'
import { shapeLookup } from './point-shapes.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { openRadio, type Radio } from './relay/radio.ts'
import { configuredClock } from './time/configured-clock.ts'
import { hubWord, keepAskingHub } from './time/hub-word.ts'
import type { LearningClock } from './time/node-clock.ts'
import { bootVitals } from './vitals/boots.ts'
import { diskVitals, machineVitals } from './vitals/machine.ts'
import { modemVitals } from './vitals/modem.ts'
import { processVitals } from './vitals/process.ts'
import { clockVitals, outboxVitals } from './vitals/sending.ts'
import { supplyVitals } from './vitals/supply.ts'
import { createVitals } from './vitals/vitals.ts'

/** Everything but the outbox's own database is small. */
const SMALL_STORE_BYTES = 64 * 1024 * 1024
const MEGABYTE = 1024 * 1024
const SOFTWARE = 'tram 0.1.0'

/** Runs an edge node until it is told to stop; the exit code. */
export async function runEdge(file: string): Promise<number> {
  const loaded = loadEdgeConfig(file, readText)
  if (!loaded.ok) return refuse(loaded.error)
  const key = readKeyFile(loaded.value.path(loaded.value.config.hub.keyFile))
  if (!key.ok) return refuse(key.error)
  const stack = releaseStack()
  try {
    await startEdge(loaded.value, key.value, stack)
    process.stdout.write(`${JSON.stringify({ event: 'ready', edge: loaded.value.config.edge })}\n`)
    await untilTold()
    await stack.release()
    return 0
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    await stack.release()
    return refuse(cause.fault)
  }
}

/** What was opened, to be released last first, however far the start came. */
function releaseStack() {
  const releases: (() => unknown)[] = []
  return {
    push: (release: () => unknown) => void releases.push(release),
    async release() {
      for (let next = releases.pop(); next !== undefined; next = releases.pop()) await next()
    },
  }
}

/**
 * Builds the node from its configuration and starts it. Rejects with a FaultError where a port is taken or another
 * process runs the same node. A disk that fails is none of these: the node then works from memory.
 */
async function startEdge(
  loaded: LoadedEdge,
  key: string,
  stack: ReturnType<typeof releaseStack>,
): Promise<void> {
  const { config, dataDir, definitions } = loaded
  const log = processLog(config.edge, config.logLevel)
  const machine = systemClock(config.clock)
  const wall = systemClock()
  /** What is refused before the node's own clock stands is dated by the machine's. */
  let dating: Clock = machine
  const refusals = createRefusals({ clock: { ...machine, now: () => dating.now() }, log })
  const boot = hex(systemRandom.bytes(8))
  const socketPath = join(dataDir, CONTROL_SOCKET)
  await tolerating(refusals, async () => {
    makeFolder(dataDir)
    await claimControl(socketPath)
  })

  const small = (name: string, onReplaced = () => {}) => {
    const store = openSmall(
      sqliteSource(join(dataDir, name), { maxBytes: SMALL_STORE_BYTES }),
      refusals,
      onReplaced,
    )
    stack.push(() => store.close())
    return store
  }
  // Of its own: a damaged memory of the controllers must not cost the floor of the clock as well.
  const clock = configuredClock(config, { machine, system: systemTime(), store: small('clock.db'), refusals })
  stack.push(() => clock.stop())
  dating = clock

  const maxBytes = config.limits.outbox_mb * MEGABYTE
  const outbox = createOutbox({
    source: sqliteSource(join(dataDir, 'outbox.db'), { maxBytes }),
    boot,
    // Pauses, rates and retries are of the real world; readings bring their own time.
    clock: wall,
    random: systemRandom,
    log,
    shape: shapeLookup(definitions),
    limits: { maxBytes },
    timeZone: config.timeZone,
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  stack.push(() => outbox.close())
  // What was written before the node knew the time gets its date from what it has learnt since.
  const date = () => {
    const offset = clock.offset()
    if (offset !== undefined) outbox.dated(offset)
  }
  stack.push(clock.onLearnt(date))
  date()
  const note = (problem: Fault) => refusals.note(problem, 'documents')
  const store = (await reopenPouchDocuments(join(dataDir, 'documents'), note)) ?? memoryDocuments()
  const devices = deviceLookup(definitions)
  const check = nodeCheck(devices, definitions)
  const own = { store, edge: config.edge, clock, wall, random: systemRandom, check, refusals }
  const documents = createSiteDocuments(own)
  stack.push(() => documents.close())
  await tolerating(refusals, () => documents.start())
  const memory = createControlState({ store: small('control.db'), clock, refusals })
  const ownProcess = processVitals()
  stack.push(() => ownProcess.stop())
  let radio: Radio | undefined
  const agent = createAgent({
    clock,
    wall,
    speed: config.clock?.speed ?? 1,
    definitions,
    documents,
    stations: loaded.stations,
    checkStation: stationCheck(devices),
    holds: (outputs) => createHolds({ clock, boot, documents, outputs, refusals }),
    memory,
    commands: openCommands(small, refusals),
    refusals,
    outbox,
    drivers: (sink) => driversOf(loaded, { sink, clock, log, store: small('lorawan.db') }),
    vitals: createVitals([
      ownProcess,
      machineVitals({ root: '/', processors: availableParallelism() }),
      diskVitals(dataDir),
      supplyVitals('/'),
      bootVitals({ memory, clock }),
      outboxVitals({ clock, ledger: outbox.ledger }),
      clockVitals({ clock, known: clock.known }),
      modemVitals(() => radio?.status()),
    ]),
    timeTold: ({ source, ...word }) => clock.learn(source, word),
    relayed: (frame) => radio?.heard(frame),
    say: (event) => process.stdout.write(`${alarmLine(event)}\n`),
  })
  endSafely({ process, clock: wall, log, driveSafe: agent.driveSafe })
  // Whoever read the alarms along may leave; that is no reason to end.
  process.stdout.on('error', () => {})
  const documentSync = documentLink(loaded, { key, clock, log, store, documents, refusals })
  stack.push(() => documentSync?.stop())
  const described = (stations: readonly unknown[]) => radio?.described(stations)
  const link = { key, boot, clock, log, outbox, agent, refusals, documentSync, described }
  const { broker, sync, stopAsking } = hubLink(loaded, link)
  stack.push(() => broker.close())
  stack.push(() => sync.stop())
  stack.push(stopAsking)
  const lines = { serial: serialStream, tcp: tcpStream, readKey: readRelayKey }
  const opened = openRadio(loaded, { ...link, ...lines, wall, small, broker, sync, random: systemRandom })
  radio = opened
  agent.onDescription(() => sync.describeAgain())
  stack.push(opened.stop)
  stack.push(() => agent.stop())
  await agent.start()
  opened.start()

  const identity = (): NodeIdentity => ({
    site: config.site,
    edge: config.edge,
    software: SOFTWARE,
    at: clock.now(),
    clock: clock.quality(),
    known: clock.known(),
    bounds: clock.bounds(),
    uptime_s: Math.round(process.uptime()),
    hub: { url: config.hub.url, state: broker.state(), ...sync.status() },
    documents: documentSync?.status(),
    relay: opened.status(),
    memory_MB: Math.round(process.memoryUsage().rss / MEGABYTE),
  })
  await tolerating(refusals, async () => {
    const handlers = nodeControl({ agent, outbox, documents, refusals, identity })
    const control = await serveControl(socketPath, handlers)
    stack.push(() => control.close())
  })
  log.info('running', { stations: loaded.stations.map(({ id }) => id), devices: definitions.size })
  stack.push(() => log.info('stopping'))
}

/** Without a place for its socket a node cannot be spoken to on site; it guards all the same. Never two of one node. */
async function tolerating(refusals: Refusals, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (!(cause instanceof FaultError) || cause.fault.code === 'ALREADY_RUNNING') throw cause
    refusals.note(cause.fault, 'node')
  }
}

/** The ledger of commands; one in memory says of itself that it is no promise. */
function openCommands(
  small: (name: string, onReplaced: () => void) => SqlStore,
  refusals: Refusals,
): CommandStore {
  try {
    let replaced = false
    const sql = small('commands.db', () => {
      replaced = true
    })
    return openCommandStore(sql, replaced)
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, 'commands')
    return openCommandStore(openSqlite(':memory:'))
  }
}

/** A small database, a fresh one in place of a damaged one, or one in memory: the node works on in any case. */
function openSmall(source: SqlSource, refusals: Refusals, onReplaced: () => void): SqlStore {
  try {
    return source.open()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, 'store')
    if (cause.fault.code !== 'STORE_CORRUPT') return openSqlite(':memory:')
  }
  try {
    source.moveAside()?.close()
    onReplaced()
    return source.open()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, 'store')
    return openSqlite(':memory:')
  }
}

function driversOf(
  loaded: LoadedEdge,
  parts: { readonly sink: DriverSink; readonly clock: Clock; readonly log: Log; readonly store: SqlStore },
) {
  const { lorawan, chirpstack } = loaded.config
  const definitions = (devices: readonly { readonly id: string }[]) =>
    new Map(
      devices.flatMap(({ id }) => {
        const definition = loaded.definitions.get(id)
        return definition === undefined ? [] : [[id, definition] as const]
      }),
    )
  const ids = (devices: readonly { readonly id: string }[]) => devices.map(({ id }) => id)
  const wall = systemClock()
  return [
    ...(lorawan === undefined
      ? []
      : [
          {
            driver: createLorawanDriver({
              ...parts,
              config: lorawan,
              devices: definitions(lorawan.devices),
              radioClock: wall,
              random: systemRandom,
              network: udpNetwork,
              path: loaded.path,
            }),
            devices: ids(lorawan.devices),
          },
        ]),
    ...(chirpstack === undefined
      ? []
      : [
          {
            driver: createChirpstackDriver({
              ...parts,
              config: chirpstack,
              devices: definitions(chirpstack.devices),
              broker: chirpstackBroker(loaded, chirpstack, parts.log),
            }),
            devices: ids(chirpstack.devices),
          },
        ]),
  ]
}

function chirpstackBroker(
  { config, path }: LoadedEdge,
  { url, username, passwordFile, ca }: ChirpstackConfig,
  log: Log,
) {
  return mqttBroker({
    url,
    clientId: `tram-${config.edge}`,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: parsed(readKeyFile(path(passwordFile))) }),
    ...(ca === undefined ? {} : { tls: { ca: path(ca) } }),
    log,
  })
}

function hubLink(
  loaded: LoadedEdge,
  parts: {
    readonly key: string
    readonly boot: string
    readonly clock: LearningClock
    readonly log: Log
    readonly outbox: Outbox
    readonly agent: Agent
    readonly refusals: Refusals
    readonly documentSync: DocumentSync | undefined
    /** The hub has been told of these stations. */
    readonly described: (stations: readonly unknown[]) => void
  },
) {
  const { config, path } = loaded
  const { hub } = config
  const { clock, outbox } = parts
  const site = parsed(siteId(config.site))
  const edge = parsed(edgeId(config.edge))
  const gone = { v: 1, alive: false, epoch: outbox.epoch() ?? NO_EPOCH, boot: parts.boot }
  const broker = mqttBroker({
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
    wall: systemClock(),
    historyShare: config.limits.history_percent / 100,
    hello: () => ({ software: SOFTWARE, boot: parts.boot }),
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

/** Replicates documents with the hub; undefined where nothing is configured, or they are in memory alone. */
function documentLink(
  { config, path }: LoadedEdge,
  parts: {
    readonly key: string
    readonly clock: NodeClock
    readonly log: Log
    readonly store: RevisionStore | PouchDocuments
    readonly documents: SiteDocuments
    readonly refusals: Refusals
  },
): DocumentSync | undefined {
  const { hub, edge } = config
  const { store } = parts
  if (hub.documents === undefined || !('replicate' in store)) return undefined
  const tls = {
    ...(hub.ca === undefined ? {} : { ca: requireText(path(hub.ca)) }),
    ...(hub.cert === undefined ? {} : { cert: requireText(path(hub.cert)) }),
    ...(hub.certKey === undefined ? {} : { key: requireText(path(hub.certKey)) }),
  }
  // A demonstration plays another time; its certificates are of the present.
  const bounds = config.clock === undefined ? { bounds: parts.clock.bounds } : {}
  const remote = { url: hub.documents, username: edge, password: parts.key, tls, ...bounds }
  const sync = createDocumentSync({
    wall: systemClock(),
    random: systemRandom,
    log: parts.log,
    replicate: (fromStart) => store.replicate({ ...remote, fromStart }, `${edge}/`),
    refused: (problem) => parts.refusals.note(problem, 'documents'),
  })
  parts.documents.onOwnChange(sync.wake)
  return sync
}

const NO_EPOCH = '0000000000000000'

function parsed<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}

/** One line a person reads at the node's terminal. */
function alarmLine({ at, event, text }: AlarmEvent): string {
  return `${new Date(at).toISOString()}  ${event.padEnd(10)} ${text.vi} · ${text.en}`
}

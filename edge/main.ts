import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock, NodeClock } from '../core/clock.ts'
import { type Fault, FaultError } from '../core/errors.ts'
import { CONTROL_SOCKET, claimControl, serveControl } from '../core/node/control-socket.ts'
import { processLog } from '../core/node/log.ts'
import { makeFolder } from '../core/node/make-folder.ts'
import { mqttBroker } from '../core/node/mqtt-client.ts'
import { putDocumentsAside, reopenPouchDocuments } from '../core/node/pouch-documents.ts'
import { readText, requireText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { readRelayKey } from '../core/node/relay-key.ts'
import { readSecretFile } from '../core/node/secret-file.ts'
import { serialStream } from '../core/node/serial-stream.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { sqliteSource } from '../core/node/sqlite-source.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { systemTime } from '../core/node/system-time.ts'
import { tcpStream } from '../core/node/tcp-stream.ts'
import { udpNetwork } from '../core/node/udp.ts'
import { untilTold } from '../core/node/until-told.ts'
import { hex } from '../core/random.ts'
import type { AlarmEvent } from '../core/wire/messages.ts'
import { createAgent } from './agent.ts'
import { configuredDrivers } from './configured-drivers.ts'
import { createControlState } from './control-state.ts'
import { endSafely } from './crash.ts'
import { nodeCheck } from './documents/checks.ts'
import { createHolds } from './documents/holds.ts'
import { documentLink } from './documents/link.ts'
import { createSiteDocuments } from './documents/site-documents.ts'
import { startDocuments } from './documents/start-documents.ts'
import { stationCheck } from './documents/stations.ts'
import { createHistory, type History } from './history/history.ts'
import { hubLink } from './hub-link.ts'
import { type LoadedEdge, loadEdgeConfig } from './load-config.ts'
import { type NodeIdentity, nodeControl } from './node-control.ts'
import { createOutbox } from './outbox/create-outbox.ts'
import { panelControl } from './panel/panel-control.ts'
import type { StartedPanel } from './panel/start-panel.ts'
import { shapeLookup } from './point-shapes.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { openRadio, type Radio } from './relay/radio.ts'
import { type ReleaseStack, releaseStack } from './release-stack.ts'
import { createSmallStores } from './small-stores.ts'
import { configuredClock } from './time/configured-clock.ts'
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
/** Compiled to dist/edge/main.js; Vite puts the panel's page there. */
const PAGE = fileURLToPath(new URL('./panel/web', import.meta.url))

/** Runs an edge node until it is told to stop; the exit code. */
export async function runEdge(file: string): Promise<number> {
  const loaded = loadEdgeConfig(file, readText)
  if (!loaded.ok) return refuse(loaded.error)
  const key = readSecretFile(loaded.value.path(loaded.value.config.hub.keyFile))
  if (!key.ok) return refuse(key.error)
  const stack = releaseStack()
  try {
    await startEdge(loaded.value, key.value, stack)
    // Whoever reads that it is ready may ask it to end at once, and in good order.
    const told = untilTold()
    process.stdout.write(`${JSON.stringify({ event: 'ready', edge: loaded.value.config.edge })}\n`)
    await told
    await stack.release()
    return 0
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    await stack.release()
    return refuse(cause.fault)
  }
}

/**
 * Builds the node from its configuration and starts it. Rejects with a FaultError where a port is taken or another
 * process runs the same node. A disk that fails is none of these: the node then works from memory.
 */
async function startEdge(loaded: LoadedEdge, key: string, stack: ReleaseStack): Promise<void> {
  const { config, dataDir, definitions } = loaded
  const node = await openNode(loaded, stack)
  let radio: Radio | undefined
  const agent = agentOf(loaded, node, { stack, radio: () => radio })
  endSafely({ process, clock: node.wall, log: node.log, driveSafe: agent.driveSafe })
  // Whoever read the alarms along may leave; that is no reason to end.
  process.stdout.on('error', () => {})
  const replicate = node.kept?.replicate
  const documentSync = documentLink(loaded, { ...node, key, read: requireText, replicate })
  stack.push(() => documentSync?.stop())
  const described = (stations: readonly unknown[]) => radio?.described(stations)
  const link = { ...node, key, agent, documentSync, described, software: SOFTWARE }
  const { broker, sync, stopAsking } = hubLink(loaded, link)
  stack.push(() => broker.close())
  stack.push(() => sync.stop())
  stack.push(stopAsking)
  const opened = openRadio(loaded, { ...link, readKey: readRelayKey, broker, sync })
  radio = opened
  agent.onDescription(() => sync.describeAgain())
  stack.push(opened.stop)
  stack.push(() => agent.stop())
  await agent.start()
  opened.start()

  const { clock, refusals } = node
  let panel: StartedPanel | undefined
  await tolerating(refusals, async () => {
    if (config.panel === undefined) return
    // A node without a panel has no use for an HTTP server in its memory.
    const { startPanel } = await import('./panel/start-panel.ts')
    const store = node.small('panel.db')
    const own = { store, page: PAGE, read: requireText, documentSync }
    panel = await startPanel(loaded, { ...node, ...own, agent, broker })
    stack.push(() => panel?.close())
  })
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
    const handlers = { ...nodeControl({ ...node, agent, identity }), ...panelControl(panel) }
    const control = await serveControl(join(dataDir, CONTROL_SOCKET), handlers)
    stack.push(() => control.close())
  })
  node.log.info('running', { stations: loaded.stations.map(({ id }) => id), devices: definitions.size })
  stack.push(() => node.log.info('stopping'))
}

type OpenNode = Awaited<ReturnType<typeof openNode>>

/** What outlives a boot, the clock that dates it, and the world around. */
async function openNode(loaded: LoadedEdge, stack: ReleaseStack) {
  const { config, dataDir, definitions } = loaded
  const log = processLog(config.edge, config.logLevel)
  const machine = systemClock(config.clock)
  const wall = systemClock()
  /** What is refused before the node's own clock stands is dated by the machine's. */
  let dating: Clock = machine
  const refusals = createRefusals({ clock: { ...machine, now: () => dating.now() }, log })
  const boot = hex(systemRandom.bytes(8))
  const lines = { network: udpNetwork, dial: mqttBroker, serial: serialStream, tcp: tcpStream }
  const world = { wall, random: systemRandom, log, refusals, readSecret: readSecretFile, ...lines }
  await tolerating(refusals, async () => {
    makeFolder(dataDir)
    await claimControl(join(dataDir, CONTROL_SOCKET))
  })

  const stores = createSmallStores({
    source: (name) => sqliteSource(join(dataDir, name), { maxBytes: SMALL_STORE_BYTES }),
    memory: () => openSqlite(':memory:'),
    refusals,
    opened: (store) => stack.push(() => store.close()),
  })
  const small = stores.open
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
  const check = nodeCheck(loaded.devices, definitions)
  const folder = join(dataDir, 'documents')
  const { documents, kept } = await startDocuments({
    open: () => reopenPouchDocuments(folder, note),
    putAside: () => putDocumentsAside(folder),
    make: (store) => createSiteDocuments({ ...world, store, edge: config.edge, clock, check }),
    told: note,
  })
  stack.push(() => documents.close())
  const interlocks = stores.interlocks(clock)
  const history = openHistory(loaded, { ...world, clock })
  stack.push(() => history?.close())
  const commands = stores.commands()
  return { ...world, boot, clock, small, commands, interlocks, outbox, history, documents, kept }
}

/** The panel's memory of readings; undefined where there is none to look at it. */
function openHistory(
  { config, dataDir, definitions }: LoadedEdge,
  world: { readonly clock: NodeClock; readonly wall: Clock; readonly refusals: Refusals },
): History | undefined {
  if (config.panel === undefined) return undefined
  const { timeZone } = config
  const maxBytes = config.limits.history_mb * MEGABYTE
  return createHistory({
    ...world,
    timeZone,
    source: sqliteSource(join(dataDir, 'history.db'), { maxBytes }),
    // Counters of greenhouses, which are stations.
    isCounter: (device, channel) => !definitions.has(device) && /^(water|fertiliser)\//.test(channel),
  })
}

function agentOf(
  loaded: LoadedEdge,
  node: OpenNode,
  { stack, radio }: { readonly stack: ReleaseStack; readonly radio: () => Radio | undefined },
) {
  const { config, dataDir, definitions } = loaded
  const { clock, wall, boot, small, outbox, documents, refusals } = node
  const memory = createControlState({ store: small('control.db'), clock, refusals })
  const ownProcess = processVitals()
  stack.push(() => ownProcess.stop())
  return createAgent({
    clock,
    wall,
    speed: config.clock?.speed ?? 1,
    definitions,
    documents,
    stations: loaded.stations,
    checkStation: stationCheck(loaded.devices),
    holds: (outputs) => createHolds({ clock, boot, documents, outputs, definitions, memory, refusals }),
    memory,
    commands: node.commands,
    interlocks: node.interlocks,
    refusals,
    outbox,
    recorded: (readings) => node.history?.take(readings),
    drivers: (sink) => configuredDrivers(loaded, { ...node, sink, store: small('lorawan.db') }),
    vitals: createVitals([
      ownProcess,
      machineVitals({ root: '/', processors: availableParallelism() }),
      diskVitals(dataDir),
      supplyVitals('/'),
      bootVitals({ memory, clock }),
      outboxVitals({ clock, ledger: outbox.ledger }),
      clockVitals({ clock, known: clock.known }),
      modemVitals(() => radio()?.status()),
    ]),
    timeTold: ({ source, ...word }) => clock.learn(source, word),
    relayed: (frame) => radio()?.heard(frame),
    say: (event) => process.stdout.write(`${alarmLine(event)}\n`),
  })
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

/** One line a person reads at the node's terminal. */
function alarmLine({ at, event, text }: AlarmEvent): string {
  return `${new Date(at).toISOString()}  ${event.padEnd(10)} ${text.vi} · ${text.en}`
}

import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { explain, type Fault, FaultError } from '../core/errors.ts'
import { edgeId, siteId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { CONTROL_SOCKET, serveControl } from '../core/node/control-socket.ts'
import { processLog } from '../core/node/log.ts'
import { mqttBroker } from '../core/node/mqtt-client.ts'
import { pouchDocuments } from '../core/node/pouch-documents.ts'
import { readText } from '../core/node/read-text.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { sqliteSource } from '../core/node/sqlite-source.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { udpNetwork } from '../core/node/udp.ts'
import { untilTold } from '../core/node/until-told.ts'
import type { SqlSource } from '../core/ports/sql-source.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import { hex } from '../core/random.ts'
import type { Result } from '../core/result.ts'
import { encodeCbor } from '../core/wire/cbor.ts'
import type { AlarmEvent } from '../core/wire/messages.ts'
import { edgeTopics } from '../core/wire/topics.ts'
import { type Agent, createAgent } from './agent.ts'
import { createControlState } from './control-state.ts'
import { stationCheck } from './documents/stations.ts'
import { createChirpstackDriver } from './drivers/chirpstack/chirpstack-driver.ts'
import type { ChirpstackConfig } from './drivers/chirpstack/config.ts'
import type { DriverSink } from './drivers/driver.ts'
import { createLorawanDriver } from './drivers/lorawan/lorawan-driver.ts'
import { readKeyFile } from './key-file.ts'
import { deviceLookup, type LoadedEdge, loadEdgeConfig } from './load-config.ts'
import { nodeControl } from './node-control.ts'
import { createOutbox } from './outbox/create-outbox.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createSync } from './outbox/sync.ts'
import { shapeLookup } from './point-shapes.ts'
import { createRefusals, type Refusals } from './refusals.ts'

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
  try {
    const running = await startEdge(loaded.value, key.value)
    process.stdout.write(`${JSON.stringify({ event: 'ready', edge: loaded.value.config.edge })}\n`)
    await untilTold()
    await running.stop()
    return 0
  } catch (cause) {
    if (cause instanceof FaultError) return refuse(cause.fault)
    throw cause
  }
}

function refuse(problem: Fault): number {
  process.stderr.write(`${explain(problem, 'vi')}\n${explain(problem, 'en')}\n`)
  return 1
}

interface RunningEdge {
  stop(): Promise<void>
}

/** Builds the node from its configuration and starts it. Faults of ports and of a second process come back. */
async function startEdge(loaded: LoadedEdge, key: string): Promise<RunningEdge> {
  const { config, dataDir, definitions } = loaded
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const log = processLog(config.edge, config.logLevel)
  const clock = systemClock(config.clock)
  const refusals = createRefusals({ clock, log })
  const boot = hex(systemRandom.bytes(8))
  const stationIds = new Set(loaded.stations.map(({ id }) => id))
  const maxBytes = config.limits.outbox_mb * MEGABYTE

  const outbox = createOutbox({
    source: sqliteSource(join(dataDir, 'outbox.db'), { maxBytes }),
    boot,
    // Pauses, rates and retries are of the real world; readings bring their own time.
    clock: systemClock(),
    random: systemRandom,
    log,
    shape: shapeLookup(definitions, stationIds),
    limits: { maxBytes },
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  const documents = pouchDocuments(join(dataDir, 'documents'))
  const small = (name: string) =>
    openSmall(sqliteSource(join(dataDir, name), { maxBytes: SMALL_STORE_BYTES }), refusals)
  const agent = createAgent({
    clock,
    wall: systemClock(),
    definitions,
    documents,
    stations: loaded.stations,
    checkStation: stationCheck(deviceLookup(definitions)),
    memory: createControlState({ store: small('control.db'), clock, refusals }),
    refusals,
    outbox,
    drivers: (sink) => driversOf(loaded, { sink, clock, log, store: small('lorawan.db') }),
    vitals: () => vitals(dataDir),
    say: (event) => process.stdout.write(`${alarmLine(event)}\n`),
  })
  const { broker, sync } = hubLink(loaded, { key, boot, clock, log, outbox, agent, refusals })
  const control = await serveControl(
    join(dataDir, CONTROL_SOCKET),
    nodeControl({
      agent,
      outbox,
      documents,
      refusals,
      identity: () => ({
        site: config.site,
        edge: config.edge,
        software: SOFTWARE,
        at: clock.now(),
        clock: clock.quality(),
        uptime_s: Math.round(process.uptime()),
        hub: { url: config.hub.url, state: broker.state(), ...sync.status() },
        memory_MB: Math.round(process.memoryUsage().rss / MEGABYTE),
      }),
    }),
  )
  await agent.start()
  log.info('running', { stations: [...stationIds], devices: definitions.size })

  return {
    async stop() {
      await control.close()
      await agent.stop()
      await sync.stop()
      await broker.close()
      outbox.close()
      await documents.close()
      log.info('stopped')
    },
  }
}

/** A small database, a fresh one in place of a damaged one, or one in memory: the node works on in any case. */
function openSmall(source: SqlSource, refusals: Refusals): SqlStore {
  try {
    return source.open()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refusals.note(cause.fault, 'store')
    if (cause.fault.code !== 'STORE_CORRUPT') return openSqlite(':memory:')
  }
  try {
    source.moveAside()?.close()
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
    readonly clock: Clock
    readonly log: Log
    readonly outbox: Outbox
    readonly agent: Agent
    readonly refusals: Refusals
  },
) {
  const { config, path } = loaded
  const { hub } = config
  const { clock, outbox } = parts
  const site = parsed(siteId(config.site))
  const edge = parsed(edgeId(config.edge))
  const gone = { v: 1, alive: false, epoch: outbox.epoch() ?? NO_EPOCH }
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
    refused: (problem: Fault) => parts.refusals.note(problem, 'sync'),
  })
  parts.agent.onDescription(() => sync.describeAgain())
  sync.start()
  return { broker, sync }
}

const NO_EPOCH = '0000000000000000'

function parsed<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}

function vitals(dataDir: string): Readonly<Record<string, number>> {
  const disk = statfsSync(dataDir)
  return {
    memory: process.memoryUsage().rss / MEGABYTE,
    disk_free: (disk.bavail * disk.bsize) / MEGABYTE,
    uptime: process.uptime(),
    ...cpuTemperature(),
  }
}

const THERMAL = '/sys/class/thermal/thermal_zone0/temp'

function cpuTemperature(): { readonly cpu_temperature?: number } {
  if (!existsSync(THERMAL)) return {}
  try {
    return { cpu_temperature: Number(readFileSync(THERMAL, 'utf8')) / 1000 }
  } catch {
    return {} // some boards list the sensor and refuse to read it
  }
}

/** One line a person reads at the node's terminal. */
function alarmLine({ at, event, text }: AlarmEvent): string {
  return `${new Date(at).toISOString()}  ${event.padEnd(10)} ${text.vi} · ${text.en}`
}

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FloodStation } from '../../core/documents/flood-station.ts'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../core/fakes/memory-broker.ts'
import { memoryNetwork } from '../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { memoryDocuments } from '../../core/memory-documents.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import { ok, type Result } from '../../core/result.ts'
import { createAlerts } from '../../hub/alerts/alerts.ts'
import { createEdges } from '../../hub/fleet/edges.ts'
import { createIngest } from '../../hub/ingest/ingest.ts'
import { createHubStore } from '../../hub/store/store.ts'
import { createCity } from '../../sim/city.ts'
import { memoryNonces } from '../../sim/nonces.ts'
import { threeStations } from '../../sim/three-stations.ts'
import { siteConfig } from '../edge/lorawan/site.ts'
import { definition } from '../edge/node.ts'
import { neverDialled } from '../sim/never-dialled.ts'
import { bootNode, type History, type NodeProcess } from './process.ts'

/** A site in one process and on one clock: three nodes, the equipment around them, a broker and a hub. All of one seed. */

export const START = Date.UTC(2026, 9, 1, 3)

/** Hours of commits in seconds: a disk's own time is not what is tried here. */
const MEMORY_DISK = '/dev/shm'

export interface SimulatedNode {
  readonly id: string
  readonly station: FloodStation
  readonly history: History
  readonly alive: () => boolean
  readonly behind: () => number
  kill(): Promise<void>
  boot(): void
}

export interface SimulatedSite {
  readonly random: Random
  readonly nodes: readonly SimulatedNode[]
  readonly hub: SqlStore
  /** Codes that the hub refused something with. */
  readonly refused: readonly string[]
  now(): number
  advance(ms: number): Promise<void>
  cut(edge: string): void
  restore(edge?: string): void
  /** How the water truly stands and whether a siren can be heard, by station. */
  look(): ReadonlyMap<string, { readonly stage_m: number; readonly sounding: boolean }>
  close(): Promise<void>
}

export async function createSite(seed: number): Promise<SimulatedSite> {
  const folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'tram-site-'))
  const clock = fakeClock(START)
  const random = seededRandom(seed)
  const network = memoryNetwork({ clock, random })
  network.setWeather({ loss: 0.03, duplication: 0.03, jitterMs: 30 })
  const broker = memoryBroker(clock, 20)
  const site = must(siteId('quang-tri'))
  const demo = threeStations({ basePort: 1700, random, begin_utc: START, speed: 1 })

  const hub = openSqlite(join(folder, 'hub.sqlite'))
  const store = createHubStore(hub, 'Asia/Ho_Chi_Minh')
  const edges = createEdges(
    hub,
    demo.stations.map(({ id }) => id),
  )
  const refused: string[] = []
  const ingest = createIngest({
    clock,
    wall: clock,
    log: silentLog,
    broker: broker.client('hub'),
    site,
    edges,
    store,
    alerts: createAlerts(hub),
    refuse: (problem) => void refused.push(problem.code),
  })
  ingest.start()

  const nodes = demo.stations.map((station, index) => {
    const spec = demo.spec.stations[index]
    const devices = demo.devices[index] ?? []
    if (spec === undefined) throw new Error('a station without equipment')
    const history: History = { readings: [], kept: [], kills: [] }
    const disk = join(folder, station.id)
    mkdirSync(disk)
    const parts = {
      ...{ clock, random, network, broker, site, station, history, folder: disk },
      edge: must(edgeId(station.id)),
      documents: memoryDocuments(),
      definitions: new Map(devices.map(({ id, model }) => [id, definition(model)])),
      lorawan: siteConfig({
        bind: spec.edge,
        gateways: spec.gateways.map(({ eui }) => ({ eui })),
        devices: devices.map(({ id, model, devEui, joinEui, appKey }) => ({
          id,
          model,
          activation: { otaa: { devEui, joinEui, appKey } },
        })),
      }),
    }
    let life = 0
    let running: NodeProcess | undefined
    const node: SimulatedNode = {
      id: station.id,
      station,
      history,
      alive: () => running !== undefined,
      behind: () => running?.behind() ?? Number.POSITIVE_INFINITY,
      async kill() {
        await running?.kill()
        running = undefined
      },
      boot() {
        running = bootNode(parts, life++)
      },
    }
    node.boot()
    return node
  })
  const city = createCity(
    { ...demo.spec, loss: 0.05 },
    {
      ...{ clock, radioClock: clock, speed: 1, random, network, log: silentLog },
      dial: neverDialled,
      nonces: memoryNonces(),
      read: () => ok(''),
    },
  )
  if (!city.ok) throw new Error(city.error.code)
  await city.value.start()

  return {
    random,
    nodes,
    hub,
    refused,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    cut: (edge) => broker.cut(edge),
    restore: (edge) => broker.restore(edge),
    look: () => new Map(city.value.snapshot().stations.map((station) => [station.id, station])),
    async close() {
      for (const node of nodes) await node.kill()
      ingest.stop()
      hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { MemoryBroker } from '../../core/fakes/memory-broker.ts'
import { edgeId, siteId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { DatagramNetwork } from '../../core/ports/datagram.ts'
import type { Random } from '../../core/random.ts'
import type { Result } from '../../core/result.ts'
import { createLorawanDriver } from '../../edge/drivers/lorawan/lorawan-driver.ts'
import type { Outbox } from '../../edge/outbox/outbox.ts'
import { createRelayMemory } from '../../edge/relay/memory.ts'
import { createModem } from '../../edge/relay/modem.ts'
import { createNeighbours, type Neighbours } from '../../edge/relay/neighbours.ts'
import type { Present } from '../../edge/relay/present.ts'
import { createRelaySender } from '../../edge/relay/sender.ts'
import { createAlerts } from '../../hub/alerts/alerts.ts'
import { createEdges } from '../../hub/fleet/edges.ts'
import { createIngest } from '../../hub/ingest/ingest.ts'
import { createRelay } from '../../hub/relay/relay.ts'
import { createTold } from '../../hub/relay/told.ts'
import { createHubStore } from '../../hub/store/store.ts'
import { memoryNonces } from '../../sim/nonces.ts'
import { createPacketForwarder } from '../../sim/packet-forwarder.ts'
import { createAir } from '../../sim/radio/air.ts'
import { createRui3Modem } from '../../sim/rui3-modem.ts'
import { siteConfig } from '../edge/lorawan/site.ts'

/**
 * The radio path from end to end: a node's modem on a line, the virtual air, a virtual gateway, a neighbour's LoRaWAN
 * driver, a broker, and the hub. The node itself is the caller's.
 */

export const KEY = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)
export const APP_KEY = '00112233445566778899aabbccddeeff'
const DEV_EUI = 'ac1f09fffe000001'
const JOIN_EUI = 'ac1f09fff8000001'
const GATEWAY = 'aa555a00000000b1'

export const SITE = must(siteId('quang-tri'))
export const SPEAKER = must(edgeId('dong-ha'))
const NEIGHBOUR = must(edgeId('thach-han'))
const MEMORY_DISK = '/dev/shm'

export interface RadioPathParts {
  readonly clock: Clock
  readonly random: Random
  readonly network: DatagramNetwork
  readonly broker: MemoryBroker
  /** The line between the node and its modem. */
  readonly line: { readonly near: ByteStream; readonly far: ByteStream }
  /** Port of the neighbour's driver. */
  readonly port: number
  readonly dataRate?: number
  /** Share of frames that the air loses. */
  readonly loss?: number
}

export async function createRadioPath(parts: RadioPathParts) {
  const { clock, random, network, broker, line } = parts
  const folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'tram-radio-'))
  const refused: string[] = []
  const refuse = (who: string) => (problem: { readonly code: string }) =>
    void refused.push(`${who} ${problem.code}`)

  const sql = openSqlite(join(folder, 'hub.sqlite'))
  const store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
  const edges = createEdges(sql, [SPEAKER, NEIGHBOUR])
  const alerts = createAlerts(sql)
  const told = createTold(sql)
  const common = { clock, wall: clock, log: silentLog, site: SITE, edges, store, alerts }
  const local = broker.client('hub')
  const ingest = createIngest({ ...common, broker: local, refuse: refuse('hub') })
  const hubRelay = createRelay({
    ...common,
    broker: local,
    told,
    keys: new Map([[SPEAKER, KEY]]),
    refuse: refuse('hub'),
  })
  ingest.start()
  hubRelay.start()

  const air = createAir({ clock, random, loss: parts.loss ?? 0 })
  const bind = { host: '127.0.0.1', port: parts.port }
  const dwell = { up: true, down: true }
  let neighbours: Neighbours | undefined
  const driver = createLorawanDriver({
    config: siteConfig({
      bind,
      gateways: [{ eui: GATEWAY }],
      overrides: { dwell },
      devices: [],
      relays: [{ edge: SPEAKER, devEui: DEV_EUI, joinEui: JOIN_EUI, appKey: APP_KEY, class: 'C' }],
    }),
    devices: new Map(),
    clock,
    radioClock: clock,
    random,
    log: silentLog,
    sink: {
      telemetry: () => {},
      output: () => {},
      health: () => {},
      refused: refuse('neighbour'),
      relayed: (frame) => neighbours?.heard(frame),
    },
    network,
    store: openSqlite(join(folder, 'lorawan.db')),
  })
  neighbours = createNeighbours({
    broker: broker.client(NEIGHBOUR),
    wall: clock,
    site: SITE,
    edge: NEIGHBOUR,
    relay: (to, bytes) => driver.relay?.(to, bytes) ?? { ok: true, value: undefined },
    refused: refuse('neighbour'),
  })
  await driver.start()
  const gateway = createPacketForwarder({
    ...{ clock, random, network, air, eui: GATEWAY, server: bind, log: silentLog },
    position: { x_m: 0, y_m: 0 },
  })
  await gateway.start()
  const virtual = createRui3Modem({
    ...{ clock, random, air, stream: line.far, nonces: memoryNonces(), dwell: true },
    position: { x_m: 900, y_m: 0 },
  })
  await virtual.start()

  return {
    folder,
    edges,
    told,
    refused,
    gateway,
    virtual,
    alerts: () => alerts.list({ limit: 100 }),
    rows: () => sql.prepare('SELECT count(*) AS n FROM event').get()?.n,
    present: (channel: string, device: string) => store.points.present(SPEAKER, device, channel),
    /** The node's side: what edge/relay/radio.ts composes. */
    sender(own: {
      readonly outbox: Outbox
      readonly present: Present
      readonly documents: () => readonly unknown[]
      readonly reachable: () => boolean
      readonly after_s?: number
      readonly state_min?: number
      readonly memory: string
    }) {
      const dataRate = parts.dataRate ?? 3
      const memory = openSqlite(join(folder, own.memory))
      const node = refuse('node')
      const modem = createModem({
        stream: line.near,
        clock,
        region: 'AS923-2',
        class: 'C',
        dataRate,
        devEui: DEV_EUI,
        joinEui: JOIN_EUI,
        appKey: Uint8Array.from(Buffer.from(APP_KEY, 'hex')),
        refused: node,
      })
      const { after_s = 120, state_min = 30 } = own
      return createRelaySender({
        ...own,
        ...{ clock, wall: clock, random, modem, edge: SPEAKER, key: KEY, refused: node },
        memory: createRelayMemory(memory, node),
        config: { region: 'AS923-2', dataRate, after_s, state_min, dutyCycle_percent: 1 },
      })
    },
    async close() {
      virtual.stop()
      neighbours?.stop()
      await gateway.stop()
      await driver.stop()
      hubRelay.stop()
      ingest.stop()
      sql.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}

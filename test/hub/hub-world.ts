import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { Default } from 'typebox/value'
import { silentLog } from '../../core/log.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { checker } from '../../core/schema.ts'
import { hashSecret } from '../../core/scrypt.ts'
import { HubConfig } from '../../hub/config.ts'
import { createHub, type Hub, type HubAddresses, type HubOptions } from '../../hub/hub.ts'
import { temporary } from './world.ts'

const check = checker(HubConfig)

/** A configuration on free ports with its defaults filled in. */
export function configOf(part: object): HubConfig {
  const ports = { broker: { port: 0, wsPort: 0 }, http: { port: 0 } }
  const checked = check(Default(HubConfig, { site: 'dong-ha', dataDir: 'unused', ...ports, ...part }))
  if (!checked.ok) throw new Error(`${checked.problem.path} ${checked.problem.message}`)
  return checked.value
}

export interface RunningHub {
  readonly hub: Hub
  readonly addresses: HubAddresses
  /** Connects as an edge; rejects when the broker refuses. */
  connect(edge: string, key: string, options?: IClientOptions): Promise<MqttClient>
  /** Ends every connection made so far. */
  disconnect(): Promise<void>
  refused(): Promise<Record<string, number>>
  close(): Promise<void>
}

/** A whole hub on loopback with the edges edge-1 and edge-2, whose keys are `key-1` and `key-2`. */
export async function startHub(part: object = {}, options: Partial<HubOptions> = {}): Promise<RunningHub> {
  const directory = temporary()
  const sql = openSqlite(join(directory.path, 'hub.sqlite'))
  const clock = systemClock()
  const edges = [
    { id: 'edge-1', keyHash: await hashSecret('key-1', systemRandom) },
    { id: 'edge-2', keyHash: await hashSecret('key-2', systemRandom) },
  ]
  const config = configOf({ edges, ...part })
  const base = { clock, wall: clock, random: systemRandom, log: silentLog, config, sql }
  const hub = await createHub({ ...base, ...options })
  const addresses = await hub.start()
  const clients: MqttClient[] = []
  const disconnect = async () => {
    for (const client of clients.splice(0)) await client.endAsync(true).catch(() => {})
  }
  return {
    hub,
    addresses,
    async connect(edge, key, more = {}) {
      const own = { username: edge, password: key, reconnectPeriod: 0, connectTimeout: 15_000 }
      const client = await connectAsync(addresses.mqtt, { ...own, ...more })
      client.on('error', () => {})
      clients.push(client)
      return client
    },
    async refused() {
      return (await hub.inject('/api/v1/health')).json().refused
    },
    disconnect,
    async close() {
      await disconnect()
      await hub.stop()
      sql.close()
      directory.dispose()
    },
  }
}

/** Waits until `probe` holds; real time, for tests over real sockets. */
export async function until(probe: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const end = Date.now() + patienceMs
  while (!(await probe())) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

import { bareStation, places } from '../flood-site.ts'
import { benchGateway } from '../gateway.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { hubNode } from '../nodes.ts'
import { radioNode } from '../radio-node.ts'
import { pause } from '../rounds.ts'
import { freePort } from '../workplace.ts'

const STATIONS = 3
const WEATHER = 3
const REST_MS = 4_000
const BARE = ['-e', 'console.log("ready"); setInterval(() => {}, 1000)'] as const
const READY_WITHIN_MS = 30_000

/** What one round saw: megabytes at rest and seconds to readiness. */
interface Seen {
  readonly memory_MB: number
  readonly ready_s: number
}

export const idle: Measurement = {
  name: 'idle',
  title: 'memory and start-up of an idle node and of the hub, as real processes',
  async run(bench) {
    const edge: Seen[] = []
    const hub: Seen[] = []
    const bare: Seen[] = []
    for (let round = 0; round < bench.effort.rounds; round++) {
      const seen = await restingPair(bench)
      edge.push(seen.edge)
      hub.push(seen.hub)
      bare.push(await restingBare(bench))
    }
    const memory = (seen: readonly Seen[]) => seen.map(({ memory_MB }) => memory_MB)
    const ready = (seen: readonly Seen[]) => seen.map(({ ready_s }) => ready_s)
    const node = 'Node.js alone'
    return {
      figures: [
        {
          what: 'node, resident',
          unit: 'MB',
          ours: memory(edge),
          peer: { name: node, values: memory(bare) },
          target: { of: 'ours', bound: 'at most', limit: 120 },
        },
        {
          what: 'node, until ready',
          unit: 's',
          ours: ready(edge),
          peer: { name: node, values: ready(bare) },
          target: { of: 'ours', bound: 'at most', limit: 2 },
        },
        { what: 'hub, resident', unit: 'MB', ours: memory(hub), peer: { name: node, values: memory(bare) } },
        { what: 'hub, until ready', unit: 's', ours: ready(hub), peer: { name: node, values: ready(bare) } },
      ],
      notes: [
        `A node with ${STATIONS} stations and a gateway, connected to the hub, both at rest for ${REST_MS / 1000} s. MB are millions of bytes. A fresh data folder each time; ready is when the radio's port is open and stations are on guard, or when the hub's ports are open.`,
      ],
    }
  },
}

async function restingPair({ workplace }: Bench): Promise<{ readonly edge: Seen; readonly hub: Seen }> {
  const hub = await hubNode(workplace, { mqtt: await freePort(), http: await freePort() })
  const hubReady_s = await hub.start()
  const { node, port } = await radioNode(workplace, {
    places: places(STATIONS),
    station: bareStation,
    weather: WEATHER,
    gateways: 1,
    hubUrl: hub.mqttUrl,
  })
  const edgeReady_s = await node.start()
  const gateway = await benchGateway(port)
  await pause(REST_MS)
  const seen = {
    edge: { memory_MB: node.child().rss_MB(), ready_s: edgeReady_s },
    hub: { memory_MB: hub.child().rss_MB(), ready_s: hubReady_s },
  }
  await gateway.close()
  await node.child().kill('SIGTERM')
  await hub.child().kill('SIGTERM')
  return seen
}

async function restingBare({ workplace }: Bench): Promise<Seen> {
  const start = performance.now()
  const child = workplace.start({ command: process.execPath, args: [...BARE] })
  await child.line(/ready/, READY_WITHIN_MS)
  const ready_s = (performance.now() - start) / 1000
  await pause(500)
  const memory_MB = child.rss_MB()
  await child.kill()
  return { memory_MB, ready_s }
}

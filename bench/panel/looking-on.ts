import type { Child } from '../child.ts'
import { amount, type Bench, type Figure } from '../measurement.ts'
import { startRedValves } from '../peers/node-red-valves.ts'
import { pause } from '../rounds.ts'
import { freePort } from '../workplace.ts'
import { panelNode } from './panel-node.ts'
import { relayBoards } from './relay-boards.ts'

const PHONES = 3
const REST_S = 10
const SETTLE_MS = 3_000
/** What a node does at its start is over, and what it does again and again has been compiled. */
const STARTED_MS = 20_000

/** Resident megabytes, and percent of one processor while nobody taps. */
interface Rest {
  readonly memory_MB: number
  readonly cpu_percent: number
}

/** What it costs a node that three phones lie open on the table. */
export async function measureLookingOn(bench: Bench): Promise<readonly Figure[]> {
  const [looking, alone, red]: [Rest[], Rest[], Rest[]] = [[], [], []]
  const told_kBs: number[] = []
  const state_kB: number[] = []
  const rest_ms = amount(bench.effort, REST_S * 1_000, 1_000)
  const started_ms = amount(bench.effort, STARTED_MS, SETTLE_MS)
  for (let round = 0; round < bench.effort.rounds; round++) {
    const { node, phones } = await panelNode(bench.workplace, 1)
    await pause(started_ms)
    alone.push(await restOf(node.child(), rest_ms))
    const people = await phones(PHONES)
    const looks = await Promise.all(people.map((one) => one.look()))
    await pause(SETTLE_MS)
    const before = looks.map((look) => look.bytes())
    looking.push(await restOf(node.child(), rest_ms))
    const told = looks.reduce((sum, look, index) => sum + look.bytes() - (before[index] ?? 0), 0)
    told_kBs.push(told / PHONES / rest_ms)
    state_kB.push(JSON.stringify(await people[0]?.get('/api/state')).length / 1_000)
    for (const one of people) one.close()
    await node.child().kill('SIGTERM')
    red.push(await restOfRed(bench, rest_ms))
  }
  const memory = (rests: readonly Rest[]) => rests.map(({ memory_MB }) => memory_MB)
  const cpu = (rests: readonly Rest[]) => rests.map(({ cpu_percent }) => cpu_percent)
  const others = (name: string, values: readonly number[]) => ({ peer: { name, values } })
  return [
    {
      ...{ what: `resident, ${PHONES} phones looking`, unit: 'MB', ours: memory(looking) },
      ...others('nobody looking', memory(alone)),
    },
    { what: 'the same', unit: 'MB', ours: memory(looking), ...others('Node-RED', memory(red)) },
    {
      ...{ what: `processor, ${PHONES} phones looking`, unit: '% of one', ours: cpu(looking) },
      ...others('nobody looking', cpu(alone)),
    },
    { what: 'the same', unit: '% of one', ours: cpu(looking), ...others('Node-RED', cpu(red)) },
    { what: 'told to each phone', unit: 'kB/s', ours: told_kBs },
    { what: 'a telling of the whole state', unit: 'kB', ours: state_kB },
  ]
}

async function restOf(child: Child, rest_ms: number): Promise<Rest> {
  const [since, cpu] = [performance.now(), child.cpu_s()]
  await pause(rest_ms)
  const cpu_percent = (100_000 * (child.cpu_s() - cpu)) / (performance.now() - since)
  return { memory_MB: child.rss_MB(), cpu_percent }
}

async function restOfRed({ workplace }: Bench, rest_ms: number): Promise<Rest> {
  const boards = await relayBoards(workplace, 1, 0)
  const child = await startRedValves(workplace, { httpPort: await freePort(), modbusPort: boards.port })
  await child.line(/Started flows/, 30_000)
  await pause(SETTLE_MS)
  const rest = await restOf(child, rest_ms)
  await child.kill('SIGTERM')
  return rest
}

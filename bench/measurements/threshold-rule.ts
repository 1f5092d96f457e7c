import type { Child } from '../child.ts'
import {
  APPLICATION,
  type ChirpstackTraffic,
  chirpstackTraffic,
  levelEui,
  sirenEui,
} from '../chirpstack-traffic.ts'
import {
  bareStation,
  FLOOD_DISTANCE_M,
  LEVEL_MODEL,
  places,
  QUIET_DISTANCE_M,
  SIREN_MODEL,
} from '../flood-site.ts'
import { amount, type Bench, type Figure, type Measurement } from '../measurement.ts'
import { edgeNode } from '../nodes.ts'
import { plainBroker } from '../peers/mqtt-broker.ts'
import { startNodeRed } from '../peers/node-red.ts'
import { interleaved, pause } from '../rounds.ts'
import { percentile } from '../statistics.ts'
import { freePort } from '../workplace.ts'

const STATIONS = 20
const CROSSINGS = 100
const BURST = 4_000
const BETWEEN_MS = 4
const PROBE_MS = 20
const READY_WITHIN_MS = 30_000
/** Crossings before anything is measured: code that the engine has yet to compile. */
const WARM_UP = 200
const REST_MS = 1_000

interface Contender {
  readonly child: Child
  readonly traffic: ChirpstackTraffic
  readonly ready_s: number
}

export const thresholdRule: Measurement = {
  name: 'threshold-rule',
  title: 'the same threshold rule from MQTT to MQTT with no hub, against Node-RED 4',
  async run(bench) {
    const { effort, say } = bench
    const ours = await contender(bench, startOurs)
    const shipped = await contender(bench, (b, brokerPort) =>
      startNodeRed(b.workplace, { brokerPort, noDelay: false }),
    )
    const noDelay = await contender(bench, (b, brokerPort) =>
      startNodeRed(b.workplace, { brokerPort, noDelay: true }),
    )
    const crossings = amount(effort, CROSSINGS, 20)
    const burst = amount(effort, BURST, 100)
    say(`${crossings} crossings and a burst of ${burst} levels a round`)
    const play =
      ({ traffic }: Contender) =>
      async () =>
        round(traffic, crossings, burst)
    const measured = await interleaved(effort.rounds, {
      ours: play(ours),
      shipped: play(shipped),
      noDelay: play(noDelay),
    })
    await pause(REST_MS)
    const single = (pick: (of: Contender) => number) => ({
      ours: [pick(ours)],
      shipped: [pick(shipped)],
      noDelay: [pick(noDelay)],
    })
    const rows: readonly Row[] = [
      { what: 'p50', unit: 'ms', ...at(measured, 0) },
      { what: 'p99', unit: 'ms', ...at(measured, 1), target: { of: 'ratio', bound: 'at most', limit: 0.25 } },
      { what: 'rules', unit: 'levels/s', ...at(measured, 2) },
      { what: 'memory', unit: 'MB', ...single(({ child }) => child.rss_MB()) },
      { what: 'start to first order', unit: 's', ...single(({ ready_s }) => ready_s) },
    ]
    return {
      figures: rows.flatMap(figuresOf),
      notes: [
        'Each contender has a broker of its own, all alike. The rule: decode an EM500-UDL uplink of ChirpStack, level by hysteresis, order the WS558 siren, QoS 1 throughout.',
        'Ours also flags the sample, keeps every reading and alarm on disk with an fsync, and arbitrates the output. Node-RED keeps nothing.',
        'MQTT.js inside Node-RED leaves Nagle on; "TCP_NODELAY" is Node-RED with a preload that turns it off, which no setting of its own does.',
      ],
    }
  },
}

interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: readonly number[]
  readonly shipped: readonly number[]
  readonly noDelay: readonly number[]
  readonly target?: NonNullable<Figure['target']>
}

function figuresOf({ what, unit, ours, shipped, noDelay, target }: Row): Figure[] {
  const figure = (name: string, values: readonly number[]): Figure => ({
    what,
    unit,
    ours,
    peer: { name, values },
    ...(target === undefined ? {} : { target }),
  })
  return [figure('Node-RED as shipped', shipped), figure('Node-RED, TCP_NODELAY', noDelay)]
}

function at<Name extends string>(
  measured: Readonly<Record<Name, readonly (readonly number[])[]>>,
  index: number,
): Readonly<Record<Name, readonly number[]>> {
  const names = Object.keys(measured) as Name[]
  return Object.fromEntries(names.map((name) => [name, measured[name][index] ?? []])) as Record<
    Name,
    readonly number[]
  >
}

async function contender(
  bench: Bench,
  start: (bench: Bench, brokerPort: number) => Promise<Child>,
): Promise<Contender> {
  const broker = await plainBroker(bench.workplace)
  const traffic = await chirpstackTraffic(broker.port)
  bench.workplace.atEnd(() => traffic.close())
  const begun = performance.now()
  const child = await start(bench, broker.port)
  const ready_s = ((await firstOrder(child, traffic)) - begun) / 1000
  await traffic.crossing(0, QUIET_DISTANCE_M, false)
  const warmUp = amount(bench.effort, WARM_UP, 5)
  for (let n = 0; n < warmUp; n++) {
    const index = n % STATIONS
    await traffic.crossing(index, FLOOD_DISTANCE_M, true)
    await traffic.crossing(index, QUIET_DISTANCE_M, false)
  }
  return { child, traffic, ready_s }
}

/** Floods the first station until its siren is ordered; when that was. */
async function firstOrder(child: Child, traffic: ChirpstackTraffic): Promise<number> {
  const end = performance.now() + READY_WITHIN_MS
  const probe = setInterval(() => traffic.level(0, FLOOD_DISTANCE_M), PROBE_MS)
  try {
    while (performance.now() < end) {
      child.assertRunning()
      const ordered = await traffic.crossing(0, FLOOD_DISTANCE_M, true).catch(() => undefined)
      if (ordered !== undefined) return performance.now()
    }
  } finally {
    clearInterval(probe)
  }
  throw new Error('no order within the time for starting')
}

async function startOurs({ workplace }: Bench, brokerPort: number): Promise<Child> {
  const sites = places(STATIONS)
  const node = edgeNode(workplace, {
    hubUrl: `mqtt://127.0.0.1:${await freePort()}`,
    stations: sites.map(bareStation),
    chirpstack: {
      url: `mqtt://127.0.0.1:${brokerPort}`,
      applicationId: APPLICATION,
      devices: sites.flatMap(({ level, siren }, index) => [
        { id: level, model: LEVEL_MODEL, devEui: levelEui(index) },
        { id: siren, model: SIREN_MODEL, devEui: sirenEui(index) },
      ]),
    },
  })
  await node.start()
  return node.child()
}

/** Crossings one by one, then as many levels as fit: p50 and p99 in milliseconds, levels a second. */
async function round(
  traffic: ChirpstackTraffic,
  crossings: number,
  burst: number,
): Promise<readonly number[]> {
  const latencies: number[] = []
  for (let n = 0; n < crossings; n++) {
    const index = n % STATIONS
    latencies.push(await traffic.crossing(index, FLOOD_DISTANCE_M, true))
    await pause(BETWEEN_MS)
    latencies.push(await traffic.crossing(index, QUIET_DISTANCE_M, false))
    await pause(BETWEEN_MS)
  }
  const start = performance.now()
  void traffic.levels(burst, STATIONS, QUIET_DISTANCE_M)
  // Messages keep their order, so the last level's order says that all before it were decided.
  await traffic.crossing(0, FLOOD_DISTANCE_M, true)
  const rate = ((burst + 1) * 1_000) / (performance.now() - start)
  await traffic.crossing(0, QUIET_DISTANCE_M, false)
  return [percentile(latencies, 50), percentile(latencies, 99), rate]
}

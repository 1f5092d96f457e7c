import { join } from 'node:path'
import Database from 'better-sqlite3'
import { bareStation, places, WEATHER_CHANNELS, weatherPayload } from '../flood-site.ts'
import { type AbpDevice, type BenchGateway, benchGateway, pour } from '../gateway.ts'
import { amount, type Bench, type Figure, type Measurement } from '../measurement.ts'
import { hubNode } from '../nodes.ts'
import { bridgeBacklog, type Drained } from '../peers/mosquitto-bridge.ts'
import { findMosquitto } from '../peers/mqtt-broker.ts'
import { radioNode } from '../radio-node.ts'
import { type Contender, interleaved, pause, until } from '../rounds.ts'
import { freePort } from '../workplace.ts'

const READINGS = 100_000
const SENSORS = 40
/** Besides its channels a sensor's link is told with each uplink: level, noise, rate, counter. */
const LINK_CHANNELS = 4
const READINGS_PER_UPLINK = WEATHER_CHANNELS + LINK_CHANNELS
/** From the last acknowledgement until SIGKILL: twice what the node promises to need for its disk. */
const KILL_AFTER_MS = 100
/** Long enough for Mosquitto to have written its store: what it then keeps, it drains. */
const RESTED_MS = 5_000
const ROUNDS_MAX = 2
const DRAIN_WITHIN_MS = 90_000
const PORT = 85
/** Mosquitto's own default, and the shortest that it can be set to. */
const AUTOSAVE_S = { shipped: 1_800, shortest: 1 } as const

export const backlog: Measurement = {
  name: 'backlog',
  title: 'a backlog of 100,000 readings after an outage, the node killed and started again',
  async run(bench) {
    const uplinks = Math.ceil(amount(bench.effort, READINGS) / READINGS_PER_UPLINK)
    const count = uplinks * READINGS_PER_UPLINK
    const mosquitto = findMosquitto()
    const rounds = Math.min(bench.effort.rounds, ROUNDS_MAX)
    bench.say(`${count} readings a round`)
    const bridge =
      (autosave_s: number, after_ms: number): Contender =>
      async () => {
        if (mosquitto === undefined) return []
        return numbers(
          await bridgeBacklog(bench.workplace, mosquitto, {
            count,
            after_ms,
            autosave_s,
            quiet_ms: quiet(bench),
          }),
        )
      }
    const measured = await interleaved(rounds, {
      ours: async () => numbers(await oursBacklog(bench, uplinks)),
      shipped: bridge(AUTOSAVE_S.shipped, KILL_AFTER_MS),
      shortest: bridge(AUTOSAVE_S.shortest, KILL_AFTER_MS),
      rested: bridge(AUTOSAVE_S.shortest, RESTED_MS),
    })
    const peers =
      mosquitto === undefined ? [] : PEERS.map(({ name, key }) => ({ name, values: measured[key] }))
    return {
      figures: FIGURES.flatMap(({ what, unit, target }, index): Figure[] => {
        const ours = measured.ours[index] ?? []
        const shared = { what, unit, ours, ...(target === undefined ? {} : { target }) }
        const compared = peers.flatMap(({ name, values }) => {
          const known = (values[index] ?? []).filter((value) => Number.isFinite(value))
          return known.length === 0 ? [] : [{ ...shared, peer: { name, values: known } }]
        })
        return compared.length === 0 ? [shared] : compared
      }),
      notes: [
        ...(mosquitto === undefined ? ['mosquitto is not installed: no bridge to compare with.'] : []),
        `Killed with SIGKILL ${KILL_AFTER_MS} ms after the last reading was acknowledged. The bridge is given each reading as a QoS 1 message; it writes its store every autosave_interval (1,800 s as shipped, 1 s at the least, which it takes as 2 s), and a kill between costs all that came since. Ours commits within 50 ms. Left alone for 5 s first, the bridge has written everything and loses nothing: that row compares the draining.`,
        'Drained: from starting the node again, its start-up included, until the hub has committed (ours) or a subscriber has received (bridge) the last one. A bridge that lost everything has nothing to drain.',
      ],
    }
  },
}

const PEERS = [
  { name: 'Mosquitto bridge as shipped', key: 'shipped' },
  { name: 'the same, autosave 1 s', key: 'shortest' },
  { name: 'autosave 1 s, left alone 5 s before the kill', key: 'rested' },
] as const

const NONE = { of: 'ours', bound: 'at most', limit: 0 } as const
const FIGURES: readonly Pick<Figure, 'what' | 'unit' | 'target'>[] = [
  { what: 'lost', unit: 'readings', target: NONE },
  { what: 'doubled', unit: 'readings', target: NONE },
  { what: 'drained in', unit: 's' },
]

function numbers({ lost, doubled, drain_s }: Drained): readonly number[] {
  return [lost, doubled, drain_s]
}

async function oursBacklog(bench: Bench, uplinks: number): Promise<Drained> {
  const { workplace } = bench
  const hub = await hubNode(workplace, { mqtt: await freePort(), http: await freePort() })
  const { node, port, weather } = await radioNode(workplace, {
    places: places(1),
    station: bareStation,
    weather: SENSORS,
    gateways: 1,
    hubUrl: hub.mqttUrl,
  })
  await node.start()
  const gateway = await benchGateway(port)
  await pause(200)
  await pour(gateway, uplinksOf(gateway, weather, uplinks))
  await pause(KILL_AFTER_MS)
  await node.child().kill('SIGKILL')
  await gateway.close()

  await hub.start()
  const start = performance.now()
  await node.start()
  const count = uplinks * READINGS_PER_UPLINK
  const store = new Database(join(hub.dataDir, 'hub.sqlite'), { readonly: true })
  try {
    const stored = () => Number(store.prepare(STORED).pluck().get())
    let before = -1
    let grownAt = performance.now()
    await until(
      'the backlog to drain',
      DRAIN_WITHIN_MS,
      () => {
        const now = stored()
        if (now !== before) grownAt = performance.now()
        before = now
        return now >= count || performance.now() - grownAt > quiet(bench)
      },
      POLL_MS,
    )
    const drain_s = (grownAt - start) / 1000
    await pause(quiet(bench) / 4)
    return { lost: count - (stored() - doubled(store)), doubled: doubled(store), drain_s }
  } finally {
    store.close()
    await node.child().kill('SIGTERM')
    await hub.child().kill('SIGTERM')
  }
}

const POLL_MS = 50
/** Nothing comes any more when nothing came for so long. */
const QUIET_MS = 4_000
const quiet = ({ effort }: Bench) => amount(effort, QUIET_MS, 1_500)
const STORED = `SELECT count(*) FROM reading JOIN point ON point.id = reading.point WHERE point.device LIKE 'weather-%'`
/** Each uplink of a sensor carries another rain total, so a reading that is there twice shows. */
const DOUBLED = `SELECT count(*) - count(DISTINCT reading.point || ' ' || reading.value) FROM reading
  JOIN point ON point.id = reading.point WHERE point.device LIKE 'weather-%' AND point.channel = 'rain'`

function doubled(store: Database.Database): number {
  return Number(store.prepare(DOUBLED).pluck().get()) * READINGS_PER_UPLINK
}

function* uplinksOf(
  gateway: BenchGateway,
  sensors: readonly AbpDevice[],
  count: number,
): Generator<Uint8Array> {
  for (let n = 0; n < count; n++) {
    const sensor = sensors[n % sensors.length]
    if (sensor !== undefined) yield gateway.uplink(sensor, PORT, weatherPayload(n))
  }
}

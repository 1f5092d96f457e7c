import {
  bareStation,
  FLOOD_DISTANCE_M,
  levelPayload,
  places,
  QUIET_DISTANCE_M,
  relayCommand,
  sirenPayload,
  weatherPayload,
} from '../flood-site.ts'
import { type AbpDevice, type BenchGateway, benchGateway, gatewayEui, openDownlink } from '../gateway.ts'
import { amount, type Measurement } from '../measurement.ts'
import { radioNode } from '../radio-node.ts'
import { pause } from '../rounds.ts'
import { percentile } from '../statistics.ts'

const OTHERS_PER_SECOND = 50
const OTHERS = 50
/** Stations with a gateway each, so that no siren waits for another's airtime. */
const STATIONS = 4
const TRIALS = 12
const PORT = 85
const ANSWER_WITHIN_MS = 5_000
/** Airtime of the frame before it (SF10), and some. */
const SETTLE_MS = 450
/** Every device is asked for its settings three times before it is left alone. */
const WARM_UP_ROUNDS = 4

interface Post {
  readonly gateway: BenchGateway
  readonly level: AbpDevice
  readonly siren: AbpDevice
}

export const sirenPath: Measurement = {
  name: 'siren-path',
  title: 'PUSH_DATA with a flood to PULL_RESP for the siren, with 50 other uplinks a second',
  async run({ effort, workplace, say }) {
    const { node, port, levels, sirens, weather } = await radioNode(workplace, {
      places: places(STATIONS),
      station: bareStation,
      weather: OTHERS,
      gateways: STATIONS,
    })
    await node.start()
    const posts: Post[] = []
    for (const [index, level] of levels.entries()) {
      const siren = sirens[index]
      if (siren === undefined) continue
      const gateway = await benchGateway(port, gatewayEui(index))
      workplace.atEnd(() => gateway.close())
      posts.push({ gateway, level, siren })
    }
    await warmUp(posts, weather)
    const stopOthers = others(posts, weather)
    workplace.atEnd(stopOthers)
    const trials = amount(effort, TRIALS, 3)
    const rounds: number[][] = []
    for (let round = 0; round < effort.rounds; round++) {
      const latencies = await Promise.all(posts.map((post, index) => watch(post, trials, index)))
      rounds.push(latencies.flat())
      say(`round ${round + 1}: ${trials * posts.length} floods`)
    }
    stopOthers()
    const { refusals } = await node.status()
    const figure = (what: string, percent: number) => ({
      what,
      unit: 'ms',
      ours: rounds.map((latencies) => percentile(latencies, percent)),
    })
    return {
      figures: [
        figure('p50', 50),
        { ...figure('p99', 99), target: { of: 'ours', bound: 'at most', limit: 50 } },
        figure('max', 100),
        {
          what: 'p99 over all rounds',
          unit: 'ms',
          ours: [percentile(rounds.flat(), 99)],
          target: { of: 'ours', bound: 'at most', limit: 50 },
        },
      ],
      notes: [
        `${rounds.flat().length} floods; measured at the gateway, so both ways over loopback UDP are in it. No peer: nothing else of this kind decides at the gateway.`,
        `Refused by the node meanwhile: ${Object.keys(refusals).length === 0 ? 'nothing' : JSON.stringify(refusals)}.`,
      ],
    }
  },
}

async function warmUp(posts: readonly Post[], weather: readonly AbpDevice[]): Promise<void> {
  const [first] = posts
  if (first === undefined) throw new Error('no station')
  await pause(200)
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const sensor of weather)
      first.gateway.send(first.gateway.uplink(sensor, PORT, weatherPayload(round)))
    for (const { gateway, level, siren } of posts) {
      gateway.send(gateway.uplink(siren, PORT, sirenPayload(false)))
      gateway.send(gateway.uplink(level, PORT, levelPayload(QUIET_DISTANCE_M)))
    }
    await pause(500)
  }
  await pause(2_000)
}

/** Fifty uplinks a second from other devices, over all gateways in turn. */
function others(posts: readonly Post[], weather: readonly AbpDevice[]): () => void {
  let count = 0
  const timer = setInterval(() => {
    const gateway = posts[count % posts.length]?.gateway
    const sensor = weather[count % weather.length]
    count++
    if (sensor !== undefined) gateway?.send(gateway.uplink(sensor, PORT, weatherPayload(1_000 + count)))
  }, 1_000 / OTHERS_PER_SECOND)
  return () => clearInterval(timer)
}

/** Floods one station so many times and returns how long its siren's order took each time, in milliseconds. */
async function watch(post: Post, trials: number, index: number): Promise<number[]> {
  const latencies: number[] = []
  // Stations do not flood in step.
  await pause((index * SETTLE_MS) / STATIONS)
  for (let trial = 0; trial < trials; trial++) {
    latencies.push(await crossing(post, FLOOD_DISTANCE_M, true))
    await crossing(post, QUIET_DISTANCE_M, false)
  }
  return latencies
}

/** Sends one level and waits for the siren's order; the siren then confirms, as a class C device does. */
async function crossing({ gateway, level, siren }: Post, distance_m: number, on: boolean): Promise<number> {
  const datagram = gateway.uplink(level, PORT, levelPayload(distance_m))
  const took_ms = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no order for ${siren.id}`)), ANSWER_WITHIN_MS)
    const cancel = gateway.onDownlink((transmit) => {
      const arrived = performance.now()
      const payload = openDownlink(siren, transmit)
      if (payload === undefined || relayCommand(payload) !== on) return
      clearTimeout(timer)
      cancel()
      resolve(arrived - sent)
    })
    const sent = performance.now()
    gateway.send(datagram)
  })
  await pause(SETTLE_MS / 2)
  gateway.send(gateway.uplink(siren, PORT, sirenPayload(on)))
  await pause(SETTLE_MS / 2)
  return took_ms
}

import { buildUplink, decryptData, parseUplink, verifyData } from '../../core/lorawan/phy.ts'
import {
  bareStation,
  levelPayload,
  places,
  QUIET_DISTANCE_M,
  WEATHER_CHANNELS,
  weatherPayload,
} from '../flood-site.ts'
import { type AbpDevice, abpDevice, type BenchGateway, benchGateway, pour } from '../gateway.ts'
import { amount, type Measurement } from '../measurement.ts'
import type { EdgeNode } from '../nodes.ts'
import { radioNode } from '../radio-node.ts'
import { interleaved, pause, until } from '../rounds.ts'

/** An eight-channel gateway hears at most so many a second (shared measurements of the design). */
const GATEWAY_MAX = 274
const UPLINKS = 12_000
const STATIONS = 3
const OTHERS = 47
const PORT = 85
const WITHIN_MS = 60_000

export const lorawanUplinks: Measurement = {
  name: 'lorawan-uplinks',
  title: 'uplinks a second through MIC, counter, decryption, decoder, control and durable outbox',
  async run(bench) {
    const { effort, workplace, say } = bench
    const radio = await radioNode(workplace, {
      places: places(STATIONS),
      station: bareStation,
      weather: OTHERS,
      gateways: 1,
    })
    await radio.node.start()
    const gateway = await benchGateway(radio.port)
    workplace.atEnd(() => gateway.close())
    await pause(200)
    const devices = [...radio.levels, ...radio.weather]
    const count = amount(effort, UPLINKS, devices.length)
    say(`${count} uplinks of ${devices.length} devices a round`)
    // Once unmeasured: settings that the node asks for, and code that the engine has yet to compile.
    await flood({ gateway, node: radio.node, devices, count: Math.min(count, 2_000), stations: STATIONS })
    const measured = await interleaved(effort.rounds, {
      ours: async () => [await flood({ gateway, node: radio.node, devices, count, stations: STATIONS })],
      crypto: async () => [cryptoRate(count)],
    })
    const { refusals } = await radio.node.status()
    const ours = measured.ours[0] ?? []
    const unit = 'uplinks/s'
    return {
      figures: [
        {
          what: 'to the committed outbox',
          unit,
          ours,
          peer: { name: 'an eight-channel gateway at most', values: ours.map(() => GATEWAY_MAX) },
          target: { of: 'ratio', bound: 'at least', limit: 10 },
        },
        {
          what: 'the same',
          unit,
          ours,
          peer: { name: 'lora-packet alone', values: measured.crypto[0] ?? [] },
        },
      ],
      notes: [
        `A real process over loopback UDP, ${STATIONS} stations deciding on every uplink; timed from the first datagram until the ledger counts every reading as stored. The sender shares the machine's cores.`,
        '"lora-packet alone" parses, checks and decrypts the same frames and does nothing else.',
        `Refused by the node meanwhile: ${Object.keys(refusals).length === 0 ? 'nothing' : JSON.stringify(refusals)}.`,
      ],
    }
  },
}

/** Sends as fast as the node acknowledges; returns uplinks a second until all their readings are committed. */
async function flood(work: {
  readonly gateway: BenchGateway
  readonly node: EdgeNode
  readonly devices: readonly AbpDevice[]
  readonly count: number
  readonly stations: number
}): Promise<number> {
  const { gateway, node, devices, count, stations } = work
  const datagrams: Uint8Array[] = []
  let readings = 0
  for (let n = 0; n < count; n++) {
    const device = devices[n % devices.length]
    if (device === undefined) throw new Error('no devices')
    const level = n % devices.length < stations
    readings += level ? 2 : WEATHER_CHANNELS
    datagrams.push(
      gateway.uplink(device, PORT, level ? levelPayload(QUIET_DISTANCE_M) : weatherPayload(device.fCntUp)),
    )
  }
  const before = (await node.status()).produced
  const start = performance.now()
  await pour(gateway, datagrams)
  // What was acknowledged has been worked on in the same turn: with an empty queue all of it is on disk.
  await until('an empty queue', WITHIN_MS, async () => (await node.status()).queued === 0)
  const took_ms = performance.now() - start
  const stored = (await node.status()).produced - before
  if (stored < readings) throw new Error(`${stored} of ${readings} readings were stored`)
  return (count * 1_000) / took_ms
}

function cryptoRate(count: number): number {
  const device = abpDevice('crypto', 1)
  const frames = Array.from({ length: count }, (_, fCnt) =>
    buildUplink(
      { confirmed: false, devAddr: device.devAddr, fCnt, fPort: PORT, payload: weatherPayload(fCnt) },
      device.keys,
    ),
  )
  const start = performance.now()
  for (const [fCnt, bytes] of frames.entries()) {
    const frame = parseUplink(bytes)
    if (!frame.ok || frame.value.kind !== 'data') throw new Error('not a data frame')
    if (!verifyData(frame.value, device.keys.nwkSKey, fCnt)) throw new Error('bad MIC')
    decryptData(frame.value, device.keys, fCnt)
  }
  return (count * 1_000) / (performance.now() - start)
}

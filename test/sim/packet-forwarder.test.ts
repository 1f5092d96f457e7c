import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { airtime_ms } from '../../core/lorawan/airtime.ts'
import {
  encodeFromServer,
  type FromGateway,
  parseFromGateway,
  type Transmit,
} from '../../core/lorawan/semtech-udp.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { udpNetwork } from '../../core/node/udp.ts'
import type { Address } from '../../core/ports/datagram.ts'
import { createPacketForwarder } from '../../sim/packet-forwarder.ts'
import { createAir, type HeardFrame } from '../../sim/radio/air.ts'
import { memoryNetwork } from './memory-network.ts'

const EUI = 'aa555a0000000001'
const SPAN = 2 ** 32
const SF7 = { spreadingFactor: 7, bandwidth_kHz: 125 }
const downlink = (changes: Partial<Transmit> = {}): Transmit => ({
  when: 'now',
  frequency_Hz: 921_400_000,
  modulation: SF7,
  power_dBm: 16,
  phy: Uint8Array.from({ length: 20 }, (_, index) => index),
  ...changes,
})

async function scene(counterAtStart_us = 0) {
  const clock = fakeClock()
  const random = seededRandom(3)
  const network = memoryNetwork(clock)
  const air = createAir({ clock, random })
  const server = await network.bind({ host: '127.0.0.1', port: 1700 })
  const packets: (FromGateway & { readonly from: Address })[] = []
  server.onMessage((bytes, from) => {
    const parsed = parseFromGateway(bytes)
    if (!parsed.ok) throw new Error(parsed.error.code)
    packets.push({ ...parsed.value, from })
  })
  const forwarder = createPacketForwarder({
    eui: EUI,
    server: { host: '127.0.0.1', port: 1700 },
    network,
    clock,
    random,
    air,
    position: { x_m: 0, y_m: 0 },
    log: silentLog,
    counterAtStart_us,
  })
  await forwarder.start()
  await clock.advance(10)
  const heard: HeardFrame[] = []
  const device = air.device(
    { x_m: 100, y_m: 0 },
    { listening: () => true, heard: (frame) => heard.push(frame) },
  )
  const uplink = (length = 20) => device.transmit({ ...downlink(), phy: new Uint8Array(length) })
  const pull = packets.find((packet) => packet.kind === 'pull-data')
  const order = (transmit: Transmit, token = 1) => {
    if (pull !== undefined) server.send(encodeFromServer({ kind: 'pull-resp', token, transmit }), pull.from)
  }
  const outcomes = () => packets.flatMap((packet) => (packet.kind === 'tx-ack' ? [packet.outcome] : []))
  const received = () => packets.flatMap((packet) => (packet.kind === 'push-data' ? packet.received : []))
  return { clock, forwarder, packets, heard, uplink, order, outcomes, received }
}

describe('upstream', () => {
  test('a frame heard is pushed with the counter at its end', async () => {
    const { clock, uplink, received } = await scene(5_000_000)
    await clock.advance(990)
    const sent = uplink()
    await clock.advance(200)
    expect(received()).toMatchObject([
      { tmst_us: 5_000_000 + Math.round(sent.end_ms * 1_000), frequency_Hz: 921_400_000, modulation: SF7 },
    ])
  })

  test('the counter wraps at 2³² µs', async () => {
    const { clock, uplink, received } = await scene(SPAN - 50_000)
    const sent = uplink()
    await clock.advance(200)
    expect(received()[0]?.tmst_us).toBe(Math.round(sent.end_ms * 1_000) - 50_000)
  })

  test('it keeps its downward path alive every 5 s, from another socket than it pushes from', async () => {
    const { clock, packets } = await scene()
    await clock.advance(20_000)
    const pulls = packets.filter((packet) => packet.kind === 'pull-data')
    const pushes = packets.filter((packet) => packet.kind === 'push-data')
    expect(pulls).toHaveLength(5)
    expect(pushes[0]?.from.port).not.toBe(pulls[0]?.from.port)
  })

  test('its status counts what it heard since the last one', async () => {
    const { clock, uplink, packets } = await scene()
    uplink()
    await clock.advance(35_000)
    const stats = packets.flatMap((packet) =>
      packet.kind === 'push-data' && packet.stat !== undefined ? [packet.stat] : [],
    )
    expect(stats.map((stat) => stat.rxok)).toEqual([0, 1])
  })

  test('a gateway without power says and hears nothing', async () => {
    const { clock, forwarder, uplink, packets } = await scene()
    await forwarder.stop()
    const before = packets.length
    uplink()
    await clock.advance(60_000)
    expect(packets.length).toBe(before)
  })
})

describe('downstream', () => {
  test('a frame goes on the air when the counter reads its tmst, even across the wrap', async () => {
    const { clock, uplink, received, order, outcomes, heard } = await scene(SPAN - 500_000)
    uplink()
    await clock.advance(100)
    order(downlink({ when: { tmst_us: ((received()[0]?.tmst_us ?? 0) + 1_000_000) % SPAN } }))
    await clock.advance(2_000)
    const end_ms = (received()[0]?.tmst_us ?? 0) / 1_000 - (SPAN - 500_000) / 1_000
    expect(outcomes()).toEqual(['NONE'])
    expect((heard[0]?.start_ms ?? 0) - end_ms).toBeCloseTo(1_000, 2)
  })

  test('an immediate frame goes out within 100 ms', async () => {
    const { clock, order, heard } = await scene()
    const ordered_ms = clock.monotonic()
    order(downlink())
    await clock.advance(1_000)
    expect((heard[0]?.start_ms ?? 1e9) - ordered_ms).toBeLessThan(100)
  })

  test('immediate frames queue behind each other instead of colliding', async () => {
    const { clock, order, outcomes, heard } = await scene()
    for (const token of [1, 2, 3]) order(downlink(), token)
    await clock.advance(2_000)
    expect(outcomes()).toEqual(['NONE', 'NONE', 'NONE'])
    expect(heard).toHaveLength(3)
  })

  test.each<[string, Partial<Transmit>]>([
    ['TOO_LATE', { when: { tmst_us: 20_000 } }],
    ['TOO_EARLY', { when: { tmst_us: 600_000_000 } }],
    ['TX_FREQ', { frequency_Hz: 868_100_000 }],
    ['TX_POWER', { power_dBm: 33 }],
  ])('%s is told and nothing is sent', async (outcome, changes) => {
    const { clock, order, outcomes, heard, forwarder } = await scene()
    order(downlink(changes))
    await clock.advance(2_000)
    expect({ outcomes: outcomes(), heard: heard.length }).toEqual({ outcomes: [outcome], heard: 0 })
    expect(forwarder.counts().refused).toEqual({ [outcome]: 1 })
  })

  test('a frame over another in the queue is refused as COLLISION_PACKET', async () => {
    const { clock, order, outcomes } = await scene()
    const length_ms = airtime_ms({ ...SF7, bytes: 20, crc: false })
    order(downlink({ when: { tmst_us: 1_000_000 } }), 1)
    order(downlink({ when: { tmst_us: 1_000_000 + Math.round(length_ms * 500) } }), 2)
    await clock.advance(2_000)
    expect(outcomes()).toEqual(['NONE', 'COLLISION_PACKET'])
  })

  test('power lost before the moment means that nothing is sent', async () => {
    const { clock, order, forwarder, heard } = await scene()
    order(downlink({ when: { tmst_us: 1_000_000 } }))
    await clock.advance(100)
    await forwarder.stop()
    await clock.advance(2_000)
    expect(heard).toEqual([])
  })
})

test('over real UDP a gateway reports, is acknowledged, and takes a downlink', async () => {
  const clock = systemClock()
  const random = seededRandom(4)
  const air = createAir({ clock, random })
  const server = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const outcome = new Promise<string>((resolve) => {
    server.onMessage((bytes, from) => {
      const packet = parseFromGateway(bytes)
      if (!packet.ok) return
      if (packet.value.kind === 'tx-ack') resolve(packet.value.outcome)
      if (packet.value.kind !== 'pull-data') return
      server.send(encodeFromServer({ kind: 'pull-ack', token: packet.value.token }), from)
      server.send(encodeFromServer({ kind: 'pull-resp', token: 9, transmit: downlink() }), from)
    })
  })
  const forwarder = createPacketForwarder({
    eui: EUI,
    server: server.local,
    network: udpNetwork,
    clock,
    random,
    air,
    position: { x_m: 0, y_m: 0 },
    log: silentLog,
    bind: '127.0.0.1',
  })
  await forwarder.start()
  expect(await outcome).toBe('NONE')
  expect(forwarder.counts().pullAcked).toBe(1)
  await forwarder.stop()
  await server.close()
})

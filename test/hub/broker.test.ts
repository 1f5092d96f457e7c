import { connect as connectTcp } from 'node:net'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import { type RunningHub, startHub, until } from './hub-world.ts'
import { EPOCH, liveFrame, T0, TOPICS } from './world.ts'

let running: RunningHub
beforeAll(async () => {
  running = await startHub()
})
afterAll(() => running.close())
afterEach(() => running.disconnect())

const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()))
const countOf = async (code: string) => (await running.refused())[code] ?? 0

describe('the broker', () => {
  test('lets an edge in with its key', async () => {
    const client = await running.connect('edge-1', 'key-1')
    expect(client.connected).toBe(true)
  })

  test('refuses a wrong key', async () => {
    await expect(running.connect('edge-1', 'key-2')).rejects.toThrow('Not authorized')
  })

  test('refuses an unknown edge', async () => {
    await expect(running.connect('edge-9', 'key-1')).rejects.toThrow('Not authorized')
  })

  test('refuses a client without a name', async () => {
    await expect(connectAsync(running.addresses.mqtt, { reconnectPeriod: 0 })).rejects.toThrow(
      'Not authorized',
    )
  })

  test('makes an address wait after five wrong keys for one edge, and no other edge with it', async () => {
    for (let count = 0; count < 6; count++) await running.connect('edge-8', 'guess').catch(() => {})
    expect(await countOf('BROKER_TOO_MANY_FAILURES')).toBe(1)
    const other = await running.connect('edge-2', 'key-2')
    expect(other.connected).toBe(true)
  })

  test('lets in over WebSocket', async () => {
    const options = { username: 'edge-1', password: 'key-1', reconnectPeriod: 0 }
    const client = await connectAsync(running.addresses.ws ?? '', options)
    expect(client.connected).toBe(true)
    await client.endAsync(true)
  })

  test('cuts off an edge that publishes on the topic of another', async () => {
    const before = await countOf('BROKER_TOPIC_FORBIDDEN')
    const client = await running.connect('edge-2', 'key-2')
    client.publish(TOPICS.hello, 'x', { qos: 1 })
    await closed(client)
    expect(await countOf('BROKER_TOPIC_FORBIDDEN')).toBe(before + 1)
  })

  test.each([
    ['another edge', TOPICS.ack],
    ['everybody', 'tram/v1/dong-ha/+/ack'],
    ['its own upward topics', 'tram/v1/dong-ha/edge-2/hello'],
    ['the broker itself', '$SYS/#'],
  ])('does not let an edge listen to %s', async (_whom, filter) => {
    const client = await running.connect('edge-2', 'key-2')
    await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow()
  })

  test('does not let one edge take over the connection of another by its client id', async () => {
    const victim = await running.connect('edge-1', 'key-1', { clientId: 'same' })
    await running.connect('edge-2', 'key-2', { clientId: 'same' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(victim.connected).toBe(true)
  })

  test('cuts a connection that announces a packet beyond the limit, before reading it', async () => {
    const client = await running.connect('edge-1', 'key-1')
    client.publish(TOPICS.up('live'), Buffer.alloc(300 * 1024), { qos: 1 })
    await closed(client)
    expect(await countOf('BROKER_PACKET_TOO_LARGE')).toBe(1)
  })

  test('survives bytes that are not MQTT', async () => {
    const port = Number(new URL(running.addresses.mqtt).port)
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n')))
    await new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const client = await running.connect('edge-1', 'key-1')
    expect(client.connected).toBe(true)
  })
})

test('an edge over the real broker gets its frame stored and acknowledged', async () => {
  const client = await running.connect('edge-1', 'key-1')
  const acks: string[] = []
  client.on('message', (topic) => acks.push(topic))
  await client.subscribeAsync(TOPICS.ack, { qos: 1 })
  const entries = [{ device: 'dh', channel: 'stage', unit: 'm', resolution: 0.001 }]
  await client.publishAsync(
    TOPICS.series,
    Buffer.from(encodeCbor({ v: 1, epoch: EPOCH, from: 0, entries })),
    { qos: 1 },
  )
  await client.publishAsync(
    TOPICS.up('live'),
    Buffer.from(encodeFrame(liveFrame(0, [{ at: T0, value: 1 }]))),
    { qos: 1 },
  )
  await until(() => acks.length === 1)
  expect(acks).toEqual([TOPICS.ack])
})

test('an edge whose connection breaks without a word is off line', async () => {
  const lone = await startHub()
  const client = await lone.connect('edge-2', 'key-2')
  const hello = {
    v: 1,
    epoch: EPOCH,
    software: 't',
    boot: 'b',
    at: T0,
    clock: 'synced',
    lanes: [],
    series: 0,
  }
  await client.publishAsync('tram/v1/dong-ha/edge-2/hello', Buffer.from(encodeCbor(hello)), { qos: 1 })
  const state = async () => (await lone.hub.inject('/api/v1/edges')).json()[1].online
  await until(async () => (await state()) === true)
  client.stream.destroy()
  await until(async () => (await state()) === false)
  expect(await state()).toBe(false)
  await lone.close()
})

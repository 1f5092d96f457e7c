import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultError, fault } from '../../core/errors.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { createLiveStream, type LiveStream } from '../../hub/api/stream.ts'
import { until } from './hub-world.ts'
import { ALARM, createWorld, EDGE, EPOCH, liveFrame, T0, TOPICS, type World } from './world.ts'

let world: World
let stream: LiveStream
let server: ReturnType<typeof createServer>
let text = ''
let refused: string[] = []
let diskFails = false

function fail(): never {
  throw new FaultError(fault('STORE_UNWRITABLE', { file: 'hub.sqlite', reason: 'disk I/O error' }))
}

beforeEach(async () => {
  text = ''
  world = await createWorld()
  refused = []
  stream = createLiveStream({
    wall: world.clock,
    fleet: { ...world.fleet, edge: (id) => (diskFails ? fail() : world.fleet.edge(id)) },
    alerts: world.alerts,
    streets: { documentsOf: () => [] },
    farms: { documentsOf: () => [] },
    refuse: ({ code }) => refused.push(code),
  })
  world.ingest.onCommit(stream.changed)
  server = createServer((_request, response) => void stream.add(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  world.series('dh/stage', 'node/rows')
  await world.settle()
})
afterEach(async () => {
  stream.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  world.close()
})

function watch(read: boolean): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve) => {
    request({ port, host: '127.0.0.1' }, (response) => {
      response.on('error', () => {})
      if (read) response.on('data', (piece: Buffer) => (text += piece.toString()))
      resolve(response)
    }).end()
  })
}
const countOf = (event: string) => text.split(`event: ${event}\n`).length - 1

test('a station that changes all the time is told five times a second', async () => {
  await watch(true)
  const station = { kind: 'flood-station', id: 'dh', ...STATION }
  const describe = { v: 1, epoch: EPOCH, name: ALARM.text, devices: [], stations: [station] }
  void world.edge.publish(TOPICS.describe, encodeCbor(describe))
  for (let n = 0; n < 100; n++) {
    world.send(liveFrame(n, [{ at: T0 + n, value: n }]))
    await world.clock.advance(20)
  }
  await world.clock.advance(300)
  await until(() => text.includes('"stage_m":0.099'))
  expect(countOf('station')).toBeGreaterThanOrEqual(9)
  expect(countOf('station')).toBeLessThanOrEqual(12)
})

test('a heartbeat comes every 15 seconds', async () => {
  await watch(true)
  await world.clock.advance(45_000)
  await until(() => text.split(':\n\n').length - 1 >= 3)
  expect(text).toBe('retry: 2000\n\n:\n\n:\n\n:\n\n')
})

test('a client that does not read is cut, and the others go on', async () => {
  const slow = await watch(false)
  await watch(true)
  slow.pause()
  const big = { ...ALARM, event: 'note' as const, text: { vi: 'x'.repeat(400), en: 'y'.repeat(400) } }
  for (let n = 0; n < 20_000 && stream.clients() === 2; n++) {
    stream.changed({
      edges: new Set(),
      alerts: new Set(),
      alarms: Array(10).fill({ edge: EDGE, alarm: big }),
    })
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(stream.clients()).toBe(1)
})

const STATION = {
  name: ALARM.text,
  water: { type: 'river', name: ALARM.text },
  location: { lat: 1, lon: 2 },
  timeZone: 'UTC',
  levels: [],
  alarms: [],
} satisfies Record<string, unknown>

test('a disk that cannot be read is told, and does not end the stream', async () => {
  await watch(true)
  diskFails = true
  world.send(liveFrame(0, [{ at: T0, value: 1 }]))
  await world.clock.advance(300)
  diskFails = false
  expect(refused).toEqual(['STORE_UNWRITABLE'])
  world.send(liveFrame(1, [{ at: T0 + 1, value: 2 }]))
  await world.clock.advance(300)
  await until(() => countOf('edge') > 0)
})

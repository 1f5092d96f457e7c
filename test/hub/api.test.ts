import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errors } from '../../core/errors.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { hashSecret } from '../../core/scrypt.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { Frame } from '../../core/wire/frame.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import { type RunningHub, startHub, until } from './hub-world.ts'
import { ALARM, EPOCH, liveFrame, TOPICS } from './world.ts'

const STATION = {
  kind: 'flood-station',
  id: 'dh',
  name: { vi: 'Đông Hà', en: 'Dong Ha' },
  water: { type: 'river', name: { vi: 'Hiếu', en: 'Hieu' } },
  location: { lat: 16.8, lon: 107.1 },
  timeZone: 'Asia/Ho_Chi_Minh',
  levels: [{ level: 1, stage_m: 2 }],
  alarms: [{ device: 'siren', output: 'relay1', place: 'outdoor', means: 'siren' }],
  somethingNewer: true,
}
const CHANNELS = ['dh/stage', 'dh/level', 'siren/relay1', 'node/refused/FRAME_CRC', 'node/rows']
const now = Date.now()

let running: RunningHub
beforeAll(async () => {
  running = await startHub({ tileUrl: 'https://tiles.example/{z}/{x}/{y}.png' })
  const client = await running.connect('edge-1', 'key-1')
  const say = (topic: string, bytes: Uint8Array) => client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  const entries = CHANNELS.map((name) => {
    const [device, ...rest] = name.split('/')
    return { device, channel: rest.join('/'), unit: 'm', resolution: 0.5 }
  })
  const hello = {
    software: 't',
    boot: 'b',
    at: now,
    clock: 'synced',
    lanes: [{ lane: 'live', oldest: 0, next: 7 }],
  }
  const name = { vi: 'Nút', en: 'Node' }
  await say(TOPICS.hello, encodeCbor({ v: 1, epoch: EPOCH, ...hello, series: 5 }))
  const describe = { v: 1, epoch: EPOCH, name, devices: [], stations: [STATION, { kind: 'other' }] }
  await say(TOPICS.describe, encodeCbor(describe))
  await say(TOPICS.series, encodeCbor({ v: 1, epoch: EPOCH, from: 0, entries }))
  const values = [5, 2, 2, 6, 8]
  const rows = values.map((value, series) => ({ series, at: now - 60_000, value }))
  await say(TOPICS.up('live'), encodeFrame(liveFrame(0, rows)))
  const body = encodeCbor({ ...ALARM, at: now })
  const events = [{ seq: 0, at: now, body }]
  const alarm: Frame = { lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events }
  await say(TOPICS.up('alarm'), encodeFrame(alarm))
  // In either order: alarms go ahead of readings.
  await until(async () => (await get('/alerts')).json().length === 1)
  await until(async () => (await get('/stations/dh')).json().stage_m !== null)
})
afterAll(() => running.close())

const get = (path: string, headers = {}) => running.hub.inject({ url: `/api/v1${path}`, headers })

test('a station shows its points, its outputs with the reason, and what is behind', async () => {
  const answer = await get('/stations/dh')
  expect(answer.json()).toMatchObject({
    edge: 'edge-1',
    stage_m: 2.5,
    level: 1,
    outputs: [{ device: 'siren', on: true, reason: ALARM.text }],
    online: true,
    complete: false,
    behind: 2,
  })
})

test('the overview carries stations, alerts and the tile address', async () => {
  const { stations, alerts, tileUrl, demo } = (await get('/overview')).json()
  expect([stations.length, alerts.length, tileUrl, demo]).toEqual([
    1,
    1,
    'https://tiles.example/{z}/{x}/{y}.png',
    false,
  ])
})

test('an edge shows its health and what it refused', async () => {
  const [edge] = (await get('/edges')).json()
  expect(edge).toMatchObject({
    edge: 'edge-1',
    health: { rows: 4 },
    refused: { FRAME_CRC: 3 },
    software: 't',
  })
})

test('every code can be looked up with its sentences', async () => {
  const table = (await get('/errors')).json()
  expect(Object.keys(table).toSorted()).toEqual(Object.keys(errors).toSorted())
  expect(table.FRAME_CRC.next.vi).toBe(errors.FRAME_CRC.next.vi)
})

test('the ledger names what is still to come', async () => {
  const ledger = (await get('/edges/edge-1/ledger')).json()
  const live = ledger.epochs[0].lanes.find((lane: { lane: string }) => lane.lane === 'live')
  expect(live).toMatchObject({
    produced: 7,
    stored: 5,
    ranges: [[0, 4]],
    gaps: [{ first: 5, last: 6, reason: 'waiting' }],
  })
})

test('a ledger of a time before the gap is complete', async () => {
  const window = `from=${now - 3_600_000}&to=${now - 1_800_000}`
  expect((await get(`/edges/edge-1/ledger?${window}`)).json().complete).toBe(true)
})

test('a short series is raw', async () => {
  const answer = await get(`/points/dh/stage/series?edge=edge-1&from=${now - 3_600_000}&to=${now}`)
  expect(answer.json()).toMatchObject({ unit: 'm', step: 0, mean: [2.5] })
})

test('a long series comes from the rollup that fits the buckets', async () => {
  const answer = await get(
    `/points/dh/stage/series?edge=edge-1&from=${now - 7 * 86_400_000}&to=${now}&buckets=700`,
  )
  expect(answer.json()).toMatchObject({ step: 900_000, min: [2.5], max: [2.5], mean: [2.5] })
})

test('a channel with a slash is asked for encoded', async () => {
  const path = `/points/node/${encodeURIComponent('refused/FRAME_CRC')}/series`
  expect((await get(`${path}?edge=edge-1&from=${now - 3_600_000}&to=${now}`)).json().mean).toEqual([3])
})

test.each([
  ['/stations/nowhere', 404, 'HTTP_NOT_FOUND'],
  ['/nothing', 404, 'HTTP_NOT_FOUND'],
  ['/edges/edge-9/ledger', 404, 'HTTP_NOT_FOUND'],
  ['/points/dh/stage/series?edge=edge-1&from=5&to=1', 400, 'HTTP_INVALID'],
  ['/points/dh/stage/series?edge=edge-1&from=1&to=5&buckets=9999', 400, 'HTTP_INVALID'],
  ['/alerts?limit=0', 400, 'HTTP_INVALID'],
  ['/stations/%00', 400, 'HTTP_INVALID'],
])('%s is answered with %i and the problem %s', async (path, status, code) => {
  const answer = await get(path)
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  expect(answer.json().what.vi).not.toBe('')
})

test('the OpenAPI document lists the routes', async () => {
  const { paths } = (await get('/openapi.json')).json()
  expect(Object.keys(paths)).toContain('/api/v1/points/{device}/{channel}/series')
})

test('every answer forbids the page to load from anywhere but here and the tiles', async () => {
  const policy = (await get('/overview')).headers['content-security-policy']
  expect(policy).toContain("default-src 'self'; img-src 'self' data: https://tiles.example;")
})

test('without accounts, a request under another name for this machine is refused', async () => {
  const answer = await get('/overview', { host: 'evil.example' })
  expect([answer.statusCode, answer.json().code]).toEqual([403, 'HTTP_ORIGIN_REFUSED'])
})

test("another site's page cannot acknowledge an alert", async () => {
  const headers = { origin: 'https://evil.example' }
  const answer = await running.hub.inject({ method: 'POST', url: '/api/v1/alerts/1/acknowledge', headers })
  expect(answer.statusCode).toBe(403)
})

test('an acknowledgement notes who and when, and changes nothing else', async () => {
  const answer = await running.hub.inject({
    method: 'POST',
    url: '/api/v1/alerts/1/acknowledge',
    payload: {},
  })
  expect(answer.json()).toMatchObject({ acknowledgedBy: 'demo', state: 'active', silenced: false })
})

test('the stream tells a new alarm, its alert and the station within a second', async () => {
  const watcher = new AbortController()
  const response = await fetch(`${running.addresses.http}/api/v1/stream`, { signal: watcher.signal })
  const client = await running.connect('edge-1', 'key-1')
  const frame = encodeFrame({ ...liveFrame(5, [{ at: Date.now(), value: 8 }]) })
  const body = encodeCbor({ ...ALARM, alarm: 'dh/level/2', level: 2, at: Date.now() })
  const events = [{ seq: 1, at: Date.now(), body }]
  const alarm = encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 1, last: 1, gaps: [], events })
  await client.publishAsync(TOPICS.up('live'), Buffer.from(frame), { qos: 1 })
  await client.publishAsync(TOPICS.up('alarm'), Buffer.from(alarm), { qos: 1 })
  const kinds = new Set<string>()
  let text = ''
  for await (const piece of response.body ?? []) {
    text += new TextDecoder().decode(piece)
    for (const [, kind] of text.matchAll(/event: (\w+)\n/g)) if (kind !== undefined) kinds.add(kind)
    if (kinds.size === 4 && text.includes('"stage_m":4')) break
  }
  watcher.abort()
  expect([...kinds].sort()).toEqual(['alarm', 'alert', 'edge', 'station'])
})

test('health says what the database still takes', async () => {
  expect((await get('/health')).json()).toMatchObject({
    ok: true,
    store: { takes: 'all', usedBytes: expect.any(Number), limitBytes: 4 * 1024 ** 3 },
  })
})

test('the ledger has a sentence in both languages for every reason in it', async () => {
  const { reasons } = (await get('/edges/edge-1/ledger')).json()
  expect(reasons).toEqual({ waiting: { vi: expect.any(String), en: expect.any(String) } })
})

describe('an edge in quarantine', () => {
  const clear = (edge: string) =>
    running.hub.inject({ method: 'POST', url: `/api/v1/edges/${edge}/quarantine/clear`, payload: {} })

  test('shows since when and why, and trusts the edge again when an operator says so', async () => {
    const client = await running.connect('edge-1', 'key-1')
    const twin = encodeFrame(liveFrame(0, [{ at: now, value: 77 }]))
    await client.publishAsync(TOPICS.up('live'), Buffer.from(twin), { qos: 1 })
    await until(async () => (await get('/edges')).json()[0].quarantine !== null)
    expect((await get('/edges')).json()[0].quarantine).toMatchObject({ reason: 'rows' })
    const answer = await clear('edge-1')
    expect([answer.statusCode, answer.json().quarantine]).toEqual([200, null])
    expect((await get('/alerts?state=active')).json()).not.toContainEqual(
      expect.objectContaining({ rule: 'identity' }),
    )
  })

  test.each([
    ['edge-2', 409, 'EDGE_NOT_QUARANTINED'],
    ['edge-9', 404, 'HTTP_NOT_FOUND'],
  ])('is not %s: %i %s', async (edge, status, code) => {
    const answer = await clear(edge)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })
})

describe('with accounts', () => {
  let guarded: RunningHub
  beforeAll(async () => {
    const passwordHash = await hashSecret('nước lên', systemRandom)
    const users = [
      { name: 'trực ban', passwordHash, role: 'operator' },
      { name: 'khách', passwordHash, role: 'viewer' },
    ]
    guarded = await startHub({ users })
  })
  afterAll(() => guarded.close())

  const login = (name: string, password: string) =>
    guarded.hub.inject({ method: 'POST', url: '/api/v1/login', payload: { name, password } })
  const cookieOf = async (name: string) => {
    const [cookie] = (await login(name, 'nước lên')).cookies
    return { cookie: `${cookie?.name}=${cookie?.value}` }
  }

  test('nothing is shown before signing in', async () => {
    const answer = await guarded.hub.inject('/api/v1/overview')
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'HTTP_LOGIN_REQUIRED'])
  })

  test('a wrong password is refused', async () => {
    const answer = await login('trực ban', 'wrong')
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'HTTP_LOGIN_FAILED'])
  })

  test('the session cookie is out of reach of scripts and other sites', async () => {
    const answer = await login('trực ban', 'nước lên')
    expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  })

  test('a viewer reads', async () => {
    const answer = await guarded.hub.inject({ url: '/api/v1/overview', headers: await cookieOf('khách') })
    expect(answer.statusCode).toBe(200)
  })

  test('a viewer may not clear a quarantine', async () => {
    const headers = await cookieOf('khách')
    const url = '/api/v1/edges/edge-1/quarantine/clear'
    const answer = await guarded.hub.inject({ method: 'POST', url, headers })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'HTTP_FORBIDDEN'])
  })

  test('a viewer may not acknowledge', async () => {
    const headers = await cookieOf('khách')
    const answer = await guarded.hub.inject({ method: 'POST', url: '/api/v1/alerts/1/acknowledge', headers })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'HTTP_FORBIDDEN'])
  })

  test('signing out ends the session', async () => {
    const headers = await cookieOf('khách')
    await guarded.hub.inject({ method: 'POST', url: '/api/v1/logout', headers })
    expect((await guarded.hub.inject({ url: '/api/v1/overview', headers })).statusCode).toBe(401)
  })

  test('signing in is limited to ten attempts a minute', async () => {
    let last = await login('trực ban', 'wrong')
    for (let count = 0; count < 10; count++) last = await login('trực ban', 'wrong')
    expect([last.statusCode, last.json().code]).toEqual([429, 'HTTP_TOO_MANY'])
  })
})

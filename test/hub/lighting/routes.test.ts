import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { ALARM, EPOCH, TOPICS } from '../world.ts'
import { light, STREET, STREET_DOCUMENT } from './world.ts'

/** The lighting interface as the page uses it, over a whole hub on loopback. */

const now = Date.now()
let running: RunningHub
beforeAll(async () => {
  running = await startHub()
  const client = await running.connect('edge-1', 'key-1')
  const say = (topic: string, bytes: Uint8Array) => client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  const name = { vi: 'Nút', en: 'Node' }
  await say(
    TOPICS.describe,
    encodeCbor({ v: 1, epoch: EPOCH, name, devices: [], stations: [STREET_DOCUMENT] }),
  )
  const fault = {
    alarm: `${STREET}/lamp-failure/1`,
    station: STREET,
    rule: 'lamp-failure',
    device: 'lamp-l1',
    at: now,
  }
  const events = [{ seq: 0, at: now, body: encodeCbor({ ...ALARM, ...fault }) }]
  await say(
    TOPICS.up('alarm'),
    encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events }),
  )
  await until(async () => (await get('/lighting/faults')).json().length === 1)
})
afterAll(() => running.close())

const get = (path: string) => running.hub.inject(`/api/v1${path}`)
const ENERGY = `edge=edge-1&street=${STREET}&from=${now - 86_400_000}&to=${now}`

test('streets are listed, and found by edge and street', async () => {
  const [street] = (await get('/lighting/streets')).json()
  expect(street).toMatchObject({ edge: 'edge-1', id: STREET, totals: { lamps: 4, faulty: 1 } })
  expect((await get(`/lighting/streets/edge-1/${STREET}`)).json()).toMatchObject({ id: STREET })
})

test('an order given as a command is listed as an order', async () => {
  const payload = { class: 'setting', action: light({ group: 'school' }, 70), why: 'lễ' }
  const given = await running.hub.inject({ method: 'POST', url: '/api/v1/edges/edge-1/commands', payload })
  expect(given.statusCode).toBe(201)
  expect((await get(`/lighting/orders?edge=edge-1&street=${STREET}`)).json()).toMatchObject([
    { command: given.json().id, target: { group: 'school' }, asked: 70, why: 'lễ', undoable: true },
  ])
})

test('an energy report names its formula, its zone and the days', async () => {
  const report = (await get(`/lighting/energy?${ENERGY}&by=day`)).json()
  expect(report).toMatchObject({ timeZone: 'Asia/Ho_Chi_Minh', complete: false, total: { energy_kWh: null } })
  expect(report.rows).toHaveLength(2)
})

describe.each([
  ['energy.csv', `energy.csv?${ENERGY}`, '"Từ ngày";'],
  ['faults.csv', 'faults.csv?state=active', '"Tuyến";'],
  ['energy.csv in English', `energy.csv?${ENERGY}&lang=en`, '"From",'],
])('%s', (_name, path, head) => {
  test('is a file for a spreadsheet', async () => {
    const answer = await get(`/lighting/${path}`)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="[a-z-]+\.csv"$/)
    expect([...answer.rawPayload.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(answer.body.slice(1)).toMatch(new RegExp(`^${head}`))
  })
})

test.each([
  ['/lighting/streets/edge-1/nowhere', 404, 'HTTP_NOT_FOUND'],
  ['/lighting/streets/edge-9/x', 404, 'HTTP_NOT_FOUND'],
  [`/lighting/energy?edge=edge-1&street=x&from=1&to=2`, 404, 'HTTP_NOT_FOUND'],
  [`/lighting/energy?edge=edge-1&street=${STREET}&from=2&to=1`, 400, 'HTTP_INVALID'],
  [`/lighting/energy?edge=edge-1&street=${STREET}&from=0&to=${now}`, 400, 'HTTP_INVALID'],
  [`/lighting/energy?edge=edge-1&street=${STREET}`, 400, 'HTTP_INVALID'],
  [`/lighting/energy?${ENERGY}&by=year`, 400, 'HTTP_INVALID'],
  ['/lighting/orders?limit=0', 400, 'HTTP_INVALID'],
  ['/lighting/orders?edge=%00', 400, 'HTTP_INVALID'],
  ['/lighting/faults?state=open', 400, 'HTTP_INVALID'],
  ['/lighting/faults.csv?lang=fr', 400, 'HTTP_INVALID'],
])('%s is answered with %i and the problem %s', async (path, status, code) => {
  const answer = await get(path)
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
})

test('the OpenAPI document lists the routes', async () => {
  const { paths } = (await get('/openapi.json')).json()
  for (const path of [
    'streets',
    'streets/{edge}/{street}',
    'orders',
    'energy',
    'energy.csv',
    'faults',
    'faults.csv',
  ])
    expect(Object.keys(paths)).toContain(`/api/v1/lighting/${path}`)
})

test('the overview knows of no lamp', async () => {
  const { alerts, stations } = (await get('/overview')).json()
  expect([alerts, stations]).toEqual([[], []])
})

test('the stream says that a street has changed, and tells nothing of its faults', async () => {
  const watcher = new AbortController()
  const response = await fetch(`${running.addresses.http}/api/v1/stream`, { signal: watcher.signal })
  const client = await running.connect('edge-1', 'key-1')
  const fault = { alarm: `${STREET}/door-open/2`, station: STREET, rule: 'door-open', at: now }
  const events = [{ seq: 1, at: now, body: encodeCbor({ ...ALARM, ...fault }) }]
  const frame = encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 1, last: 1, gaps: [], events })
  await client.publishAsync(TOPICS.up('alarm'), Buffer.from(frame), { qos: 1 })
  let text = ''
  for await (const piece of response.body ?? []) {
    text += new TextDecoder().decode(piece)
    if (text.includes('event: street')) break
  }
  watcher.abort()
  expect(text).toContain(`event: street\ndata: {"edge":"edge-1","street":"${STREET}"}`)
  expect(text).not.toMatch(/event: (alert|alarm)/)
})

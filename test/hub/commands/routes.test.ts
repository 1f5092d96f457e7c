import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandom } from '../../../core/node/system-random.ts'
import { hashSecret } from '../../../core/scrypt.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { decodeCommand } from '../../../core/wire/decoders.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { EPOCH, TOPICS } from '../world.ts'
import { WISH } from './world.ts'

/** The interface as the page uses it, over a whole hub on loopback. */

let running: RunningHub
let viewer = ''
let operator = ''
let second = ''
beforeAll(async () => {
  const passwordHash = await hashSecret('mat-khau', systemRandom)
  const users = ['viewer', 'operator', 'second'].map((name) => {
    return { name, passwordHash, role: name === 'viewer' ? 'viewer' : 'operator' }
  })
  running = await startHub({ users })
  const [one, two, three] = await Promise.all(users.map(({ name }) => signIn(name)))
  viewer = one ?? ''
  operator = two ?? ''
  second = three ?? ''
})
afterAll(() => running.close())

async function signIn(name: string): Promise<string> {
  const payload = { name, password: 'mat-khau' }
  const answer = await running.hub.inject({ method: 'POST', url: '/api/v1/login', payload })
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}
const get = (path: string, cookie = viewer) =>
  running.hub.inject({ url: `/api/v1${path}`, headers: { cookie } })
const post = (path: string, payload: object, cookie = operator) =>
  running.hub.inject({ method: 'POST', url: `/api/v1${path}`, headers: { cookie }, payload })

const COMMANDS = '/edges/edge-1/commands'

describe('who may command', () => {
  test('nobody without an account', async () => {
    expect((await post(COMMANDS, WISH, '')).statusCode).toBe(401)
  })

  test('no viewer', async () => {
    expect((await post(COMMANDS, WISH, viewer)).statusCode).toBe(403)
  })

  test('an operator, under the own name', async () => {
    const answer = await post('/edges/edge-2/commands', { ...WISH, who: undefined })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ edge: 'edge-2', state: 'open', who: 'operator', why: WISH.why })
    expect((await get('/edges/edge-2/commands')).json()).toEqual([answer.json()])
  })
})

describe('what is not a command is refused', () => {
  test.each([
    ['without a reason', { ...WISH, why: '' }, 400, 'HTTP_INVALID'],
    ['with a misspelt key', { ...WISH, expire_s: 5 }, 400, 'HTTP_INVALID'],
    ['in the name of another', { ...WISH, who: 'Minh' }, 400, 'HTTP_INVALID'],
    ['of an unknown action', { ...WISH, action: { type: 'dance' } }, 400, 'HTTP_INVALID'],
    ['for two days', { ...WISH, expires_s: 172_800 }, 400, 'COMMAND_TIMES_WRONG'],
    ['as a class that it cannot be', { ...WISH, class: 'setting' }, 400, 'COMMAND_CLASS_WRONG'],
  ])('%s', async (_name, body, status, code) => {
    const answer = await post(COMMANDS, body)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ code })
  })

  test('to an edge that is not here', async () => {
    expect((await post('/edges/hue/commands', WISH)).statusCode).toBe(404)
  })
})

test('goes to the node over MQTT; its answer is shown, streamed, and cannot be cancelled any more', async () => {
  const client = await running.connect('edge-1', 'key-1')
  const heard: string[] = []
  client.on('message', (_topic, payload) => {
    const command = decodeCommand(payload)
    if (command.ok) heard.push(command.value.id)
  })
  await client.subscribeAsync(TOPICS.cmd, { qos: 1 })
  const say = (topic: string, bytes: Uint8Array) => client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  const hello = {
    v: 1,
    epoch: EPOCH,
    software: 't',
    boot: 'b',
    at: Date.now(),
    clock: 'synced',
    lanes: [],
    series: 0,
  }
  await say(TOPICS.hello, encodeCbor(hello))
  const describe = { v: 1, epoch: EPOCH, name: { vi: 'Nút', en: 'Node' }, stations: [] }
  const devices = [{ id: 'siren', model: 'milesight-ws558', label: { vi: 'Còi', en: 'Siren' } }]
  await say(TOPICS.describe, encodeCbor({ ...describe, devices }))
  await until(async () => (await get('/edges/edge-1/targets')).json().outputs?.length === 8)

  const watching = new AbortController()
  const stream = await fetch(`${running.addresses.http}/api/v1/stream`, {
    headers: { cookie: viewer },
    signal: watching.signal,
  })
  let streamed = ''
  const decoder = new TextDecoder()
  const reading = (async () => {
    for await (const piece of stream.body ?? []) streamed += decoder.decode(piece, { stream: true })
  })().catch(() => {})

  const given = (await post(COMMANDS, WISH)).json()
  await until(() => heard.includes(given.id))
  const at = Date.now()
  const outcome = { v: 1, command: given.id, outcome: 'refused', at, code: 'COMMAND_INTERLOCK', details: {} }
  const events = [{ seq: 0, at, body: encodeCbor(outcome) }]
  await say(
    TOPICS.up('alarm'),
    encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events }),
  )
  await until(async () => (await get(`${COMMANDS}/${given.id}`)).json().state === 'refused')
  expect((await get(COMMANDS)).json()[0]).toMatchObject({ problem: { code: 'COMMAND_INTERLOCK' } })
  await until(() => streamed.includes('event: command\n') && streamed.includes('"state":"refused"'))
  expect((await post(`${COMMANDS}/${given.id}/cancel`, {})).json()).toMatchObject({ code: 'COMMAND_ENDED' })
  watching.abort()
  await reading
})

test('commands that were never sent can be cancelled', async () => {
  const given = (await post('/edges/edge-2/commands', WISH)).json()
  const cancelled = await post(`/edges/edge-2/commands/${given.id}/cancel`, {})
  expect(cancelled.json()).toMatchObject({ state: 'cancelled', cancelledBy: 'operator' })
})

test('who gives too many in a minute is held back, and nobody else at the same address', async () => {
  let answer = await post(COMMANDS, {}, operator)
  for (let more = 0; more < 30 && answer.statusCode !== 429; more++)
    answer = await post(COMMANDS, {}, operator)
  expect(answer.statusCode).toBe(429)
  expect((await post('/edges/edge-2/commands', WISH, second)).statusCode).toBe(201)
})

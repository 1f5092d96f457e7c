import { request } from 'node:http'
import { connect } from 'node:net'
import type { Static, TSchema } from 'typebox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer, type Random } from '../../../core/random.ts'
import { ok } from '../../../core/result.ts'
import { checker } from '../../../core/schema.ts'
import { DAY_MS } from '../../../edge/history/rollup-store.ts'
import * as bodies from '../../../edge/panel/bodies.ts'
import { type Disk, disk } from '../node.ts'
import { houseBody, housePanel } from './house-panel.ts'
import { MEMBER_PIN, panelWorld } from './panel-world.ts'

/** Whatever comes over the farm's Wi-Fi is answered or refused; nothing crashes, and nothing gets by. */

const WORDS = [
  ...[
    'zone',
    'k1',
    'amount',
    'minutes',
    'litres',
    'recipe',
    'program',
    'value',
    'for_s',
    'rev',
    'body',
    'pin',
  ],
  ...[
    'account',
    'name',
    'role',
    'owner',
    'member',
    'code',
    'newPin',
    '__proto__',
    'constructor',
    '1-a',
    '482915',
  ],
  ...['', ' ', '\u0000', '💧'.repeat(40), '../../etc/passwd', '<script>', '%00', 'x'.repeat(2_000)],
]
const NUMBERS = [0, -0, 1, -1, 0.5, 240, 241, 65_535, 2 ** 31, 2 ** 53, -1e308, 1e-300]

function anything(random: Random, depth = 0): unknown {
  const pick = <T>(list: readonly T[]): T | undefined => list[integer(random, 0, list.length - 1)]
  switch (integer(random, 0, depth > 3 ? 3 : 6)) {
    case 0:
      return pick(NUMBERS)
    case 1:
      return pick(WORDS)
    case 2:
      return pick([true, false, null])
    case 3:
      return pick(['k1', 5, '7351', 'owner'])
    case 4:
      return Array.from({ length: integer(random, 0, 4) }, () => anything(random, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: integer(random, 0, 4) }, () => [pick(WORDS), anything(random, depth + 1)]),
      )
  }
}

describe('the body of a request', () => {
  const schemas: readonly [string, TSchema][] = Object.entries(bodies)
  test.each(schemas)('%s takes nothing that is not of its shape, of 10 000', (_name, schema) => {
    const random = seededRandom(20_261_121)
    const check = checker(schema)
    const allowed = Object.keys((schema as { readonly properties?: object }).properties ?? {})
    for (let round = 0; round < 10_000; round++) {
      const given = anything(random)
      const checked = check(given)
      if (!checked.ok) {
        expect(checked.problem.message.length).toBeGreaterThan(0)
        continue
      }
      const value: Static<TSchema> = checked.value
      expect(Object.keys(value as object).filter((key) => !allowed.includes(key))).toEqual(
        // The parts of an address come from the router, which gives those that it knows.
        schema === bodies.AccountParams ? expect.anything() : [],
      )
    }
  })
})

describe('a panel on the farm’s Wi-Fi', () => {
  let home: Disk
  beforeEach(() => {
    home = disk()
  })
  afterEach(() => home.remove())

  const HOUSE = '/api/greenhouses/nha-kinh'
  /** What a page really sends; one part of each is then made something else. */
  const HONEST: readonly (readonly [
    'GET' | 'POST' | 'PUT' | 'DELETE',
    string,
    Readonly<Record<string, unknown>>,
  ])[] = [
    ['POST', `${HOUSE}/water`, { zone: 'k1', amount: { minutes: 5 } }],
    ['POST', `${HOUSE}/stop`, { zone: 'k1' }],
    ['POST', `${HOUSE}/resume`, {}],
    ['POST', `${HOUSE}/skip`, { program: 'sang' }],
    ['PUT', `${HOUSE}/document`, { rev: '1-a', body: houseBody() }],
    ['POST', `${HOUSE}/document/check`, { body: houseBody() }],
    ['GET', `${HOUSE}/document`, {}],
    ['GET', `${HOUSE}/journal`, {}],
    ['GET', `${HOUSE}/use?by=week&from=0&to=86400000`, {}],
    ['GET', '/api/history?device=soil-k1&channel=moisture&from=0&to=99', {}],
    ['GET', '/api/state', {}],
    ['GET', '/api/conflicts', {}],
    ['POST', '/api/conflicts/conflict:x/restore', {}],
    ['POST', '/api/session', { account: 'x', pin: '1234' }],
    ['POST', '/api/accounts', { name: 'Út', role: 'member', pin: '8412' }],
    ['PUT', '/api/accounts/x', { pin: '8412' }],
    ['POST', '/api/outputs/valve-k1/valve1/hold', { value: 1, for_s: 60 }],
    ['DELETE', '/api/outputs/valve-k1/valve1/hold', {}],
    ['POST', '/api/outputs/valve-k1/valve1/reset', {}],
  ]

  test('answers 3 000 requests of which a part is wrong without failing once', async () => {
    const { call, owner, site } = await housePanel(home)
    const random = seededRandom(7)
    const failed: string[] = []
    const seen = new Map<number, number>()
    for (let round = 0; round < 3_000; round++) {
      if (round % 100 === 0) await site.clock.advance(1_000)
      const [method, url, honest] = HONEST[integer(random, 0, HONEST.length - 1)] ?? ['GET', '/', {}]
      const key = WORDS[integer(random, 0, WORDS.length - 1)] ?? ''
      const body = integer(random, 0, 2) === 0 ? honest : { ...honest, [key]: anything(random) }
      const { status } = await call(method, url, {
        ...{ cookie: owner, address: `10.${round % 7}.${round % 200}.${round % 250}` },
        ...(method === 'GET' ? {} : { body }),
      })
      seen.set(status, (seen.get(status) ?? 0) + 1)
      if (status >= 500) failed.push(`${method} ${url} ${status} ${JSON.stringify(body).slice(0, 200)}`)
    }
    expect(failed).toEqual([])
    for (const status of [200, 202, 400, 401, 404, 409, 422]) expect(seen.get(status)).toBeGreaterThan(5)
  }, 60_000)

  test.each([
    [0, 1],
    [0, 800 * DAY_MS],
    [8.64e15 - 1, 8.64e15],
    [8.64e15 - 800 * DAY_MS, 8.64e15],
    [1, 0],
    [0, 801 * DAY_MS],
  ])('answers for the times %d to %d, or refuses them', async (from, to) => {
    const { call, owner: cookie, site } = await housePanel(home)
    await site.clock.advance(60_000)
    const urls = [
      ...['day', 'week', 'month', 'season'].map((by) => `${HOUSE}/use?by=${by}&from=${from}&to=${to}`),
      ...[1, 1_000].map(
        (points) => `/api/history?device=soil-k1&channel=moisture&from=${from}&to=${to}&points=${points}`,
      ),
    ]
    const answers = await Promise.all(urls.map((url) => call('GET', url, { cookie })))
    const refused = to <= from || to - from > 800 * DAY_MS
    for (const { status } of answers) expect(refused ? [400] : [200, 404]).toContain(status)
  })

  test('takes no body of another kind, or beyond its size', async () => {
    const { call, owner: cookie } = await housePanel(home)
    const stop = '/api/greenhouses/nha-kinh/stop'
    const huge = await call('POST', stop, { cookie, body: { zone: 'x'.repeat(20_000) } })
    const text = await call('POST', stop, { cookie, body: 'zone=k1' })
    expect([huge.status, text.status]).toEqual([400, 400])
  })

  test('refuses a document of a thousand levels, and one that means another greenhouse', async () => {
    const { call, owner: cookie } = await housePanel(home)
    let deep: object = {}
    for (let level = 0; level < 1_000; level++) deep = { deep }
    const url = '/api/greenhouses/nha-kinh/document'
    const { rev } = (await call('GET', url, { cookie })).body
    const nested = await call('POST', `${url}/check`, { cookie, body: { body: deep } })
    expect(nested.body.problems[0].code).toBe('DOCUMENT_TOO_LARGE')
    const other = await call('PUT', url, { cookie, body: { rev, body: { ...houseBody(), id: 'khac' } } })
    expect([other.status, other.body.code]).toEqual([400, 'DOCUMENT_INVALID'])
  })

  test('judges the busiest document there can be without keeping the node from its work', async () => {
    const { call, owner: cookie } = await housePanel(home)
    const zones = houseBody().zones as readonly { readonly id: string }[]
    const times = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)
    const programs = Array.from({ length: 64 }, (_, index) => ({
      ...{ id: `p${index}`, name: 'x', zones: zones.map(({ id }) => id), start: { by: 'clock', times } },
      ...{ amount: { minutes: 0.5 }, cycles: { run_min: 0.5, soak_min: 1 } },
    }))
    const began = performance.now()
    const url = '/api/greenhouses/nha-kinh/document/check'
    const { status } = await call('POST', url, { cookie, body: { body: houseBody({ programs }) } })
    expect(status).toBe(200)
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  test('a flood from one address is turned away, and its stop still works', async () => {
    const { call, member: cookie } = await housePanel(home)
    const address = '192.168.1.66'
    let last = 0
    for (let round = 0; round < 620; round++) last = (await call('GET', '/api/session', { address })).status
    expect(last).toBe(429)
    const stop = { cookie, address, body: {} }
    expect((await call('POST', '/api/greenhouses/nha-kinh/stop', stop)).status).toBe(202)
    expect((await call('GET', '/api/session', { address: '192.168.1.20' })).status).toBe(200)
  })
})

test('whoever has heavy documents checked without end leaves the node most of its time', async () => {
  const real = fakeClock()
  let stalled = 0
  const wall = { ...real, monotonic: () => (real.monotonic() + stalled) as Mono }
  let works_ms = 1_000
  const check = () => {
    stalled += works_ms
    return ok({ problems: [], warnings: [], plan: [] })
  }
  const { call, family } = await panelWorld({ wall, site: { check } })
  const { member: cookie } = await family()
  const ask = async () => {
    const url = '/api/greenhouses/nha-kinh/document/check'
    return (await call('POST', url, { cookie, body: { body: {} } })).status
  }
  expect([await ask(), await ask()]).toEqual([200, 429])
  await wall.advance(3_900)
  expect(await ask()).toBe(429)
  await wall.advance(100)
  works_ms = 50
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200])
})

test('one address that holds connections open leaves room for the others', async () => {
  const { panel } = await panelWorld()
  const port = await panel.listen()
  const held = Array.from({ length: 140 }, () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ')
    return socket
  })
  // 127.0.0.2 is another address of the same machine.
  const status = await new Promise<number | undefined>((resolve) => {
    const path = '/api/session'
    const asked = request(
      { port, path, host: '127.0.0.1', localAddress: '127.0.0.2', agent: false },
      (answer) => resolve(answer.statusCode),
    )
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
  for (const socket of held) socket.destroy()
  expect(status).toBe(200)
  await panel.close()
})

test('strangers of many addresses who hold connections open leave room for a phone of the family', async () => {
  const { panel, family } = await panelWorld()
  const { member: cookie } = await family()
  const port = await panel.listen()
  const ask = () =>
    new Promise<number | undefined>((resolve) => {
      const asked = request(
        {
          ...{ port, path: '/api/state', host: '127.0.0.1', localAddress: '127.0.0.2' },
          ...{ headers: { cookie }, agent: false },
        },
        (answer) => resolve(answer.statusCode),
      )
      asked.on('error', () => resolve(undefined))
      asked.end()
    })
  expect(await ask()).toBe(200)
  const held = Array.from({ length: 180 }, (_, index) => {
    const localAddress = `127.0.0.${3 + (index % 5)}`
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ')
    return socket
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  const status = await ask()
  for (const socket of held) socket.destroy()
  expect(status).toBe(200)
  await panel.close()
})

test('one phone that opens stream after stream closes its own oldest, and no one else’s', async () => {
  const { panel, family } = await panelWorld()
  const { member, owner } = await family()
  const port = await panel.listen()
  const closed: number[] = []
  const open = (cookie: string, name: number) =>
    new Promise<void>((resolve) => {
      request(
        { port, host: '127.0.0.1', path: '/api/events', headers: { cookie }, agent: false },
        (response) => {
          response.on('data', () => resolve())
          response.on('close', () => closed.push(name))
          response.on('error', () => {})
        },
      ).end()
    })
  await open(owner, 0)
  for (let name = 1; name <= 40; name++) await open(member, name)
  await open(owner, 41)
  for (let tried = 0; tried < 200 && closed.length < 36; tried++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  expect(closed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, index) => index + 1))
  await panel.close()
})

test('a member who opens streams on many sessions leaves one for everybody else', async () => {
  const { panel, family, signIn } = await panelWorld()
  const { owner, ids } = await family()
  const port = await panel.listen()
  const open = (cookie: string, localAddress: string) =>
    new Promise<boolean>((resolve) => {
      request(
        {
          ...{ port, host: '127.0.0.1', path: '/api/events', headers: { cookie } },
          ...{ agent: false, localAddress },
        },
        (response) => {
          let text = ''
          response.on('data', (piece: Buffer) => {
            text += piece.toString()
            if (text.includes('event: state\n')) resolve(true)
          })
          response.on('close', () => resolve(false))
          response.on('error', () => {})
        },
      ).end()
    })
  for (let session = 0; session < 11; session++) {
    const cookie = await signIn(ids.member, MEMBER_PIN)
    for (let stream = 0; stream < 3; stream++) await open(cookie, '127.0.0.3')
  }
  expect(await open(owner, '127.0.0.2')).toBe(true)
  await panel.close()
})

test('a stream tells the state at once, pings, and ends with its session', async () => {
  const { panel, wall, call, family } = await panelWorld()
  const { member } = await family()
  const port = await panel.listen()
  let text = ''
  const ended = new Promise<void>((resolve) => {
    const headers = { cookie: member }
    request({ port, host: '127.0.0.1', path: '/api/events', headers }, (response) => {
      response.on('data', (piece: Buffer) => (text += piece.toString()))
      response.on('close', resolve)
      response.on('error', () => {})
    }).end()
  })
  const seen = async (what: string) => {
    for (let tried = 0; tried < 200 && !text.includes(what); tried++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    return text.includes(what)
  }
  expect(await seen('event: state\n')).toBe(true)
  await wall.advance(16_000)
  expect(await seen('event: ping\n')).toBe(true)
  await call('DELETE', '/api/session', { cookie: member })
  await wall.advance(1_000)
  await ended
  await panel.close()
})

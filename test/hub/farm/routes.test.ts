import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import { hashSecret } from '../../../core/scrypt.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { STREET_DOCUMENT } from '../lighting/world.ts'
import { ALARM, EPOCH, TOPICS } from '../world.ts'
import { FARM, FARM_DOCUMENT } from './house.ts'

/** The farm's interface over a whole hub on loopback, and whom it serves: an agronomist touches greenhouses alone. */

const now = Date.now()
const ACCOUNTS = {
  city: {},
  agronomist: { verticals: ['farm'] },
  lighting: { verticals: ['lighting'] },
} as const
type Account = keyof typeof ACCOUNTS
const cookies = new Map<Account, string>()
let running: RunningHub

beforeAll(async () => {
  const passwordHash = await hashSecret('mat-khau', systemRandom)
  const users = Object.entries(ACCOUNTS).map(([name, more]) => ({
    ...{ name, passwordHash, role: 'operator', ...more },
  }))
  running = await startHub({ users }, { documents: memoryDocuments() })
  for (const name of ['city', 'agronomist', 'lighting'] as const) {
    const payload = { name, password: 'mat-khau' }
    const answer = await running.hub.inject({ method: 'POST', url: '/api/v1/login', payload })
    cookies.set(name, String(answer.headers['set-cookie']).split(';')[0] ?? '')
  }
  const client = await running.connect('edge-1', 'key-1')
  const say = (topic: string, bytes: Uint8Array) => client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  const name = { vi: 'Nút', en: 'Node' }
  const stations = [FARM_DOCUMENT, STREET_DOCUMENT]
  await say(TOPICS.describe, encodeCbor({ v: 1, epoch: EPOCH, name, devices: [], stations }))
  const dry = { alarm: `${FARM}/interlock-dry-run/1`, station: FARM, rule: 'interlock-dry-run', at: now }
  const event = { seq: 0, at: now, body: encodeCbor({ ...ALARM, ...dry, device: 'gh-board' }) }
  await say(
    TOPICS.up('alarm'),
    encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 0, last: 0, gaps: [], events: [event] }),
  )
  await until(async () => (await ask('city', 'GET', '/farms')).json()[0]?.problems.length === 1)
})
afterAll(() => running.close())

const ask = (who: Account, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
  running.hub.inject({
    ...{ method, url: `/api/v1${url}`, headers: { cookie: cookies.get(who) ?? '' } },
    ...(payload !== undefined && { payload }),
  })
const SPAN = `from=${now - 86_400_000}&to=${now}`

describe('a look', () => {
  test('finds all greenhouses, and one by edge and id', async () => {
    const farms = (await ask('agronomist', 'GET', '/farms')).json()
    expect(farms).toMatchObject([
      { edge: 'edge-1', id: FARM, zones: [{ id: 'k1' }, {}, {}, {}], problems: [{ level: 1 }] },
    ])
    expect((await ask('agronomist', 'GET', `/farms/edge-1/${FARM}`)).json()).toEqual(farms[0])
  })

  test('at a greenhouse that is not there says so', async () => {
    const answer = await ask('city', 'GET', '/farms/edge-1/none')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'HTTP_NOT_FOUND'])
  })

  test('without an account sees nothing', async () => {
    expect((await running.hub.inject('/api/v1/farms')).statusCode).toBe(401)
  })

  test('at use is by day unless it is asked otherwise', async () => {
    expect((await ask('city', 'GET', `/farms/use?${SPAN}`)).json()).toMatchObject({ by: 'day', farms: [{}] })
  })

  test('at use as a table gets a file that a spreadsheet opens', async () => {
    const answer = await ask('city', 'GET', `/farms/use.csv?${SPAN}&by=month&farm=${FARM}&lang=vi`)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="water-${FARM}.csv"`)
    expect([...answer.rawPayload.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(answer.body).toContain('"Nhà kính Gio An";"Dưa lưới";40,0;')
  })

  test.each(['by=year', 'by=day&edge=../etc', 'by=day&lang=fr'])(
    'with a question that is none, %s, is refused',
    async (query) => {
      expect((await ask('city', 'GET', `/farms/use.csv?${SPAN}&${query}`)).statusCode).toBe(400)
    },
  )

  test('is described in the OpenAPI document', async () => {
    const { paths } = (await ask('city', 'GET', '/openapi.json')).json()
    expect(Object.keys(paths).filter((path) => path.startsWith('/api/v1/farms'))).toEqual([
      '/api/v1/farms',
      '/api/v1/farms/{edge}/{id}',
      '/api/v1/farms/use',
      '/api/v1/farms/use.csv',
      '/api/v1/farms/{edge}/{id}/check',
    ])
  })
})

describe('a document that is being written', () => {
  const check = async (body: unknown) =>
    (await ask('agronomist', 'POST', `/farms/edge-1/${FARM}/check`, { body })).json()

  test('is told what it would water in the next day', async () => {
    const { problems, plan } = await check(FARM_DOCUMENT)
    expect(problems).toEqual([])
    expect(plan.map(({ program, zone }: { program: string; zone: string }) => [program, zone])).toEqual([
      ['sang', 'k1'],
      ['sang', 'k2'],
    ])
  })

  test('is told where it is wrong, in both languages', async () => {
    const [program] = FARM_DOCUMENT.programs
    const start = { by: 'clock', times: ['25:00'] }
    const { problems, plan } = await check({ ...FARM_DOCUMENT, programs: [{ ...program, start }] })
    expect(problems).toMatchObject([
      {
        code: 'GREENHOUSE_TIME_IMPOSSIBLE',
        at: '/programs/0/start/times/0',
        what: { vi: expect.stringContaining('25:00') },
      },
    ])
    expect(plan).toEqual([])
  })

  test.each([null, [], 'x', { kind: 'greenhouse' }, { zones: [[[]]] }])(
    'that is none, %j, has problems and breaks nothing',
    async (body) => {
      expect((await check(body)).problems).not.toEqual([])
    },
  )
})

describe('an agronomist', () => {
  const command = async (who: Account, action: object) =>
    (
      await ask(who, 'POST', '/edges/edge-1/commands', {
        ...{ class: 'momentary', action, why: 'thử' },
      })
    ).statusCode

  test.each([
    ['waters a zone', { type: 'water', station: FARM, zone: 'k1', amount: { minutes: 5 } }],
    ['stops all water', { type: 'water-stop', station: FARM }],
    ['lets programs go on', { type: 'water-resume', station: FARM }],
    ['frees what an interlock has latched', { type: 'interlock-reset', device: 'gh-board', output: 'pump' }],
    ['holds a fan', { type: 'drive', device: 'gh-board', output: 'fan1', value: 1, for_s: 60 }],
  ])('%s; an account of lighting alone does not', async (_what, action) => {
    expect(await command('agronomist', action)).toBe(201)
    expect(await command('lighting', action)).toBe(403)
  })

  test.each([
    ['a street', { type: 'light', station: 'hung-vuong', target: { all: true }, level: 50, for_s: 60 }],
    ['a cabinet', { type: 'drive', device: 'cabinet', output: 'k1', value: 1, for_s: 60 }],
  ])('does not touch %s', async (_what, action) => {
    expect(await command('agronomist', action)).toBe(403)
  })

  test('edits the document of a greenhouse; an account of lighting alone does not', async () => {
    const url = `/documents/edge-1/greenhouse:${FARM}`
    expect((await ask('lighting', 'PUT', url, FARM_DOCUMENT)).json().code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('agronomist', 'PUT', url, FARM_DOCUMENT)).statusCode).toBe(200)
  })

  test('does not take a cabinet of a street for a pump', async () => {
    const water = { ...FARM_DOCUMENT.water, pump: { device: 'cabinet', output: 'k1' } }
    const url = `/documents/edge-1/greenhouse:${FARM}`
    const answer = await ask('agronomist', 'PUT', url, { ...FARM_DOCUMENT, water })
    expect(answer.json().code).toBe('HTTP_VERTICAL_FORBIDDEN')
  })

  test('takes the alarm of a greenhouse; an account of lighting alone does not', async () => {
    const [farm] = (await ask('city', 'GET', '/farms')).json()
    const url = `/alerts/${farm.problems[0].alarm}/acknowledge`
    expect((await ask('lighting', 'POST', url)).statusCode).toBe(403)
    expect((await ask('agronomist', 'POST', url)).statusCode).toBe(200)
    const [again] = (await ask('city', 'GET', '/farms')).json()
    expect(again.problems[0].acknowledgedBy).toBe('agronomist')
  })
})

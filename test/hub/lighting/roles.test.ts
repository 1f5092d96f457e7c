import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conflictId } from '../../../core/documents/conflict.ts'
import { successor } from '../../../core/documents/revision.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import { hashSecret } from '../../../core/scrypt.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import { demoStreet } from '../../../sim/lighting/demo-street.ts'
import { station } from '../documents/couch.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { ALARM, EPOCH, TOPICS } from '../world.ts'
import { light, STREET, STREET_DOCUMENT } from './world.ts'

/** Lighting staff touch lighting alone; the duty officers of the river touch the river alone; everybody sees all. */

const FLOOD_STATION = {
  kind: 'flood-station',
  id: 'dh',
  name: { vi: 'Đông Hà', en: 'Dong Ha' },
  water: { type: 'river', name: { vi: 'Hiếu', en: 'Hieu' } },
  location: { lat: 16.8, lon: 107.1 },
  timeZone: 'Asia/Ho_Chi_Minh',
  levels: [{ level: 1, stage_m: 2 }],
  alarms: [{ device: 'siren', output: 'relay1', place: 'outdoor', means: 'siren' }],
}
const { $edit: _edit, ...OTHER_STATION } = station('a', 2)
const ACCOUNTS = {
  city: {},
  lighting: { verticals: ['lighting'] },
  flood: { verticals: ['flood'] },
  both: { verticals: ['flood', 'lighting'] },
} as const
type Account = keyof typeof ACCOUNTS

const store = memoryDocuments()
let running: RunningHub
const cookies = new Map<Account, string>()

beforeAll(async () => {
  const passwordHash = await hashSecret('mat-khau', systemRandom)
  const users = Object.entries(ACCOUNTS).map(([name, more]) => ({
    name,
    passwordHash,
    role: 'operator',
    ...more,
  }))
  running = await startHub({ users }, { documents: store })
  for (const name of ['city', 'lighting', 'flood', 'both'] as const) {
    const payload = { name, password: 'mat-khau' }
    const answer = await running.hub.inject({ method: 'POST', url: '/api/v1/login', payload })
    cookies.set(name, String(answer.headers['set-cookie']).split(';')[0] ?? '')
  }
  const client = await running.connect('edge-1', 'key-1')
  const say = (topic: string, bytes: Uint8Array) => client.publishAsync(topic, Buffer.from(bytes), { qos: 1 })
  const name = { vi: 'Nút', en: 'Node' }
  const stations = [FLOOD_STATION, OTHER_STATION, STREET_DOCUMENT, demoStreet().document]
  await say(TOPICS.describe, encodeCbor({ v: 1, epoch: EPOCH, name, devices: [], stations }))
  const fault = { alarm: `${STREET}/lamp-failure/1`, station: STREET, rule: 'lamp-failure' }
  const events = [ALARM, { ...ALARM, ...fault }].map((body, seq) => ({
    seq,
    at: ALARM.at,
    body: encodeCbor(body),
  }))
  await say(
    TOPICS.up('alarm'),
    encodeFrame({ lane: 'alarm', epoch: EPOCH, first: 0, last: 1, gaps: [], events }),
  )
  await until(async () => (await ask('city', 'GET', '/alerts')).body.length === 2)
  await until(async () => (await ask('city', 'GET', '/lighting/streets')).body.length === 2)
})
afterAll(() => running.close())

const ask = async (
  who: Account,
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  payload?: object,
  rev?: string,
) => {
  const headers = { cookie: cookies.get(who) ?? '', ...(rev !== undefined && { 'if-match': `"${rev}"` }) }
  const answer = await running.hub.inject({
    ...{ method, url: `/api/v1${url}`, headers },
    ...(payload !== undefined && { payload }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
}
const command = (who: Account, action: object, given: string, edge = 'edge-1') =>
  ask(who, 'POST', `/edges/${edge}/commands`, { class: given, action, why: 'thử' })
const LIGHT = light({ all: true }, 50)
const SILENCE = { type: 'silence', station: 'dh', for_min: 10 }
const drive = (device: string, output: string) => ({ type: 'drive', device, output, value: 1, for_s: 60 })

describe('a command', () => {
  test.each([
    ['lighting', LIGHT, 'setting', 201],
    ['lighting', { type: 'light-release', station: STREET, target: { all: true } }, 'setting', 201],
    ['lighting', drive('lamp-l1', 'level'), 'momentary', 201],
    ['lighting', drive('cabinet', 'k1'), 'momentary', 201],
    ['lighting', SILENCE, 'momentary', 403],
    ['lighting', { type: 'self-test', station: 'dh' }, 'momentary', 403],
    ['lighting', drive('siren', 'relay1'), 'emergency', 403],
    ['lighting', { type: 'hold', device: 'siren', output: 'relay1', value: 0 }, 'setting', 403],
    ['lighting', drive('unknown', 'relay1'), 'momentary', 403],
    ['flood', LIGHT, 'setting', 403],
    ['flood', SILENCE, 'momentary', 201],
    ['flood', drive('siren', 'relay1'), 'momentary', 201],
    ['flood', drive('lamp-l1', 'level'), 'momentary', 403],
    ['both', LIGHT, 'setting', 201],
    ['both', SILENCE, 'momentary', 201],
    ['city', drive('unknown', 'relay1'), 'momentary', 201],
  ] as const)('of %s: %j is answered as its part of the city says', async (who, action, given, status) => {
    const answer = await command(who, action, given)
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body).toMatchObject({ code: 'HTTP_VERTICAL_FORBIDDEN' })
  })

  test('that is refused for its part of the city leaves nothing behind', async () => {
    const before = (await ask('city', 'GET', '/edges/edge-1/commands?limit=200')).body.length
    await command('lighting', SILENCE, 'momentary')
    expect((await ask('city', 'GET', '/edges/edge-1/commands?limit=200')).body).toHaveLength(before)
  })

  test('is cancelled only by who may give it', async () => {
    const given = await command('flood', SILENCE, 'momentary')
    const url = `/edges/edge-1/commands/${given.body.id}/cancel`
    expect((await ask('lighting', 'POST', url)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('flood', 'POST', url)).body.code).not.toBe('HTTP_VERTICAL_FORBIDDEN')
  })

  test('to a node that has told nothing of itself is for who may touch all', async () => {
    expect((await command('lighting', drive('lamp-l1', 'level'), 'momentary', 'edge-2')).status).toBe(403)
  })

  test('stands in the books under who gave it', async () => {
    const { body } = await command('lighting', LIGHT, 'setting')
    expect(body).toMatchObject({ who: 'lighting', action: LIGHT })
  })
})

describe('a document', () => {
  const FLOOD = '/documents/edge-1/flood-station:a'

  test('of the river is not written by lighting staff, and read by them', async () => {
    const refused = await ask('lighting', 'PUT', FLOOD, OTHER_STATION)
    expect([refused.status, refused.body.code]).toEqual([403, 'HTTP_VERTICAL_FORBIDDEN'])
    expect((await ask('flood', 'PUT', FLOOD, OTHER_STATION)).status).toBe(200)
    expect((await ask('lighting', 'GET', FLOOD)).status).toBe(200)
  })

  test('of a street is for lighting staff: whatever is wrong with it, that is not', async () => {
    const url = `/documents/edge-1/lighting-street:${STREET}`
    expect((await ask('lighting', 'PUT', url, {})).body.code).not.toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('flood', 'PUT', url, {})).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
  })

  test('of a street that takes a siren for a lamp belongs to the river as well', async () => {
    const { document } = demoStreet()
    const [first, ...others] = document.lamps
    const url = `/documents/edge-1/lighting-street:${document.id}`
    const siren = { ...first, device: 'siren', output: 'relay1' }
    const taking = { ...document, lamps: [siren, ...others] }
    expect((await ask('lighting', 'PUT', url, taking)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('both', 'PUT', url, taking)).status).toBe(200)
  })

  test('of a street that takes a siren belongs to the river, whatever else was sent along', async () => {
    const { document } = demoStreet()
    const [first, ...others] = document.lamps
    const url = `/documents/edge-1/lighting-street:${document.id}`
    const siren = { ...first, device: 'siren', output: 'relay1' }
    let deep: object = {}
    for (let depth = 0; depth < 30; depth++) deep = { deep }
    const taking = { ...document, lamps: [siren, ...others], $edit: deep }
    expect((await ask('lighting', 'PUT', url, taking)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
  })

  test('of a street that takes what nobody is known to use is for who may touch all', async () => {
    const { document } = demoStreet()
    const [first, ...others] = document.feeders
    const taking = {
      ...document,
      feeders: [{ ...first, contactor: { device: 'pump', output: 'relay1' } }, ...others],
    }
    const url = (edge: string) => `/documents/${edge}/lighting-street:${document.id}`
    expect((await ask('lighting', 'PUT', url('edge-1'), taking)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('city', 'PUT', url('edge-1'), taking)).body.code).not.toBe('HTTP_VERTICAL_FORBIDDEN')
    // A node that has told nothing of itself.
    expect((await ask('lighting', 'PUT', url('edge-2'), document)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
  })

  test('of a street is written by lighting staff, under their name', async () => {
    const { document } = demoStreet()
    const url = `/documents/edge-1/lighting-street:${document.id}`
    const { body } = await ask('city', 'GET', url)
    const written = await ask('lighting', 'PUT', url, document, body.rev)
    expect(written).toMatchObject({ status: 200, body: { edit: { by: 'lighting', side: 'hub' } } })
  })

  test('that holds an output by hand belongs to what the output is for', async () => {
    const hold = (id: string) => `/documents/edge-1/${encodeURIComponent(id)}`
    expect((await ask('lighting', 'PUT', hold('hold:siren/relay1'), {})).body.code).toBe(
      'HTTP_VERTICAL_FORBIDDEN',
    )
    expect((await ask('lighting', 'PUT', hold('hold:lamp-l1/level'), {})).body.code).not.toBe(
      'HTTP_VERTICAL_FORBIDDEN',
    )
  })

  test('whose lost edit is to be restored or dismissed belongs to what it is of', async () => {
    const id = conflictId('flood-station:a', '2-aa')
    const conflict = { kind: 'conflict', of: 'flood-station:a', rev: '2-aa', at: 1, lost: [] }
    await store.append([successor(`edge-1/${id}`, undefined, conflict)])
    const url = `/conflicts/${encodeURIComponent(`edge-1/${id}`)}`
    for (const action of ['restore', 'dismiss'])
      expect((await ask('lighting', 'POST', `${url}/${action}`)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('flood', 'POST', `${url}/dismiss`)).status).toBe(204)
  })
})

describe('an alert', () => {
  const idOf = async (rule: string): Promise<string> =>
    (await ask('city', 'GET', '/alerts')).body.find((alert: { rule: string }) => alert.rule === rule).id

  test('of the water is taken by the river staff alone', async () => {
    const url = `/alerts/${await idOf('level')}/acknowledge`
    expect((await ask('lighting', 'POST', url)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('flood', 'POST', url)).body).toMatchObject({ acknowledgedBy: 'flood' })
  })

  test('of a lamp is taken by lighting staff alone', async () => {
    const url = `/alerts/${await idOf('lamp-failure')}/acknowledge`
    expect((await ask('flood', 'POST', url)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
    expect((await ask('lighting', 'POST', url)).body).toMatchObject({ acknowledgedBy: 'lighting' })
  })
})

test('a node that serves both is cleared of suspicion by who may touch both', async () => {
  const url = '/edges/edge-1/quarantine/clear'
  expect((await ask('lighting', 'POST', url)).body.code).toBe('HTTP_VERTICAL_FORBIDDEN')
  expect((await ask('both', 'POST', url)).body.code).toBe('EDGE_NOT_QUARANTINED')
})

test('an account says what it may touch; one without a limit says nothing', async () => {
  expect((await ask('lighting', 'GET', '/me')).body).toEqual({
    ...{ name: 'lighting', role: 'operator', verticals: ['lighting'] },
  })
  expect((await ask('city', 'GET', '/me')).body).toEqual({ name: 'city', role: 'operator' })
})

test.each(['/stations', '/lighting/streets', '/lighting/faults', '/alerts', '/documents'])(
  'everybody sees %s',
  async (url) => {
    const [lighting, flood] = [await ask('lighting', 'GET', url), await ask('flood', 'GET', url)]
    expect([lighting.status, lighting.body]).toEqual([200, flood.body])
  },
)

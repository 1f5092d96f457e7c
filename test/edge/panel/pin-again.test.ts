import { afterEach, beforeEach, expect, test } from 'vitest'
import { PIN_FRESH_MS } from '../../../edge/panel/sensitive.ts'
import { type Disk, disk } from '../node.ts'
import { type houseBody, housePanel } from './house-panel.ts'
import { MEMBER_PIN, OWNER_PIN, panelWorld } from './panel-world.ts'

/** A phone that somebody left open: what would hand the farm over asks for the PIN again, and nothing else does. */

const HOUSE = '/api/greenhouses/nha-kinh'
const CONFIRM = '/api/session/confirm'
const AGAIN = [403, 'PIN_AGAIN']

/** A family whose PINs were given too long ago. */
async function idle() {
  const world = await panelWorld()
  const family = await world.family()
  await world.wall.advance(PIN_FRESH_MS)
  return { ...world, ...family }
}

test.each([
  ['a new account', 'POST', '/api/accounts', { name: 'Út', role: 'owner', pin: '560281' }],
  ['a new PIN for somebody', 'PUT', '/api/accounts/{member}', { pin: '5602' }],
  ['taking an account away', 'DELETE', '/api/accounts/{member}', undefined],
  ['signing somebody out', 'DELETE', '/api/accounts/{member}/sessions', undefined],
  ['freeing an interlock', 'POST', '/api/outputs/board/pump/reset', {}],
  ['putting back a lost edit', 'POST', '/api/conflicts/conflict:x/restore', undefined],
] as const)('%s needs the PIN again', async (_what, method, url, body) => {
  const { call, owner: cookie, ids } = await idle()
  const asked = { cookie, ...(body === undefined ? {} : { body }) }
  const at = url.replace('{member}', ids.member)
  const refused = await call(method, at, asked)
  expect([refused.status, refused.body.code]).toEqual(AGAIN)
  expect((await call('POST', CONFIRM, { cookie, body: { pin: OWNER_PIN } })).status).toBe(204)
  expect((await call(method, at, asked)).body?.code).not.toBe('PIN_AGAIN')
})

test('who has just signed in is not asked', async () => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const body = { name: 'Út', role: 'member', pin: '5602' }
  expect((await call('POST', '/api/accounts', { cookie, body })).status).toBe(201)
})

test('a restart of the node makes a phone that is signed in no fresher', async () => {
  const { store, wall, family } = await panelWorld()
  const { owner: cookie } = await family()
  const { call } = await panelWorld({ store, wall })
  const body = { name: 'Út', role: 'member', pin: '5602' }
  expect((await call('POST', '/api/accounts', { cookie, body })).body.code).toBe('PIN_AGAIN')
})

test('whoever may not do it at all is told so first', async () => {
  const { call, member: cookie } = await idle()
  const body = { name: 'Út', role: 'member', pin: '5602' }
  expect((await call('POST', '/api/accounts', { cookie, body })).body.code).toBe('OWNER_ONLY')
})

test("one's own PIN is asked for, guesses count, and one phone's answer is no other's", async () => {
  const { call, signIn, owner: cookie, ids } = await idle()
  const wrong = await call('POST', CONFIRM, { cookie, body: { pin: MEMBER_PIN } })
  expect([wrong.status, wrong.body.code, wrong.body.left]).toEqual([401, 'PIN_WRONG', 4])
  const other = await signIn(ids.owner, OWNER_PIN)
  const body = { name: 'Út', role: 'member', pin: '5602' }
  expect((await call('POST', '/api/accounts', { cookie, body })).body.code).toBe('PIN_AGAIN')
  expect((await call('POST', '/api/accounts', { cookie: other, body })).status).toBe(201)
  expect((await call('POST', CONFIRM, { body: { pin: OWNER_PIN } })).status).toBe(401)
})

test('changing one’s own PIN shows who is there', async () => {
  const { call, owner: cookie } = await idle()
  const change = { pin: OWNER_PIN, newPin: '771905' }
  expect((await call('PUT', '/api/session/pin', { cookie, body: change })).status).toBe(204)
  const body = { name: 'Út', role: 'member', pin: '5602' }
  expect((await call('POST', '/api/accounts', { cookie, body })).status).toBe(201)
})

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

/** An owner whose PIN was given long ago saves a document in which something is another. */
async function saved(change: (body: ReturnType<typeof houseBody>) => object) {
  const { call, owner: cookie, site } = await housePanel(home)
  const { rev, body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  await site.clock.advance(PIN_FRESH_MS)
  const edit = { rev, body: { ...body, ...change(body) } }
  const answer = await call('PUT', `${HOUSE}/document`, { cookie, body: edit })
  return [answer.status, answer.body.code]
}

test('limits of a zone need the PIN again', async () => {
  expect(
    await saved(({ zones }) => ({
      zones: Array.isArray(zones) ? zones.map((zone) => ({ ...zone, daily_L: 5_000 })) : [],
    })),
  ).toEqual(AGAIN)
})

test('programs, recipes and climate do not', async () => {
  expect(await saved(() => ({ programs: [], recipes: [], climate: { hot_C: 40 } }))).toEqual([200, undefined])
})

test('water and a stop never do', async () => {
  const { call, member: cookie, site } = await housePanel(home)
  await site.clock.advance(PIN_FRESH_MS)
  const order = { zone: 'k1', amount: { minutes: 5 } }
  expect((await call('POST', `${HOUSE}/water`, { cookie, body: order })).status).toBe(202)
  expect((await call('POST', `${HOUSE}/stop`, { cookie, body: {} })).status).toBe(202)
})

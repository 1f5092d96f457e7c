import { expect, test } from 'vitest'
import { panelControl } from '../../../edge/panel/panel-control.ts'
import { failingDisk } from './failing-disk.ts'
import { MEMBER_PIN, OWNER_PIN, panelWorld } from './panel-world.ts'

test('nothing but the sign-in is answered without a session', async () => {
  const { call } = await panelWorld()
  expect((await call('GET', '/api/session')).status).toBe(200)
  for (const url of ['/api/state', '/api/events', '/api/accounts'])
    expect((await call('GET', url)).body.code).toBe('HTTP_LOGIN_REQUIRED')
})

test('the code of the node makes the first owner, once', async () => {
  const { call, panel } = await panelWorld()
  expect((await call('GET', '/api/session')).body).toMatchObject({
    setup: true,
    signedIn: null,
    accounts: [],
  })
  const setup = { code: panel.mintCode(), name: 'Bà Năm', pin: OWNER_PIN }
  const made = await call('POST', '/api/setup', { body: setup })
  expect(made.body).toMatchObject({ setup: false, signedIn: { name: 'Bà Năm', role: 'owner' } })
  const again = await call('POST', '/api/setup', { body: { ...setup, name: 'Ông Bảy' } })
  expect([again.status, again.body.code]).toEqual([401, 'SETUP_CODE_WRONG'])
})

test('a code is over after an hour', async () => {
  const { call, panel, wall } = await panelWorld()
  const setup = { code: panel.mintCode(), name: 'Bà Năm', pin: OWNER_PIN }
  await wall.advance(3_600_000)
  expect((await call('POST', '/api/setup', { body: setup })).body.code).toBe('SETUP_CODE_WRONG')
})

test('a code with a PIN that is too easy still works with a better one', async () => {
  const { call, panel } = await panelWorld()
  const setup = { code: panel.mintCode(), name: 'Bà Năm', pin: '123456' }
  expect((await call('POST', '/api/setup', { body: setup })).body.code).toBe('PIN_TOO_EASY')
  expect((await call('POST', '/api/setup', { body: { ...setup, pin: OWNER_PIN } })).status).toBe(200)
})

test('of two who use one code at the same time one becomes an owner', async () => {
  const { call, panel } = await panelWorld()
  const code = panel.mintCode()
  const both = await Promise.all(
    ['Bà Năm', 'Ông Bảy'].map((name) => call('POST', '/api/setup', { body: { code, name, pin: OWNER_PIN } })),
  )
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
})

test('the cookie is for this site and no script', async () => {
  const { call, panel } = await panelWorld()
  const setup = { code: panel.mintCode(), name: 'Bà Năm', pin: OWNER_PIN }
  const { setCookie } = await call('POST', '/api/setup', { body: setup })
  expect(setCookie).toMatch(/^tram_panel=[0-9a-f]{64}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
})

test('a session outlives a restart, and is over after thirty days of running', async () => {
  const before = await panelWorld()
  const { member } = await before.family()
  await before.wall.advance(10 * 86_400_000)
  await before.panel.close()
  const after = await panelWorld({ store: before.store })
  expect((await after.call('GET', '/api/state', { cookie: member })).status).toBe(200)
  await after.wall.advance(19.9 * 86_400_000)
  expect((await after.call('GET', '/api/state', { cookie: member })).status).toBe(200)
  await after.wall.advance(0.2 * 86_400_000)
  expect((await after.call('GET', '/api/state', { cookie: member })).status).toBe(401)
})

test('who signs out is out', async () => {
  const { call, family } = await panelWorld()
  const { member } = await family()
  expect((await call('DELETE', '/api/session', { cookie: member })).status).toBe(204)
  expect((await call('GET', '/api/state', { cookie: member })).status).toBe(401)
})

test('a session that was made up is none', async () => {
  const { call } = await panelWorld()
  for (const cookie of [
    'tram_panel=',
    `tram_panel=${'0'.repeat(64)}`,
    'tram_panel=__proto__',
    'x'.repeat(4_000),
  ])
    expect((await call('GET', '/api/state', { cookie })).status).toBe(401)
})

test('who signs in anew on a phone leaves no session behind there', async () => {
  const { call, family } = await panelWorld()
  const { member, ids } = await family()
  const body = { account: ids.member, pin: MEMBER_PIN }
  expect((await call('POST', '/api/session', { cookie: member, body })).status).toBe(200)
  expect((await call('GET', '/api/state', { cookie: member })).status).toBe(401)
})

test("a new PIN ends a person's other sessions and keeps the one it was set from", async () => {
  const { call, family, signIn } = await panelWorld()
  const { member, ids } = await family()
  const wall = await signIn(ids.member, MEMBER_PIN)
  const body = { pin: MEMBER_PIN, newPin: '9042' }
  expect((await call('PUT', '/api/session/pin', { cookie: member, body })).status).toBe(204)
  expect((await call('GET', '/api/state', { cookie: member })).status).toBe(200)
  expect((await call('GET', '/api/state', { cookie: wall })).status).toBe(401)
})

test('a sign-in that waits while its PIN is changed gets in by the new one alone', async () => {
  const { call, family } = await panelWorld()
  const { owner, ids } = await family()
  const tries = Array.from({ length: 4 }, (_, other) =>
    call('POST', '/api/session', { body: { account: `x${other}`, pin: '0000' }, address: `10.0.0.${other}` }),
  )
  const waiting = call('POST', '/api/session', { body: { account: ids.member, pin: MEMBER_PIN } })
  await call('PUT', `/api/accounts/${ids.member}`, { cookie: owner, body: { pin: '6193' } })
  await Promise.all(tries)
  expect((await waiting).body.code).toBe('PIN_WRONG')
})

test('a member manages no accounts', async () => {
  const { call, family } = await panelWorld()
  const { member, ids } = await family()
  const body = { name: 'Út', role: 'owner', pin: '918273' }
  const answers = [
    await call('GET', '/api/accounts', { cookie: member }),
    await call('POST', '/api/accounts', { cookie: member, body }),
    await call('PUT', `/api/accounts/${ids.member}`, {
      cookie: member,
      body: { role: 'owner', pin: '918273' },
    }),
    await call('DELETE', `/api/accounts/${ids.owner}`, { cookie: member }),
  ]
  expect(answers.map(({ status, body: told }) => [status, told.code])).toEqual(
    answers.map(() => [403, 'OWNER_ONLY']),
  )
})

test.each([
  ['put together from other letters and marks', 'Tí'.normalize('NFD')],
  ['in other cases', ' tÍ '],
  ['with what nobody sees', 'T\u200bí\u202e'],
  ['in full width', 'Ｔí'],
])('a name that looks like another, %s, is taken', async (_how, name) => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const body = { name, role: 'member', pin: '8412' }
  expect((await call('POST', '/api/accounts', { cookie, body })).body.code).toBe('ACCOUNT_NAME_TAKEN')
})

test.each(['restore', 'dismiss'])('a member does not %s what a merge did not take', async (action) => {
  const { call, family } = await panelWorld()
  const { member: cookie } = await family()
  const url = `/api/conflicts/conflict:greenhouse:nha-kinh:2-a/${action}`
  const { status, body } = await call('POST', url, { cookie })
  expect([status, body.code]).toEqual([403, 'OWNER_ONLY'])
})

test('of two people of one name who are added at the same moment one is', async () => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const body = { name: 'Út', role: 'member', pin: '8412' }
  const both = await Promise.all([1, 2].map(() => call('POST', '/api/accounts', { cookie, body })))
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
})

test('a name is kept as it is seen, and one that nobody sees is none', async () => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const add = (name: string) =>
    call('POST', '/api/accounts', { cookie, body: { name, role: 'member', pin: '8412' } })
  expect((await add(` ${'Út Hà'.normalize('NFD')}\u200b`)).body.name).toBe('Út Hà')
  const unseen = await add('\u200b\u2060')
  expect([unseen.status, unseen.body.code]).toEqual([400, 'HTTP_INVALID'])
})

test('whoever forgot a PIN gets a new one at the node by the name, however it is typed there', async () => {
  const { panel, family, signIn } = await panelWorld()
  const { ids } = await family()
  const pin = await panelControl(panel)['panel-reset-pin']({ account: 'tí'.normalize('NFD') })
  expect(await signIn(ids.member, pin)).toContain('tram_panel=')
})

test('the last owner stays one', async () => {
  const { call, family } = await panelWorld()
  const { owner, ids } = await family()
  const gone = await call('DELETE', `/api/accounts/${ids.owner}`, { cookie: owner })
  const less = await call('PUT', `/api/accounts/${ids.owner}`, { cookie: owner, body: { role: 'member' } })
  expect([gone.body.code, less.body.code]).toEqual(['ACCOUNT_LAST_OWNER', 'ACCOUNT_LAST_OWNER'])
})

test("a member's short PIN makes no owner", async () => {
  const { call, family } = await panelWorld()
  const { owner, ids } = await family()
  const url = `/api/accounts/${ids.member}`
  expect((await call('PUT', url, { cookie: owner, body: { role: 'owner' } })).body.code).toBe('PIN_UNSOUND')
  const better = await call('PUT', url, { cookie: owner, body: { role: 'owner', pin: '560281' } })
  expect(better.body).toMatchObject({ role: 'owner' })
})

test('a lost phone is signed out by the owner, and its owner’s PIN stays', async () => {
  const { call, family, signIn } = await panelWorld()
  const { owner, member, ids } = await family()
  const sessions = `/api/accounts/${ids.member}/sessions`
  expect((await call('DELETE', sessions, { cookie: member })).status).toBe(403)
  expect((await call('DELETE', sessions, { cookie: owner })).status).toBe(204)
  expect((await call('GET', '/api/state', { cookie: member })).status).toBe(401)
  expect((await call('GET', '/api/state', { cookie: owner })).status).toBe(200)
  expect(await signIn(ids.member, MEMBER_PIN)).toContain('tram_panel=')
  // From the phone in hand: the other ones of the same person.
  const second = await signIn(ids.owner, OWNER_PIN)
  expect((await call('DELETE', `/api/accounts/${ids.owner}/sessions`, { cookie: owner })).status).toBe(204)
  expect((await call('GET', '/api/state', { cookie: second })).status).toBe(401)
  expect((await call('GET', '/api/state', { cookie: owner })).status).toBe(200)
})

test('a lost phone that was signed out while the disk was full is out after a restart too', async () => {
  const { store, fill } = failingDisk()
  const { call, family, wall } = await panelWorld({ store })
  const { owner, member, ids } = await family()
  fill(true)
  await call('DELETE', `/api/accounts/${ids.member}/sessions`, { cookie: owner })
  fill(false)
  await wall.advance(60_000)
  // No close: the power went.
  const after = await panelWorld({ store })
  expect((await after.call('GET', '/api/state', { cookie: member })).status).toBe(401)
  expect((await after.call('GET', '/api/state', { cookie: owner })).status).toBe(200)
})

test('whose account is removed is signed out everywhere', async () => {
  const { call, family } = await panelWorld()
  const { owner, member, ids } = await family()
  expect((await call('DELETE', `/api/accounts/${ids.member}`, { cookie: owner })).status).toBe(204)
  expect((await call('GET', '/api/state', { cookie: member })).status).toBe(401)
})

test("another site's page is refused, also one whose name was made to mean this node", async () => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const foreign = await call('DELETE', '/api/session', { cookie, origin: 'http://evil.example' })
  const rebound = await call('GET', '/api/session', { host: 'evil.example', origin: 'http://evil.example' })
  const own = await call('GET', '/api/session', { cookie, origin: 'http://localhost:8088' })
  expect([foreign.body.code, rebound.body.code]).toEqual(['HTTP_ORIGIN_REFUSED', 'HTTP_ORIGIN_REFUSED'])
  expect(own.status).toBe(200)
})

test('no answer holds a PIN or its hash', async () => {
  const { call, family } = await panelWorld()
  const { owner: cookie } = await family()
  const all = await Promise.all(
    ['/api/session', '/api/accounts', '/api/state'].map((url) => call('GET', url, { cookie })),
  )
  // Ids are drawn at random: in one run of some thousands one of them holds the four digits of a PIN.
  const drawn = /[0-9a-f]{12,}/g
  expect(JSON.stringify(all).replaceAll(drawn, '')).not.toMatch(/scrypt|482915|7351/)
})

test('names are offered by the alphabet, after a restart too', async () => {
  const { call, family, store } = await panelWorld()
  const { owner: cookie } = await family()
  // So many that random ids, by which a disk knows them, are not in this order by luck.
  const names = ['Ước', 'Ánh', 'Đào', 'Yến', 'Dung', 'Ân', 'An', 'Oanh']
  for (const name of names) {
    const body = { name, role: 'member', pin: MEMBER_PIN }
    expect((await call('POST', '/api/accounts', { cookie, body })).status).toBe(201)
  }
  const again = await panelWorld({ store })
  const offered = (await again.call('GET', '/api/session')).body.accounts.map(
    ({ name }: { name: string }) => name,
  )
  const byAlphabet = ['An', 'Ánh', 'Ân', 'Bà Năm', 'Dung', 'Đào', 'Oanh', 'Tí', 'Ước', 'Yến']
  expect(offered).toEqual(byAlphabet)
})

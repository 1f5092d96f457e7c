import { expect, test } from 'vitest'
import { ok } from '../../../core/result.ts'
import { PHONES_MAX } from '../../../edge/panel/known-phones.ts'
import { TRIES } from '../../../edge/panel/lockout.ts'
import { PIN_FRESH_MS } from '../../../edge/panel/sensitive.ts'
import { MEMBER_PIN, OWNER_PIN, panelWorld } from './panel-world.ts'

/** A stranger on the farm's Wi-Fi who guesses locks himself out, and nobody of the family. */

const MINUTE = 60_000
type World = Awaited<ReturnType<typeof panelWorld>>

async function guess({ call }: World, account: string, count = TRIES) {
  for (let tried = 0; tried < count; tried++) {
    const address = `10.1.${Math.floor(tried / TRIES)}.${tried % TRIES}`
    await call('POST', '/api/session', { body: { account, pin: '000001' }, address })
  }
}
/** Signs in as a phone that keeps its cookies. */
async function signInOn({ call }: World, phone: string | undefined, account: string, pin: string) {
  const answer = await call('POST', '/api/session', {
    body: { account, pin },
    ...(phone === undefined ? {} : { cookie: phone }),
  })
  return { ...answer, code: answer.body.code }
}

test('wrong PINs of others do not keep the owner, signed in, from freeing a pump', async () => {
  const world = await panelWorld({ site: { reset: () => ok(undefined) } })
  const { owner, ids } = await world.family()
  await world.wall.advance(PIN_FRESH_MS)
  await guess(world, ids.owner)
  const url = '/api/outputs/gh-board/pump/reset'
  const asked = await world.call('POST', url, { cookie: owner, body: {} })
  const pin = { cookie: owner, body: { pin: OWNER_PIN } }
  const confirmed = await world.call('POST', '/api/session/confirm', pin)
  const freed = await world.call('POST', url, { cookie: owner, body: {} })
  expect([asked.body?.code, confirmed.status, freed.status]).toEqual(['PIN_AGAIN', 204, 202])
})

test('wrong PINs of others do not keep who is signed in from a new PIN', async () => {
  const world = await panelWorld()
  const { owner, ids } = await world.family()
  await guess(world, ids.owner)
  const body = { pin: OWNER_PIN, newPin: '771905' }
  expect((await world.call('PUT', '/api/session/pin', { cookie: owner, body })).status).toBe(204)
})

test('a phone that lies about signed in gives five guesses as well', async () => {
  const { call, family, wall } = await panelWorld()
  const { owner: cookie } = await family()
  const confirm = (pin: string) => call('POST', '/api/session/confirm', { cookie, body: { pin } })
  for (let tried = 0; tried < TRIES; tried++) await confirm('000001')
  expect((await confirm(OWNER_PIN)).body.code).toBe('PIN_LOCKED')
  await wall.advance(MINUTE)
  expect((await confirm(OWNER_PIN)).status).toBe(204)
})

test('a phone that was signed in once gets in while a stranger keeps the account locked', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  await guess(world, ids.member)
  expect((await signInOn(world, undefined, ids.member, MEMBER_PIN)).code).toBe('PIN_LOCKED')
  expect((await signInOn(world, phone, ids.member, MEMBER_PIN)).status).toBe(200)
})

test('such a phone is known after a restart of the node too', async () => {
  const before = await panelWorld()
  const { ids } = await before.family()
  const { phone } = await signInOn(before, undefined, ids.member, MEMBER_PIN)
  const world = await panelWorld({ store: before.store, wall: before.wall })
  await guess(world, ids.member)
  expect((await signInOn(world, phone, ids.member, MEMBER_PIN)).status).toBe(200)
})

test('it has five guesses of its own, and then a lock', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  for (let tried = 0; tried < TRIES; tried++) await signInOn(world, phone, ids.member, '0000')
  expect((await signInOn(world, phone, ids.member, MEMBER_PIN)).code).toBe('PIN_LOCKED')
})

test('nobody chooses by which token it is known', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const chosen = `tram_phone=${'ab'.repeat(32)}`
  const { phone } = await signInOn(world, chosen, ids.member, MEMBER_PIN)
  expect(phone).toMatch(/^tram_phone=[0-9a-f]{64}$/)
  expect(phone).not.toBe(chosen)
})

test('it proves nothing about another account', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  await guess(world, ids.owner)
  expect((await signInOn(world, phone, ids.owner, OWNER_PIN)).code).toBe('PIN_LOCKED')
})

test('it is looked at by nobody without a PIN', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  const cookie = String(phone)
  expect((await world.call('GET', '/api/state', { cookie })).body.code).toBe('HTTP_LOGIN_REQUIRED')
})

test('a crowd that waits to be checked leaves places for such a phone, and is bounded', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  const crowd = Array.from({ length: 12 }, (_, other) =>
    world.call('POST', '/api/session', {
      body: { account: `x${other}`, pin: '0000' },
      address: `10.2.0.${other}`,
    }),
  )
  const known = signInOn(world, phone, ids.member, MEMBER_PIN)
  const codes = (await Promise.all(crowd)).map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'PIN_WRONG')).toHaveLength(6)
  expect(codes.filter((code) => code === 'HTTP_TOO_MANY')).toHaveLength(6)
  expect((await known).status).toBe(200)
})

test('a lost phone that is signed out everywhere is a stranger again', async () => {
  const world = await panelWorld()
  const { owner, ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  await world.call('DELETE', `/api/accounts/${ids.member}/sessions`, { cookie: owner })
  await guess(world, ids.member)
  expect((await signInOn(world, phone, ids.member, MEMBER_PIN)).code).toBe('PIN_LOCKED')
})

test('of more phones than are remembered the oldest is a stranger again', async () => {
  const world = await panelWorld()
  const { ids } = await world.family()
  const { phone: oldest } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  const { phone: second } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  for (let more = 2; more <= PHONES_MAX; more++) {
    await world.wall.advance(MINUTE)
    await signInOn(world, undefined, ids.member, MEMBER_PIN)
  }
  await guess(world, ids.member)
  expect((await signInOn(world, oldest, ids.member, MEMBER_PIN)).code).toBe('PIN_LOCKED')
  expect((await signInOn(world, second, ids.member, MEMBER_PIN)).status).toBe(200)
})

test('an owner who gives a new PIN frees the phones of that account too', async () => {
  const world = await panelWorld()
  const { owner, ids } = await world.family()
  const { phone } = await signInOn(world, undefined, ids.member, MEMBER_PIN)
  for (let tried = 0; tried < TRIES; tried++) await signInOn(world, phone, ids.member, '0000')
  const seen = await world.call('GET', '/api/accounts', { cookie: owner })
  expect(seen.body.find(({ id }: { id: string }) => id === ids.member).locked_s).toBe(60)
  await world.call('PUT', `/api/accounts/${ids.member}`, { cookie: owner, body: { pin: '6193' } })
  expect((await signInOn(world, phone, ids.member, '6193')).status).toBe(200)
})

test('codes that a stranger guesses while there is none do not lock out the owner who has one made', async () => {
  const { call, panel, wall } = await panelWorld()
  for (const pause of [0, 61_000, 301_000, 901_000]) {
    await wall.advance(pause)
    for (let tried = 0; tried < TRIES; tried++)
      await call('POST', '/api/setup', {
        body: { code: '00000000', name: 'X', pin: '482915' },
        address: `192.168.${pause % 200}.${tried + 1}`,
      })
  }
  const body = { code: panel.mintCode(), name: 'Bà Năm', pin: OWNER_PIN }
  expect((await call('POST', '/api/setup', { body, address: '192.168.1.9' })).status).toBe(200)
})

test('guesses at a code that there is are counted, and a new code begins anew', async () => {
  const { call, panel } = await panelWorld()
  const setUp = (code: string, address: string) =>
    call('POST', '/api/setup', { body: { code, name: 'Bà Năm', pin: OWNER_PIN }, address })
  const code = panel.mintCode()
  for (let tried = 0; tried < TRIES; tried++) await setUp('00000000', `192.168.1.${tried}`)
  expect((await setUp(code, '192.168.1.9')).body.code).toBe('PIN_LOCKED')
  expect((await setUp(panel.mintCode(), '192.168.1.9')).status).toBe(200)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { createLockout, LOCKS_MS, TRIES } from '../../../edge/panel/lockout.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { failingDisk } from './failing-disk.ts'
import { MEMBER_PIN, OWNER_PIN, panelWorld } from './panel-world.ts'

const MINUTE = 60_000

function lockoutOf(store = openSqlite(':memory:')) {
  const wall = fakeClock()
  const refusals = createRefusals({ clock: wall, log: silentLog })
  return { wall, store, lockout: createLockout({ wall, store, refusals }) }
}

test('five wrong tries in a row lock it for 1, 5, 15 and then always 60 minutes', async () => {
  const { wall, lockout } = lockoutOf()
  const locks: number[] = []
  for (let round = 0; round < 6; round++) {
    for (let tried = 0; tried < TRIES; tried++) expect(lockout.begin(['account a'])).toBeUndefined()
    expect(lockout.begin(['account a'])?.code).toBe('PIN_LOCKED')
    locks.push(lockout.lockedS('account a') / 60)
    await wall.advance(lockout.lockedS('account a') * 1000)
  }
  expect(locks).toEqual([1, 5, 15, 60, 60, 60])
})

test('each wrong try tells how many are left', () => {
  const { lockout } = lockoutOf()
  const told = Array.from({ length: TRIES }, () => {
    lockout.begin(['account a'])
    return lockout.wrong(['account a'])
  })
  expect(told.map(({ code, details }) => [code, details.left ?? details.until_s])).toEqual([
    ['PIN_WRONG', 4],
    ['PIN_WRONG', 3],
    ['PIN_WRONG', 2],
    ['PIN_WRONG', 1],
    ['PIN_LOCKED', 60],
  ])
})

test('a right one begins the count anew', () => {
  const { lockout } = lockoutOf()
  for (let tried = 0; tried < TRIES - 1; tried++) lockout.begin(['account a'])
  lockout.right(['account a'])
  lockout.begin(['account a'])
  expect(lockout.wrong(['account a']).details.left).toBe(TRIES - 1)
})

test('a restart shortens no lock', async () => {
  const { wall, store, lockout } = lockoutOf()
  for (let tried = 0; tried < TRIES; tried++) lockout.begin(['account a'])
  await wall.advance(20_000)
  lockout.save()
  await wall.advance(30_000)
  const again = lockoutOf(store)
  expect(again.lockout.lockedS('account a')).toBe(40)
})

test('many addresses that guess make the node wait for its disk once a minute, not once a guess', () => {
  const { store, commits } = failingDisk()
  const { lockout } = lockoutOf(store)
  const before = commits()
  for (let tried = 0; tried < 5_000; tried++) lockout.begin([`address ${tried % 1_000}`])
  lockout.save()
  expect(commits() - before).toBe(1)
  expect(lockoutOf(store).lockout.lockedS('address 7')).toBe(60)
})

test('what was tried of an account is on disk before it is answered', () => {
  const { store, lockout } = lockoutOf()
  for (let tried = 0; tried < TRIES; tried++) lockout.begin(['address x', 'account a'])
  expect(lockoutOf(store).lockout.lockedS('account a')).toBe(60)
})

test('while nobody guesses nothing is written', () => {
  const { store, commits } = failingDisk()
  const { lockout } = lockoutOf(store)
  const before = commits()
  lockout.save()
  expect(commits() - before).toBe(0)
})

test('who tries from many addresses is kept from more than their number, and the account stays locked', () => {
  const { lockout } = lockoutOf()
  for (let tried = 0; tried < 2_000; tried++) lockout.begin([`address ${tried}`])
  for (let tried = 0; tried < TRIES; tried++) lockout.begin([`address x${tried}`, 'account a'])
  expect(lockout.begin(['address fresh', 'account a'])?.code).toBe('PIN_LOCKED')
})

test('no number of addresses makes it forget what was tried of an account', () => {
  const { lockout } = lockoutOf()
  for (let tried = 0; tried < TRIES; tried++) lockout.begin([`address x${tried}`, 'account a'])
  for (let tried = 0; tried < 3_000; tried++) lockout.begin([`address ${tried}`])
  expect(lockout.begin(['address fresh', 'account a'])?.code).toBe('PIN_LOCKED')
})

test('whatever order tries, successes and pauses come in, no more than five guesses fit between two locks', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('try' as const), key: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ type: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 90 * MINUTE }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const { wall, lockout } = lockoutOf()
      const guesses = new Map<number, number>()
      let elapsed = 0
      for (const one of steps) {
        if (one.type === 'pause') {
          await wall.advance(one.ms)
          elapsed += one.ms
        } else if (lockout.begin([`account ${one.key}`]) === undefined)
          guesses.set(one.key, (guesses.get(one.key) ?? 0) + 1)
      }
      for (const [, count] of guesses) {
        const locks = Math.floor((count - 1) / TRIES)
        const least = Array.from({ length: locks }, (_, n) => LOCKS_MS[Math.min(n, 3)] ?? 0)
        expect(elapsed).toBeGreaterThanOrEqual(least.reduce((sum, ms) => sum + ms, 0))
      }
    }),
    { numRuns: 200 },
  )
})

test('a locked account refuses the right PIN too, and lets it in when the time is over', async () => {
  const { call, family, wall } = await panelWorld()
  const { ids } = await family()
  const pin = (text: string, address: string) =>
    call('POST', '/api/session', { body: { account: ids.member, pin: text }, address })
  for (let tried = 0; tried < TRIES; tried++) await pin('0000', `192.168.1.${tried}`)
  const locked = await pin(MEMBER_PIN, '192.168.1.99')
  expect([locked.status, locked.body.code, locked.body.until_s]).toEqual([429, 'PIN_LOCKED', 60])
  await wall.advance(MINUTE)
  expect((await pin(MEMBER_PIN, '192.168.1.99')).status).toBe(200)
})

test('guesses that come all at once are counted each', async () => {
  const { call, family } = await panelWorld()
  const { ids } = await family()
  const guesses = Array.from({ length: 12 }, (_, index) =>
    call('POST', '/api/session', {
      body: { account: ids.owner, pin: `77${index}31${index}` },
      address: `192.168.2.${index}`,
    }),
  )
  const codes = (await Promise.all(guesses)).map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'PIN_WRONG').length).toBeLessThan(TRIES)
  const right = await call('POST', '/api/session', { body: { account: ids.owner, pin: OWNER_PIN } })
  expect(right.body.code).toBe('PIN_LOCKED')
})

test('one address that tries many accounts is locked', async () => {
  const { call } = await panelWorld()
  const codes: string[] = []
  for (let tried = 0; tried <= TRIES; tried++)
    codes.push(
      (await call('POST', '/api/session', { body: { account: `a${tried}`, pin: '0000' } })).body.code,
    )
  expect(codes.at(-1)).toBe('PIN_LOCKED')
})

test('an owner frees a locked member by a new PIN', async () => {
  const { call, family } = await panelWorld()
  const { owner, ids } = await family()
  for (let tried = 0; tried < TRIES; tried++)
    await call('POST', '/api/session', {
      body: { account: ids.member, pin: '0000' },
      address: `10.0.0.${tried}`,
    })
  await call('PUT', `/api/accounts/${ids.member}`, { cookie: owner, body: { pin: '6193' } })
  const body = { account: ids.member, pin: '6193' }
  expect((await call('POST', '/api/session', { body })).status).toBe(200)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { triedFrom } from '../../../edge/panel/address.ts'
import { TRIES } from '../../../edge/panel/lockout.ts'
import { MEMBER_PIN, panelWorld } from './panel-world.ts'

/** A lock of an address is one of whoever tries from it, and of no neighbour. */

test('a stranger on the same Wi-Fi with IPv6 does not lock the phones of the family out', async () => {
  const { call, family } = await panelWorld({ config: { host: '::' } })
  const { ids } = await family()
  const tryFrom = (account: string, pin: string, address: string) =>
    call('POST', '/api/session', { body: { account, pin }, address })
  for (let tried = 0; tried < TRIES; tried++) await tryFrom('nobody', '0000', 'fe80::bad:1')
  expect((await tryFrom('nobody', '0000', 'fe80::bad:1')).body.code).toBe('PIN_LOCKED')
  expect((await tryFrom(ids.member, MEMBER_PIN, 'fe80::1c2d:3e4f:5a6b:7c8d')).status).toBe(200)
})

test('addresses that machines give themselves count whole, whatever card they come in by', () => {
  expect(['fe80::1', 'febf::1', 'fd12:3456:789a:1::7', 'fe80::1%eth0'].map(triedFrom)).toEqual([
    ...['fe80::1', 'febf::1', 'fd12:3456:789a:1::7', 'fe80::1'],
  ])
})

test('of a public address its network counts, however it is written', () => {
  expect(
    ['2001:db8:0:7::1', '2001:db8:0:7:1:2:3:4', '2001:db8::1', '2001:db8:0:0:9::', '::1'].map(triedFrom),
  ).toEqual(['2001:db8:0:7', '2001:db8:0:7', '2001:db8:0:0', '2001:db8:0:0', '0:0:0:0'])
})

test('an IPv4 address is the same by either of its names', () => {
  expect(['192.168.1.5', '::ffff:192.168.1.5'].map(triedFrom)).toEqual(['192.168.1.5', '192.168.1.5'])
})

const groups = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: count, maxLength: count })
const publicAddress = fc
  .tuple(fc.integer({ min: 0x2000, max: 0x3fff }), groups(3), groups(4))
  .map(([first, network, host]) => ({ network: [first, ...network], host }))
const spelt = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(':')

test('two phones of one public network have one key, those of two networks two', () => {
  fc.assert(
    fc.property(publicAddress, publicAddress, (one, other) => {
      const key = triedFrom(spelt([...one.network, ...one.host]))
      expect(triedFrom(spelt([...one.network, ...other.host]))).toBe(key)
      const same = spelt(one.network) === spelt(other.network)
      expect(triedFrom(spelt([...other.network, ...other.host])) === key).toBe(same)
    }),
    { numRuns: 10_000 },
  )
})

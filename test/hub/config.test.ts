import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { hashSecret, parseHash, verifySecret } from '../../core/scrypt.ts'
import { hubConfigFaults, tileOrigin } from '../../hub/config.ts'
import { configOf } from './hub-world.ts'

const HASH = `scrypt$16384$8$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`
const user = { name: 'an', passwordHash: HASH, role: 'admin' }
const codes = (part: object) => hubConfigFaults(configOf(part)).map(({ code }) => code)

test('a configuration of site and directory alone is a hub on loopback', () => {
  const { broker, http, timeZone, retention } = configOf({ broker: {}, http: {} })
  expect([broker.host, broker.port, broker.wsPort]).toEqual(['127.0.0.1', 1883, null])
  expect([http.host, http.port, timeZone, retention.rawDays]).toEqual([
    '127.0.0.1',
    8080,
    'Asia/Ho_Chi_Minh',
    90,
  ])
})

describe('a configuration is refused that', () => {
  test('opens MQTT without TLS to the network', () => {
    expect(codes({ broker: { host: '0.0.0.0' } })).toEqual(['HUB_BROKER_EXPOSED'])
  })

  test('opens the page to the network without accounts', () => {
    expect(codes({ http: { host: '0.0.0.0' } })).toEqual(['HUB_HTTP_EXPOSED'])
  })

  test('names an edge twice', () => {
    expect(
      codes({
        edges: [
          { id: 'a', keyHash: HASH },
          { id: 'a', keyHash: HASH },
        ],
      }),
    ).toEqual(['HUB_CONFIG_DUPLICATE'])
  })

  test('has a hash that is none', () => {
    expect(codes({ edges: [{ id: 'a', keyHash: 'secret' }] })).toEqual(['HUB_HASH_MALFORMED'])
  })

  test('names a time zone that does not exist', () => {
    expect(codes({ timeZone: 'Asia/Dong_Ha' })).toEqual(['CONFIG_TIME_ZONE'])
  })

  test.each([[[]], [['water']], [['flood', 'flood']], ['lighting']])(
    'limits an account to %j',
    (verticals) => {
      expect(() => configOf({ users: [{ ...user, verticals }] })).toThrow('/users/0/verticals')
    },
  )

  test('has a tile address that would break out of the page’s policy', () => {
    expect(codes({ tileUrl: "https://a.example;script-src 'unsafe-inline'/{z}" })).toEqual(['HUB_TILE_URL'])
  })
})

test.each([
  ['plain MQTT that is allowed by name', { broker: { host: '0.0.0.0', allowPlain: true } }],
  ['MQTT with TLS', { broker: { host: '0.0.0.0', tls: { cert: 'c', key: 'k' } } }],
  ['a page with accounts', { http: { host: '0.0.0.0' }, users: [user] }],
])('%s may face the network', (_what, part) => {
  expect(codes(part)).toEqual([])
})

test('a tile address with {s} allows every subdomain', () => {
  expect(tileOrigin('https://{s}.tiles.example/{z}/{x}/{y}.png')).toBe('https://*.tiles.example')
})

describe('a secret', () => {
  test('is verified against its own hash', async () => {
    const stored = parseHash(await hashSecret('mưa', seededRandom(1)))
    expect(stored !== undefined && (await verifySecret('mưa', stored))).toBe(true)
  })

  test('is told from another', async () => {
    const stored = parseHash(await hashSecret('mưa', seededRandom(1)))
    expect(stored !== undefined && (await verifySecret('mua', stored))).toBe(false)
  })

  test('hash with parameters that would eat the memory is refused', () => {
    expect(parseHash(HASH.replace('16384', '524288'))).toBeUndefined()
  })

  // RFC 7914, section 12, third vector (N = 16384, r = 8, p = 1).
  test('is derived as RFC 7914 says', async () => {
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    )
    const salt = Buffer.from('SodiumChloride')
    const stored = { cost: 16384, blockSize: 8, parallel: 1, salt, hash }
    expect(await verifySecret('pleaseletmein', stored)).toBe(true)
  })
})

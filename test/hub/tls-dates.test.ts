import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UtcBounds } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import { silentLog } from '../../core/log.ts'
import { mqttBroker } from '../../core/node/mqtt-client.ts'
import { authority, hasOpenssl } from '../core/node/authority.ts'
import { type RunningHub, startHub, until } from './hub-world.ts'
import { temporary } from './world.ts'

const directory = temporary()
const ca = authority(directory.path)
const HERE = { san: 'IP:127.0.0.1' }
const LONG = { from: '20190101000000Z', to: '20390101000000Z' }
const THEN = { from: '20200101000000Z', to: '20210101000000Z' }
const IN_2020: UtcBounds = { earliest: Date.UTC(2020, 5, 1), latest: Date.UTC(2020, 5, 1) + 1_000 }

describe.skipIf(!hasOpenssl())('nodes and a hub whose certificates have dates (needs openssl)', () => {
  const hubs: RunningHub[] = []
  const hubWith = async (name: string) => {
    const secrets = { cert: ca.pem(`${name}.crt`), key: ca.pem(`${name}.key`), ca: ca.pem('ca.crt') }
    const hub = await startHub({}, { secrets })
    hubs.push(hub)
    return hub
  }
  /** A node that knows the time by itself, however wrong its system's clock is. */
  const node = (hub: RunningHub, bounds: UtcBounds, cert?: string) => {
    const refused: Fault[] = []
    const own = cert === undefined ? {} : { cert: ca.file(`${cert}.crt`), key: ca.file(`${cert}.key`) }
    const broker = mqttBroker({
      url: hub.addresses.mqtt,
      clientId: 'test',
      username: 'edge-1',
      password: 'key-1',
      tls: { ca: ca.file('ca.crt'), ...own },
      bounds: () => bounds,
      refused: (problem) => refused.push(problem),
      log: silentLog,
    })
    return { broker, refused }
  }
  beforeAll(() => {
    ca.issue('ca', 'authority', 'ca', { ca: true, ...LONG })
    ca.issue('hub', 'hub', 'ca', { ...HERE, ...LONG })
    ca.issue('old-hub', 'hub', 'ca', { ...HERE, ...THEN })
    ca.issue('lapsed', 'edge-1', 'ca', THEN)
    ca.issue('neighbour', 'edge-2', 'ca', THEN)
  }, 30_000)
  afterAll(async () => {
    for (const hub of hubs) await hub.close()
    directory.dispose()
  })

  test('a node reaches its hub though its system clock calls the certificate out of date', async () => {
    const { broker, refused } = node(await hubWith('old-hub'), IN_2020)
    await until(() => broker.state() === 'online')
    expect(refused).toEqual([])
    expect(await broker.publish('tram/v1/dong-ha/edge-1/up/live', new Uint8Array(1))).toBe(true)
    await broker.close()
  })

  test('a node that knows better refuses a hub whose certificate has run out, and says so', async () => {
    const present: UtcBounds = { earliest: Date.now() - 1_000, latest: Date.now() + 1_000 }
    const { broker, refused } = node(await hubWith('old-hub'), present)
    await until(() => refused.length > 0)
    expect(refused[0]?.code).toBe('CERTIFICATE_OUT_OF_DATE')
    expect(broker.state()).toBe('offline')
    await broker.close()
  })

  test('a node whose own certificate ran out in the dark gets in by its key, and the hub says so', async () => {
    const hub = await hubWith('hub')
    const { broker } = node(hub, IN_2020, 'lapsed')
    await until(() => broker.state() === 'online')
    expect(await hub.refused()).toMatchObject({ EDGE_CERTIFICATE_EXPIRED: 1 })
    await broker.close()
  })

  test('a certificate that has run out proves nothing without the key', async () => {
    const hub = await hubWith('hub')
    const bearer = { ca: ca.pem('ca.crt'), cert: ca.pem('lapsed.crt'), key: ca.pem('lapsed.key') }
    await expect(hub.connect('edge-1', 'wrong', bearer)).rejects.toThrow('Not authorized')
    expect(await hub.refused()).not.toHaveProperty('EDGE_CERTIFICATE_EXPIRED')
  })

  test('what a neighbour once had does not keep a node with its key out', async () => {
    const { broker } = node(await hubWith('hub'), IN_2020, 'neighbour')
    await until(() => broker.state() === 'online')
    await broker.close()
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, type Server } from 'node:tls'
import { Aedes } from 'aedes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { UtcBounds } from '../../../core/clock.ts'
import type { ErrorCode } from '../../../core/errors.ts'
import { silentLog } from '../../../core/log.ts'
import { mqttBroker } from '../../../core/node/mqtt-client.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import { authority, hasOpenssl } from './authority.ts'

/** A broker's certificate, over TCP and over WebSocket, is judged by what the node knows of the time. */

const folder = mkdtempSync(join(tmpdir(), 'tram-mqtt-tls-'))
const ca = authority(folder)
const around = (utc: number): UtcBounds => ({ earliest: utc - 1_000, latest: utc + 1_000 })
const IN_2020 = around(Date.UTC(2020, 5, 1))
const IN_2035 = around(Date.UTC(2035, 5, 1))

let aedes: Aedes
let client: Broker | undefined
const servers: Server[] = []

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const secrets = () => ({ cert: ca.pem('then.crt'), key: ca.pem('then.key') })
const SERVERS = {
  async mqtts() {
    return `mqtts://127.0.0.1:${await listening(createTlsServer(secrets(), (socket) => aedes.handle(socket)))}`
  },
  async wss() {
    const web = createHttpsServer(secrets())
    const sockets = new WebSocketServer({ server: web, handleProtocols: () => 'mqtt' })
    sockets.on('connection', (socket) => aedes.handle(createWebSocketStream(socket)))
    return `wss://127.0.0.1:${await listening(web)}`
  },
} as const

describe.skipIf(!hasOpenssl())('a broker whose certificate ran out by the system (needs openssl)', () => {
  beforeAll(() => {
    ca.issue('ca', 'authority', 'ca', { ca: true, from: '20190101000000Z', to: '20390101000000Z' })
    const then = { from: '20200101000000Z', to: '20210101000000Z' }
    ca.issue('then', 'hub', 'ca', { san: 'IP:127.0.0.1', ...then })
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    aedes = await Aedes.createBroker()
  })
  afterEach(async () => {
    await client?.close()
    for (const server of servers.splice(0)) server.close()
    await new Promise<void>((resolve) => aedes.close(() => resolve()))
  })

  test.each(['mqtts', 'wss'] as const)(
    'is spoken to over %s while it is valid by the node',
    async (scheme) => {
      client = mqttBroker({
        url: await SERVERS[scheme](),
        clientId: 'node',
        log: silentLog,
        tls: { ca: ca.file('ca.crt') },
        bounds: () => IN_2020,
      })
      await vi.waitFor(() => expect(client?.state()).toBe('online'), 10_000)
      expect(await client.publish('a', Uint8Array.of(1))).toBe(true)
    },
  )

  test.each(['mqtts', 'wss'] as const)(
    'is refused over %s once it ran out by the node too',
    async (scheme) => {
      const refused: ErrorCode[] = []
      client = mqttBroker({
        url: await SERVERS[scheme](),
        clientId: 'node',
        log: silentLog,
        tls: { ca: ca.file('ca.crt') },
        bounds: () => IN_2035,
        refused: ({ code }) => void refused.push(code),
      })
      await vi.waitFor(() => expect(refused).toContain('CERTIFICATE_OUT_OF_DATE'), 10_000)
      expect(client.state()).toBe('offline')
    },
  )
})

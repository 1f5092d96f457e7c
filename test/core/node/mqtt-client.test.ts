import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FaultError } from '../../../core/errors.ts'
import { silentLog } from '../../../core/log.ts'
import { mqttBroker } from '../../../core/node/mqtt-client.ts'
import type { Broker } from '../../../core/ports/broker.ts'

let aedes: Aedes
let server: Server
let port = 0
const sockets = new Set<Socket>()
const clients: Broker[] = []
const PATIENCE_MS = 10_000

beforeEach(async () => {
  aedes = await Aedes.createBroker()
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  cut()
  await new Promise((resolve) => server.close(resolve))
  await new Promise<void>((resolve) => aedes.close(() => resolve()))
})

function cut(): void {
  for (const socket of sockets) socket.destroy()
}

function client(options: Partial<Parameters<typeof mqttBroker>[0]> = {}): Broker {
  const made = mqttBroker({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: `client-${clients.length}`,
    log: silentLog,
    ...options,
  })
  clients.push(made)
  return made
}

const online = (broker: Broker) => vi.waitFor(() => expect(broker.state()).toBe('online'), PATIENCE_MS)
const bytes = Uint8Array.of(1, 2, 3)

describe('an MQTT client', () => {
  test('tells that a publish was acknowledged', async () => {
    const one = client()
    await online(one)
    expect(await one.publish('a', bytes)).toBe(true)
  })

  test('takes nothing while it is offline', async () => {
    expect(await client().publish('a', bytes)).toBe(false)
  })

  test('tells at once that what was under way is not acknowledged when the connection falls', async () => {
    const one = client({ publishTimeoutMs: 60_000 })
    await online(one)
    aedes.authorizePublish = () => {}
    const pending = [one.publish('a', bytes), one.publish('b', bytes)]
    await new Promise((resolve) => setTimeout(resolve, 20))
    cut()
    expect(await Promise.all(pending)).toEqual([false, false])
  })

  test('gives a publish up that is never acknowledged', async () => {
    const one = client({ publishTimeoutMs: 50 })
    await online(one)
    aedes.authorizePublish = () => {}
    expect(await one.publish('a', bytes)).toBe(false)
  })

  test('comes back after a cut, and its subscriptions with it', async () => {
    const [one, other] = [client(), client()]
    const heard: string[] = []
    one.subscribe('to/+', (topic) => heard.push(topic))
    await online(one)
    await online(other)
    const states: string[] = []
    one.onState((state) => states.push(state))
    cut()
    // It may be back before anybody looks.
    await vi.waitFor(() => expect(states).toEqual(['offline', 'online']), PATIENCE_MS)
    await online(other)
    await other.publish('to/one', bytes)
    await vi.waitFor(() => expect(heard).toEqual(['to/one']), PATIENCE_MS)
  })

  test('hears retained messages, and tells its last will when it dies', async () => {
    const gone = client({ will: { topic: 'alive', payload: Uint8Array.of(0) } })
    await online(gone)
    await gone.publish('kept', bytes, { retain: true })
    const one = client()
    const heard: (readonly [string, number])[] = []
    one.subscribe('#', (topic, payload) => heard.push([topic, payload.length]))
    await online(one)
    await vi.waitFor(() => expect(heard).toContainEqual(['kept', 3]), PATIENCE_MS)
    for (const socket of [...sockets].slice(0, 1)) socket.destroy()
    await vi.waitFor(() => expect(heard).toContainEqual(['alive', 1]), PATIENCE_MS)
  })

  test('that may not subscribe is not online: it would be deaf', async () => {
    aedes.authorizeSubscribe = (_client, _subscription, done) => done(null, null)
    const one = client()
    one.subscribe('secret', () => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(one.state()).toBe('offline')
  })

  test('with a certificate file that is not there is refused with its name', () => {
    const open = () =>
      mqttBroker({ url: 'mqtts://127.0.0.1:1', clientId: 'x', log: silentLog, tls: { ca: '/no/ca.pem' } })
    expect(open).toThrow(FaultError)
    expect(open).toThrow('/no/ca.pem')
  })
})

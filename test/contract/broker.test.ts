import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, describe, expect, test } from 'vitest'
import { memoryBroker } from '../../core/fakes/memory-broker.ts'
import { silentLog } from '../../core/log.ts'
import { mqttBroker } from '../../core/node/mqtt-client.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { type Broker, topicMatches } from '../../core/ports/broker.ts'

/** One broker under test: clients of it, and a way to cut them all off. */
interface Network {
  client(name: string): Broker
  cut(): void
  restore(): Promise<void>
  close(): Promise<void>
}

function inMemory(): Promise<Network> {
  const network = memoryBroker(systemClock())
  return Promise.resolve({
    client: (name) => network.client(name),
    cut: () => network.cut(),
    restore: () => Promise.resolve(network.restore()),
    close: () => Promise.resolve(),
  })
}

/** A real MQTT broker on a free loopback port; cutting closes its sockets and its ear. */
async function overTcp(): Promise<Network> {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  let server = createServer()
  const listen = (port: number) =>
    new Promise<Server>((resolve) => {
      const listening = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        aedes.handle(socket)
      })
      listening.listen(port, '127.0.0.1', () => resolve(listening))
    })
  server = await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    client: (name) => mqttBroker({ url: `mqtt://127.0.0.1:${port}`, clientId: name, log: silentLog }),
    cut,
    async restore() {
      server = await listen(port)
    },
    close() {
      cut()
      return new Promise((resolve) => aedes.close(() => resolve()))
    },
  }
}

const text = (payload: Uint8Array) => new TextDecoder().decode(payload)
const bytes = (words: string) => new TextEncoder().encode(words)

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`never came true: ${what}`)
}

describe.each([
  ['in memory', inMemory],
  ['MQTT over TCP', overTcp],
])('a Broker, %s', (_name, make) => {
  let network: Network | undefined
  const clients: Broker[] = []

  async function connect(name: string): Promise<Broker> {
    network ??= await make()
    const client = network.client(name)
    clients.push(client)
    await until(() => client.state() === 'online', `${name} online`)
    return client
  }
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
    await network?.close()
    network = undefined
  })

  /** A subscription is in force once something sent after it arrives. */
  async function heard(client: Broker, filter: string): Promise<string[]> {
    const messages: string[] = []
    let ready = false
    const cancelProbe = client.subscribe('probe', () => {
      ready = true
    })
    client.subscribe(filter, (topic, payload) => messages.push(`${topic}=${text(payload)}`))
    for (let turn = 0; turn < 100 && !ready; turn++) {
      await client.publish('probe', bytes('?'))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    cancelProbe()
    return messages
  }

  test('brings what one client publishes to another, in order', async () => {
    const [one, two] = [await connect('one'), await connect('two')]
    const messages = await heard(two, 'a/+')
    for (const word of ['1', '2', '3']) void one.publish(`a/${word}`, bytes(word))
    await until(() => messages.length === 3, 'three messages')
    expect(messages).toEqual(['a/1=1', 'a/2=2', 'a/3=3'])
  })

  test('confirms a publication', async () => {
    const one = await connect('one')
    expect(await one.publish('a', bytes('x'))).toBe(true)
  })

  test('gives a retained message to who subscribes later', async () => {
    const one = await connect('one')
    await one.publish('kept', bytes('x'), { retain: true })
    const two = await connect('two')
    const messages: string[] = []
    two.subscribe('kept', (_topic, payload) => messages.push(text(payload)))
    await until(() => messages.length === 1, 'the retained message')
  })

  test('forgets a retained message when an empty one is published', async () => {
    const one = await connect('one')
    await one.publish('kept', bytes('x'), { retain: true })
    await one.publish('kept', new Uint8Array(), { retain: true })
    const two = await connect('two')
    expect(await heard(two, 'kept')).toEqual([])
  })

  test('brings nothing to a subscription that was cancelled', async () => {
    const one = await connect('one')
    const messages: string[] = []
    const cancel = one.subscribe('a', (_topic, payload) => messages.push(text(payload)))
    cancel()
    await heard(one, 'b')
    await one.publish('a', bytes('x'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(messages).toEqual([])
  })

  test('offline: says so, and resolves a publication to false at once', async () => {
    const one = await connect('one')
    const states: string[] = []
    one.onState((state) => states.push(state))
    network?.cut()
    await until(() => one.state() === 'offline', 'offline')
    expect(states).toEqual(['offline'])
    expect(await one.publish('a', bytes('x'))).toBe(false)
  })

  test('comes back by itself with its subscriptions in force', async () => {
    const [one, two] = [await connect('one'), await connect('two')]
    const messages = await heard(two, 'a')
    network?.cut()
    await until(() => one.state() === 'offline' && two.state() === 'offline', 'offline')
    await network?.restore()
    await until(() => one.state() === 'online' && two.state() === 'online', 'online again')
    await one.publish('a', bytes('x'))
    await until(() => messages.length === 1, 'the message after')
  })

  test('queues nothing: what was published offline does not come later', async () => {
    const [one, two] = [await connect('one'), await connect('two')]
    const messages = await heard(two, 'a')
    network?.cut()
    await until(() => one.state() === 'offline' && two.state() === 'offline', 'offline')
    await one.publish('a', bytes('lost'))
    await network?.restore()
    await until(() => one.state() === 'online' && two.state() === 'online', 'online again')
    await one.publish('a', bytes('kept'))
    await until(() => messages.length > 0, 'the message after')
    expect(messages).toEqual(['a=kept'])
  })

  test('closed: is offline and publishes nothing', async () => {
    const one = await connect('one')
    await one.close()
    expect(one.state()).toBe('offline')
    expect(await one.publish('a', bytes('x'))).toBe(false)
  })
})

describe('topic filters (MQTT 3.1.1, 4.7)', () => {
  test.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/+', 'sport/', true],
    ['sport/+', 'sport', false],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['+/+', '/finance', true],
    ['+', '/finance', false],
    ['#', 'a/b', true],
  ])('%s on %s: %s', (filter, topic, matches) => {
    expect(topicMatches(filter, topic)).toBe(matches)
  })
})

test('a broker that confirms nothing does not fill the memory: more is turned away at once', async () => {
  const aedes = await Aedes.createBroker({ authorizePublish: () => {} })
  const server = createServer((socket) => aedes.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = mqttBroker({ url: `mqtt://127.0.0.1:${port}`, clientId: 'one', log: silentLog })
  await until(() => client.state() === 'online', 'online')
  let settled = 0
  for (let count = 0; count < 300; count++) void client.publish('a', bytes('x')).then(() => settled++)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(settled).toBe(44)
  await client.close()
  server.close()
  await new Promise<void>((resolve) => aedes.close(() => resolve()))
})

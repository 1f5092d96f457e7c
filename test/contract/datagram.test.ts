import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { memoryNetwork } from '../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { udpNetwork } from '../../core/node/udp.ts'
import type { Datagram, DatagramNetwork } from '../../core/ports/datagram.ts'

interface Subject {
  readonly network: DatagramNetwork
  /** Waits until `done`, for as long as a datagram may take. */
  until(done: () => boolean): Promise<void>
}

const implementations: readonly [string, () => Subject][] = [
  [
    'in memory',
    () => {
      const clock = fakeClock()
      return {
        network: memoryNetwork({ clock, random: seededRandom(1) }),
        until: () => clock.advance(10),
      }
    },
  ],
  [
    'of the operating system',
    () => ({
      network: udpNetwork,
      async until(done) {
        for (let turn = 0; turn < 100 && !done(); turn++) await new Promise((go) => setTimeout(go, 10))
      },
    }),
  ],
]

const LOOPBACK = { host: '127.0.0.1', port: 0 }

describe.each(implementations)('a datagram network %s', (_name, make) => {
  const opened: Datagram[] = []
  const bind = async (network: DatagramNetwork) => {
    const socket = await network.bind(LOOPBACK)
    opened.push(socket)
    return socket
  }
  afterEach(async () => {
    for (const socket of opened.splice(0)) await socket.close()
  })

  test('port 0 is given a real one', async () => {
    expect((await bind(make().network)).local.port).toBeGreaterThan(0)
  })

  test('what is sent arrives with the sender’s address', async () => {
    const { network, until } = make()
    const [a, b] = [await bind(network), await bind(network)]
    const heard: unknown[] = []
    b.onMessage((bytes, from) => heard.push([[...bytes], from.port]))
    a.send(Uint8Array.of(1, 2, 3), b.local)
    await until(() => heard.length > 0)
    expect(heard).toEqual([[[1, 2, 3], a.local.port]])
  })

  test('an empty datagram is a datagram', async () => {
    const { network, until } = make()
    const [a, b] = [await bind(network), await bind(network)]
    const heard: number[] = []
    b.onMessage((bytes) => heard.push(bytes.length))
    a.send(new Uint8Array(0), b.local)
    await until(() => heard.length > 0)
    expect(heard).toEqual([0])
  })

  test('a handler that was taken off hears nothing more', async () => {
    const { network, until } = make()
    const [a, b] = [await bind(network), await bind(network)]
    const heard: string[] = []
    const off = b.onMessage(() => heard.push('off'))
    b.onMessage(() => heard.push('on'))
    off()
    a.send(Uint8Array.of(1), b.local)
    await until(() => heard.length > 0)
    expect(heard).toEqual(['on'])
  })

  test('an address that is taken is refused with its code', async () => {
    const { network } = make()
    const { local } = await bind(network)
    await expect(network.bind(local)).rejects.toMatchObject({ fault: { code: 'PORT_UNAVAILABLE' } })
  })

  test('an address is free again after closing', async () => {
    const { network } = make()
    const first = await bind(network)
    await first.close()
    const second = await network.bind(first.local)
    opened.push(second)
    expect(second.local).toEqual(first.local)
  })

  test('sending to nobody does not throw', async () => {
    const { network } = make()
    const [a, b] = [await bind(network), await bind(network)]
    await b.close()
    expect(() => a.send(Uint8Array.of(1), b.local)).not.toThrow()
  })

  test('sending more than a datagram holds does not throw', async () => {
    const { network } = make()
    const [a, b] = [await bind(network), await bind(network)]
    expect(() => a.send(new Uint8Array(70_000), b.local)).not.toThrow()
  })

  test('sending after closing does not throw', async () => {
    const { network } = make()
    const [a, b] = [await bind(network), await bind(network)]
    await a.close()
    expect(() => a.send(Uint8Array.of(1), b.local)).not.toThrow()
  })

  test('closing twice is closing once', async () => {
    const socket = await bind(make().network)
    await socket.close()
    await expect(socket.close()).resolves.toBeUndefined()
  })
})

describe('the weather of the memory network', () => {
  const send = async (weather: Parameters<ReturnType<typeof memoryNetwork>['setWeather']>[0]) => {
    const clock = fakeClock()
    const network = memoryNetwork({ clock, random: seededRandom(7) })
    network.setWeather(weather)
    const [a, b] = [await network.bind(LOOPBACK), await network.bind(LOOPBACK)]
    const heard: number[] = []
    b.onMessage((bytes) => heard.push(bytes[0] ?? -1))
    for (let index = 0; index < 100; index++) a.send(Uint8Array.of(index), b.local)
    await clock.advance(1000)
    return heard
  }

  test('loses its share', async () => {
    expect((await send({ loss: 0.5 })).length).toBeLessThan(70)
  })
  test('doubles its share', async () => {
    expect((await send({ duplication: 0.5 })).length).toBeGreaterThan(130)
  })
  test('lets later ones overtake', async () => {
    const heard = await send({ jitterMs: 100 })
    expect(heard).not.toEqual(heard.toSorted((x, y) => x - y))
  })
})

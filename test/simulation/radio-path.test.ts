import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../core/fakes/memory-broker.ts'
import { memoryLine } from '../../core/fakes/memory-byte-stream.ts'
import { memoryNetwork } from '../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { createSync } from '../../edge/outbox/sync.ts'
import type { RelaySender } from '../../edge/relay/sender.ts'
import { START } from '../edge/control/flood/station.ts'
import { disk, node, STATION } from '../edge/node.ts'
import { createRadioPath, SITE, SPEAKER } from './radio-path.ts'

/** A node whose network is gone tells its alarms over a neighbour, once each, whatever the air and the cables do. */

const MINUTE = 60_000
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Options {
  readonly seed?: number
  readonly dataRate?: number
  readonly loss?: number
}

async function createScene({ seed = 1, dataRate = 3, loss = 0 }: Options = {}) {
  const clock = fakeClock(START)
  const random = seededRandom(seed)
  const network = memoryNetwork({ clock, random })
  network.setWeather({ loss: loss / 2, duplication: loss, jitterMs: 20 })
  const broker = memoryBroker(clock, 20)
  const line = memoryLine(clock)
  const path = await createRadioPath({ clock, random, network, broker, line, port: 1700, dataRate, loss })
  const own = disk()
  const boot = (life: string) => {
    const running = node({ disk: own, clock, boot: life })
    const client = broker.client(SPEAKER)
    const sync = createSync({
      ...{
        outbox: running.outbox,
        broker: client,
        clock,
        wall: clock,
        log: silentLog,
        site: SITE,
        edge: SPEAKER,
      },
      hello: () => ({ software: 'simulation', boot: life }),
      describe: () => ({ name: STATION.name, ...running.agent.describe() }),
      onDescribed: ({ stations }) => sender.described(stations),
      refused: () => {},
    })
    const sender: RelaySender = path.sender({
      outbox: running.outbox,
      present: running.agent,
      documents: () => running.agent.describe().stations,
      reachable: () => sync.status().ready,
      memory: 'relay.db',
    })
    client.onState(() => sender.reachChanged())
    return {
      running,
      sender,
      async start() {
        await running.start()
        running.agent.onDescription(() => sync.describeAgain())
        sync.start()
        sender.start()
      },
      async stop() {
        await sender.stop()
        const goodbye = sync.stop()
        await clock.advance(1_000)
        await goodbye
        await client.close()
        await running.stop()
      },
    }
  }
  let life = boot('1')
  await life.start()
  closers.push(
    async () => path.close(),
    async () => own.remove(),
    async () => life.stop(),
  )
  // It has been online once: the hub knows its database and its stations.
  life.running.stage(1)
  await clock.advance(2 * MINUTE)
  return {
    ...{ clock, path, line, broker },
    life: () => life,
    cut: () => broker.cut(SPEAKER),
    restore: () => broker.restore(SPEAKER),
    flood: (stage_m: number) => life.running.flood(stage_m),
    /** The node is killed, and starts again. */
    async restart() {
      await life.stop()
      life = boot('2')
      await life.start()
      // Its connection comes after 20 ms, and goes before anything was said.
      await clock.advance(19)
      broker.cut(SPEAKER)
    },
    levels: () =>
      path
        .alerts()
        .filter(({ rule }) => rule === 'level')
        .map(({ state, level, value }) => ({ state, level, value })),
    words: () => path.alerts().map(({ text }) => text.en),
  }
}

describe('a node without a network', () => {
  test('joins over its modem while all is well, and says nothing', async () => {
    const scene = await createScene()
    await scene.clock.advance(10 * MINUTE)
    expect([scene.life().sender.status(), scene.path.told.lastHeard(SPEAKER)]).toMatchObject([
      { state: 'resting', modem: 'joined', sent: 0 },
      undefined,
    ])
  })

  test.each([2, 3])('tells its alarm over the neighbour at DR%i, and is answered', async (dataRate) => {
    const scene = await createScene({ dataRate })
    scene.cut()
    await scene.flood(3.2)
    await scene.clock.advance(MINUTE)
    expect(scene.levels()).toEqual([{ state: 'active', level: 2, value: 3.2 }])
    expect(scene.words().join()).toContain('told by radio')
    expect(scene.life().sender.status()).toMatchObject({ state: 'speaking', untold: 0 })
  })

  test('waits for as long as it was told to', async () => {
    const scene = await createScene()
    scene.cut()
    await scene.clock.advance(1.9 * MINUTE)
    const before = scene.life().sender.status()
    await scene.clock.advance(0.3 * MINUTE)
    expect([before, scene.life().sender.status()]).toMatchObject([
      { state: 'waiting', sent: 0 },
      { state: 'speaking', sent: 1 },
    ])
  })

  test('stops when the hub has acknowledged, though the network stays away', async () => {
    const scene = await createScene({ dataRate: 2 })
    scene.cut()
    await scene.flood(3.2)
    // The water stands: in the first hour it has ceased to rise, then nothing happens any more.
    const still = async (turns: number) => {
      for (let turn = 0; turn < turns; turn++) {
        scene.life().running.stage(3.2)
        await scene.clock.advance(5 * MINUTE)
      }
    }
    await still(12)
    const { sent } = scene.life().sender.status()
    await still(12)
    expect(scene.life().sender.status()).toMatchObject({ sent, untold: 0, state: 'speaking' })
  })

  test('stores the same alarm once when the network is back: one alert, in its own words', async () => {
    const scene = await createScene()
    scene.cut()
    await scene.flood(3.2)
    await scene.clock.advance(MINUTE)
    const before = scene.path.alerts().map(({ id }) => id)
    scene.restore()
    await scene.clock.advance(MINUTE)
    expect(scene.path.alerts().map(({ id }) => id)).toEqual(before)
    expect(scene.levels()).toHaveLength(1)
    expect(scene.words().join()).not.toContain('told by radio')
    expect(scene.life().sender.status().state).toBe('resting')
  })

  test('tells the present as well at DR3', async () => {
    const scene = await createScene()
    scene.cut()
    await scene.flood(3.2)
    await scene.clock.advance(2 * MINUTE)
    expect(scene.path.present('stage', STATION.id)?.value).toBeCloseTo(3.2, 2)
  })

  test('tells again after it was killed what was not acknowledged, and nothing that was', async () => {
    const scene = await createScene({ dataRate: 2 })
    scene.cut()
    await scene.flood(2.2)
    await scene.clock.advance(MINUTE)
    const told = scene.life().sender.status().untold
    await scene.path.gateway.stop()
    await scene.flood(3.2)
    await scene.restart()
    await scene.clock.advance(5 * MINUTE)
    const waiting = scene.life().sender.status().untold
    await scene.path.gateway.start()
    await scene.clock.advance(30 * MINUTE)
    expect([told, waiting, scene.life().sender.status().untold]).toEqual([0, 1, 0])
    expect(scene.levels()).toEqual([{ state: 'active', level: 2, value: 3.2 }])
  })
})

describe('faults on the way', () => {
  const tellsInSpiteOf = async (
    scene: Awaited<ReturnType<typeof createScene>>,
    fault: () => Promise<void>,
    minutes: number,
  ) => {
    scene.cut()
    await fault()
    await scene.flood(3.2)
    await scene.clock.advance(minutes * MINUTE)
    expect(scene.levels()).toEqual([{ state: 'active', level: 2, value: 3.2 }])
    expect(scene.life().sender.status().untold).toBe(0)
  }

  test.each([11, 12, 13, 14])('loss and doubling of frames and datagrams, seed %i', async (seed) => {
    const scene = await createScene({ seed, loss: 0.3 })
    await tellsInSpiteOf(scene, async () => {}, 60)
    scene.restore()
    await scene.clock.advance(5 * MINUTE)
    expect(scene.levels()).toHaveLength(1)
  })

  test('a modem that is unplugged, and plugged in again', async () => {
    const scene = await createScene()
    await tellsInSpiteOf(
      scene,
      async () => {
        scene.line.unplug()
        await scene.clock.advance(MINUTE)
        expect(scene.life().sender.status().modem).toBe('unplugged')
        scene.line.plug()
        await scene.path.virtual.start()
      },
      15,
    )
  })

  test('a modem that lost its power, and so its session', async () => {
    const scene = await createScene()
    await tellsInSpiteOf(
      scene,
      async () => {
        scene.path.virtual.stop()
        await scene.path.virtual.start()
      },
      15,
    )
  })

  test('a modem that is busy, and noise on its line', async () => {
    const scene = await createScene()
    await tellsInSpiteOf(
      scene,
      async () => {
        scene.path.virtual.busy(2)
        scene.path.virtual.say(Uint8Array.of(0xff, 0x00, 65, 84, 43, 0x80, 10, 79, 75))
      },
      15,
    )
  })

  test('a gateway that restarts', async () => {
    const scene = await createScene()
    await tellsInSpiteOf(
      scene,
      async () => {
        await scene.path.gateway.stop()
        await scene.clock.advance(MINUTE)
        await scene.path.gateway.start()
      },
      15,
    )
  })

  test('a neighbour that is cut off itself for a while', async () => {
    const scene = await createScene()
    await tellsInSpiteOf(
      scene,
      async () => {
        scene.broker.cut('thach-han')
        await scene.flood(2.2)
        await scene.clock.advance(MINUTE)
        expect(scene.levels()).toEqual([])
        scene.broker.restore('thach-han')
      },
      15,
    )
  })
})

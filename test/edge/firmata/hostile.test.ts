import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import type { Random } from '../../../core/random.ts'
import mega from '../../../devices/greenhouse/tram-greenhouse-mega.ts'
import { createBoardLink } from '../../../edge/drivers/firmata/board-link.ts'
import { loadLibraries } from '../../../edge/drivers/firmata/libraries.ts'
import { createSplitter, isSane } from '../../../edge/drivers/firmata/protocol.ts'
import { MEGA } from '../../../sim/firmata/pins.ts'
import { createVirtualBoard } from '../../../sim/firmata/virtual-board.ts'
import { type BoardSite, boardSite, SECOND } from './site.ts'

/** Whatever comes over the line, the driver neither throws nor grows, and hears the board again after it. */

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const SHAPES = [0x6a, 0x6c, 0x6e, 0x71, 0x77, 0x79, 0x40, 0x43, 0x62, 0x72, 0x73, 0x75]

/** Bytes as a broken line, a wrong device or an enemy might send them: noise, and messages that lie. */
function hostile(random: Random): Uint8Array {
  const length = 1 + Math.floor(random.next() * 24)
  const any = () => Math.floor(random.next() * 256)
  if (random.next() < 0.4) return Uint8Array.from({ length }, any)
  const data = Array.from({ length }, () => any() & 0x7f)
  if (random.next() < 0.3) return Uint8Array.of(0x90 | (any() & 0x6f), ...data.slice(0, 3))
  const kind = SHAPES[Math.floor(random.next() * SHAPES.length)] ?? 0x79
  return Uint8Array.of(0xf0, kind, ...data, ...(random.next() < 0.8 ? [0xf7] : []))
}

async function site(): Promise<BoardSite> {
  const made = await boardSite(mega)
  stops.push(made.stop)
  await made.driver.start()
  await made.clock.advance(2 * SECOND)
  return made
}

describe('the splitter', () => {
  test('passes whole messages on, however they are cut', () => {
    const said = [0xf9, 2, 5, 0x92, 3, 1, 0xf0, 0x6e, 22, 1, 1, 0xf7, 0xe0, 12, 3]
    for (let at = 0; at <= said.length; at++) {
      const heard: string[] = []
      const splitter = createSplitter({
        message: (message) => heard.push(Buffer.from(message).toString('hex')),
        broken: () => heard.push('broken'),
      })
      splitter.take(Uint8Array.from(said.slice(0, at)))
      splitter.take(Uint8Array.from(said.slice(at)))
      expect(heard).toEqual(['f90205', '920301', 'f06e160101f7', 'e00c03'])
    }
  })

  test('100,000 pieces of garbage: messages are whole and bounded, and the next honest one is heard', () => {
    const random = seededRandom(5)
    let longest = 0
    let honest = 0
    const splitter = createSplitter({
      message(message) {
        longest = Math.max(longest, message.length)
        const [first = 0] = message
        if (first !== 0xf0 ? message.length !== 3 : message.at(-1) !== 0xf7) throw new Error('not whole')
        if (Buffer.from(message).equals(Buffer.from([0xf9, 2, 5]))) honest++
      },
      broken() {},
    })
    for (let nth = 0; nth < 100_000; nth++) {
      splitter.take(hostile(random))
      const before = honest
      splitter.take(Uint8Array.of(0xf9, 2, 5))
      if (honest === before) throw new Error(`piece ${nth} swallowed an honest message`)
    }
    expect(longest).toBeLessThanOrEqual(4_228)
  })

  test('holds no more than the longest message of a message without an end', () => {
    let broken = 0
    const splitter = createSplitter({ message() {}, broken: () => void broken++ })
    splitter.take(Uint8Array.of(0xf0, 0x79))
    for (let nth = 0; nth < 100; nth++) splitter.take(new Uint8Array(1_000))
    expect(broken).toBeGreaterThan(20)
  })
})

describe('a message', () => {
  test('of pins that the board does not have is not believed', () => {
    const state = (pin: number) => Uint8Array.of(0xf0, 0x6e, pin, 1, 1, 0xf7)
    expect([isSane(state(69), known(70)), isSane(state(70), known(70))]).toEqual([true, false])
  })

  test('that maps the pins again is not believed', () => {
    const mapping = Uint8Array.of(0xf0, 0x6a, 127, 0, 0xf7)
    expect([isSane(mapping, { pins: 2, mapped: false }), isSane(mapping, known(2))]).toEqual([true, false])
  })

  const known = (pins: number) => ({ pins, mapped: true })
})

describe('hostile bytes', () => {
  test('never make the library throw through, nor grow: 100,000 pieces', () => {
    const clock = fakeClock()
    const random = seededRandom(9)
    let restarts = 0
    const link = createBoardLink({
      ...{ libraries: loadLibraries(), clock, send() {} },
      on: {
        ready() {},
        restarted() {
          restarts++
          if (restarts % 2 === 0) link.begin()
        },
        broken() {},
      },
    })
    link.begin()
    for (let nth = 0; nth < 100_000; nth++) link.take(hostile(random))
    expect(link.library.pins.length).toBeLessThanOrEqual(128)
    expect(link.library.analogPins.length).toBeLessThanOrEqual(128)
    expect(link.library.buffer.length).toBeLessThanOrEqual(4_228)
    link.end()
  })

  test('in between a board’s own are passed over', async () => {
    const { clock, wire, driver, health } = await site()
    const random = seededRandom(3)
    for (let nth = 0; nth < 2_000; nth++) {
      await wire.far.write(hostile(random))
      await clock.advance(20)
    }
    await clock.advance(90 * SECOND)
    expect(driver.working?.()).toBe(true)
    expect(health.at(-1)?.values.broken).toBeGreaterThan(100)
  })
})

describe('johnny-five', () => {
  test('says nothing, listens to no signal and keeps no board that its driver has let go of', async () => {
    const said: unknown[] = []
    const { log, error, warn } = console
    Object.assign(console, {
      log: said.push.bind(said),
      error: said.push.bind(said),
      warn: said.push.bind(said),
    })
    const listeners = () =>
      ['SIGINT', 'SIGTERM', 'uncaughtException', 'exit'].map((name) => process.listenerCount(name))
    const before = listeners()
    const { cache } = loadLibraries().five.Board
    const kept = cache.length
    const { driver, board, clock } = await site()
    const during = cache.length
    board.reset()
    await clock.advance(10 * SECOND)
    const after = cache.length
    await driver.stop()
    Object.assign(console, { log, error, warn })
    expect([said, listeners()]).toEqual([[], before])
    expect([during, after, cache.length]).toEqual([kept + 1, kept + 1, kept])
  })

  test('a board that restarts 300 times leaves nothing behind: one board, as many listeners', async () => {
    const { board, clock, driver } = await site()
    const { cache } = loadLibraries().five.Board
    const [kept, timers] = [cache.length, clock.pending()]
    for (let nth = 0; nth < 300; nth++) {
      board.reset()
      await clock.advance(SECOND)
    }
    expect([driver.working?.(), cache.length]).toEqual([true, kept])
    expect(clock.pending()).toBeLessThanOrEqual(timers + 4)
  })

  test('several boards live beside each other, each with its own pins', async () => {
    const [one, other] = [await site(), await site()]
    const request = { output: 'pump', value: 1 }
    one.driver.drive('board' as Parameters<typeof one.driver.drive>[0], [request], 'normal')
    await one.clock.advance(100)
    await other.clock.advance(100)
    expect([one.board.pin(22).value, other.board.pin(22).value]).toEqual([1, 0])
  })
})

test('a virtual board hears hostile bytes too: 100,000 pieces, and still answers', () => {
  const clock = fakeClock()
  const board = createVirtualBoard({ pins: MEGA, clock })
  const said: number[] = []
  const host = board.attach((bytes) => {
    if (said.length < 1_000) said.push(...bytes)
  })
  const random = seededRandom(4)
  for (let nth = 0; nth < 100_000; nth++) host.hear(hostile(random))
  said.length = 0
  host.hear(Uint8Array.of(0xf7, 0xf9))
  expect(said.slice(-3)).toEqual([0xf9, 2, 5])
  board.close()
})

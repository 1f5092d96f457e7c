import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import type { Random } from '../../core/random.ts'
import { streamEvent } from '../../hub/web/live/stream-event.ts'
import { createFeed, GRACE_MS, type LinkState, SILENCE_MS } from '../../page/live/feed.ts'
import { reconnectDelayMs } from '../../page/live/reconnect.ts'
import { station } from '../web/city.ts'

const fixed = (value: number): Random => ({ next: () => value, bytes: (count) => new Uint8Array(count) })

/** A stream that a test feeds and ends by hand. */
function pipe() {
  const waiting: string[] = []
  let wake: () => void = () => {}
  let ended = false
  const pieces = async function* () {
    for (;;) {
      const piece = waiting.shift()
      if (piece !== undefined) yield piece
      else if (ended) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  return {
    pieces: pieces(),
    say(text: string) {
      waiting.push(text)
      wake()
    },
    end() {
      ended = true
      wake()
    },
  }
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

function setUp() {
  const clock = fakeClock()
  const world = {
    status: 200,
    load: 'loaded' as 'loaded' | 'refused' | 'failed' | 'never',
    opened: 0,
    loads: 0,
    heard: 0,
    pipe: pipe(),
  }
  const states: LinkState[] = []
  const events: string[] = []
  const feed = createFeed({
    clock,
    random: fixed(1),
    open: async () => {
      world.opened++
      if (world.status !== 200) return { ok: false, status: world.status }
      world.pipe = pipe()
      return { ok: true, pieces: world.pipe.pieces }
    },
    load: (signal) => {
      world.loads++
      if (world.load !== 'never') return Promise.resolve(world.load)
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('failed')))
    },
    onHeard: () => {
      world.heard++
    },
    read: streamEvent,
    onEvent: (event) => events.push(event.event),
    onState: (state) => states.push(state),
  })
  const pass = async (ms: number) => {
    await clock.advance(ms)
    await settle()
  }
  return { clock, world, states, events, feed, pass }
}

const EVENT = `event: station\ndata: ${JSON.stringify(station())}\n\n`

describe('the page stays joined to the hub', () => {
  test('it is live once the stream is open and the overview is there', async () => {
    const { feed, states } = setUp()
    feed.start()
    await settle()
    expect(states).toEqual(['live'])
  })
  test('events reach the page as they come', async () => {
    const { feed, world, events } = setUp()
    feed.start()
    await settle()
    world.pipe.say(EVENT)
    await settle()
    expect(events).toEqual(['station'])
  })
  test('a heartbeat counts as heard, though it tells nothing', async () => {
    const { feed, world, events } = setUp()
    feed.start()
    await settle()
    world.pipe.say(':\n\n')
    await settle()
    expect([world.heard, events]).toEqual([1, []])
  })
  test('a break shorter than the grace is mended without a word', async () => {
    const { feed, world, states, pass } = setUp()
    feed.start()
    await settle()
    world.pipe.end()
    await settle()
    await pass(400)
    expect([states, world.opened]).toEqual([['live'], 2])
  })
  test('a longer break is shown, and its end too', async () => {
    const { feed, world, states, pass } = setUp()
    feed.start()
    await settle()
    world.status = 503
    world.pipe.end()
    await settle()
    for (let waited = 0; waited < GRACE_MS; waited += 100) await pass(100)
    world.status = 200
    for (let waited = 0; waited < 4_000; waited += 100) await pass(100)
    expect(states).toEqual(['live', 'lost', 'live'])
  })
  test('a hub that was never there is shown at once', async () => {
    const { feed, world, states } = setUp()
    world.status = 0
    feed.start()
    await settle()
    expect(states).toEqual(['lost'])
  })
  test('a silent connection is asked for, and kept when the hub answers', async () => {
    const { feed, world, states, pass } = setUp()
    feed.start()
    await settle()
    await pass(SILENCE_MS)
    expect([world.loads, world.opened, states]).toEqual([2, 1, ['live']])
  })
  test('a half-open connection is given up and made anew', async () => {
    const { feed, world, states, pass } = setUp()
    feed.start()
    await settle()
    world.load = 'never'
    await pass(SILENCE_MS)
    await pass(8_000)
    await pass(GRACE_MS)
    expect([states, world.opened > 1]).toEqual([['live', 'lost'], true])
  })
  test('a refusal asks for a sign-in and tries no further', async () => {
    const { feed, world, states, pass } = setUp()
    world.status = 401
    feed.start()
    await settle()
    await pass(60_000)
    expect([states, world.opened]).toEqual([['signed-out'], 1])
  })
  test('after a sign-in it joins again', async () => {
    const { feed, world, states } = setUp()
    world.status = 401
    feed.start()
    await settle()
    world.status = 200
    feed.start()
    await settle()
    expect(states).toEqual(['signed-out', 'connecting', 'live'])
  })
  test('a stopped feed does not come back', async () => {
    const { feed, world, pass } = setUp()
    feed.start()
    await settle()
    feed.stop()
    world.pipe.end()
    await pass(60_000)
    expect(world.opened).toBe(1)
  })
})

describe('the wait before joining again', () => {
  test('doubles from 0.4 s and never exceeds ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((attempt) => reconnectDelayMs(attempt, fixed(1)))).toEqual([
      400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ])
  })
  test('is spread over its upper half', () => {
    expect(reconnectDelayMs(2, fixed(0))).toBe(800)
  })
})

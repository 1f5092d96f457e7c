import { describe, expect, test } from 'vitest'
import type { TimeSource, Utc } from '../../../core/clock.ts'
import type { Fault } from '../../../core/errors.ts'
import {
  type DriftingClock,
  driftingClock,
  type Synchronization,
} from '../../../core/fakes/drifting-clock.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import type { ClockFloor } from '../../../edge/time/clock-floor.ts'
import { createNodeClock, FRESH_MS, type LearningClock } from '../../../edge/time/node-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MADE_AT = Date.UTC(2026, 0, 1)
/** The truth at the beginning of every test. */
const TRUE_AT_START = Date.UTC(2026, 9, 1)

interface World {
  readonly truth: FakeClock
  readonly machine: DriftingClock
  readonly refused: Fault[]
  floor: Utc | undefined
  boot(): LearningClock
}

function world(
  options: { wall?: Utc; synchronized?: Synchronization; ppm?: number; floor?: Utc } = {},
): World {
  const truth = fakeClock(TRUE_AT_START)
  const { ppm = 0, wall = 0, synchronized = 'no' } = options
  const machine = driftingClock(truth, { ppm, wall, synchronized })
  const refused: Fault[] = []
  const made: World = {
    truth,
    machine,
    refused,
    floor: options.floor,
    boot() {
      const floor: ClockFloor = {
        read: () => made.floor,
        write: (utc) => {
          made.floor = utc
        },
      }
      return createNodeClock({
        base: machine,
        system: machine.system,
        floor,
        madeAt: MADE_AT,
        refused: (problem) => refused.push(problem),
      })
    },
  }
  return made
}

/** `source` tells the time, which is the truth unless `off_ms` says otherwise. */
function tell(world: World, clock: LearningClock, source: TimeSource, off_ms = 0, error_ms = 100): void {
  clock.learn(source, { utc: world.truth.now() + off_ms, mono: clock.monotonic(), error_ms })
}

describe('before anything has told the time', () => {
  test('the quality is unknown, nothing is known, and the time has no upper bound', () => {
    const clock = world().boot()
    expect(clock.quality()).toBe('unknown')
    expect(clock.known()).toBeUndefined()
    expect(clock.offset()).toBeUndefined()
    expect(clock.bounds().latest).toBe(Number.POSITIVE_INFINITY)
  })

  test('a wall clock at 1970 gives way to the stored floor', () => {
    const clock = world({ wall: 0, floor: TRUE_AT_START - DAY_MS }).boot()
    expect(clock.now()).toBe(TRUE_AT_START - DAY_MS)
  })

  test('without a floor the time begins when the software was made', () => {
    expect(world({ wall: 0 }).boot().now()).toBe(MADE_AT)
  })

  test('a wall clock after the floor is taken as a guess', () => {
    const clock = world({ wall: TRUE_AT_START, floor: TRUE_AT_START - DAY_MS }).boot()
    expect(clock.now()).toBe(TRUE_AT_START)
  })

  test('a wall clock decades ahead is no guess', () => {
    const clock = world({ wall: Date.UTC(2200, 0, 1), floor: TRUE_AT_START - DAY_MS }).boot()
    expect(clock.now()).toBe(TRUE_AT_START - DAY_MS)
  })

  test('an absurd floor is refused and not used', () => {
    const made = world({ wall: 0, floor: Date.UTC(2200, 0, 1) })
    expect(made.boot().now()).toBe(MADE_AT)
    expect(made.refused.map(({ code }) => code)).toEqual(['TIME_FLOOR_IMPLAUSIBLE'])
  })

  test('a step of the wall clock changes nothing', async () => {
    const made = world({ wall: 0, floor: TRUE_AT_START - DAY_MS })
    const clock = made.boot()
    await made.truth.advance(1000)
    made.machine.stepWall(5 * 365 * DAY_MS)
    await made.truth.advance(1000)
    expect(clock.now()).toBe(TRUE_AT_START - DAY_MS + 2000)
    expect(clock.quality()).toBe('unknown')
  })
})

describe('learning', () => {
  test('a synchronized system tells the time at the start', async () => {
    const made = world({ synchronized: 'truly' })
    const clock = made.boot()
    await made.truth.advance(0)
    expect(clock.quality()).toBe('synced')
    expect(clock.known()).toEqual({ source: 'ntp', at: TRUE_AT_START })
    expect(clock.now()).toBe(TRUE_AT_START)
  })

  test('a system that becomes synchronized later is noticed within a minute', async () => {
    const made = world()
    const clock = made.boot()
    await made.truth.advance(HOUR_MS)
    made.machine.synchronize('truly')
    await made.truth.advance(MINUTE_MS)
    expect(clock.now()).toBe(made.truth.now())
  })

  test('what is learnt is told once', async () => {
    const made = world()
    const clock = made.boot()
    let told = 0
    clock.onLearnt(() => told++)
    tell(made, clock, 'hub')
    tell(made, clock, 'hub', 5)
    expect(told).toBe(1)
    expect(clock.offset()).toBe(TRUE_AT_START)
  })

  test('a better source corrects a worse one', () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'gnss', 800, 1000)
    tell(made, clock, 'ntp', 0, 1000)
    expect(clock.now()).toBe(made.truth.now())
  })

  test('a worse source does not move a fresh better one', () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'ntp', 0, 1000)
    tell(made, clock, 'gnss', 800, 1000)
    expect(clock.now()).toBe(made.truth.now())
    expect(made.refused).toEqual([])
  })

  test('six hours after the last word the clock runs on in holdover, and its bounds widen by 200 ppm', async () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'hub', 0, 0)
    await made.truth.advance(FRESH_MS - 1)
    expect(clock.quality()).toBe('synced')
    await made.truth.advance(1)
    expect(clock.quality()).toBe('holdover')
    const { earliest, latest } = clock.bounds()
    expect(latest - earliest).toBeGreaterThan(2 * FRESH_MS * 200e-6)
    expect(latest - earliest).toBeLessThan(2 * FRESH_MS * 201e-6 + 10)
  })
})

describe('sources that contradict', () => {
  test('a word before the software was made is refused', () => {
    const made = world()
    const clock = made.boot()
    clock.learn('hub', { utc: 0, mono: clock.monotonic(), error_ms: 0 })
    expect(clock.quality()).toBe('unknown')
    expect(made.refused.map(({ code }) => code)).toEqual(['TIME_IMPLAUSIBLE'])
  })

  test('a word decades ahead is refused', () => {
    const made = world()
    const clock = made.boot()
    clock.learn('ntp', { utc: Date.UTC(2200, 0, 1), mono: clock.monotonic(), error_ms: 0 })
    expect(clock.quality()).toBe('unknown')
  })

  test('a worse source that contradicts a fresh better one is refused and counted', () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'hub')
    for (let times = 0; times < 5; times++) tell(made, clock, 'gnss', DAY_MS)
    expect(clock.now()).toBe(made.truth.now())
    expect(made.refused[0]).toEqual({ code: 'TIME_DISAGREES', details: { source: 'gnss', apart_s: 86399.8 } })
  })

  test('one stray word of a good source changes nothing', async () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'ntp')
    await made.truth.advance(1000)
    tell(made, clock, 'ntp', DAY_MS)
    expect(clock.now()).toBe(made.truth.now())
    tell(made, clock, 'ntp')
    tell(made, clock, 'ntp', DAY_MS)
    tell(made, clock, 'ntp', DAY_MS)
    expect(clock.now()).toBe(made.truth.now())
  })

  test('a good source that says it three times is believed', () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'ntp', -30 * DAY_MS + 60 * DAY_MS)
    for (let times = 0; times < 3; times++) tell(made, clock, 'ntp')
    expect(clock.now()).toBe(made.truth.now())
  })

  test('while the hub contradicts the system, the bounds span both', async () => {
    const made = world({ wall: TRUE_AT_START + DAY_MS, synchronized: 'falsely' })
    const clock = made.boot()
    await made.truth.advance(1000)
    expect(clock.now()).toBe(made.truth.now() + DAY_MS)
    tell(made, clock, 'hub')
    const { earliest, latest } = clock.bounds()
    expect(earliest).toBeLessThanOrEqual(made.truth.now())
    expect(latest).toBeGreaterThanOrEqual(made.truth.now() + DAY_MS)
  })

  test('a system that begins to lie is contradicted by what the hub said before', async () => {
    const made = world({ synchronized: 'no' })
    const clock = made.boot()
    tell(made, clock, 'hub')
    made.machine.setWall(TRUE_AT_START - 30 * DAY_MS)
    made.machine.synchronize('falsely')
    await made.truth.advance(5 * MINUTE_MS)
    expect(clock.bounds().latest).toBeGreaterThanOrEqual(made.truth.now())
  })

  test('a floor that is years ahead gives way to the hub', () => {
    const made = world({ floor: TRUE_AT_START + 3 * 365 * DAY_MS })
    const clock = made.boot()
    tell(made, clock, 'hub')
    expect(clock.now()).toBe(made.truth.now())
    clock.stop()
    expect(made.floor).toBeLessThanOrEqual(made.truth.now())
  })

  test('a floor does not give way to a gateway', () => {
    const made = world({ floor: TRUE_AT_START + DAY_MS })
    const clock = made.boot()
    for (let times = 0; times < 9; times++) tell(made, clock, 'gnss')
    expect(clock.quality()).toBe('unknown')
  })

  test('a step of the wall clock while the system is being asked is not taken', async () => {
    const made = world({ wall: TRUE_AT_START })
    const base = { ...made.machine }
    const clock = createNodeClock({
      base,
      system: {
        synchronized() {
          made.machine.stepWall(DAY_MS)
          return Promise.resolve(true)
        },
      },
      madeAt: MADE_AT,
      refused: () => {},
    })
    await made.truth.advance(1000)
    expect(clock.quality()).toBe('unknown')
  })
})

describe('a gateway that is heard alone', () => {
  test('tells the time and proves nothing: bounds and floor stay as they were', async () => {
    const made = world({ floor: TRUE_AT_START - DAY_MS })
    const clock = made.boot()
    tell(made, clock, 'gnss')
    expect(clock.quality()).toBe('synced')
    expect(clock.now()).toBe(made.truth.now())
    expect(clock.bounds()).toEqual({ earliest: TRUE_AT_START - DAY_MS, latest: Number.POSITIVE_INFINITY })
    await made.truth.advance(HOUR_MS)
    expect(made.floor).toBeLessThanOrEqual(TRUE_AT_START - DAY_MS + HOUR_MS)
  })

  test('and was forged gives way to the first word of the hub', () => {
    const made = world()
    const clock = made.boot()
    for (let times = 0; times < 9; times++) tell(made, clock, 'gnss', 10 * 365 * DAY_MS)
    tell(made, clock, 'hub')
    expect(clock.now()).toBe(made.truth.now())
    expect(clock.bounds().latest).toBeLessThan(TRUE_AT_START + 1_000)
  })

  test('does not move what the hub has proven, however long ago', async () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'hub')
    await made.truth.advance(30 * DAY_MS)
    for (let times = 0; times < 9; times++) tell(made, clock, 'gnss', DAY_MS)
    expect(clock.now()).toBe(made.truth.now())
  })

  test('makes holdover exact, within what the hub has proven', async () => {
    const made = world({ ppm: 150 })
    const clock = made.boot()
    tell(made, clock, 'hub')
    await made.truth.advance(30 * DAY_MS)
    const off_ms = clock.now() - made.truth.now()
    tell(made, clock, 'gnss')
    expect(off_ms).toBeGreaterThan(300_000)
    expect(clock.now()).toBe(made.truth.now())
    expect(clock.quality()).toBe('synced')
  })
})

describe('the floor', () => {
  test('rises by the time that a boot without any source has lasted', async () => {
    const made = world({ floor: TRUE_AT_START - DAY_MS })
    made.boot()
    await made.truth.advance(HOUR_MS)
    expect(made.floor).toBeGreaterThan(TRUE_AT_START - DAY_MS + HOUR_MS - 1000)
    expect(made.floor).toBeLessThanOrEqual(TRUE_AT_START - DAY_MS + HOUR_MS)
  })

  test('never takes over what an unsynchronized wall clock says', async () => {
    const made = world({ wall: TRUE_AT_START + 365 * DAY_MS, floor: TRUE_AT_START - DAY_MS })
    const clock = made.boot()
    await made.truth.advance(HOUR_MS)
    clock.stop()
    expect(made.floor).toBeLessThan(TRUE_AT_START)
  })

  test('is written every ten minutes and at the stop', async () => {
    const made = world()
    const clock = made.boot()
    tell(made, clock, 'hub')
    await made.truth.advance(10 * MINUTE_MS)
    expect(made.floor).toBeGreaterThan(TRUE_AT_START + 10 * MINUTE_MS - 1000)
    await made.truth.advance(5 * MINUTE_MS)
    clock.stop()
    expect(made.floor).toBeGreaterThan(TRUE_AT_START + 15 * MINUTE_MS - 1000)
    expect(made.truth.pending()).toBe(0)
  })
})

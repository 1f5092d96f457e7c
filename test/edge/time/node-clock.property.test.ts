import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TimeSource, Utc } from '../../../core/clock.ts'
import { driftingClock } from '../../../core/fakes/drifting-clock.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { createNodeClock } from '../../../edge/time/node-clock.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
const TRUE_AT_START = Date.UTC(2026, 9, 1)

/** What may happen to an honest world: sources err within what they admit, walls of unsynchronized systems jump. */
type Happening =
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'word'; readonly source: TimeSource; readonly error_ms: number; readonly share: number }
  | { readonly type: 'step'; readonly ms: number }
  | { readonly type: 'synchronize'; readonly truly: boolean }
  | { readonly type: 'restart'; readonly off_ms: number; readonly told: boolean }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('pass'), ms: fc.integer({ min: 0, max: 10 * HOUR_MS }) }),
  fc.record({
    type: fc.constant('word'),
    source: fc.constantFrom<TimeSource>('ntp', 'hub', 'lorawan', 'gnss'),
    error_ms: fc.integer({ min: 0, max: 60_000 }),
    share: fc.double({ min: -1, max: 1, noNaN: true }),
  }),
  fc.record({ type: fc.constant('step'), ms: fc.integer({ min: -60 * YEAR_MS, max: 60 * YEAR_MS }) }),
  fc.record({ type: fc.constant('synchronize'), truly: fc.boolean() }),
  fc.record({
    type: fc.constant('restart'),
    off_ms: fc.integer({ min: 0, max: 100 * 24 * HOUR_MS }),
    told: fc.boolean(),
  }),
)

interface Moment {
  readonly truth: Utc
  readonly now: Utc
  readonly earliest: Utc
  readonly latest: Utc
  readonly floor: Utc | undefined
  readonly floorAtStart: Utc | undefined
  readonly known: boolean
  readonly refused: number
}

/** Lives through the happenings and returns what the clock said after each of them. */
async function live(ppm: number, wall: Utc, happenings: readonly Happening[]): Promise<readonly Moment[]> {
  const truth = fakeClock(TRUE_AT_START)
  const machine = driftingClock(truth, { ppm, wall })
  let floor: Utc | undefined
  let floorAtStart: Utc | undefined
  let refused = 0
  const boot = () => {
    floorAtStart = floor
    return createNodeClock({
      base: machine,
      system: machine.system,
      floor: {
        read: () => floor,
        write: (utc) => {
          floor = utc
        },
      },
      madeAt: Date.UTC(2026, 0, 1),
      refused: () => refused++,
    })
  }
  let clock = boot()
  const moments: Moment[] = []
  for (const event of happenings) {
    switch (event.type) {
      case 'pass':
        await truth.advance(event.ms)
        break
      case 'word': {
        const { source, error_ms, share } = event
        const utc = truth.now() + Math.trunc(share * error_ms)
        clock.learn(source, { utc, mono: clock.monotonic(), error_ms })
        break
      }
      case 'step':
        machine.stepWall(event.ms)
        break
      case 'synchronize':
        machine.synchronize(event.truly ? 'truly' : 'no')
        break
      case 'restart':
        if (event.told) clock.stop()
        machine.reboot()
        await truth.advance(event.off_ms)
        machine.reboot()
        clock = boot()
    }
    const known = clock.known() !== undefined
    moments.push({
      truth: truth.now(),
      now: clock.now(),
      ...clock.bounds(),
      floor,
      floorAtStart,
      known,
      refused,
    })
  }
  return moments
}

const lives = fc.tuple(
  fc.integer({ min: -200, max: 200 }),
  fc.constantFrom(0, TRUE_AT_START, TRUE_AT_START - YEAR_MS, TRUE_AT_START + YEAR_MS, Date.UTC(2200, 0, 1)),
  fc.array(happening, { minLength: 1, maxLength: 12 }),
)

describe('as long as sources err within what they admit and the oscillator within 200 ppm', () => {
  test('the truth lies within the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async ([ppm, wall, happenings]) => {
        for (const { truth, earliest, latest } of await live(ppm, wall, happenings)) {
          expect(earliest).toBeLessThanOrEqual(truth)
          expect(latest).toBeGreaterThanOrEqual(truth)
        }
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('a known time lies within its bounds, and no source is ever refused', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async ([ppm, wall, happenings]) => {
        for (const { now, earliest, latest, known, refused } of await live(ppm, wall, happenings)) {
          expect(refused).toBe(0)
          if (!known) continue
          expect(now).toBeGreaterThanOrEqual(earliest)
          expect(now).toBeLessThanOrEqual(latest)
        }
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('the time is never before the floor of its boot, and the floor never after the truth', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async ([ppm, wall, happenings]) => {
        for (const { now, truth, floor = 0, floorAtStart = 0 } of await live(ppm, wall, happenings)) {
          expect(now).toBeGreaterThanOrEqual(floorAtStart)
          expect(floor).toBeLessThanOrEqual(truth)
        }
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})

describe('whatever sources say, lies included', () => {
  const said = fc.record({
    source: fc.constantFrom<TimeSource>('ntp', 'hub', 'lorawan', 'gnss'),
    utc: fc.oneof(
      fc.double(),
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2046, 0, 1) }),
      fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, -1, Number.MAX_SAFE_INTEGER),
    ),
    error_ms: fc.oneof(fc.double(), fc.integer({ min: 0, max: 100_000 })),
    then_ms: fc.integer({ min: 0, max: HOUR_MS }),
  })

  test('the time stays a number within the bounds, and the monotonic clock runs on by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 30 }), async (words) => {
        const truth = fakeClock(TRUE_AT_START)
        const machine = driftingClock(truth, { ppm: 0, wall: 0 })
        const clock = createNodeClock({
          base: machine,
          system: machine.system,
          madeAt: Date.UTC(2026, 0, 1),
          refused: () => {},
        })
        for (const { source, utc, error_ms, then_ms } of words) {
          const before = clock.monotonic()
          clock.learn(source, { utc, mono: before, error_ms })
          await truth.advance(then_ms)
          const { earliest, latest } = clock.bounds()
          expect(Number.isSafeInteger(clock.now())).toBe(true)
          expect(Number.isSafeInteger(earliest)).toBe(true)
          expect(latest).toBeGreaterThanOrEqual(earliest)
          expect(clock.monotonic()).toBe(before + then_ms)
          if (clock.known() === undefined) continue
          expect(clock.now()).toBeGreaterThanOrEqual(earliest)
          expect(clock.now()).toBeLessThanOrEqual(latest)
        }
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

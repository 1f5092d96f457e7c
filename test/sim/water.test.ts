import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { readRecord } from '../../core/stage-record.ts'
import { runoff } from '../../sim/water/catchment.ts'
import { type FloodOptions, generateFlood } from '../../sim/water/generator.ts'
import { waterOf } from '../../sim/water/record.ts'
import { stormRain } from '../../sim/water/storm.ts'
import { playWater } from '../../sim/water/water.ts'

const HOUR = 3_600_000

const flood: fc.Arbitrary<FloodOptions> = fc.record({
  seed: fc.nat(),
  water: fc.constantFrom('river', 'stream', 'reservoir'),
  base_m: fc.double({ min: -1, max: 20, noNaN: true }),
  peak_m: fc.double({ min: 20.5, max: 30, noNaN: true }),
  dry_h: fc.double({ min: 0, max: 1, noNaN: true }),
  storm_h: fc.double({ min: 0.5, max: 4, noNaN: true }),
  storm_mm: fc.double({ min: 1, max: 300, noNaN: true }),
  lag_h: fc.double({ min: 0.3, max: 3, noNaN: true }),
  period_h: fc.double({ min: 8, max: 48, noNaN: true }),
})

describe('a generated flood', () => {
  test('has its peak at peak_m and never falls below base_m', () => {
    fc.assert(
      fc.property(flood, (options) => {
        const { stage_m } = generateFlood(options)
        expect(Math.max(...stage_m)).toBeCloseTo(options.peak_m, 3)
        expect(Math.min(...stage_m)).toBeGreaterThanOrEqual(options.base_m - 1e-9)
      }),
      { numRuns: 60 },
    )
  })

  test('rains exactly storm_mm a round, and never takes rain back', () => {
    fc.assert(
      fc.property(flood, (options) => {
        const { rain_mm } = generateFlood(options)
        expect(rain_mm.at(-1)).toBeCloseTo(options.storm_mm, 6)
        expect(rain_mm.every((mm, index) => mm >= (rain_mm[index - 1] ?? 0))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('joins its own beginning', () => {
    fc.assert(
      fc.property(flood, (options) => {
        const { stage_m } = generateFlood(options)
        expect(stage_m.at(-1)).toBe(stage_m[0])
      }),
      { numRuns: 60 },
    )
  })

  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(flood, (options) => {
        expect(generateFlood(options)).toEqual(generateFlood(options))
      }),
      { numRuns: 20 },
    )
  })

  test('is another one for another seed', () => {
    const options: FloodOptions = {
      seed: 1,
      water: 'stream',
      base_m: 0.3,
      peak_m: 2,
      dry_h: 0,
      storm_h: 1,
      storm_mm: 50,
      lag_h: 0.5,
      period_h: 8,
    }
    expect(generateFlood(options)).not.toEqual(generateFlood({ ...options, seed: 2 }))
  })

  test('rises after the rain, not before it', () => {
    const options: FloodOptions = {
      seed: 3,
      water: 'river',
      base_m: 1,
      peak_m: 4,
      dry_h: 2,
      storm_h: 2,
      storm_mm: 100,
      lag_h: 2,
      period_h: 48,
    }
    const water = playWater(generateFlood(options), 0, 'loop')
    expect(water.stageAt(2 * HOUR)).toBeLessThan(1.01)
    expect(water.stageAt(6 * HOUR)).toBeGreaterThan(2)
  })
})

describe('a catchment', () => {
  test('gives back every millimetre of a repeating storm in each round', () => {
    const rain = stormRain({ after_h: 0.1, lasts_h: 1, depth_mm: 80 }, seededRandom(5), 60_000, 1_440)
    const flow = runoff(rain, { reservoirs: 3, storageMs: HOUR }, 60_000)
    expect(flow.reduce((sum, mm) => sum + mm, 0)).toBeCloseTo(80, 6)
  })

  test('answers a short burst with its peak (n − 1)·k later', () => {
    const rain = Array.from({ length: 2_000 }, (_, step) => (step === 0 ? 1 : 0))
    const flow = runoff(rain, { reservoirs: 4, storageMs: 40 * 60_000 }, 60_000)
    const peakAt = flow.indexOf(Math.max(...flow))
    expect(Math.abs(peakAt - 120)).toBeLessThanOrEqual(2)
  })
})

describe('playing', () => {
  const series = { atMs: [0, 100, 300], stage_m: [1, 2, 0], rain_mm: [0, 5, 6] }

  test('goes along the straight line between samples', () => {
    expect(playWater(series, 1_000, 'hold').stageAt(1_150)).toBe(1.5)
  })

  test('holds the first stage before the beginning', () => {
    expect(playWater(series, 1_000, 'loop').stageAt(0)).toBe(1)
  })

  test('holds the last stage at the end', () => {
    expect(playWater(series, 0, 'hold').stageAt(1e9)).toBe(0)
  })

  test('begins again after the end, with the rain going on', () => {
    const water = playWater(series, 0, 'loop')
    expect([water.stageAt(650), water.rainAt(650)]).toEqual([1.5, 14.5])
  })
})

describe('a record as water', () => {
  test('begins at its first row and sums the rain that fell since', () => {
    const text =
      'stage_m,rain_mm,time_utc\n0.5,4,2019-05-01T04:00Z\n0.7,1.5,2019-05-01T04:05Z\n0.6,,2019-05-01T04:10Z\n'
    const rows = readRecord(text)
    expect(rows.ok && waterOf(rows.value)).toEqual({
      atMs: [0, 300_000, 600_000],
      stage_m: [0.5, 0.7, 0.6],
      rain_mm: [0, 1.5, 1.5],
    })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fan, stepFan } from '../../../../../edge/control/greenhouse/climate/fans.ts'
import { type GrowLamp, lampDay, stepLamp } from '../../../../../edge/control/greenhouse/climate/lamps.ts'
import {
  type Misting,
  type MistMemory,
  NO_MIST,
  stepMisting,
} from '../../../../../edge/control/greenhouse/climate/misting.ts'
import {
  OPEN_SHADE,
  type Shade,
  type ShadeMemory,
  stepShade,
} from '../../../../../edge/control/greenhouse/climate/shade.ts'
import type { Air } from '../../../../../edge/control/greenhouse/climate/wish.ts'

const MINUTE = 60_000
const air = (known: Partial<Air>): Air => ({
  temperature: null,
  humidity: null,
  light: null,
  wind: null,
  ...known,
})
const place = { device: 'gh-board', output: 'relay1' }

const misting: Misting = {
  ...{ ...place, on: true, above_kPa: 1.2, below_kPa: 0.8, pulse_s: 20, pause_s: 120, most_humidity: 90 },
}

/** Steps each second; the seconds at which it sprays. */
function sprays(heard: Air, seconds: number, memory: MistMemory = NO_MIST): number[] {
  const at: number[] = []
  let now = memory
  for (let second = 0; second < seconds; second++) {
    const step = stepMisting(misting, now, heard, { t: second * 1000, inHours: null })
    now = step.memory
    if (step.wish.value === 1) at.push(second)
  }
  return at
}

describe('mist', () => {
  const thirsty = air({ temperature: 34, humidity: 45 })

  test('comes in pulses of 20 s with pauses of 120 s', () => {
    const at = sprays(thirsty, 300)
    expect(at.slice(0, 21)).toEqual([...Array.from({ length: 20 }, (_, second) => second), 140])
    expect(at.length).toBe(60)
  })
  test('begins above one deficit and goes on until the lower one', () => {
    const between = air({ temperature: 28, humidity: 72 })
    expect(sprays(between, 10)).toEqual([])
    expect(sprays(between, 10, { thirsty: true, pulseT: null })).toHaveLength(10)
  })
  test.each([
    ['a lost thermometer', air({ humidity: 40 })],
    ['a lost hygrometer', air({ temperature: 40 })],
    ['air as moist as the limit', air({ temperature: 65, humidity: 90 })],
  ])('never with %s', (_, heard) => {
    expect(sprays(heard, 600)).toEqual([])
  })
  test('neither outside its hours nor switched off', () => {
    const ask = (some: Partial<Misting>, inHours: boolean) =>
      stepMisting({ ...misting, ...some }, NO_MIST, thirsty, { t: 0, inHours }).wish.value
    expect([ask({}, true), ask({}, false), ask({ on: false }, true)]).toEqual([1, 0, 0])
  })
  test('is bounded whatever the sensors say: never more than a pulse in each pulse and pause', () => {
    const heard = fc.record({
      temperature: fc.option(fc.integer({ min: -20, max: 70 })),
      humidity: fc.option(fc.integer({ min: 0, max: 100 })),
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(heard, fc.integer({ min: 1, max: 200 })), { maxLength: 100, size: 'max' }),
        (steps) => {
          let memory = NO_MIST
          let t = 0
          const starts: number[] = []
          for (const [some, seconds] of steps) {
            t += seconds * 1000
            const step = stepMisting(misting, memory, air(some), { t, inHours: null })
            if (step.memory.pulseT !== null && step.memory.pulseT !== memory.pulseT) starts.push(t)
            if (step.wish.value === 1) expect(t - (step.memory.pulseT ?? 0)).toBeLessThan(20_000)
            memory = step.memory
          }
          for (const [index, start] of starts.slice(1).entries())
            expect(start - (starts[index] ?? 0)).toBeGreaterThanOrEqual(140_000)
        },
      ),
    )
  })
})

const fan: Fan = {
  ...{ ...place, id: 'fan1', name: { vi: 'Quạt 1', en: 'Fan 1' }, on: true, full: 1 },
  ...{ above_C: 32, below_C: 29, blind: 'on' },
}
const value = (some: Partial<Fan>, running: boolean, heard: Partial<Air>) =>
  stepFan({ ...fan, ...some }, running, air(heard)).value

describe('a fan', () => {
  test('runs from the upper temperature down to the lower one', () => {
    expect([31.9, 32, 33].map((temperature) => value({}, false, { temperature }))).toEqual([0, 1, 1])
    expect([31, 29.1, 29, 20].map((temperature) => value({}, true, { temperature }))).toEqual([1, 1, 0, 0])
  })
  test('airs above its humidity, and goes on until 5 % below', () => {
    const humid = { above_humidity: 90 }
    expect(value(humid, false, { temperature: 25, humidity: 91 })).toBe(1)
    expect(value(humid, true, { temperature: 25, humidity: 86 })).toBe(1)
    expect(value(humid, true, { temperature: 25, humidity: 85 })).toBe(0)
  })
  test('with variable speed rises in steps of 5 to its full', () => {
    const variable = { full: 100, least: 30, full_C: 36 }
    const speeds = [32, 33, 34, 36, 50].map((temperature) => value(variable, true, { temperature }))
    expect(speeds).toEqual([30, 50, 65, 100, 100])
  })
  test('that has lost its thermometer does what its document says', () => {
    expect(value({ full: 100 }, false, {})).toBe(100)
    expect(value({ blind: 'off' }, true, {})).toBe(0)
  })
  test('switched off stays off', () => {
    expect(value({ on: false }, true, { temperature: 50 })).toBe(0)
  })
})

const shade: Shade = {
  ...{ ...place, id: 's1', name: { vi: 'Lưới', en: 'Cloth' }, on: true, full: 100 },
  ...{ above_lx: 60_000, below_lx: 40_000, hold_min: 15, most_wind_ms: 12 },
}
const closed: ShadeMemory = { closed: true, movedT: 0 }
const cloth = (memory: ShadeMemory, heard: Partial<Air>, t: number) =>
  stepShade(shade, memory, air({ wind: 0, ...heard }), t).wish.value

describe('shade cloth', () => {
  test('closes in full sun and opens when it is well below', () => {
    expect(cloth(OPEN_SHADE, { light: 61_000 }, 0)).toBe(100)
    expect(cloth(OPEN_SHADE, { light: 50_000 }, 0)).toBe(0)
    expect(cloth(closed, { light: 50_000 }, 60 * MINUTE)).toBe(100)
    expect(cloth(closed, { light: 39_000 }, 60 * MINUTE)).toBe(0)
  })
  test('stays a while for passing clouds', () => {
    expect(cloth(closed, { light: 10_000 }, 14 * MINUTE)).toBe(100)
    expect(cloth(closed, { light: 10_000 }, 15 * MINUTE)).toBe(0)
  })
  test('is drawn away at once in a storm, and until the wind is well below', () => {
    expect(cloth(closed, { light: 80_000, wind: 12.1 }, MINUTE)).toBe(0)
    expect(cloth({ closed: false, movedT: 0 }, { light: 80_000, wind: 10 }, 60 * MINUTE)).toBe(0)
    expect(cloth({ closed: false, movedT: 0 }, { light: 80_000, wind: 9 }, 60 * MINUTE)).toBe(100)
  })
  test('is drawn away where a limit is set and the wind is not measured any more', () => {
    expect(cloth(closed, { light: 80_000, wind: null }, 60 * MINUTE)).toBe(0)
  })
  test('waits closed for its sensors for a moment after a start', () => {
    expect(cloth(closed, { light: null, awaited: true }, 60 * MINUTE)).toBe(100)
    expect(cloth(closed, { light: 80_000, wind: null, awaited: true }, 60 * MINUTE)).toBe(100)
    expect(cloth(OPEN_SHADE, { light: 80_000, wind: null, awaited: true }, 60 * MINUTE)).toBe(0)
  })
  test('is drawn away without a light sensor', () => {
    expect(cloth(closed, {}, 60 * MINUTE)).toBe(0)
  })
})

const lamp: GrowLamp = {
  ...{ ...place, id: 'l1', name: { vi: 'Đèn', en: 'Lamp' }, on: true, full: 1, day_h: 16 },
}
const dongHa = { location: { lat: 16.816, lon: 107.1, elevation_m: 10 }, timeZone: 'Asia/Ho_Chi_Minh' }
const at = (clock: string) => Date.parse(`2026-12-21T${clock}:00+07:00`)

describe('grow lamps', () => {
  const day = lampDay(dongHa, 16, at('12:00'))
  const lit = (clock: string, heard: Partial<Air> = {}, some: Partial<GrowLamp> = {}) =>
    stepLamp({ ...lamp, ...some }, false, air(heard), day, at(clock)).value

  test('lengthen the shortest day (11 h 7 min) to 16 h, half before sunrise and half after sunset', () => {
    expect(day === null ? 0 : (day.to - day.from) / 3_600_000).toBeCloseTo(16, 6)
    expect(
      ['03:40', '03:55', '06:10', '06:20', '12:00', '17:20', '17:30', '19:45', '19:55'].map((one) =>
        lit(one),
      ),
    ).toEqual([0, 1, 1, 0, 0, 0, 1, 1, 0])
  })
  test('help out on a dark day where a limit is set', () => {
    expect(lit('12:00', { light: 3_000 }, { below_lx: 5_000 })).toBe(1)
    expect(lit('12:00', { light: 8_000 }, { below_lx: 5_000 })).toBe(0)
    expect(lit('12:00', { light: null }, { below_lx: 5_000 })).toBe(0)
  })
  test('are out where nobody knows the time', () => {
    expect(stepLamp(lamp, true, air({}), null, at('05:00')).value).toBe(0)
  })
  test('do nothing on a day that is long enough', () => {
    const long = lampDay(dongHa, 10, at('12:00'))
    expect(long === null ? 0 : long.from).toBe(long?.sunrise)
  })
})

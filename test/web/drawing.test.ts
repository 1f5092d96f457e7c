import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { gaugeScale, heightOn } from '../../hub/web/parts/gauge-scale.ts'
import { routeOf } from '../../hub/web/route.ts'
import { rainBars, stageBands } from '../../hub/web/views/series.ts'
import { createSay, words } from '../../hub/web/words.ts'
import { createServerTime } from '../../page/live/server-time.ts'
import { loadPreferences, savePreferences } from '../../page/preferences.ts'
import { NOON, reservoir, station } from './city.ts'

const HOUR = 3_600_000

describe('the staff gauge', () => {
  test('starts at its zero when the levels are low', () => {
    expect(gaugeScale(station(), 6)).toMatchObject({ bottom_m: 0, number_m: 1 })
  })
  test('is cut off below when the water stands far above its zero', () => {
    expect(gaugeScale(reservoir(), 6).bottom_m).toBeGreaterThan(20)
  })
  test('holds the water and every level, with no more numbers than fit', () => {
    const metres = fc.integer({ min: -500, max: 9_000 }).map((cm) => cm / 100)
    fc.assert(
      fc.property(metres, fc.array(metres, { maxLength: 3 }), (stage_m, limits) => {
        const levels = limits.map((limit, index) => ({ level: index + 1, stage_m: limit }))
        const scale = gaugeScale({ stage_m, levels }, 6)
        for (const value of [stage_m, ...limits]) {
          expect(value).toBeGreaterThanOrEqual(scale.bottom_m - 1e-6)
          expect(value).toBeLessThanOrEqual(scale.top_m + 1e-6)
        }
        expect((scale.top_m - scale.bottom_m) / scale.number_m).toBeLessThanOrEqual(8.001)
      }),
    )
  })
  test('water above the plate is drawn at its top', () => {
    expect(heightOn({ bottom_m: 0, top_m: 4, number_m: 1, mark_m: 0.1 }, 9)).toBe(1)
  })
})

describe('the charts', () => {
  const raw = (at: number[], value: number[]) => ({
    unit: 'm',
    step: 0,
    at,
    min: value,
    max: value,
    mean: value,
  })
  test('a silence of more than an hour breaks the line', () => {
    expect(stageBands(raw([0, HOUR / 2, 3 * HOUR], [1, 2, 3])).mean).toEqual([1, 2, null, 3])
  })
  test('reports each five minutes in one-minute buckets are one line', () => {
    const series = { ...raw([0, 300_000, 600_000], [1, 2, 3]), step: 60_000 }
    expect(stageBands(series).mean).toEqual([1, 2, 3])
  })
  test('rain is one bar an hour: what the sliding hour read at its end', () => {
    const bars = rainBars(raw([HOUR / 2, HOUR, HOUR * 1.5, HOUR * 2], [1, 4, 9, 6]))
    expect([bars.at, bars.max]).toEqual([
      [HOUR, 2 * HOUR],
      [4, 6],
    ])
  })
  test('over many days a bar is its wettest hour, and there are at most 96 or so', () => {
    const at = Array.from({ length: 768 }, (_, index) => index * HOUR)
    const bars = rainBars(
      raw(
        at,
        at.map((_, index) => (index === 100 ? 42 : 1)),
      ),
    )
    expect([Math.max(...bars.max.map((value) => value ?? 0)), bars.at.length <= 98]).toEqual([42, true])
  })
  test('no rain record gives no bars', () => {
    expect(rainBars(raw([], [])).at).toEqual([])
  })
})

describe('the time of the hub', () => {
  test('runs on at the hub’s own speed', async () => {
    const clock = fakeClock()
    const time = createServerTime(clock)
    time.set(NOON, 60)
    await clock.advance(2_000)
    expect(time.now()).toBe(NOON + 120_000)
  })
  test('a senseless speed counts as one', () => {
    const time = createServerTime(fakeClock())
    time.set(NOON, Number.NaN)
    expect(time.speed()).toBe(1)
  })
})

describe('choices are remembered', () => {
  const shelf = (kept: string | null) => {
    let text = kept
    return {
      getItem: () => text,
      setItem: (_key: string, value: string) => {
        text = value
      },
    }
  }
  test('from one visit to the next', () => {
    const own = shelf(null)
    savePreferences(own, { language: 'en', theme: 'dark', sound: true })
    expect(loadPreferences(own)).toEqual({ language: 'en', theme: 'dark', sound: true })
  })
  test('and what cannot be read back is Vietnamese and silent', () => {
    expect(loadPreferences(shelf('{"language":7'))).toEqual({ language: 'vi', theme: 'auto', sound: false })
  })
  test('a shelf that throws is no reason to fail', () => {
    const broken = {
      getItem: () => {
        throw new Error('forbidden')
      },
      setItem: () => {
        throw new Error('forbidden')
      },
    }
    savePreferences(broken, loadPreferences(broken))
    expect(loadPreferences(broken).language).toBe('vi')
  })
})

describe('the address', () => {
  test('names a station', () => {
    expect(routeOf('#/station/dong-ha')).toEqual({ page: 'station', station: 'dong-ha' })
  })
  test('that means nothing leads to the overview', () => {
    expect(routeOf('#/%E0%A4%A')).toEqual({ page: 'overview' })
  })
  test('with a broken escape does not throw', () => {
    expect(routeOf('#/station/%E0%A4%A')).toEqual({ page: 'station', station: '%E0%A4%A' })
  })
})

describe('the words', () => {
  test('each asks for the same values in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()
    const uneven = Object.entries(words).filter(([, { vi, en }]) => String(names(vi)) !== String(names(en)))
    expect(uneven).toEqual([])
  })
  test('a value is filled in', () => {
    expect(createSay('vi')('levelShort', { level: 2 })).toBe('BĐ2')
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FloodStation } from '../../../../core/documents/flood-station.ts'
import { countsSince, rainOver } from '../../../../edge/control/flood/rain.ts'
import { DONG_HA, trial } from './station.ts'

const RAINY: FloodStation = {
  ...DONG_HA,
  rain: {
    device: 'dh-rain',
    channel: 'tips',
    mm_per_count: 0.2,
    mm_per_h_max: 300,
    limits: [
      { over: '1h', mm: 30, level: 1 },
      { over: 'day', mm: 100, level: 2 },
    ],
  },
}
const anyRain = () => true

describe('the rain counter', () => {
  test('a wrap of 16 bits counts over the edge', () => {
    expect(countsSince(65_530, 4, anyRain)).toBe(10)
  })
  test('a reboot counts from 0', () => {
    expect(countsSince(1200, 7, anyRain)).toBe(7)
  })
  test('more than can fall is not counted', () => {
    expect(countsSince(10, 9000, (counts) => counts < 100)).toBeUndefined()
  })
  test('never counts less than nothing', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1), (before, after) => {
        expect(countsSince(before, after, anyRain) ?? 0).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 20_000 },
    )
  })
})

describe('rain windows', () => {
  test('a spell reaching over the edge of a window counts by its share inside', () => {
    const spells = [{ fromT: 0, toT: 600_000, mm: 10, reports: 1 }]
    expect(rainOver(spells, 900_000, 600_000)).toEqual({ mm: 5, reports: 1 })
  })
  test('the first report is only the base to count from', () => {
    const it = trial(RAINY)
    it.report('dh-rain', { tips: 500 })
    expect(it.latest('rain_1h')?.value).toBe(0)
  })
  test('the last hour slides, the last 24 h keep', () => {
    const it = trial(RAINY)
    for (let tips = 0; tips <= 60; tips += 10) {
      it.report('dh-rain', { tips })
      it.wait(600, 60)
    }
    expect(it.latest('rain_1h')?.value).toBe(10)
    it.wait(3700, 60)
    expect(it.latest('rain_1h')?.value).toBe(0)
    expect(it.latest('rain_24h')?.value).toBe(12)
  })
  test('the hydrological day begins anew at 19:00 in the zone of the station', () => {
    const it = trial(RAINY, Date.UTC(2026, 9, 1, 11, 30))
    it.report('dh-rain', { tips: 0 })
    it.wait(600, 60)
    it.report('dh-rain', { tips: 10 })
    expect(it.latest('rain_since_19')?.value).toBe(2)
    it.wait(1260, 60)
    expect(it.latest('rain_since_19')?.value).toBe(0)
    expect(it.latest('rain_24h')?.value).toBe(2)
  })
  test('contact bounce is flagged and not counted', () => {
    const it = trial(RAINY)
    it.report('dh-rain', { tips: 0 })
    it.wait(60)
    it.report('dh-rain', { tips: 5000 })
    expect(it.latest('rain_1h')).toMatchObject({ value: 0, flag: 3 })
  })
  test('a limit is never reached on one interval', () => {
    const it = trial(RAINY)
    it.report('dh-rain', { tips: 0 })
    it.wait(3600, 60)
    it.report('dh-rain', { tips: 200 })
    expect(it.latest('rain_1h')?.value).toBe(40)
    expect(it.events.filter(({ rule }) => rule.startsWith('rain'))).toEqual([])
    it.wait(60)
    it.report('dh-rain', { tips: 201 })
    expect(it.events.at(-1)).toMatchObject({ rule: 'rain-1h-30', event: 'raised', level: 1, unit: 'mm' })
  })
  test('an alarm ends when its window has drained, and rain sounds no siren', () => {
    const it = trial(RAINY)
    for (let tips = 0; tips <= 200; tips += 50) {
      it.report('dh-rain', { tips })
      it.wait(600, 60)
    }
    it.wait(3600, 60)
    const told = it.events.filter(({ rule }) => rule.startsWith('rain'))
    expect(told.map(({ event }) => event)).toEqual(['raised', 'cleared'])
    expect(it.outputs.every(({ value }) => value === 0)).toBe(true)
  })
  test('two days of reports each ten seconds keep its memory bounded', () => {
    const it = trial(RAINY)
    for (let tips = 0; tips < 17_280; tips++) {
      it.wait(10, 10)
      it.report('dh-rain', { tips: tips % 65_536 })
    }
    expect(it.state().rain.spells.length).toBeLessThanOrEqual(2881)
  })
})

import { describe, expect, test } from 'vitest'
import type { FloodStation } from '../../../../core/documents/flood-station.ts'
import { restoreFloodState } from '../../../../edge/control/flood/state.ts'
import { DONG_HA, trial } from './station.ts'

const HOUR_S = 3_600
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** 08:30 in Đông Hà: the daily test is at 09:00. */
const BEFORE = Date.UTC(2026, 9, 1, 1, 30)

type Trial = ReturnType<typeof trial>

/** Confirms a pulse as soon as it is told, so that every test passes and is told of once. */
function tested(it: Trial): number {
  return it.events.filter(({ rule, event }) => rule === 'self-test' && event === 'note').length
}
function live(it: Trial, hours: number): void {
  for (let minute = 0; minute < hours * 60; minute++) {
    const told = it.outputs.length
    it.wait(60, 60)
    if (it.outputs.slice(told).some(({ purpose }) => purpose === 'self-test')) answer(it)
  }
}
function answer(it: Trial): void {
  for (const output of ['relay1', 'relay2'])
    it.give({ type: 'output', device: 'dh-siren', requests: [{ output, value: 1 }], stage: 'confirmed' })
}
/** The node is cut from its supply and starts `awayMs` later by its clock, which may know nothing of what passed. */
function restart(it: Trial, awayMs: number): void {
  const restored = restoreFloodState(JSON.parse(JSON.stringify(it.state())))
  if (!restored.ok) throw new Error(restored.error.code)
  it.reboot(restored.value, awayMs)
}

describe('the daily self-test on a clock that is set', () => {
  test('does not run again when its time comes a second time because the clock was set back', () => {
    const it = trial(DONG_HA, BEFORE)
    live(it, 1)
    it.stepWall(-2 * HOUR_MS)
    live(it, 20)
    expect(tested(it)).toBe(1)
  })

  test('does not run again when a restart takes the clock back before its time', () => {
    const it = trial(DONG_HA, BEFORE)
    live(it, 1)
    restart(it, -HOUR_MS)
    live(it, 3)
    expect(tested(it)).toBe(1)
  })

  test('runs the next day after the clock was set back', () => {
    const it = trial(DONG_HA, BEFORE)
    live(it, 1)
    it.stepWall(-2 * HOUR_MS)
    live(it, 26)
    expect(tested(it)).toBe(2)
  })

  test('runs once when the clock is set forward over its time by less than an hour', () => {
    const it = trial(DONG_HA, BEFORE)
    live(it, 0.1)
    it.stepWall(HOUR_MS)
    live(it, 20)
    expect(tested(it)).toBe(1)
  })

  test('runs the next day when the clock is set forward over its time by months', () => {
    const it = trial(DONG_HA, BEFORE)
    live(it, 0.1)
    it.stepWall(60 * DAY_MS + 12 * HOUR_MS)
    live(it, 24)
    expect(tested(it)).toBe(1)
  })

  test('runs every day on a clock that is wrong by half a day and never set', () => {
    const it = trial(DONG_HA, BEFORE - 12 * HOUR_MS)
    live(it, 10 * 24)
    expect(tested(it)).toBe(10)
  })

  test('runs once a day over every step of an hour within twelve days', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(60, 60)
    for (let day = 0; day < 12; day++) {
      it.stepWall((day % 2 === 0 ? 1 : -1) * HOUR_MS)
      live(it, 24)
    }
    expect(tested(it)).toBe(12)
  })
})

describe('a node that is off, or knows no time, whenever its test is due', () => {
  /** On from 10:00 to 16:00 alone: as a node is whose battery does not last the night. */
  const daytime = (days: number) => {
    const it = trial(DONG_HA, BEFORE + 1.5 * HOUR_MS)
    for (let day = 0; day < days; day++) {
      live(it, 6)
      restart(it, 18 * HOUR_MS)
    }
    return it
  }

  test('makes it up by day once it is two days overdue, and not more often than every second day', () => {
    const runs = tested(daytime(9))
    expect(runs).toBeGreaterThanOrEqual(3)
    expect(runs).toBeLessThanOrEqual(5)
  })

  test('does not make it up by night', () => {
    const it = trial(DONG_HA, BEFORE + 13.5 * HOUR_MS)
    for (let day = 0; day < 6; day++) {
      live(it, 6)
      restart(it, 18 * HOUR_MS)
    }
    expect(tested(it)).toBe(0)
  })

  test('makes it up though each start learns the time by a step over it', () => {
    const it = trial(DONG_HA, BEFORE + 1.5 * HOUR_MS)
    for (let day = 0; day < 9; day++) {
      live(it, 6)
      // The floor is all it has; the hub tells it the time a minute later.
      restart(it, 0)
      it.wait(60, 60)
      it.stepWall(18 * HOUR_MS)
    }
    expect(tested(it)).toBeGreaterThanOrEqual(1)
  })
})

describe('rain since 19:00 on a clock that is set', () => {
  const RAINY: FloodStation = {
    ...DONG_HA,
    rain: {
      device: 'dh-rain',
      channel: 'tips',
      mm_per_count: 0.2,
      mm_per_h_max: 300,
      limits: [{ over: 'day', mm: 100, level: 2 }],
    },
  }
  /** 20:00 in Đông Hà. */
  const EVENING = Date.UTC(2026, 9, 1, 13)
  const rain = (it: Trial, tips: number) => {
    it.report('dh-rain', { tips: tips - 50 })
    it.wait(HOUR_S, 60)
    it.report('dh-rain', { tips })
  }

  test('counts what fell since, though it fell while the clock stood at noon', () => {
    const it = trial(RAINY, EVENING - 8 * HOUR_MS)
    rain(it, 50)
    it.stepWall(8 * HOUR_MS)
    it.wait(60, 60)
    expect(it.latest('rain_since_19')?.value).toBe(10)
  })

  test('does not count what fell before, though the clock showed the evening', () => {
    const it = trial(RAINY, EVENING)
    rain(it, 50)
    it.stepWall(-5 * HOUR_MS)
    it.wait(3 * HOUR_S - 120, 60)
    expect(it.latest('rain_since_19')?.value).toBe(10)
    it.wait(300, 60)
    expect(it.latest('rain_since_19')?.value).toBe(0)
  })

  test('counts the rain of the day once, however the date jumps', () => {
    const it = trial(RAINY, EVENING)
    rain(it, 50)
    it.stepWall(60 * DAY_MS)
    it.wait(60, 60)
    expect(it.latest('rain_since_19')?.value).toBe(10)
    it.stepWall(-30 * DAY_MS)
    it.wait(60, 60)
    expect(it.latest('rain_since_19')?.value).toBe(10)
  })
})

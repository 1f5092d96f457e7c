import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { energyCsv } from '../../../hub/lighting/exports.ts'
import { EDGE } from '../world.ts'
import { type LightingWorld, lightingWorld, STREET } from './world.ts'

/** Used and saved, from counters that came through the real ingest, by days and months of the site's own calendar. */

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Midnight of 1 October 2026 in Đông Hà. */
const MIDNIGHT = Date.UTC(2026, 8, 30, 17)

let world: LightingWorld
beforeEach(async () => {
  world = lightingWorld()
  await world.start()
})
afterEach(() => world.stop())

/** Counters in Wh as they stand at a time. */
const count = (at: number, energy: number, baseline: number, feeder = '') =>
  world.tell({ [`${STREET}/energy${feeder}`]: energy, [`${STREET}/baseline${feeder}`]: baseline }, at, 'Wh')
const report = (from: number, to: number, by: 'day' | 'month' = 'day') => {
  const found = world.hub().energy.report({ edge: EDGE, street: STREET, from, to, by })
  if (found === undefined) throw new Error('no street')
  return found
}

/** 1000 lamps of 150 W: four hours at 100 %, three at 70 % and five at 50 % (the vector of the domain notes). */
async function night(evening: number, floor = 0): Promise<void> {
  const lamps_W = 1_000 * 150
  let [energy, baseline, at] = [1_000_000, 5_000_000, evening]
  await count(at, energy, baseline)
  for (const [hours, level] of [
    [4, 1],
    [3, 0.7],
    [5, 0.5],
  ] as const)
    for (let hour = 0; hour < hours; hour++) {
      at += HOUR
      energy += lamps_W * (floor + (1 - floor) * level)
      baseline += lamps_W
      await count(at, energy, baseline)
    }
}

describe('a street', () => {
  test('that dims through a night saves what the domain notes reckon: 1290 of 1800 kWh, 28.3 %', async () => {
    await night(MIDNIGHT + HOUR)
    expect(report(MIDNIGHT, MIDNIGHT + DAY).rows).toMatchObject([
      {
        from: MIDNIGHT,
        to: MIDNIGHT + DAY,
        energy_kWh: 1290,
        baseline_kWh: 1800,
        saved_kWh: 510,
        saved_percent: 28.333,
      },
    ])
  })

  test('whose gear takes a fixed 8 % saves less: 1330.8 kWh, 26.1 %', async () => {
    await night(MIDNIGHT + HOUR, 0.08)
    expect(report(MIDNIGHT, MIDNIGHT + DAY).total).toEqual({
      ...{ energy_kWh: 1330.8, baseline_kWh: 1800, saved_kWh: 469.2, saved_percent: 26.067 },
    })
  })

  test('divides a night at midnight, and loses nothing of it', async () => {
    await night(MIDNIGHT + 17.5 * HOUR)
    const { rows, total } = report(MIDNIGHT, MIDNIGHT + 2 * DAY)
    expect(rows.map(({ energy_kWh }) => energy_kWh)).toEqual([810, 480])
    expect(total).toMatchObject({ energy_kWh: 1290, baseline_kWh: 1800, saved_percent: 28.333 })
  })

  test('is told by feeder, each by its own counters', async () => {
    await count(MIDNIGHT, 0, 0)
    await count(MIDNIGHT, 0, 0, '/f1')
    await count(MIDNIGHT + HOUR, 600, 1_000)
    await count(MIDNIGHT + HOUR, 250, 500, '/f1')
    expect(report(MIDNIGHT, MIDNIGHT + DAY).rows[0]?.feeders).toMatchObject([
      { id: 'f1', name: { vi: 'Lộ 1' }, energy_kWh: 0.25, baseline_kWh: 0.5, saved_percent: 50 },
      { id: 'f2', energy_kWh: null, baseline_kWh: null, saved_percent: null },
    ])
  })

  test('says the formula in both languages', () => {
    const { formula } = report(MIDNIGHT, MIDNIGHT + DAY)
    expect(formula.vi).not.toBe('')
    expect(formula.en).not.toBe(formula.vi)
  })

  test('that no node describes has no report', () => {
    expect(world.hub().energy.report({ edge: EDGE, street: 'x', from: 0, to: 1, by: 'day' })).toBeUndefined()
  })
})

describe('a day', () => {
  test('is whole when the counters were heard on it and on the day before, and it is over', async () => {
    for (const day of [-2, -1, 0]) await count(MIDNIGHT + day * DAY + HOUR, 10_000 + day, 20_000 + day)
    expect(report(MIDNIGHT - 2 * DAY, MIDNIGHT + DAY).rows.map(({ complete }) => complete)).toEqual([
      false,
      true,
      // The hub's clock stands at ten in the morning of this one.
      false,
    ])
  })

  test('without a word is unknown, and what was used in it shows when the street is heard again', async () => {
    await count(MIDNIGHT - 4 * DAY, 0, 0)
    await count(MIDNIGHT - 2 * DAY, 3_000, 6_000)
    const { rows } = report(MIDNIGHT - 3 * DAY, MIDNIGHT - DAY)
    expect(rows).toMatchObject([
      { energy_kWh: null, saved_percent: null, complete: false },
      { energy_kWh: 3, baseline_kWh: 6, complete: false },
    ])
  })

  test('that comes late is counted where it belongs', async () => {
    await count(MIDNIGHT - 3 * DAY + HOUR, 0, 0)
    await count(MIDNIGHT - DAY + HOUR, 5_000, 9_000)
    await count(MIDNIGHT - 2 * DAY + HOUR, 2_000, 4_000)
    const { rows } = report(MIDNIGHT - 2 * DAY, MIDNIGHT)
    expect(rows.map(({ energy_kWh, complete }) => [energy_kWh, complete])).toEqual([
      [2, true],
      [3, true],
    ])
  })

  test('in which the node got a new disk keeps what was counted before and after', async () => {
    await count(MIDNIGHT - DAY, 50_000, 90_000)
    await count(MIDNIGHT + HOUR, 51_000, 92_000)
    await count(MIDNIGHT + 2 * HOUR, 0, 0)
    await count(MIDNIGHT + 5 * HOUR, 4_000, 6_000)
    expect(report(MIDNIGHT, MIDNIGHT + DAY).rows).toMatchObject([{ energy_kWh: 5, baseline_kWh: 8 }])
  })

  test('in which no lamp was lit saves nothing and divides by nothing', async () => {
    await count(MIDNIGHT, 700, 700)
    await count(MIDNIGHT + HOUR, 700, 700)
    expect(report(MIDNIGHT, MIDNIGHT + DAY).rows).toMatchObject([
      { energy_kWh: 0, baseline_kWh: 0, saved_kWh: 0, saved_percent: null },
    ])
  })

  test('is the same after the hub has begun anew', async () => {
    await night(MIDNIGHT + HOUR)
    const before = report(MIDNIGHT, MIDNIGHT + DAY)
    await world.restart()
    expect(report(MIDNIGHT, MIDNIGHT + DAY)).toEqual(before)
  })
})

test('months begin and end at midnight of the site', async () => {
  await count(MIDNIGHT - 2 * DAY, 0, 0)
  await count(MIDNIGHT - 1_000, 1_000, 2_000)
  await count(MIDNIGHT + HOUR, 1_500, 4_000)
  const { rows } = report(Date.UTC(2026, 8, 1), MIDNIGHT + DAY, 'month')
  expect(rows).toMatchObject([
    // The first of September began at 17:00 UTC of the day before.
    { from: Date.UTC(2026, 7, 31, 17), to: MIDNIGHT, energy_kWh: 1, baseline_kWh: 2, saved_percent: 50 },
    { from: MIDNIGHT, to: MIDNIGHT + DAY, energy_kWh: 0.5, baseline_kWh: 2, saved_percent: 75 },
  ])
})

test('a report of ten years is bounded and quick to say that it knows little', () => {
  const { rows, complete } = report(MIDNIGHT - 3_650 * DAY, MIDNIGHT, 'month')
  expect([rows.length, complete]).toEqual([120, false])
})

test('a table has a line for the street and one for each feeder', async () => {
  await night(MIDNIGHT + HOUR)
  const [head, whole, ...feeders] = energyCsv(report(MIDNIGHT, MIDNIGHT + DAY), 'vi').split('\r\n')
  expect(head).toContain('"Điện năng (kWh)";"Hết công suất (kWh)"')
  expect(whole).toBe('"2026-10-01";"2026-10-01";"Cả tuyến";1290,000;1800,000;510,000;28,3;"chưa"')
  expect(feeders).toEqual([
    '"2026-10-01";"2026-10-01";"Lộ 1";;;;;"chưa"',
    '"2026-10-01";"2026-10-01";"Lộ 2";;;;;"chưa"',
    '',
  ])
})

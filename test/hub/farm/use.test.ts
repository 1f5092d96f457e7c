import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FarmUse, UseBy } from '../../../hub/api/farm-schema.ts'
import { useCsv } from '../../../hub/farm/use-csv.ts'
import { EDGE } from '../world.ts'
import { FARM } from './house.ts'
import { type FarmWorld, farmWorld } from './world.ts'

/** Water and fertiliser of zones and greenhouses, from counters that came through the real ingest. */

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Midnight of Thursday, 1 October 2026 in Đông Hà. */
const MIDNIGHT = Date.UTC(2026, 8, 30, 17)

let world: FarmWorld
beforeEach(async () => {
  world = farmWorld()
  await world.start()
})
afterEach(() => world.stop())

const report = (from: number, to: number, by: UseBy = 'day'): FarmUse => {
  const found = world.uses().report({ by, from, to })
  if (!found.ok) throw new Error(found.error.code)
  return found.value
}
const zoneOf = ({ farms }: FarmUse, id: string) => farms[0]?.zones.find((zone) => zone.id === id)

/** Zone k1 (40 m²) gets so many litres on each of the days from 1 October on, at noon. */
async function days(...litres: readonly number[]): Promise<void> {
  let total = 500
  await world.own({ 'water/k1': total }, MIDNIGHT - HOUR)
  for (const [day, amount] of litres.entries()) {
    total += amount
    await world.own({ 'water/k1': total }, MIDNIGHT + day * DAY + 12 * HOUR)
  }
}

describe('use', () => {
  test('is what the counter counted on a day, in litres and in millimetres on the zone', async () => {
    await days(200, 0, 60)
    expect(zoneOf(report(MIDNIGHT, MIDNIGHT + 3 * DAY), 'k1')).toMatchObject({
      area_m2: 40,
      used: [
        { water_L: 200, water_mm: 5 },
        { water_L: 0, water_mm: 0 },
        { water_L: 60, water_mm: 1.5 },
      ],
      total: { water_L: 260, water_mm: 6.5 },
    })
  })

  test('of a greenhouse is that of its zones together, on the area of all of them', async () => {
    await days(200)
    await world.own({ 'water/k2': 0 }, MIDNIGHT + HOUR)
    await world.own({ 'water/k2': 112 }, MIDNIGHT + 2 * HOUR)
    const [farm] = report(MIDNIGHT, MIDNIGHT + DAY).farms
    expect(farm).toMatchObject({ edge: EDGE, id: FARM, area_m2: 156, used: [{ water_L: 312, water_mm: 2 }] })
  })

  test('of fertiliser is told beside that of water', async () => {
    await world.own({ 'fertiliser/k1': 1_000 }, MIDNIGHT + HOUR, 'mL')
    await world.own({ 'fertiliser/k1': 1_500 }, MIDNIGHT + 2 * HOUR, 'mL')
    expect(zoneOf(report(MIDNIGHT, MIDNIGHT + DAY), 'k1')?.used).toEqual([
      { water_L: null, water_mm: null, fertiliser_mL: 500, fertiliser_mLm2: 12.5 },
    ])
  })

  test('that nobody has told is not known, which is not zero', () => {
    const [farm] = report(MIDNIGHT, MIDNIGHT + DAY).farms
    expect(farm?.total).toEqual({
      ...{ water_L: null, water_mm: null, fertiliser_mL: null, fertiliser_mLm2: null },
    })
    expect(farm?.complete).toEqual([false])
  })

  test('by week begins on Monday', async () => {
    // Thursday to Sunday, and the Monday after.
    await days(10, 20, 30, 40, 500)
    const use = report(MIDNIGHT, MIDNIGHT + 5 * DAY, 'week')
    expect(use.periods).toEqual([
      { from: MIDNIGHT, to: MIDNIGHT + 4 * DAY },
      { from: MIDNIGHT + 4 * DAY, to: MIDNIGHT + 5 * DAY },
    ])
    expect(zoneOf(use, 'k1')?.used.map(({ water_L }) => water_L)).toEqual([100, 500])
  })

  test('by month ends with the month of the site, not with that of Greenwich', async () => {
    await days(10)
    const use = report(MIDNIGHT - DAY, MIDNIGHT + DAY, 'month')
    expect(use.periods).toEqual([
      { from: MIDNIGHT - DAY, to: MIDNIGHT },
      { from: MIDNIGHT, to: MIDNIGHT + DAY },
    ])
  })

  test('loses nothing to a node that begins to count anew', async () => {
    await world.own({ 'water/k1': 900 }, MIDNIGHT + HOUR)
    await world.own({ 'water/k1': 950 }, MIDNIGHT + 2 * HOUR)
    await world.own({ 'water/k1': 0 }, MIDNIGHT + 3 * HOUR)
    await world.own({ 'water/k1': 30 }, MIDNIGHT + 4 * HOUR)
    expect(zoneOf(report(MIDNIGHT, MIDNIGHT + DAY), 'k1')?.total.water_L).toBe(80)
  })

  test('of one greenhouse leaves out the others, and of an unknown one is empty', () => {
    const query = { by: 'day', from: MIDNIGHT, to: MIDNIGHT + DAY } as const
    expect(world.uses().report({ ...query, edge: EDGE, farm: FARM })).toMatchObject({
      value: { farms: [{}] },
    })
    expect(world.uses().report({ ...query, farm: 'other' })).toMatchObject({ value: { farms: [] } })
  })

  test.each([
    ['that ends before it begins', MIDNIGHT, MIDNIGHT],
    ['of more than three years', MIDNIGHT - 2_000 * DAY, MIDNIGHT],
  ])('over a span %s is refused', (_what, from, to) => {
    expect(world.uses().report({ by: 'day', from, to })).toMatchObject({ error: { code: 'HTTP_INVALID' } })
  })
})

describe('the table', () => {
  test('has a line for the greenhouse and for each zone, as a Vietnamese spreadsheet reads it', async () => {
    await days(200)
    const [mark, ...lines] = useCsv(report(MIDNIGHT, MIDNIGHT + DAY), 'vi').split('\r\n')
    expect(mark?.charCodeAt(0)).toBe(0xfeff)
    expect(lines[1]).toBe('"2026-10-01";"2026-10-01";"Nhà kính Gio An";"Dưa lưới";40,0;200,0;5,00;;;"chưa"')
    expect(lines).toHaveLength(6)
  })

  test('never runs what a zone is called', () => {
    const use = report(MIDNIGHT, MIDNIGHT + DAY)
    const evil = { ...use, farms: use.farms.map((farm) => ({ ...farm, name: { vi: '=1+1', en: '=1+1' } })) }
    expect(useCsv(evil, 'en')).toContain('"\'=1+1"')
  })
})

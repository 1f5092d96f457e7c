import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Greenhouse, Program } from '../../core/documents/greenhouse.ts'
import { byHand, type GreenhouseCity, START_MS, startGreenhouseCity, type World } from './greenhouse-city.ts'
import { until } from './until.ts'

/** Programs of every kind water the demonstration greenhouse by themselves: by the clock, by moisture, by the balance. */

/** The fastest pace at which the demonstration still feeds as it is written. */
const SPEED = 100
const MINUTE_MS = 60_000
/** Seven in the morning of a day in March in Vietnam. */
const FROM = Date.UTC(2026, 2, 10)
const ZONE_MS = 7 * 3_600_000
/** Three times what all of them take on a machine that has nothing else to do. */
const PATIENCE_MS = 240_000

describe('programs of the demonstration greenhouse', () => {
  let city: GreenhouseCity
  const dry: World[] = []
  const together: World[] = []

  beforeAll(async () => {
    city = await startGreenhouseCity({ speed: SPEED, from: FROM, house: byHand })
    await city.shown('the panel knows how all is', ({ zones }) =>
      zones.every(({ valve, lost }) => valve === 'shut' && !lost),
    )
    const begin = city.now()
    expect(await city.edit((house) => soon(house, begin))).toBe('taken')
  }, START_MS)
  afterAll(() => city?.end())

  const runOf = async (zone: string) => (await city.house()).journal.find((run) => run.zone === zone)

  test('each waters its zones, and then all is at rest', async () => {
    await city.truly(
      'every zone has been watered',
      (world) => {
        const { actuators, zones } = world
        if (actuators.pump === 1 && zones.every(({ open }) => !open)) dry.push(world)
        const dosing = ['dose_a', 'dose_b', 'dose_acid'].filter((one) => Number(actuators[one]) > 0)
        if (dosing.length > 1) together.push(world)
        return zones.every(({ litres, open }) => litres > 30 && !open) && actuators.pump === 0
      },
      PATIENCE_MS,
    )
    await city.shown(
      'every program has ended',
      ({ zones, journal }) =>
        zones.every(({ running, waiting }) => running === null && waiting === null) &&
        new Set(journal.map(({ zone }) => zone)).size === 4,
      PATIENCE_MS,
    )
  }, 500_000)

  test('by the clock, in the order of its zones, with feed', async () => {
    const [melon, tomato] = [await runOf('k1'), await runOf('k2')]
    for (const run of [melon, tomato]) {
      expect(run).toMatchObject({ end: { vi: 'đủ lượng' }, who: null })
      expect(run?.why.vi).toBe('Tưới bón sáng và chiều: đến giờ')
      expect(run?.fertiliser_mL).toBeGreaterThan(0)
      expect(run?.minutes).toBeGreaterThan(13.9)
    }
    expect(melon?.at).toBeLessThan(tomato?.at ?? 0)
  })

  test('by moisture, in turns, until the soil is moist or its time is over', async () => {
    const run = await runOf('k3')
    expect(run?.why.vi).toBe('Giữ ẩm cho rau: đất khô')
    expect(['đủ lượng', 'đất đã đủ ẩm']).toContain(run?.end.vi)
    expect(run?.minutes).toBeGreaterThan(5.9)
  })

  test('by the balance of water', async () => {
    const run = await runOf('k4')
    expect(run?.why.vi).toMatch(/^Tưới ớt theo cân bằng nước: /)
    expect(['đủ lượng', 'hết thời gian của lần tưới, chưa đủ lượng']).toContain(run?.end.vi)
  })

  test('the pump never ran against shut valves, and no two stocks met', () => {
    expect({ dry, together }).toEqual({ dry: [], together: [] })
  })

  test('the hub has counted what the panel has', async () => {
    let seen: unknown
    await until(
      'the hub has every litre',
      PATIENCE_MS,
      async () => {
        // Both anew: a program that goes by the soil may water once more meanwhile.
        const [{ zones }, { zones: farm }] = await Promise.all([city.house(), city.farm()])
        seen = { farm, zones }
        return zones.every(({ id, today_L }) => {
          const there = farm.find((zone) => zone.id === id)?.today_L ?? 0
          return Math.abs(there - today_L) < 0.5
        })
      },
      () => seen,
    )
  }, 300_000)
})

/** The demonstration's programs, all of them due within the hour: the first of them 12 real seconds from now. */
function soon(house: Greenhouse, begin: number): Greenhouse {
  const clock = (minutes: number) =>
    new Date(begin + ZONE_MS + minutes * MINUTE_MS).toISOString().slice(11, 16)
  return {
    ...house,
    programs: house.programs.map((program) => ({ ...program, on: true, start: startSoon(program, clock) })),
  }
}

function startSoon({ start }: Program, clock: (minutes: number) => string): Program['start'] {
  switch (start.by) {
    case 'clock':
      return { by: 'clock', times: [clock(20)] }
    case 'moisture':
      return { ...start, below: 29, until: 31 }
    case 'balance':
      return { by: 'balance', at: clock(30) }
  }
}

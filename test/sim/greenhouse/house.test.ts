import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { createSky } from '../../../sim/greenhouse/sky.ts'
import { createVirtualHouse } from '../../../sim/greenhouse/virtual-house.ts'

const PLACE = { lat: 16.82, lon: 107.09 }
/** Midnight in Đông Hà. */
const BEGIN = Date.UTC(2026, 4, 1, 17)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

function scene(seed = 7) {
  const clock = fakeClock(BEGIN)
  const zone = (id: string) => ({
    ...{ id, area_m2: 40, depth_m: 0.15, fieldCapacity: 32, wilting: 12, kc: 1 },
    ...{ flow_Lmin: 12, moisture: 30 },
  })
  const house = createVirtualHouse({
    clock,
    random: seededRandom(seed),
    sky: createSky({ seed, place: PLACE, begin: BEGIN }),
    zones: [zone('k1'), zone('k2')],
    tank: { holds_L: 2_000, percent: 60, refill_Lmin: 3 },
    dose_mLmin: 150,
    every_s: 5,
  })
  house.start()
  const zoneState = (id: string) => {
    const found = house.state().zones.find((one) => one.id === id)
    if (found === undefined) throw new Error(id)
    return found
  }
  return { clock, house, zone: zoneState }
}

describe('the water of a house', () => {
  test('goes from the tank through the meter into the bed whose valve is open, litre for litre', async () => {
    const { clock, house, zone } = scene()
    const before = house.state().tank.litres
    house.driveValve('k1', true)
    house.drive('pump', 1)
    await clock.advance(10 * MINUTE)
    house.drive('pump', 0)
    house.driveValve('k1', false)
    const { tank, metered_L } = house.state()
    expect(metered_L).toBeCloseTo(120, 0)
    expect(before + 10 * 3 - tank.litres).toBeCloseTo(metered_L, 3)
    expect(zone('k1').litres).toBeCloseTo(metered_L, 3)
    expect(zone('k1').moisture).toBeGreaterThan(31.5)
    expect(zone('k2').litres).toBe(0)
  })

  test('stops when the tank is empty, and the low float tells it before', async () => {
    const { clock, house } = scene()
    house.driveValve('k1', true)
    house.driveValve('k2', true)
    house.drive('pump', 1)
    let floatFell = false
    for (let minute = 0; minute < 90; minute++) {
      await clock.advance(MINUTE)
      const { tank, flow_Lmin } = house.state()
      floatFell ||= tank.low && flow_Lmin > 10
    }
    expect(floatFell).toBe(true)
    expect(house.state().tank.percent).toBeLessThan(3)
  })

  test('does not come through a valve that stays shut, though its coil is driven', async () => {
    const { clock, house, zone } = scene()
    house.fault('k1-valve', 'shut')
    house.driveValve('k1', true)
    house.drive('pump', 1)
    await clock.advance(MINUTE)
    expect(zone('k1').litres).toBe(0)
    expect(house.state().flow_Lmin).toBe(0)
  })

  test('runs into a bed whose valve is stuck open whenever another is watered', async () => {
    const { clock, house, zone } = scene()
    house.driveValve('k1', true)
    house.fault('k1-valve', 'stuck')
    house.driveValve('k1', false)
    house.driveValve('k2', true)
    house.drive('pump', 1)
    await clock.advance(MINUTE)
    expect(zone('k1').litres).toBeGreaterThan(10)
    expect(house.state().flow_Lmin).toBeGreaterThan(22)
  })

  test('leaks from the main line while everything rests', async () => {
    const { clock, house, zone } = scene()
    house.fault('gh-pipe', 'leak')
    await clock.advance(MINUTE)
    expect(house.state().flow_Lmin).toBeGreaterThan(1)
    expect(zone('k1').litres).toBe(0)
  })

  test('is not counted by a flow meter that has come off', async () => {
    const { clock, house } = scene()
    house.fault('gh-flow', 'lost')
    house.driveValve('k1', true)
    house.drive('pump', 1)
    await clock.advance(MINUTE)
    expect(house.state().metered_L).toBe(0)
    expect(house.state().flow_Lmin).toBeGreaterThan(10)
  })

  test.each([
    ['dry', 0, 0],
    ['weak', 4, 9],
  ] as const)('with a pump that is %s is between %d and %d L/min', async (fault, least, most) => {
    const { clock, house } = scene()
    house.fault('gh-pump', fault)
    house.driveValve('k1', true)
    house.drive('pump', 1)
    await clock.advance(MINUTE)
    expect(house.state().flow_Lmin).toBeGreaterThanOrEqual(least)
    expect(house.state().flow_Lmin).toBeLessThanOrEqual(most)
  })

  test('keeps a float that is stuck where it stood', async () => {
    const { clock, house } = scene()
    house.fault('gh-float', 'stuck')
    house.fault('gh-tank', 'empty')
    await clock.advance(10 * MINUTE)
    expect(house.state().tank.percent).toBeLessThan(3)
    expect(house.state().tank.low).toBe(false)
  })

  test('is fed: A and B raise its EC, acid lowers its pH, and neither changes where nothing flows', async () => {
    const { clock, house } = scene()
    house.driveValve('k1', true)
    house.drive('pump', 1)
    house.drive('dose_a', 1)
    house.drive('dose_b', 1)
    house.drive('dose_acid', 0.05)
    await clock.advance(5 * MINUTE)
    const { fed, dosed_mL } = house.state()
    expect(fed.ec).toBeGreaterThan(2)
    expect(fed.ph).toBeLessThan(6.5)
    expect(dosed_mL.a).toBeCloseTo(750, 3)
    for (const output of ['dose_a', 'dose_b', 'dose_acid', 'pump'] as const) house.drive(output, 0)
    house.driveValve('k1', false)
    await clock.advance(5 * MINUTE)
    expect(house.state().fed).toEqual(fed)
  })
})

describe('the air and the soil of a house', () => {
  test('are hotter than outside at noon, and fans bring the heat out', async () => {
    const { clock, house } = scene()
    await clock.advance(12 * HOUR)
    const shut = house.state()
    expect(shut.air.temperature_C).toBeGreaterThan(shut.outside.temperature_C + 5)
    house.drive('fan1', 1)
    house.drive('fan2', 1)
    await clock.advance(20 * MINUTE)
    expect(house.state().air.temperature_C).toBeLessThan(shut.air.temperature_C - 4)
  })

  test('become cooler and moister in mist, and darker under the shade', async () => {
    const { clock, house } = scene()
    await clock.advance(12 * HOUR)
    const before = house.state().air
    house.drive('mister', 1)
    house.drive('shade', 1)
    await clock.advance(3 * MINUTE)
    const after = house.state().air
    expect(after.temperature_C).toBeLessThan(before.temperature_C)
    expect(after.humidity).toBeGreaterThan(before.humidity)
    expect(after.light_lx).toBeLessThan(0.6 * before.light_lx)
  })

  test('are dark at night but for the lamps', () => {
    const { house } = scene()
    expect(house.state().air.light_lx).toBeLessThan(5)
    house.drive('lamp', 1)
    expect(house.state().air.par).toBeGreaterThan(100)
  })

  test('lose some millimetres of water in a day, and none worth telling at night', async () => {
    const { clock, zone } = scene()
    await clock.advance(5 * HOUR)
    const dawn = zone('k1').moisture
    expect(30 - dawn).toBeLessThan(0.7)
    await clock.advance(13 * HOUR)
    const used_mm = ((dawn - zone('k1').moisture) / 100) * 150
    expect(used_mm).toBeGreaterThan(2.5)
    expect(used_mm).toBeLessThan(9)
  })

  test('are never outside of what soil and air can be, through a week without any care', async () => {
    const { clock, house } = scene(11)
    for (let hours = 0; hours < 7 * 24; hours++) {
      await clock.advance(HOUR)
      const { air, zones } = house.state()
      expect(air.temperature_C).toBeGreaterThan(15)
      expect(air.temperature_C).toBeLessThan(65)
      expect(air.humidity).toBeGreaterThan(5)
      expect(air.humidity).toBeLessThanOrEqual(100)
      expect(air.co2_ppm).toBeGreaterThan(170)
      for (const { moisture, conductivity } of zones) {
        expect(moisture).toBeGreaterThanOrEqual(1)
        expect(moisture).toBeLessThan(63)
        expect(conductivity).toBeLessThanOrEqual(9_000)
      }
    }
  })
})

describe('a house', () => {
  test('lives the same day twice from one seed', async () => {
    const days = await Promise.all(
      [1, 2].map(async () => {
        const { clock, house } = scene(3)
        await clock.advance(6 * HOUR)
        house.driveValve('k1', true)
        house.drive('pump', 1)
        await clock.advance(7 * MINUTE)
        return house.state()
      }),
    )
    expect(days[0]).toEqual(days[1])
  })

  test.each([
    ['gh-pump', 'burst'],
    ['k9', 'burst'],
    ['k1', 'dry'],
    ['gh-board', 'dry'],
  ])('cannot break at %s by %s', (where, name) => {
    expect(scene().house.fault(where, name)).toBe(false)
  })

  test('is mended by none', async () => {
    const { house } = scene()
    house.fault('k1', 'burst')
    expect(house.faults('k1')).toEqual(['burst'])
    expect(house.fault('k1', 'none')).toBe(true)
    expect(house.faults('k1')).toEqual([])
  })
})

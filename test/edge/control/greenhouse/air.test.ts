import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import { greenhouseView } from '../../../../edge/control/greenhouse/view.ts'
import { houseOf, local, programOf, type World, worldOf, zoneOf } from './house.ts'

/** The climate of a house and the water balance of its zones, in the whole controller. */

const point = (channel: string) => ({ device: 'air', channel })
const machine = (id: string, change: object) => ({
  ...{ id, name: { vi: id, en: id }, device: id, output: 'relay1' },
  ...change,
})

const climate = {
  ...{ temperature: point('temperature'), humidity: point('humidity'), light: point('light') },
  misting: { device: 'mister', output: 'relay1' },
  fans: [machine('fan', { above_C: 32, below_C: 29 })],
  shade: [machine('cloth', { full: 100, above_lx: 60_000, below_lx: 40_000, most_wind_ms: 12 })],
  lamps: [machine('lamp', { day_h: 16 })],
}
const weather = {
  ...{
    temperature: { device: 'sky', channel: 'temperature' },
    humidity: { device: 'sky', channel: 'humidity' },
  },
  wind: { device: 'sky', channel: 'wind_speed', height_m: 2 },
  rain: { device: 'sky', channel: 'rain_total' },
  radiation: { device: 'sky', channel: 'radiation' },
}

function air(world: World, values: Readonly<Record<string, number>>): void {
  for (const [channel, value] of Object.entries(values)) world.probes.set(`air/${channel}`, value)
  world.pass(30)
}
const asked = (world: World) => ['mister', 'fan', 'cloth', 'lamp'].map((one) => world.asked(one) ?? 0)
const view = (world: World) =>
  greenhouseView(world.state(), {
    at: world.now(),
    mono: (world.state().timeline.mono ?? 0) as Mono,
    quality: 'synced',
  })

describe('the climate of a house', () => {
  const world = () => {
    const one = worldOf(houseOf({ climate, weather }), local('11:00'))
    one.probes.set('sky/wind_speed', 2)
    return one
  }

  test('is left alone while it is well', () => {
    const house = world()
    air(house, { temperature: 26, humidity: 75, light: 30_000 })
    expect(asked(house)).toEqual([0, 0, 0, 0])
  })
  test('gets fans, mist and shade at noon, and says why', () => {
    const house = world()
    air(house, { temperature: 36, humidity: 45, light: 80_000 })
    expect(asked(house)).toEqual([1, 1, 100, 0])
    const machines = view(house).climate.devices.map(({ kind, why }) => [kind, why.vi])
    expect(machines).toEqual([
      ['mist', expect.stringContaining('VPD 3,27 kPa')],
      ['fan', '36,0 °C: chạy đến khi còn 29,0 °C'],
      ['shade', '80,0 klx: che đến khi dưới 40,0 klx'],
      ['lamp', 'Ban ngày'],
    ])
  })
  test('has no mist while a person has stopped all water, and fans all the same', () => {
    const house = world()
    house.give({ type: 'water-stop', who: 'Lan' })
    air(house, { temperature: 36, humidity: 45, light: 30_000 })
    expect(asked(house)).toEqual([0, 1, 0, 0])
  })
  test('a pulse of mist ends in the hardware too', () => {
    const house = world()
    air(house, { temperature: 36, humidity: 45, light: 30_000 })
    const pulse = house.outputs.find(({ device, value }) => device === 'mister' && value === 1)
    expect(pulse?.forS).toBeLessThanOrEqual(20)
  })
  test('a lost thermometer means fans and no mist, and is told with what is done without it', () => {
    const house = world()
    air(house, { temperature: 25, humidity: 70, light: 30_000 })
    house.probes.delete('air/temperature')
    house.pass(16 * 60)
    expect(asked(house)).toEqual([0, 1, 0, 0])
    expect(house.events.find(({ rule }) => rule === 'probe-lost')?.text.vi).toContain('không phun sương')
  })
  test('a house that cooks is told once, and once when it has cooled', () => {
    const house = world()
    air(house, { temperature: 43, humidity: 30, light: 30_000 })
    house.pass(400)
    air(house, { temperature: 41 })
    house.pass(400)
    air(house, { temperature: 40 })
    house.pass(400)
    expect(house.events.filter(({ rule }) => rule === 'house-hot').map(({ event }) => event)).toEqual([
      'raised',
      'cleared',
    ])
  })
  test('lamps lengthen the day by the sun', () => {
    const house = worldOf(houseOf({ climate, weather }), local('18:30'))
    air(house, { temperature: 26, humidity: 75, light: 100 })
    expect(house.asked('lamp')).toBe(1)
  })
  test('goes on over a restart', () => {
    const house = world()
    air(house, { temperature: 36, humidity: 45, light: 80_000 })
    house.restart(5_000)
    air(house, { temperature: 36, humidity: 45, light: 50_000 })
    expect(asked(house).slice(1, 3)).toEqual([1, 100])
  })
})

const crop = {
  name: 'Cà chua',
  planted: '2026-02-01',
  stages: [{ name: 'ra hoa', days: 200, kc: 1.15, root_m: 0.5 }],
}
const zones = [zoneOf('k1', { crop, soil: { fieldCapacity: 32, wilting: 17, depletion: 0.4 } })]
/** A dry and windy day in Quảng Trị: some 6 mm. */
function sky(world: World, day: number, rain = 0): void {
  const quarter = 900_000
  for (let at = local('00:00', day); at < local('00:00', day + 1); at += quarter) {
    const hour = ((at - local('00:00', day)) / 3_600_000) % 24
    const warmth = 27 + 6 * Math.sin(((hour - 9) * Math.PI) / 12)
    world.probes.set('sky/temperature', warmth)
    world.probes.set('sky/humidity', 70 - 2 * (warmth - 27))
    world.probes.set('sky/wind_speed', 3)
    world.probes.set('sky/radiation', hour > 6 && hour < 18 ? 600 * Math.sin(((hour - 6) * Math.PI) / 12) : 0)
    if (hour === 12) world.probes.set('sky/rain_total', (world.probes.get('sky/rain_total') ?? 0) + rain)
    world.until(at + quarter, undefined, true)
  }
}
const root = (world: World) => world.state().balance.zones.k1

describe('the water balance of a zone', () => {
  test('begins with all that may be missing where no probe knows better', () => {
    const world = worldOf(houseOf({ weather, zones }), local('00:00'))
    world.pass(60)
    expect(root(world)).toMatchObject({ deficit_mm: 30, readily_mm: 30 })
  })
  test('a program refills the roots in the morning, and what a day took is missing the next one', () => {
    const balance = programOf('b', {
      start: { by: 'balance', at: '05:30' },
      amount: { missing: true, most_min: 240 },
    })
    const big = [
      zoneOf('k1', {
        crop,
        soil: { fieldCapacity: 32, wilting: 17, depletion: 0.1 },
        daily_L: 10_000,
        longest_min: 240,
      }),
    ]
    const world = worldOf(houseOf({ weather, zones: big, programs: [balance] }), local('00:00'))
    world.probes.set('sky/rain_total', 10)
    sky(world, 0)
    expect(root(world)?.deficit_mm).toBeGreaterThan(4)
    const { et0_mm } = view(world)
    expect(et0_mm).toBeGreaterThan(3)
    sky(world, 1)
    // 0.9 of what leaves the drippers reaches the roots of 100 m².
    const litres = world.got.get('k1') ?? 0
    expect(litres).toBeGreaterThan(0)
    const [given, day] = [litres * 0.009, 1.15 * (et0_mm ?? 0)]
    expect(Math.abs((root(world)?.deficit_mm ?? 0) - (7.5 + 2 * day - given))).toBeLessThan(1)
  }, 60_000)
  test('rain counts as far as it reaches the soil', () => {
    const open = [zoneOf('k1', { crop, rained: 1, soil: { fieldCapacity: 32, wilting: 17, depletion: 0.4 } })]
    const [dry, wet] = [0, 20].map((mm) => {
      const world = worldOf(houseOf({ weather, zones: open }), local('00:00'))
      world.probes.set('sky/rain_total', 10)
      world.pass(60)
      sky(world, 0, mm)
      world.pass(60)
      return root(world)?.deficit_mm ?? 0
    })
    expect((dry ?? 0) - (wet ?? 0)).toBeCloseTo(20, 0)
  }, 60_000)
  test('wind that is measured high above the ground is less where the crop stands', () => {
    const [low, high] = [2, 10].map((height_m) => {
      const wind = { ...weather.wind, height_m }
      const world = worldOf(houseOf({ weather: { ...weather, wind }, zones }), local('00:00'))
      sky(world, 0)
      world.pass(60)
      return view(world).et0_mm ?? 0
    })
    expect((low ?? 0) - (high ?? 0)).toBeGreaterThan(0.1)
  }, 60_000)
  test('a day without a word of the weather is taken as those before it', () => {
    const world = worldOf(houseOf({ weather, zones }), local('00:00'))
    world.pass(60)
    sky(world, 0)
    world.pass(60)
    const [first, et0_mm] = [root(world)?.deficit_mm ?? 0, view(world).et0_mm ?? 0]
    for (const key of [...world.probes.keys()]) world.probes.delete(key)
    world.until(local('00:10', 2), undefined, true)
    expect((root(world)?.deficit_mm ?? 0) - first).toBeCloseTo(1.15 * et0_mm, 1)
  }, 60_000)
  test('without weather nothing is claimed to be known', () => {
    const world = worldOf(houseOf({ zones }), local('00:00'))
    world.until(local('00:10', 2), undefined, true)
    expect(view(world).zones[0]).toMatchObject({ deficit_mm: null, readily_mm: null })
  })
})

import { describe, expect, test } from 'vitest'
import { endsOf, houseOf, local, programOf, type World, worldOf, zoneOf } from './house.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const moist = (change = {}) =>
  programOf('m', {
    start: { by: 'moisture', below: 20, until: 26, from: '06:00', to: '18:00', pause_min: 30 },
    amount: { missing: true, most_min: 20 },
    ...change,
  })
const SOIL = 'soil-k1/moisture'

/** Litres that a zone got in each of so many days. */
function days(world: World, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const before = world.got.get('k1') ?? 0
    world.until(world.now() + DAY, undefined, true)
    return Math.round((world.got.get('k1') ?? 0) - before)
  })
}

describe('programs by the clock', () => {
  test('begin at their times, on their days', () => {
    // 20 March 2026 is a Friday.
    const start = { by: 'clock', times: ['06:00', '17:30'], days: ['fri', 'sun'] }
    const world = worldOf(houseOf({ programs: [programOf('p', { start })] }), local('00:00'))
    world.until(local('00:00', 4), undefined, true)
    const began = world.state().journal.map(({ at }) => Math.floor((at - local('00:00')) / HOUR))
    expect(began.toReversed()).toEqual([6, 17, 48 + 6, 48 + 17])
  })

  test('every so many days are counted from the day that is given', () => {
    const start = { by: 'clock', times: ['06:00'], every: { days: 3, from: '2026-03-21' } }
    const world = worldOf(houseOf({ programs: [programOf('p', { start })] }), local('00:00'))
    world.until(local('00:00', 6), undefined, true)
    const began = world.state().journal.map(({ at }) => Math.floor((at - local('00:00')) / DAY))
    expect(began.toReversed()).toEqual([1, 4])
  })

  test('one that is switched off does not begin', () => {
    const world = worldOf(houseOf({ programs: [programOf('p', { on: false })] }), local('05:50'))
    world.pass(1_200)
    expect(world.state().journal).toEqual([])
  })

  test('a start is left out when enough rain has reached the zone', () => {
    const house = houseOf({
      zones: [zoneOf('k1', { rained: 0.5 }), zoneOf('k2')],
      weather: { rain: { device: 'sky', channel: 'rain' } },
      programs: [programOf('p', { zones: ['k1', 'k2'], rain_mm: 4 })],
    })
    const world = worldOf(house, local('05:00'))
    for (const rain of [100, 104, 109])
      world.give({ type: 'telemetry', device: 'sky', telemetry: { rain }, failed: {}, at: world.now() })
    world.until(local('06:30'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['rain'])
    expect(endsOf(world, 'k2')).toEqual(['done'])
  })
})

test('a rain gauge that begins to count anew has counted no rain', () => {
  const house = houseOf({
    zones: [zoneOf('k1', { rained: 1 })],
    weather: { rain: { device: 'sky', channel: 'rain' } },
    programs: [programOf('p', { rain_mm: 4 })],
  })
  const world = worldOf(house, local('05:00'))
  for (const rain of [100, 50, 51])
    world.give({ type: 'telemetry', device: 'sky', telemetry: { rain }, failed: {}, at: world.now() })
  world.until(local('06:30'), undefined, true)
  expect(endsOf(world, 'k1')).toEqual(['done'])
})

describe('programs by moisture', () => {
  test('water a dry zone until it is moist, within their hours', () => {
    const world = worldOf(houseOf({ programs: [moist()] }), local('05:00'))
    world.probes.set(SOIL, 18)
    world.until(local('05:59'), undefined, true)
    expect(world.got.get('k1')).toBe(undefined)
    world.until(local('06:05'))
    expect(world.isOpen('k1')).toBe(true)
    world.probes.set(SOIL, 27)
    world.pass(60)
    expect(world.isOpen('k1')).toBe(false)
    expect(endsOf(world, 'k1')).toEqual(['moist'])
  })

  test('a pause follows before the next time', () => {
    const world = worldOf(houseOf({ programs: [moist({ amount: { minutes: 5 } })] }), local('06:00'))
    world.probes.set(SOIL, 18)
    world.until(local('06:30'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    world.until(local('07:00'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['done', 'done'])
  })

  test('a lost probe gets its zone the usual amount once a day, and is told', () => {
    const world = worldOf(houseOf({ programs: [moist({ amount: { minutes: 5 } })] }), local('00:00'))
    expect(days(world, 3)).toEqual([100, 100, 100].map((litres) => expect.closeTo(litres, -1)))
    expect(world.inForce()).toContain('probe-lost k1')
  })

  test('a node that restarts every hour waters a zone without a probe all the same', () => {
    const world = worldOf(houseOf({ programs: [moist({ amount: { minutes: 5 } })] }), local('06:00'))
    for (let hour = 0; hour < 6; hour++) {
      world.until(world.now() + HOUR, undefined, true)
      if (world.state().runs.length === 0) world.restart(30_000)
    }
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test.each([0, 100, 65_535])('a probe that reads %d for ever is suspect and not believed', (value) => {
    const world = worldOf(houseOf({ programs: [moist({ amount: { minutes: 5 } })] }), local('00:00'))
    world.probes.set(SOIL, value)
    expect(days(world, 2)).toEqual([100, 100].map((litres) => expect.closeTo(litres, -1)))
    expect(world.inForce()).toContain('probe-suspect k1')
  })

  test('a probe that water does not move is suspect, and believed again when it moves', () => {
    const world = worldOf(houseOf({ programs: [moist({ amount: { minutes: 10 } })] }), local('06:00'))
    world.probes.set(SOIL, 12)
    world.until(local('12:00', 1), undefined, true)
    expect(world.inForce()).toContain('probe-suspect k1')
    // A hub that shows the zone must not show what its node does not go by.
    expect(world.events.find(({ rule }) => rule === 'probe-suspect')).toMatchObject({
      ...{ device: 'soil-k1', channel: 'moisture', part: 'k1' },
    })
    expect(days(world, 1)[0]).toBeLessThan(250)
    world.probes.set(SOIL, 24)
    world.pass(120)
    expect(world.inForce()).not.toContain('probe-suspect k1')
  })

  test('a probe beside its dripper that shows the water early, and then stands, is believed', () => {
    const start = { by: 'clock', times: ['06:00', '10:00', '14:00', '18:00'] }
    const world = worldOf(houseOf({ programs: [programOf('p', { start })] }), local('05:30'))
    let [soil, wetAt] = [20, 0]
    world.until(
      local('23:00'),
      () => {
        const given = world.state().runs.find(({ phase }) => phase === 'watering')?.L ?? 0
        if (given > 40 && world.now() - wetAt > HOUR) {
          soil = 28
          wetAt = world.now()
        }
        // It dries within an hour, two hours after it was wet.
        const dry = (world.now() - wetAt) / HOUR - 2.2
        if (dry > 0) soil = Math.max(20, 28 - dry * 8)
        world.probes.set(SOIL, soil)
      },
      true,
    )
    expect(world.events.filter(({ rule }) => rule === 'probe-suspect')).toEqual([])
  })

  test('one of three probes that lies is outvoted', () => {
    const moisture = ['one', 'two', 'three'].map((device) => ({ device, channel: 'moisture' }))
    const house = houseOf({ zones: [zoneOf('k1', { soil: { moisture } })], programs: [moist()] })
    const world = worldOf(house, local('07:00'))
    world.probes.set('one/moisture', 30)
    world.probes.set('two/moisture', 31)
    world.probes.set('three/moisture', 3)
    world.pass(600)
    expect(world.got.get('k1')).toBe(undefined)
  })

  test('a skip leaves the next time out', () => {
    const world = worldOf(houseOf({ programs: [moist()] }), local('06:00'))
    world.give({ type: 'program-skip', program: 'm', who: 'Lan' })
    world.probes.set(SOIL, 18)
    world.until(local('06:25'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['skipped'])
  })
})

describe('without a clock', () => {
  test('the days go on as they last went, for 60 of them', () => {
    const world = worldOf(houseOf({ programs: [programOf('p', { amount: { minutes: 5 } })] }), local('00:00'))
    world.until(local('12:00'), undefined, true)
    world.restart(60_000, 'unknown')
    const got = days(world, 60)
    expect(got.every((litres) => litres >= 95 && litres <= 125)).toBe(true)
    expect(world.inForce()).toContain('clock-lost')
  })

  test('a node that was never told the time waits a day, then waters once a day', () => {
    const world = worldOf(
      houseOf({ programs: [programOf('p', { amount: { minutes: 5 } })] }),
      local('05:00'),
      'unknown',
    )
    const got = days(world, 4)
    expect(got[0]).toBe(0)
    expect(got.slice(1)).toEqual([100, 100, 100].map((litres) => expect.closeTo(litres, -1)))
  })

  test('dry soil is watered whatever the hour while nobody knows it', () => {
    const world = worldOf(houseOf({ programs: [moist()] }), local('00:00'), 'unknown')
    world.probes.set(SOIL, 10)
    world.pass(300)
    expect(world.isOpen('k1')).toBe(true)
  })

  test('a clock that is set forward brings a start late, or leaves it out, and never twice', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:00'))
    world.pass(60)
    world.clock('synced', HOUR + 30 * 60_000)
    world.pass(900)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    world.clock('synced', -3 * HOUR)
    world.until(local('10:00'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('a clock that was a year ahead does not keep programs from running', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:00', 365))
    world.pass(60)
    world.clock('synced', -365 * DAY)
    world.until(local('06:20'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })
})

describe('power cuts', () => {
  test('a run that watered is cut short, told, and not begun anew', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:59'))
    world.pass(300)
    expect(world.isOpen('k1')).toBe(true)
    world.restart(20_000)
    world.until(local('07:00'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['cut'])
    expect(world.isOpen('k1')).toBe(false)
    expect(world.asked('valve-k1')).toBe(0)
    expect(world.events.some(({ event, text }) => event === 'note' && text.en.includes('cut short'))).toBe(
      true,
    )
  })

  test('what waited for its turn goes on after a short one', () => {
    const house = houseOf({ programs: [programOf('p', { zones: ['k1', 'k2', 'k3'] })] })
    const world = worldOf(house, local('05:59'))
    world.pass(180)
    world.restart(60_000)
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['cut'])
    expect(endsOf(world, 'k3')).toEqual(['done'])
  })

  test('a start that fell into it comes late within two hours', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:50'))
    world.restart(HOUR)
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('of many starts that fell into it only the last comes, and the others are told at once', () => {
    const start = { by: 'clock', times: ['06:00', '07:00', '08:00', '09:00'] }
    const world = worldOf(houseOf({ programs: [programOf('p', { start })] }), local('05:50'))
    world.restart(4 * HOUR)
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['missed', 'done'])
    expect(world.events.filter(({ event }) => event === 'note').length).toBe(1)
  })

  test('what a run begins is written down before its valve opens', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:59'))
    world.pass(61)
    expect(world.isOpen('k1')).toBe(false)
    world.restart(1_000)
    world.pass(600)
    expect(world.state().journal.length).toBe(1)
  })
})

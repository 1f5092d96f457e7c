import { describe, expect, test } from 'vitest'
import { constantShare } from '../../../../edge/control/lighting/light.ts'
import { LED, local, streetOf, worldOf } from './street.ts'

/** What a lamp gives is its profile's level, never below what the street's class needs. */

describe('by the profile', () => {
  test('lamps are out by day, lit before sunset, dimmed at ten and out after sunrise', () => {
    const world = worldOf(streetOf(), local('15:00'))
    const seen = ['17:40', '18:00', '21:59', '22:01', '05:01'].map((clock, index) => {
      world.until(local(clock, index === 4 ? 1 : 0), 30)
      return world.level(1)
    })
    world.until(local('06:30', 1), 30)
    expect([...seen, world.level(1)]).toEqual([0, 100, 100, 40, 100, 0])
  })
  test('a lamp is told once for each step, and what it should give is recorded with it', () => {
    const world = worldOf(streetOf(), local('15:00'))
    world.until(local('06:30', 1), 30)
    const told = world.outputs.filter(({ device }) => device === 'lamp-1').map(({ value }) => value)
    const changes = told.filter((value, index) => value !== told[index - 1])
    const wanted = world.readings.filter(({ device, channel }) => device === 'lamp-1' && channel === 'wanted')
    expect(changes).toEqual([0, 100, 40, 100, 0])
    expect(wanted.map(({ value }) => value)).toEqual(changes)
    // Besides, its claim is renewed each hour.
    expect(told.length).toBeLessThanOrEqual(5 + 16)
  })
})

describe('the floor of the class', () => {
  const dim = (road: Partial<ReturnType<typeof streetOf>['road']>) => {
    const street = streetOf()
    return worldOf({ ...street, road: { ...street.road, ...road } }, local('23:00'))
  }
  test('a profile that dims eases the class and keeps to it', () => {
    // M4 eased by one is M5: 0.5·15 of 18.29 lx.
    expect(dim({ easedClasses: 1 }).level(1)).toBe(42)
  })
  test('a class that may not be eased holds all night', () => {
    expect(dim({ easedClasses: 0 }).level(1)).toBe(62)
  })
  test('a profile above the floor is left alone', () => {
    expect(dim({ easedClasses: 2 }).level(1)).toBe(40)
  })
  test('a street that cannot reach its class gives all it has, and says so once', () => {
    const world = dim({ class: 'M1', easedClasses: 0 })
    expect(world.level(1)).toBe(100)
    world.give({ type: 'document', document: world.state().street })
    expect(world.events.map(({ rule, event }) => `${rule} ${event}`)).toEqual(['light-design note'])
  })
  test('a lamp is never told less than it can hold', () => {
    const world = worldOf(streetOf({ luminaires: { led: { ...LED, least: 55 } } }), local('23:00'))
    expect(world.level(1)).toBe(55)
  })
})

describe('weather and traffic', () => {
  const raises = [
    {
      ...{ id: 'rain', why: 'rain' as const, device: 'weather', channel: 'rain', limit: 2, below: false },
      ...{ classes: 1, hold_min: 20 },
    },
  ]
  test('raise the class at once, and let it go after the hold', () => {
    const world = worldOf(streetOf({ raises }), local('23:00'))
    world.telemetry('weather', { rain: 3 })
    const wet = world.level(1)
    world.telemetry('weather', { rain: 0 })
    world.until(local('23:19'), 10)
    const held = world.level(1)
    world.until(local('23:21'), 10)
    // M4, eased by two and raised by one, is M5.
    expect([wet, held, world.level(1)]).toEqual([42, 42, 40])
  })
  test('a weather sensor that falls silent raises nothing, and is told of once', () => {
    const world = worldOf(streetOf({ raises }), local('22:30'))
    world.telemetry('weather', { rain: 3 })
    world.until(local('23:45'), 10)
    const told = world.events.filter(({ rule }) => rule === 'street-sensor-lost')
    expect([world.level(1), told.map(({ event }) => event)]).toEqual([40, ['raised']])
    world.telemetry('weather', { rain: 3 })
    expect([world.level(1), world.inForce().filter((rule) => rule.startsWith('street-'))]).toEqual([42, []])
  })
})

describe('constant light output', () => {
  const constant = { ...LED, constantLight: true }
  test('a new lamp gives what it will have left at the end of its life', () => {
    expect(constantShare(constant, 0)).toBeCloseTo(0.8, 6)
    expect(constantShare(constant, 25_000)).toBeCloseTo(0.8 / 0.9, 6)
    expect([50_000, 99_000].map((hours) => constantShare(constant, hours))).toEqual([1, 1])
  })
  test('the schedule is told so, a person is given what he asks', () => {
    const world = worldOf(streetOf({ luminaires: { led: constant } }), local('19:00'))
    const scheduled = world.level(1)
    world.order({ level: 100 })
    expect([scheduled, world.level(1)]).toEqual([80, 100])
  })
})

import { describe, expect, test } from 'vitest'
import { local, streetOf, worldOf } from './street.ts'

/** Photocell, unknown clock and restart: the street is lit when in doubt, and does not flicker. */

const photocell = { device: 'cell', channel: 'illuminance', dark_lx: 30, light_lx: 80, margin_min: 60 }
const withCell = streetOf({ photocell })
/** 20 March: lit from 17:47 to 06:05. */

describe('the photocell', () => {
  test('lights the street early in a storm, once it has been dark for two minutes', () => {
    const world = worldOf(withCell, local('16:30'))
    world.telemetry('cell', { illuminance: 5_000 })
    world.until(local('17:00'), 10)
    world.telemetry('cell', { illuminance: 10 })
    world.until(local('17:01'), 10)
    const soon = world.level(1)
    world.until(local('17:03'), 10)
    expect([soon, world.level(1)]).toEqual([0, 100])
  })
  test('not earlier than its margin', () => {
    const world = worldOf(withCell, local('14:00'))
    world.telemetry('cell', { illuminance: 10 })
    world.until(local('14:30'), 10)
    expect(world.level(1)).toBe(0)
  })
  test('puts it out early in a bright morning, and keeps it lit in a dark one', () => {
    const morning = (illuminance: number, clock: string) => {
      const world = worldOf(withCell, local('05:10', 1))
      while (world.now() < local(clock, 1)) {
        world.telemetry('cell', { illuminance })
        world.until(world.now() + 300_000, 10)
      }
      return world.level(1)
    }
    expect([morning(200, '05:20'), morning(10, '06:20'), morning(10, '07:20')]).toEqual([0, 100, 0])
  })
  test('a headlight at night is no morning', () => {
    const world = worldOf(withCell, local('05:10', 1))
    world.telemetry('cell', { illuminance: 5 })
    world.until(local('05:20', 1), 10)
    world.telemetry('cell', { illuminance: 900 })
    world.until(local('05:21', 1), 10)
    world.telemetry('cell', { illuminance: 5 })
    world.until(local('05:40', 1), 10)
    expect(world.level(1)).toBe(100)
  })
  test('that is lost leaves the sun clock, and is told of once', () => {
    const world = worldOf(withCell, local('14:00'))
    world.telemetry('cell', { illuminance: 10 })
    world.until(local('17:30'), 10)
    const early = world.level(1)
    world.until(local('18:00'), 10)
    expect([early, world.level(1)]).toEqual([0, 100])
    const told = world.events.filter(({ device }) => device === 'cell')
    expect(told.map(({ rule, event }) => `${rule} ${event}`)).toEqual(['street-sensor-lost raised'])
  })
})

describe('a node that does not know the time', () => {
  test('believes no photocell that spoke before it was off', () => {
    const world = worldOf(withCell, local('14:00'))
    world.telemetry('cell', { illuminance: 5_000 })
    world.restart(8 * 3_600_000, 'unknown')
    world.until(world.now() + 180_000)
    expect(world.level(1)).toBe(100)
  })
  test('lights its street, and says why', () => {
    const world = worldOf(streetOf(), local('14:00'), 'unknown')
    expect(world.level(1)).toBe(100)
    expect(world.outputs.at(-1)?.reason.en).toContain('The time is not known')
  })
  test('goes by the photocell where there is one', () => {
    const world = worldOf(withCell, local('14:00'), 'unknown')
    world.telemetry('cell', { illuminance: 5_000 })
    const day = world.level(1)
    world.telemetry('cell', { illuminance: 3 })
    world.until(local('14:05'), 10)
    expect([day, world.level(1)]).toEqual([0, 100])
  })
  test('goes by the calendar once it is told', () => {
    const world = worldOf(streetOf(), local('14:00'), 'unknown')
    world.clock('synced')
    world.until(local('14:01'))
    expect(world.level(1)).toBe(0)
  })
})

describe('a restart', () => {
  test('in the night tells each lamp at once what the schedule says', () => {
    const world = worldOf(streetOf(), local('21:00'))
    world.until(local('23:00'), 30)
    const before = world.outputs.length
    world.restart(60_000)
    world.until(local('23:10'))
    const told = world.outputs.slice(before).filter(({ device }) => device.startsWith('lamp-'))
    expect(new Set(told.map(({ value }) => value))).toEqual(new Set([40]))
    expect(told.length).toBe(6)
  })
  test('keeps lamps as they were while it waits for the time', () => {
    const world = worldOf(streetOf(), local('21:00'))
    world.until(local('23:00'), 30)
    const before = world.outputs.length
    world.restart(60_000, 'unknown')
    world.until(world.now() + 60_000)
    world.clock('synced')
    world.until(world.now() + 60_000)
    expect(
      new Set(
        world.outputs
          .slice(before)
          .filter(({ device }) => device.startsWith('lamp-'))
          .map(({ value }) => value),
      ),
    ).toEqual(new Set([40]))
  })
  test('keeps none darker than its class needs: the fog that comes up meanwhile raises them', () => {
    const visibility = { device: 'weather', channel: 'visibility', limit: 200, below: true }
    const fog = { id: 'fog', why: 'fog' as const, ...visibility, classes: 1, hold_min: 10 }
    const road = { ...streetOf().road, easedClasses: 0 }
    const world = worldOf(streetOf({ road, raises: [fog] }), local('23:00'))
    world.until(local('23:01'))
    const before = world.level(1)
    world.restart(1_000, 'unknown')
    world.telemetry('weather', { visibility: 50 })
    world.until(world.now() + 1_000)
    expect([before, world.level(1)]).toEqual([62, 83])
  })
  test('keeps no level of an order that ended meanwhile', () => {
    const world = worldOf(streetOf(), local('19:00'))
    world.order({ level: 0, why: 'thay bộ nguồn', forS: 30 })
    const during = world.level(1)
    world.restart(60_000, 'unknown')
    world.until(world.now() + 1_000)
    expect([during, world.level(1)]).toEqual([0, 100])
  })
  test('lights them if nobody tells the time in two minutes', () => {
    const world = worldOf(streetOf(), local('21:00'))
    world.until(local('23:00'), 30)
    world.restart(60_000, 'unknown')
    world.until(world.now() + 125_000)
    expect(world.level(1)).toBe(100)
  })
  test('keeps a hold, and ends it when it would have ended', () => {
    const world = worldOf(streetOf(), local('23:00'))
    world.order({ level: 80, forS: 1_200 })
    world.restart(600_000)
    world.until(local('23:19'))
    const held = world.level(1)
    world.until(local('23:21'))
    expect([held, world.level(1)]).toEqual([80, 40])
  })
})

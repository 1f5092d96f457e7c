import { describe, expect, test } from 'vitest'
import { lightOf, progressOf } from '../../../../edge/control/lighting/orders.ts'
import { HOLDS_FOR_EMERGENCIES, HOLDS_MAX } from '../../../../edge/control/lighting/state.ts'
import { local, streetOf, worldOf } from './street.ts'

/** What people ask of lamps goes before the schedule, ends by itself, and never makes a street darker than it may be. */

const NIGHT = local('23:00')
const levels = (world: ReturnType<typeof worldOf>) => world.state().lamps.map(({ level }) => level)

describe('a hold', () => {
  test('of a group holds its lamps alone', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ target: { group: 'ends' }, level: 80 })
    expect(levels(world)).toEqual([80, 40, 40, 40, 40, 80])
  })
  test('of a feeder holds its lamps', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ target: { feeder: 'f2' }, level: 80 })
    expect(levels(world)).toEqual([40, 40, 40, 80, 80, 80])
  })
  test('ends by itself, whatever the wall clock does meanwhile', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ level: 80, forS: 600 })
    world.until(NIGHT + 599_000)
    const before = world.level(1)
    world.until(NIGHT + 601_000)
    expect([before, world.level(1)]).toEqual([80, 40])
  })
  test('a newer one goes before it, and it comes back after', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ command: 'a', order: 1, level: 80 })
    world.order({ command: 'b', order: 2, level: 60, forS: 60, target: { lamps: ['l1'] } })
    const during = world.level(1)
    world.until(NIGHT + 61_000)
    expect([during, world.level(1)]).toEqual([60, 80])
  })
  test('an older one that arrives late waits behind it', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ command: 'b', order: 2, level: 60 })
    world.order({ command: 'a', order: 1, level: 80 })
    expect(world.level(1)).toBe(60)
  })
  test('an emergency goes before all others', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ command: 'a', order: 1, level: 100, emergency: true, forS: 600 })
    world.order({ command: 'b', order: 2, level: 60 })
    expect(world.level(1)).toBe(100)
    expect(world.outputs.at(-1)?.purpose).toBe('emergency')
  })
  test('the same command again changes nothing', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ level: 80, forS: 600 })
    world.until(NIGHT + 300_000)
    world.order({ level: 80, forS: 600 })
    world.until(NIGHT + 601_000)
    expect(world.level(1)).toBe(40)
  })
  test('of a lamp that there is not is taken by none', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ target: { group: 'nobody' } })
    expect(world.state().holds).toEqual([])
  })
  test('beyond the maximum is not taken, and ends no other; emergencies have room of their own', () => {
    const world = worldOf(streetOf(), NIGHT)
    const give = (emergency: boolean) => {
      for (let order = 1; order <= HOLDS_MAX + 5; order++)
        world.order({ command: `${emergency} ${order}`, order, level: 80, emergency })
      return world.state().holds.map(({ command }) => command)
    }
    const usual = give(false)
    const all = give(true)
    const most = HOLDS_MAX - HOLDS_FOR_EMERGENCIES
    expect([usual.length, usual[0], usual.at(-1)]).toEqual([most, 'false 1', `false ${most}`])
    expect([all.length, all[most]]).toEqual([HOLDS_MAX, 'true 1'])
  })
})

describe('a release', () => {
  test('of a command takes that one back', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ command: 'a', order: 1, level: 80 })
    world.order({ command: 'b', order: 2, level: 60 })
    world.give({ type: 'light-release', order: 3, command: 'b' })
    expect(world.level(1)).toBe(80)
  })
  test('of lamps lets them go, and leaves the others held', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ level: 80 })
    world.give({ type: 'light-release', order: 2, target: { lamps: ['l1'] } })
    expect(levels(world)).toEqual([40, 80, 80, 80, 80, 80])
  })
  test('that is older than a hold does not end it', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ order: 5, level: 80 })
    world.give({ type: 'light-release', order: 4, target: { all: true } })
    expect(world.level(1)).toBe(80)
  })
})

describe('below the floor', () => {
  const street = streetOf({ road: { ...streetOf().road, easedClasses: 0 } })
  test('a level is raised to the floor, and the answer says so', () => {
    const world = worldOf(street, NIGHT)
    const answer = lightOf(world.state(), { all: true }, 20, { why: 'thử', emergency: false })
    world.order({ level: 20, why: 'thử' })
    expect(answer).toEqual({ ok: true, value: { lamps: 6, level: 62 } })
    expect(world.level(1)).toBe(62)
  })
  test('out is out for work on the line, with a reason', () => {
    const world = worldOf(street, NIGHT)
    world.order({ level: 0, why: 'thay bộ nguồn' })
    expect(world.level(1)).toBe(0)
  })
  test('out without a reason is the floor', () => {
    const world = worldOf(street, NIGHT)
    world.order({ level: 0 })
    expect(world.level(1)).toBe(62)
  })
  test('by day there is no floor', () => {
    const world = worldOf(street, local('14:00'))
    world.order({ level: 20 })
    expect(world.level(1)).toBe(20)
  })
})

describe('how far an order has come', () => {
  test('lamps are confirmed by what they read back, within a percent or a step of DALI', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ level: 80 })
    world.telemetry('lamp-1', { level: 80.4 })
    world.telemetry('lamp-2', { level: 78 })
    world.telemetry('lamp-3', { level: 40 })
    expect(progressOf(world.state(), 'c1')).toEqual({ lamps: 6, confirmed: 2, retrying: 4 })
  })
  test('or by what their driver has confirmed', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.order({ level: 80 })
    const requests = [{ output: 'level', value: 80 }]
    world.give({ type: 'output', device: 'lamp-1', requests, stage: 'sent' })
    const sent = progressOf(world.state(), 'c1')?.confirmed
    world.give({ type: 'output', device: 'lamp-1', requests, stage: 'confirmed' })
    expect([sent, progressOf(world.state(), 'c1')?.confirmed]).toEqual([0, 1])
  })
  test('a lamp that shows it already is confirmed at once', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.telemetry('lamp-1', { level: 40 })
    world.order({ level: 40 })
    expect(progressOf(world.state(), 'c1')).toEqual({ lamps: 6, confirmed: 1, retrying: 5 })
  })
  test('an order that is not in force has none', () => {
    expect(progressOf(worldOf(streetOf(), NIGHT).state(), 'c9')).toBeNull()
  })
  test('a lamp that has just been told and reads back what it was before is given time', () => {
    const world = worldOf(streetOf(), NIGHT)
    world.until(NIGHT + 600_000, 10)
    world.order({ level: 80 })
    const before = world.outputs.length
    for (let count = 0; count < 9; count++) {
      world.until(world.now() + 10_000)
      world.telemetry('lamp-1', { level: 40 })
    }
    world.until(world.now() + 5_000)
    expect(world.outputs.length).toBe(before)
  })
  test('a lamp that reads back otherwise is told again, seldom', () => {
    const world = worldOf(streetOf(), NIGHT)
    const tellings = () => world.outputs.filter(({ device }) => device === 'lamp-1').length
    world.until(NIGHT + 60_000)
    const before = tellings()
    for (let minute = 2; minute <= 11; minute++) {
      world.telemetry('lamp-1', { level: 100 })
      world.until(NIGHT + minute * 60_000)
    }
    expect(tellings() - before).toBeGreaterThanOrEqual(3)
    expect(tellings() - before).toBeLessThanOrEqual(5)
  })
})

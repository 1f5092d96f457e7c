import { describe, expect, test } from 'vitest'
import { houseOf, local, PUMP, programOf, worldOf } from './house.ts'

/** Values that could be, each by itself, and cannot be beside what else is known. */

describe('a tank that reads 100 % while it is pumped from', () => {
  const tank = { device: 'tank', channel: 'level', holds_L: 500, low: 15 }
  const lived = (change: object, level: (given_L: number) => number) => {
    const water = { gives_Lmin: 45, pump: PUMP, tank: { ...tank, ...change } }
    const program = programOf('p', { zones: ['k1', 'k2', 'k3'], amount: { minutes: 20 } })
    const world = worldOf(houseOf({ water, programs: [program] }), local('05:00'))
    world.until(
      local('09:00'),
      () => world.probes.set('tank/level', level([...world.got.values()].reduce((sum, one) => sum + one, 0))),
      true,
    )
    return world.events.filter(({ rule, device }) => rule === 'probe-suspect' && device === 'tank')
  }

  test('is told: its float or its probe is stuck', () => {
    expect(lived({}, () => 100).map(({ event }) => event)).toEqual(['raised'])
  })
  test('is sound where it is said to fill itself', () => {
    expect(lived({ refills: true }, () => 100)).toEqual([])
  })
  test('is believed again when it moves', () => {
    expect(
      lived({}, (given_L) => (given_L < 400 ? 100 : 100 - given_L / 20)).map(({ event }) => event),
    ).toEqual(['raised', 'cleared'])
  })
  test('is sound where its level goes down', () => {
    expect(lived({}, (given_L) => Math.max(0, 100 - given_L / 20))).toEqual([])
  })
})

describe('air that reads 100 %', () => {
  const climate = {
    ...{ temperature: { device: 'air', channel: 't' }, humidity: { device: 'air', channel: 'h' } },
    misting: { device: 'board', output: 'mister', above_kPa: 1.2, below_kPa: 0.8 },
  }
  const heard = (t: number, hours: number) => {
    const world = worldOf(houseOf({ climate }), local('05:00'))
    world.probes.set('air/t', t).set('air/h', 100)
    world.until(world.now() + hours * 3_600_000, undefined, true)
    return world
  }
  const suspects = (world: ReturnType<typeof heard>) =>
    world.events.filter(({ rule }) => rule === 'probe-suspect').map(({ event }) => event)

  test('through a hot morning is told once', () => {
    expect(suspects(heard(38, 5))).toEqual(['raised'])
  })
  test('through a night of fog is sound', () => {
    expect(suspects(heard(24, 12))).toEqual([])
  })
  test('once told, is told until it reads less', () => {
    const world = heard(38, 5)
    world.probes.set('air/t', 25)
    world.pass(3_600)
    expect(suspects(world)).toEqual(['raised'])
    world.probes.set('air/h', 80)
    world.pass(60)
    expect(suspects(world)).toEqual(['raised', 'cleared'])
  })
})

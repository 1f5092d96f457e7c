import { describe, expect, test } from 'vitest'
import { local, streetOf, worldOf } from './street.ts'

/** Feeders close before their first lamp and open after their last, and lamps that come back are told again. */

const street = streetOf({
  feeders: [
    {
      ...{ id: 'f1', name: { vi: 'Lộ 1', en: 'Feeder 1' }, closed: 'always' as const },
      contactor: { device: 'cab-1', output: 'relay1' },
    },
    {
      ...{ id: 'f2', name: { vi: 'Lộ 2', en: 'Feeder 2' }, closed: 'night' as const },
      contactor: { device: 'cab-2', output: 'relay2' },
    },
  ],
})

describe('a feeder of the night', () => {
  test('opens five minutes after its last lamp, and stays so by day', () => {
    const world = worldOf(street, local('05:30', 1))
    world.until(local('06:09', 1), 10)
    const after = [world.level(6), world.told('cab-2')]
    world.until(local('06:30', 1), 10)
    expect([after, world.told('cab-2')]).toEqual([[0, 1], 0])
  })
  test('closes before its first lamp is lit', () => {
    const world = worldOf(street, local('15:00'))
    world.until(local('18:00'), 10)
    const first = (device: string, value: number) =>
      world.outputs.findIndex(
        (output, index) => index > 20 && output.device === device && output.value === value,
      )
    expect(first('cab-2', 1)).toBeGreaterThan(0)
    expect(first('cab-2', 1)).toBeLessThan(first('lamp-6', 100))
  })
  test('closes by day for lamps that a person asks for, and not for those of another feeder', () => {
    const world = worldOf(street, local('13:00'))
    world.until(local('13:30'), 10)
    const open = world.told('cab-2')
    world.order({ target: { lamps: ['l1'] }, level: 50 })
    const other = world.told('cab-2')
    world.order({ command: 'c2', order: 2, target: { lamps: ['l6'] }, level: 50 })
    expect([open, other, world.told('cab-2')]).toEqual([0, 0, 1])
  })
  test('changes twice a day, whatever motion does', () => {
    const world = worldOf(street, local('12:00'))
    world.until(local('12:00', 1), 10)
    const values = world.outputs.filter(({ device }) => device === 'cab-2').map(({ value }) => value)
    expect(values.filter((value, index) => index > 0 && value !== values[index - 1])).toEqual([0, 1, 0])
  })
})

test('a feeder that is always closed stays closed', () => {
  const world = worldOf(street, local('12:00'))
  world.until(local('12:00', 1), 30)
  expect(new Set(world.outputs.filter(({ device }) => device === 'cab-1').map(({ value }) => value))).toEqual(
    new Set([1]),
  )
})

test('lamps are told once more when they have joined again after their feeder closed', () => {
  const world = worldOf(street, local('13:00'))
  world.until(local('13:30'), 10)
  const before = world.outputs.length
  world.order({ level: 50 })
  world.until(world.now() + 60_000)
  const told = (lamp: string) => world.outputs.slice(before).filter(({ device }) => device === lamp).length
  // The sixth was without power; the first was not, and heard it the first time.
  expect([told('lamp-6'), told('lamp-1')]).toEqual([2, 1])
})

test('an emergency with override is over a hold of a lamp by hand, and not over that of its contactor', () => {
  const world = worldOf(street, local('13:00'))
  world.until(local('13:30'), 10)
  world.order({ target: { lamps: ['l6'] }, level: 100, emergency: true, override: true })
  const purpose = (device: string) => world.outputs.findLast((output) => output.device === device)?.purpose
  expect([purpose('lamp-6'), purpose('cab-2')]).toEqual(['override', 'emergency'])
})

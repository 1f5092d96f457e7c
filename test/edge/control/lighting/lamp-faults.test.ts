import { describe, expect, test } from 'vitest'
import { local, streetOf, type World, worldOf } from './street.ts'

/** A lamp's faults by its power (DOMAIN §3): each told once, at its pole, and over once. */

const NIGHT = local('19:00')
const FULL_W = 100

/** A street that has burnt at full light for an hour, everybody heard. */
function burning(): World {
  const world = worldOf(streetOf(), NIGHT)
  report(world, FULL_W, 4)
  return world
}

/** So many reports of lamp 1, five minutes apart, while all others are well. */
function report(
  world: World,
  power: number,
  times: number,
  more: Readonly<Record<string, number>> = {},
): void {
  for (let count = 0; count < times; count++) {
    world.until(world.now() + 300_000, 10)
    world.telemetry('lamp-1', { power, level: world.level(1) ?? 0, ...more })
    for (let lamp = 2; lamp <= 6; lamp++) {
      const level = world.level(lamp) ?? 0
      world.telemetry(`lamp-${lamp}`, { power: 2 + 0.98 * level, level })
    }
  }
}

describe('on the power of a lamp that should burn', () => {
  test('next to nothing three times is a lamp that failed, told once', () => {
    const world = burning()
    report(world, 3, 2)
    const early = world.inForce()
    report(world, 3, 20)
    expect([early, world.inForce()]).toEqual([[], ['lamp-failure lamp-1']])
    expect(world.events.filter(({ event }) => event === 'raised').length).toBe(1)
    const [event] = world.events
    expect([event?.text.vi, event?.value, event?.unit]).toEqual([
      'Đèn ở cột HV1, Đường Hùng Vương, không sáng: 3 W, phải là 100 W.',
      3,
      'W',
    ])
  })
  test('is over after three good samples', () => {
    const world = burning()
    report(world, 3, 5)
    report(world, FULL_W, 2)
    const still = world.inForce()
    report(world, FULL_W, 1)
    expect([still, world.inForce()]).toEqual([['lamp-failure lamp-1'], []])
    expect(world.events.map(({ event }) => event)).toEqual(['raised', 'cleared'])
    expect(new Set(world.events.map(({ alarm }) => alarm)).size).toBe(1)
  })
  test.each([
    [70, 'lamp-power-low lamp-1'],
    [130, 'lamp-power-high lamp-1'],
  ])('%s W instead of 100 W is %s', (power, fault) => {
    const world = burning()
    report(world, power, 3)
    expect(world.inForce()).toEqual([fault])
  })
  test.each([81, 119])('%s W instead of 100 W is well', (power) => {
    const world = burning()
    report(world, power, 6)
    expect(world.inForce()).toEqual([])
  })
  test('one bad sample between good ones is nothing', () => {
    const world = burning()
    for (let count = 0; count < 6; count++) {
      report(world, 3, 1)
      report(world, FULL_W, 1)
    }
    expect(world.inForce().filter((fault) => fault.startsWith('lamp-failure'))).toEqual([])
  })
  test.each([
    ['no number', Number.NaN],
    ['below nothing', -500],
    ['more than any lamp draws', 60_000],
  ])('%s is no sample', (_name, power) => {
    const world = burning()
    report(world, power, 6)
    expect(world.inForce()).toEqual([])
  })
})

test('what is measured soon after a change of level is not judged', () => {
  const world = burning()
  world.order({ level: 50 })
  for (let count = 0; count < 10; count++) {
    world.until(world.now() + 29_000)
    world.telemetry('lamp-1', { power: 3 })
  }
  expect(world.inForce()).toEqual([])
})

test('a measurement that was on its way since before the change is not judged', () => {
  const world = burning()
  world.order({ level: 20, target: { lamps: ['l1'] }, why: 'x' })
  world.until(world.now() + 400_000)
  for (let count = 0; count < 4; count++) world.telemetry('lamp-1', { power: FULL_W }, 390_000)
  expect(world.inForce()).toEqual([])
})

test('a lamp that was told to be out and draws power is on unasked', () => {
  const world = worldOf(streetOf(), local('12:00'))
  report(world, 95, 4)
  expect(world.inForce()).toEqual(['lamp-unexpected-on lamp-1'])
})

test('a lamp that an order has not reached is judged by what it shows', () => {
  const world = burning()
  world.order({ level: 50, target: { lamps: ['l1'] } })
  report(world, FULL_W, 6, { level: 100 })
  expect(world.inForce()).toEqual([])
})

test('so is one that tells its level and its power in frames of their own', () => {
  const world = burning()
  world.order({ level: 50, target: { lamps: ['l1'] } })
  for (let count = 0; count < 6; count++) {
    world.until(world.now() + 300_000, 10)
    world.telemetry('lamp-1', { level: 100 })
    world.telemetry('lamp-1', { power: FULL_W })
  }
  expect(world.inForce()).toEqual([])
})

test('nor is one that has not said what it shows since it was told', () => {
  const world = burning()
  world.order({ level: 50, target: { lamps: ['l1'] } })
  for (let count = 0; count < 6; count++) {
    world.until(world.now() + 300_000, 10)
    world.telemetry('lamp-1', { power: FULL_W })
  }
  expect(world.inForce()).toEqual([])
})

test('what a lamp said before it was told confirms nothing', () => {
  const world = burning()
  for (const [order, level] of [
    [1, 50],
    [2, 100],
  ] as const) {
    world.until(world.now() + 600_000, 10)
    world.order({ command: `c${order}`, order, level })
  }
  world.telemetry('lamp-1', { level: 100 }, 700_000)
  expect(world.state().lamps[0]?.shown).toBeNull()
})

test('a lamp that somebody else goes on driving while the schedule changes is judged by what he drives', () => {
  const world = worldOf(streetOf(), NIGHT)
  const requests = [{ output: 'level', value: 100 }]
  world.order({ level: 70 })
  world.give({ type: 'output', device: 'lamp-1', requests, stage: 'sent' })
  world.until(world.now() + 600_000, 10)
  world.order({ command: 'c2', order: 2, level: 50 })
  for (let count = 0; count < 6; count++) {
    world.until(world.now() + 300_000, 10)
    world.telemetry('lamp-1', { power: FULL_W })
  }
  expect(world.inForce()).toEqual([])
})

test('a lamp that is held at a level to which and from which the schedule changes is still held', () => {
  const world = worldOf(streetOf(), local('21:30'))
  const drive = (value: number) =>
    world.give({
      ...{ type: 'output', device: 'lamp-1', stage: 'confirmed' },
      requests: [{ output: 'level', value }],
    })
  const hear = (power: number) => {
    for (let count = 0; count < 6; count++) {
      world.until(world.now() + 300_000, 10)
      world.telemetry('lamp-1', { power })
      for (let lamp = 2; lamp <= 6; lamp++) world.telemetry(`lamp-${lamp}`, { level: world.level(lamp) ?? 0 })
    }
  }
  drive(40)
  while (world.now() < local('05:30', 1)) hear(41)
  const held = world.inForce()
  drive(100)
  hear(41)
  expect([world.level(1), held, world.inForce()]).toEqual([100, [], ['lamp-power-low lamp-1']])
})

test('a lamp that somebody else drives is judged by what he drives', () => {
  const world = burning()
  const requests = [{ output: 'level', value: 20 }]
  world.give({ type: 'output', device: 'lamp-1', requests, stage: 'confirmed' })
  report(world, 22, 6, { level: 20 })
  expect(world.inForce()).toEqual([])
})

test('a lamp without supply is not to blame', () => {
  const world = burning()
  report(world, 0, 6, { voltage: 3 })
  expect(world.inForce()).toEqual([])
})

test('gear that says it has failed is believed the second time, and its lamp is not told of besides', () => {
  const world = burning()
  report(world, 2, 6, { gear_failure: 1 })
  expect(world.inForce()).toEqual(['gear-failure lamp-1'])
})

test('a lamp without a wattmeter has failed when its gear says so, and stays so by day', () => {
  const world = worldOf(streetOf(), NIGHT)
  const say = (failed: number, times: number) => {
    for (let count = 0; count < times; count++) {
      world.until(world.now() + 600_000, 10)
      for (let lamp = 1; lamp <= 6; lamp++)
        world.telemetry(`lamp-${lamp}`, {
          level: world.level(lamp) ?? 0,
          lamp_failure: lamp === 1 ? failed : 0,
        })
    }
  }
  say(1, 4)
  world.until(local('06:30', 1), 60)
  const before = world.events.length
  say(0, 6)
  expect(world.events.slice(before).filter(({ rule }) => rule === 'lamp-failure')).toEqual([])
})

test('a lamp that goes out and comes back three times in an hour cycles, and is well after six quiet hours', () => {
  const world = burning()
  for (let count = 0; count < 3; count++) {
    report(world, 3, 1)
    report(world, FULL_W, 1)
  }
  const cycling = world.inForce()
  report(world, FULL_W, 35)
  expect(cycling).toEqual(['lamp-cycling lamp-1'])
  report(world, FULL_W, 60)
  expect(world.inForce().filter((fault) => fault.startsWith('lamp-cycling'))).toEqual([])
})

test('what a lamp really draws is learnt while it is well, and then held against it', () => {
  const world = worldOf(streetOf(), NIGHT)
  report(world, 85, 25)
  // 85 W is its own full power: 75 W is well, below 0.8 of it is not.
  report(world, 72, 3)
  const well = world.inForce()
  report(world, 64, 3)
  expect([well, world.inForce()]).toEqual([[], ['lamp-power-low lamp-1']])
})

describe('silence', () => {
  const hearOthers = (world: World, minutes: number, silent: readonly number[]) => {
    for (let minute = 0; minute < minutes; minute += 10) {
      world.until(world.now() + 600_000, 10)
      for (let lamp = 1; lamp <= 6; lamp++)
        if (!silent.includes(lamp)) world.telemetry(`lamp-${lamp}`, { level: world.level(lamp) ?? 0 })
    }
  }
  test('of one lamp is told once it has lasted, and is over with its first word', () => {
    const world = burning()
    hearOthers(world, 50, [1])
    const early = world.inForce()
    hearOthers(world, 20, [1])
    const silent = world.inForce()
    world.telemetry('lamp-1', { level: 100 })
    expect([early, silent, world.inForce()]).toEqual([[], ['gear-silent lamp-1'], []])
  })
  test('of a whole feeder without a meter is a lost fuse, not three lamps', () => {
    const world = burning()
    hearOthers(world, 120, [1, 2, 3])
    const lost = world.inForce()
    world.telemetry('lamp-2', { level: 100 })
    expect([lost, world.inForce()]).toEqual([['feeder-power-lost'], []])
  })
  test('the time that the node itself was off is nobody’s silence', () => {
    const world = burning()
    world.restart(3 * 3_600_000)
    world.until(world.now() + 60_000)
    expect(world.inForce()).toEqual([])
  })
})

test('a restart tells no fault twice, and ends it with the same alarm', () => {
  const world = burning()
  report(world, 3, 4)
  world.restart(60_000)
  report(world, 3, 4)
  report(world, FULL_W, 4)
  expect(world.events.map(({ rule, event }) => `${rule} ${event}`)).toEqual([
    'lamp-failure raised',
    'lamp-failure cleared',
  ])
  expect(new Set(world.events.map(({ alarm }) => alarm)).size).toBe(1)
})

test('a lamp that is taken off the street takes its faults with it', () => {
  const world = burning()
  report(world, 3, 4)
  const street = streetOf()
  const document = { ...street, lamps: street.lamps.slice(1), groups: [] }
  world.give({ type: 'document', document })
  expect(world.inForce()).toEqual([])
})

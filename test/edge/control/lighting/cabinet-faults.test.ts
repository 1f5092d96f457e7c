import { describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../../../core/documents/lighting-street.ts'
import { local, streetOf, type World, worldOf } from './street.ts'

/** The cabinet's own faults, each with its cause: a fuse is one fault, not all the lamps behind it. */

const base = streetOf()
const feeder = (number: number, more: Partial<LightingStreet['feeders'][number]> = {}) => ({
  ...{ id: `f${number}`, name: { vi: `Lộ ${number}`, en: `Feeder ${number}` }, closed: 'night' as const },
  contactor: { device: 'cabinet', output: `relay${number}` },
  power: { device: 'meter', channel: `power_${number}` },
  voltage: { device: 'meter', channel: `voltage_${number}` },
  ...more,
})
const street = streetOf({
  feeders: [feeder(1), feeder(2)],
  cabinet: {
    door: { device: 'cabinet', channel: 'input1' },
    rcd: { device: 'cabinet', channel: 'input2' },
    phases: [1, 2].map((phase) => ({ device: 'meter', channel: `voltage_${phase}` })),
    ...{ phaseLost_V: 100, meter: 'meter', silent_min: 10 },
  },
})

interface Cabinet {
  readonly volts?: readonly [number, number]
  /** Power of each feeder; left out, what its lamps should draw. */
  readonly watts?: readonly [number | undefined, number | undefined]
  readonly contacts?: Readonly<Record<string, number>>
  readonly dead?: readonly number[]
  /** The relay module hears nothing, or somebody else drives it: nobody confirms what the street tells it. */
  readonly deaf?: boolean
  /** They say nothing at all. */
  readonly silent?: readonly ('meter' | 'cabinet')[]
}

const heardBy = new WeakMap<World, number>()

/** The relay module confirms what it was told since it was last asked. */
function obey(world: World): void {
  for (const { device, output, value } of world.outputs.slice(heardBy.get(world) ?? 0))
    if (device === 'cabinet')
      world.give({ type: 'output', device, requests: [{ output, value }], stage: 'confirmed' })
  heardBy.set(world, world.outputs.length)
}

/** Meter and lamps report every minute; `dead` lamps say nothing. */
function run(
  world: World,
  minutes: number,
  {
    volts = [230, 230],
    watts = [undefined, undefined],
    contacts = {},
    dead = [],
    deaf = false,
    silent = [],
  }: Cabinet = {},
) {
  for (let minute = 0; minute < minutes; minute++) {
    if (!deaf) obey(world)
    world.until(world.now() + 60_000, 10)
    const drawn = (first: number) =>
      [0, 1, 2].reduce((sum, lamp) => sum + 2 + 0.98 * (world.level(first + lamp) ?? 0), 18)
    const [power_1, power_2] = [watts[0] ?? drawn(1), watts[1] ?? drawn(4)]
    if (!silent.includes('meter'))
      world.telemetry('meter', { voltage_1: volts[0], voltage_2: volts[1], power_1, power_2 })
    if (!silent.includes('cabinet')) world.telemetry('cabinet', { input1: 0, input2: 0, ...contacts })
    for (let lamp = 1; lamp <= 6; lamp++) {
      const level = world.level(lamp) ?? 0
      if (!dead.includes(lamp)) world.telemetry(`lamp-${lamp}`, { level, power: 2 + 0.98 * level })
    }
  }
}

function burning(change: Partial<LightingStreet> = {}): World {
  const world = worldOf({ ...street, ...change }, local('19:00'))
  run(world, 20)
  return world
}

describe('a fuse', () => {
  test('is told as its feeder, and its lamps are not told of', () => {
    const world = burning()
    run(world, 120, { watts: [4, undefined], dead: [1, 2, 3] })
    expect(world.inForce()).toEqual(['feeder-power-lost cabinet'])
    expect(world.events.at(-1)?.text.en).toContain('Feeder 1')
  })
  test('is not forgotten by day, when nothing should flow, and is over when power flows', () => {
    const world = burning()
    run(world, 10, { watts: [4, undefined], dead: [1, 2, 3] })
    world.order({ level: 0, why: 'thử' })
    run(world, 30, { watts: [4, undefined], dead: [1, 2, 3] })
    const out = world.inForce()
    world.give({ type: 'light-release', order: 9 })
    run(world, 10)
    expect([out, world.inForce()]).toEqual([['feeder-power-lost cabinet'], []])
  })
  test('that is mended lets its lamps come back at full light, and they are told again', () => {
    const world = burning()
    world.order({ level: 70 })
    run(world, 10)
    run(world, 10, { watts: [4, undefined], dead: [1, 2, 3] })
    const before = world.outputs.length
    run(world, 5)
    expect(world.outputs.slice(before).some(({ device, value }) => device === 'lamp-1' && value === 70)).toBe(
      true,
    )
  })
})

describe('a contactor', () => {
  test('that does not open is welded: the standby of its lamps has not gone away', () => {
    const lamps = base.luminaires.led
    if (lamps === undefined) throw new Error('the street has lamps')
    const luminaires = { led: { ...lamps, standby_W: 10 } }
    const world = burning({ luminaires })
    world.order({ level: 0, why: 'thử' })
    run(world, 3, { watts: [48, 48] })
    world.until(world.now() + 300_000, 10)
    // Its feeder is kept closed at night; by day it opens.
    world.until(local('06:03', 1), 10)
    run(world, 10, { watts: [48, 48] })
    run(world, 10, { watts: [48, 18] })
    expect(world.inForce()).toEqual(['contactor-welded cabinet'])
  })
  test('whose own contact says that it is closed is welded', () => {
    const feedback = { device: 'cabinet', channel: 'input3' }
    const feeders = [feeder(1, { contactor: { device: 'cabinet', output: 'relay1', feedback } }), feeder(2)]
    const world = burning({ feeders })
    world.until(local('06:30', 1), 60)
    run(world, 3, { contacts: { input3: 1 }, watts: [18, 18] })
    const welded = world.inForce()
    run(world, 3, { contacts: { input3: 0 }, watts: [18, 18] })
    expect([welded, world.inForce()]).toEqual([['contactor-welded cabinet'], []])
  })
  test('whose own contact says that it is open does not close: no fuse is blamed', () => {
    const feedback = { device: 'cabinet', channel: 'input3' }
    const feeders = [feeder(1, { contactor: { device: 'cabinet', output: 'relay1', feedback } }), feeder(2)]
    const world = burning({ feeders })
    run(world, 30, { contacts: { input3: 0 }, watts: [4, undefined], dead: [1, 2, 3] })
    expect(world.inForce()).toEqual(['contactor-stuck-open cabinet'])
  })
  test('that never heard what it was told is not welded', () => {
    const feedback = { device: 'cabinet', channel: 'input3' }
    const feeders = [feeder(1, { contactor: { device: 'cabinet', output: 'relay1', feedback } }), feeder(2)]
    const world = worldOf({ ...street, feeders }, local('12:00'))
    run(world, 30, { contacts: { input3: 1 }, watts: [300, 300], deaf: true })
    expect([world.state().feeders.map(({ closed }) => closed), world.inForce()]).toEqual([[false, false], []])
  })
  test('that is welded is not mended by being told to close', () => {
    const world = burning()
    world.until(local('06:30', 1), 60)
    run(world, 10, { watts: [300, 18] })
    const morning = world.inForce()
    world.order({ level: 100 })
    run(world, 10)
    expect([morning, world.inForce()]).toEqual([['contactor-welded cabinet'], ['contactor-welded cabinet']])
    world.give({ type: 'light-release', order: 9 })
    run(world, 20)
    run(world, 10, { watts: [18, 18] })
    expect(world.inForce()).toEqual([])
  })
  test('whose contact fell silent while it was open hides no fuse that blows once it is closed', () => {
    const feedback = { device: 'cabinet', channel: 'input3' }
    const feeders = [feeder(1, { contactor: { device: 'cabinet', output: 'relay1', feedback } }), feeder(2)]
    const world = worldOf({ ...street, feeders }, local('12:00'))
    run(world, 8, { watts: [18, 18] })
    run(world, 10, { contacts: { input3: 0 }, watts: [18, 18] })
    world.until(local('17:45'), 60)
    run(world, 10)
    run(world, 20, { watts: [4, undefined], dead: [1, 2, 3] })
    expect(world.inForce()).toEqual(['feeder-power-lost cabinet'])
  })
  test('that somebody holds open over dusk is still held open: nothing behind it is a fault', () => {
    const world = worldOf(street, local('12:00'))
    run(world, 20, { watts: [18, 18] })
    world.order({ level: 100 })
    const requests = [{ output: 'relay1', value: 0 }]
    run(world, 5)
    world.give({ type: 'output', device: 'cabinet', requests, stage: 'confirmed' })
    world.give({ type: 'light-release', order: 9 })
    run(world, 20, { watts: [18, 18], deaf: true })
    world.order({ command: 'c2', order: 10, level: 100 })
    run(world, 30, { watts: [4, undefined], dead: [1, 2, 3], deaf: true })
    expect(world.inForce()).toEqual([])
  })
  test('that the street no longer has takes its fault with it', () => {
    const world = burning()
    world.until(local('06:30', 1), 60)
    run(world, 10, { watts: [300, 18] })
    const { contactor: _gone, ...bare } = feeder(1)
    world.give({ type: 'document', document: { ...street, feeders: [bare, feeder(2)] } })
    expect(world.inForce()).toEqual([])
  })
  test('that somebody else has opened is no fault', () => {
    const world = burning()
    const requests = [{ output: 'relay1', value: 0 }]
    world.give({ type: 'output', device: 'cabinet', requests, stage: 'confirmed' })
    run(world, 90, { watts: [4, undefined], dead: [1, 2, 3], deaf: true })
    expect(world.inForce()).toEqual([])
  })
})

describe('the supply', () => {
  test('that is lost altogether is one fault', () => {
    const world = burning()
    run(world, 120, { volts: [0, 0], watts: [0, 0], dead: [1, 2, 3, 4, 5, 6] })
    expect(world.inForce()).toEqual(['supply-lost cabinet'])
  })
  test('a lost phase is one fault, and its feeder is not told of', () => {
    const world = burning()
    run(world, 120, { volts: [230, 4], watts: [undefined, 0], dead: [4, 5, 6] })
    expect(world.inForce()).toEqual(['phase-lost cabinet'])
  })
  test('that was away for hours leaves its lamps the time to speak when it is back', () => {
    const world = burning()
    const dark = { volts: [0, 0], watts: [0, 0], dead: [1, 2, 3, 4, 5, 6] } as const
    run(world, 180, dark)
    run(world, 30, { dead: [1, 2, 3, 4, 5, 6] })
    run(world, 30)
    expect(world.events.map(({ rule, event }) => `${rule} ${event}`)).toEqual([
      'supply-lost raised',
      'supply-lost cleared',
    ])
  })
  test('is over when it is back, and nothing else is told meanwhile', () => {
    const world = burning()
    run(world, 30, { volts: [0, 0], watts: [0, 0], dead: [1, 2, 3, 4, 5, 6] })
    run(world, 30)
    expect(world.events.map(({ rule, event }) => `${rule} ${event}`)).toEqual([
      'supply-lost raised',
      'supply-lost cleared',
    ])
  })
})

test('an open door is told at once, and its closing', () => {
  const world = burning()
  run(world, 1, { contacts: { input1: 1 } })
  const open = world.inForce()
  run(world, 1)
  expect([open, world.inForce()]).toEqual([['door-open cabinet'], []])
})

test('a residual-current device that has tripped is the cause of all that is dark behind it', () => {
  const world = burning()
  run(world, 120, { contacts: { input2: 1 }, watts: [0, 0], dead: [1, 2, 3, 4, 5, 6] })
  expect(world.inForce()).toEqual(['rcd-tripped cabinet'])
})

test('a silent meter is told of once, and is back with its first word', () => {
  const world = burning()
  run(world, 30, { silent: ['meter'] })
  const silent = world.inForce()
  run(world, 1)
  expect([silent, world.inForce()]).toEqual([['meter-silent meter'], []])
})

describe('a module that reads the contacts', () => {
  const ALL = [1, 2, 3, 4, 5, 6]
  test('is told of once when it is silent, with what it read, and is back with its first word', () => {
    const world = burning()
    run(world, 9, { silent: ['cabinet'] })
    const soon = world.inForce()
    run(world, 60, { silent: ['cabinet'] })
    const silent = world.inForce()
    run(world, 1)
    expect([soon, silent, world.inForce()]).toEqual([[], ['cabinet-silent cabinet'], []])
    const [raised] = world.events
    expect(raised?.part).toBe('cabinet')
    expect(raised?.text.vi).toContain('không còn biết cửa tủ, chống rò')
    expect(raised?.text.en).toContain('the door, the residual-current device')
    expect(world.events.length).toBe(2)
  })
  test('is one fault for each of several', () => {
    const feedback = { device: 'relays', channel: 'input1' }
    const feeders = [feeder(1, { contactor: { device: 'relays', output: 'relay1', feedback } }), feeder(2)]
    const world = worldOf({ ...street, feeders }, local('19:00'))
    run(world, 30, { silent: ['cabinet'] })
    expect(world.inForce()).toEqual(['cabinet-silent cabinet', 'cabinet-silent relays'])
    expect(world.events.at(-1)?.text.en).toContain('the contactor of Feeder 1')
  })
  test('that speaks seldom has the time that the document gives it', () => {
    const door = { device: 'cabinet', channel: 'input1', silent_min: 60 }
    const world = burning({ cabinet: { ...street.cabinet, door } })
    run(world, 59, { silent: ['cabinet'] })
    const soon = world.inForce()
    run(world, 2, { silent: ['cabinet'] })
    expect([soon, world.inForce()]).toEqual([[], ['cabinet-silent cabinet']])
  })
  test('is told of once over restarts, and the time that the node was off is not its silence', () => {
    const world = burning()
    world.restart(3_600_000)
    run(world, 9, { silent: ['cabinet'] })
    const soon = world.inForce()
    run(world, 5, { silent: ['cabinet'] })
    world.restart(60_000)
    run(world, 30, { silent: ['cabinet'] })
    expect([soon, world.events.map(({ rule }) => rule)]).toEqual([[], ['cabinet-silent']])
  })
  test('is not missed while the cabinet has no supply, nor at once when it is back', () => {
    const world = burning()
    run(world, 120, { volts: [0, 0], watts: [0, 0], dead: ALL, silent: ['cabinet'] })
    const dark = world.inForce()
    run(world, 5, { silent: ['cabinet'] })
    expect([dark, world.inForce()]).toEqual([['supply-lost cabinet'], []])
  })
  test('that dies with a tripped residual-current device hides no lamp for ever', () => {
    const world = burning()
    run(world, 10, { contacts: { input2: 1 }, watts: [0, 0], dead: ALL })
    run(world, 30, { silent: ['cabinet'] })
    const unknown = world.inForce()
    run(world, 90, { silent: ['cabinet'], dead: [2] })
    expect([unknown, world.inForce()]).toEqual([
      ['rcd-tripped cabinet', 'cabinet-silent cabinet'],
      ['rcd-tripped cabinet', 'cabinet-silent cabinet', 'gear-silent lamp-2'],
    ])
    run(world, 2)
    expect(world.inForce()).toEqual([])
  })
  test('that dies with a contactor that did not close hides no lamp for ever', () => {
    const feedback = { device: 'cabinet', channel: 'input3' }
    const feeders = [feeder(1, { contactor: { device: 'cabinet', output: 'relay1', feedback } }), feeder(2)]
    const world = burning({ feeders })
    run(world, 10, { contacts: { input3: 0 }, watts: [4, undefined], dead: [1, 2, 3] })
    run(world, 100, { silent: ['cabinet'], dead: [2] })
    expect(world.inForce()).toEqual([
      'contactor-stuck-open cabinet',
      'cabinet-silent cabinet',
      'gear-silent lamp-2',
    ])
  })
  test('that dies while its contactors are open is no reason for a street that stays dark', () => {
    const world = worldOf(street, local('12:00'))
    run(world, 20, { watts: [18, 18] })
    run(world, 20, { watts: [18, 18], silent: ['cabinet'], deaf: true })
    world.until(local('17:45'), 60)
    run(world, 30, { watts: [4, 4], silent: ['cabinet'], deaf: true, dead: ALL })
    expect(world.inForce()).toEqual([
      'cabinet-silent cabinet',
      'feeder-power-lost cabinet',
      'feeder-power-lost cabinet',
    ])
  })
  test('that is back is told at once what its contactors should do', () => {
    const world = burning()
    run(world, 20, { silent: ['cabinet'], deaf: true })
    const before = world.outputs.length
    run(world, 2)
    const told = world.outputs.slice(before).filter(({ device }) => device === 'cabinet')
    expect(told.map(({ output, value }) => [output, value])).toEqual([
      ['relay1', 1],
      ['relay2', 1],
    ])
  })
})

test('a meter that dies while it tells of no supply hides no lamp for ever', () => {
  const world = burning()
  run(world, 10, { volts: [0, 0], watts: [0, 0], dead: [1, 2, 3, 4, 5, 6] })
  run(world, 90, { silent: ['meter'], dead: [2] })
  expect(world.inForce()).toEqual(['supply-lost cabinet', 'meter-silent meter', 'gear-silent lamp-2'])
})

test('with a meter that shows power, lamps that are silent together have lost their way, not their fuse', () => {
  const world = burning()
  run(world, 120, { dead: [1, 2, 3] })
  expect(world.inForce()).toEqual(['gear-silent'])
  expect(world.events.at(-1)?.text.vi).toContain('mọi đèn của Lộ 1')
  run(world, 1)
  expect(world.inForce()).toEqual([])
})

describe('what a cabinet says that makes no sense', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a voltage of %s is no voltage', (volts) => {
    const world = burning()
    run(world, 10, { volts: [volts, 230] })
    expect(world.inForce()).toEqual([])
  })
})

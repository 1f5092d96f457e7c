import { describe, expect, test } from 'vitest'
import { bodyOf, endsOf, FERTILISER, houseOf, local, NPK, PUMP, worldOf, zoneOf } from './house.ts'

/** Nothing is counted, cleared or left running that people would not find so in the house. */

const withoutMeter = { water: { gives_Lmin: 45, pump: { ...PUMP, lead_s: 3 } } }
const MIST = { device: 'board', output: 'mister' }

describe('water that did not flow is not counted', () => {
  test('while the pump is kept at rest a run without a meter gives nothing', () => {
    const world = worldOf(houseOf(withoutMeter), local('08:00'))
    world.pipes.dead.add('board')
    world.water({ amount: { litres: 100 } })
    world.pass(50)
    expect(world.pumps()).toBe(false)
    expect(world.state().zones[0]?.today_L).toBe(0)
    world.pipes.dead.delete('board')
    world.pass(900)
    expect(world.got.get('k1')).toBeGreaterThan(95)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('a pump that an interlock has kept at rest for hours makes no run look watered', () => {
    const world = worldOf(houseOf(withoutMeter), local('08:00'))
    const held = { type: 'interlock', ...PUMP, name: 'low-water', event: 'stopped' } as const
    const text = { vi: 'Bồn cạn', en: 'The tank is empty' }
    world.pipes.dead.add('board')
    world.give({ ...held, text })
    world.give({
      ...{ type: 'output', device: 'board', stage: 'confirmed' },
      requests: [{ output: 'pump', value: 0 }],
    })
    world.pass(1_900)
    world.water({ amount: { minutes: 5 } })
    world.pass(1_200)
    expect(world.state().zones[0]?.total_L).toBe(0)
    expect(endsOf(world, 'k1')).not.toContain('done')
    expect(world.isOpen('k1')).toBe(false)
  })

  test('a counter of litres that jumps is one that was exchanged', () => {
    const water = { gives_Lmin: 45, pump: { ...PUMP }, volume: { device: 'meter', channel: 'volume' } }
    const world = worldOf(houseOf({ water }), local('08:00'))
    const count = (volume: number) =>
      world.give({ type: 'telemetry', device: 'meter', telemetry: { volume }, failed: {}, at: world.now() })
    let volume = 1_000
    world.water({ amount: { minutes: 5 } })
    for (let turn = 0; turn < 90; turn++) {
      world.pass(5)
      volume += world.flow() / 12
      count(turn === 20 ? 4_294_967_295 : volume)
    }
    expect(world.state().zones[0]?.today_L).toBeLessThan(150)
    expect(world.inForce()).toEqual([])
  })

  test('a dosing pump that has used up its day gives nothing for the rest of a long run', () => {
    const house = houseOf({ fertiliser: FERTILISER, recipes: [NPK] })
    const world = worldOf(house, local('08:00'))
    world.water({ amount: { minutes: 60 }, recipe: 'npk' })
    world.pass(240)
    const held = { type: 'interlock', device: 'board', name: 'run-budget', event: 'stopped' } as const
    for (const output of ['dose_a', 'dose_b']) {
      world.give({ ...held, output, text: { vi: 'Hết mức ngày', en: 'The day is used up' } })
      world.give({
        ...{ type: 'output', device: 'board', stage: 'confirmed' },
        requests: [{ output, value: 0 }],
      })
    }
    world.pass(60)
    const then = world.state().channels.map(({ today_mL }) => today_mL)
    world.pipes.dead.add('board')
    world.pass(3_400)
    expect(world.state().channels.map(({ today_mL }) => today_mL)).toEqual(then)
  })
})

describe('a valve that does not answer', () => {
  test('stays told though it was once known to be shut', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(500)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    world.pipes.dead.add('valve-k1')
    world.water({ order: 'c2' })
    world.pass(400)
    expect(endsOf(world, 'k1')).toEqual(['done', 'valve'])
    expect(world.inForce()).toEqual(['valve-dumb k1'])
    world.pipes.dead.delete('valve-k1')
    world.water({ order: 'c3' })
    world.pass(500)
    expect(world.inForce()).toEqual([])
  })
})

describe('a valve that is told to shut before it has said that it opened', () => {
  const stoppedWhileOpening = () => {
    const world = worldOf(houseOf(), local('08:00'))
    const tell = (stage: 'sent' | 'failed', value: number) =>
      world.give({ type: 'output', device: 'valve-k1', requests: [{ output: 'valve1', value }], stage })
    // It has been watered before: it was known to be shut.
    world.water({ amount: { minutes: 1 } })
    world.pass(120)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    world.pipes.dead.add('valve-k1')
    world.water({ order: 'c2' })
    world.pass(1)
    tell('sent', 1)
    world.give({ type: 'water-stop', zone: 'k1', who: 'Lan' })
    return { world, tell }
  }

  test('may be open until it says that it is shut', () => {
    const { world } = stoppedWhileOpening()
    world.pass(60)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    world.pipes.dead.delete('valve-k1')
    world.pass(40)
    expect(endsOf(world, 'k1')).toEqual(['done', 'stopped'])
    expect(world.inForce()).not.toContain('valve-open k1')
  })

  test('is told of as one that does not shut', () => {
    const { world, tell } = stoppedWhileOpening()
    tell('sent', 0)
    tell('failed', 0)
    world.pass(130)
    expect(endsOf(world, 'k1')).toEqual(['done', 'stopped'])
    expect(world.inForce()).toContain('valve-open k1')
  })

  test('and one that was never reached is as it was', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.dead.add('valve-k1')
    world.water()
    for (const stage of ['sent', 'failed'] as const) {
      world.pass(1)
      world.give({ type: 'output', device: 'valve-k1', requests: [{ output: 'valve1', value: 1 }], stage })
    }
    world.pass(130)
    expect(endsOf(world, 'k1')).toEqual(['valve'])
  })
})

describe('a valve that does not say that it has shut', () => {
  test('is told until it says so, however late', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ amount: { minutes: 5 } })
    world.pass(200)
    world.pipes.dead.add('valve-k1')
    world.pass(300)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    expect(world.inForce()).toEqual(['valve-open k1'])
    world.pipes.dead.delete('valve-k1')
    world.pass(300)
    expect(world.isOpen('k1')).toBe(false)
    expect(world.inForce()).toEqual([])
  })
})

test('a valve that people hold open is no fault, until it does not shut after them', () => {
  const world = worldOf(houseOf(), local('08:00'))
  world.holdOpen('k1')
  world.pass(900)
  expect(world.inForce()).toEqual([])
  world.give({
    ...{ type: 'output', device: 'valve-k1', stage: 'sent' },
    requests: [{ output: 'valve1', value: 0 }],
  })
  world.pass(110)
  expect(world.inForce()).toEqual([])
  world.pass(30)
  expect(world.inForce()).toEqual(['valve-open k1'])
})

describe('whoever stops all water', () => {
  test('stops the mist in the same turn, as urgent', () => {
    const misting = { ...MIST, above_kPa: 1.2, below_kPa: 0.8 }
    const climate = {
      temperature: { device: 'air', channel: 'temperature' },
      humidity: { device: 'air', channel: 'humidity' },
      misting,
    }
    const world = worldOf(houseOf({ ...bodyOf(), climate, zones: [zoneOf('k1')] }), local('12:00'))
    world.probes.set('air/temperature', 38).set('air/humidity', 40)
    world.until(world.now() + 60_000, () => {
      if (world.outputs.findLast(({ output }) => output === 'mister')?.value === 1) world.probes.clear()
    })
    const mists = () => world.outputs.findLast(({ output }) => output === 'mister')
    for (let second = 0; second < 300 && mists()?.value !== 1; second++) world.pass(1)
    expect(mists()?.value).toBe(1)
    world.give({ type: 'water-stop', who: 'Lan' })
    expect(mists()).toMatchObject({ value: 0, urgency: 'urgent' })
  })
})

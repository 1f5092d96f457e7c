import { expect, test } from 'vitest'
import { houseOf, local, programOf, worldOf } from './house.ts'

/** What was measured before a restart is not how things are after it. */

const HOUR = 3_600_000
const start = { by: 'moisture', below: 25, until: 30, from: '06:00', to: '18:00' }

test('moisture from before a power cut of three days waters nothing', () => {
  const program = programOf('dry', { start, amount: { minutes: 30 } })
  const world = worldOf(houseOf({ programs: [program] }), local('05:50'))
  world.probes.set('soil-k1/moisture', 20)
  world.pass(120)
  // Its radio speaks every 20 minutes.
  world.probes.clear()
  world.restart(3 * 24 * HOUR + HOUR / 2)
  world.pass(120)
  expect(world.state().runs).toEqual([])
  world.probes.set('soil-k1/moisture', 20)
  world.pass(60)
  expect(world.state().runs.map(({ cause }) => cause)).toEqual(['moisture'])
})

test('flow from before a restart is no leak after it', () => {
  const world = worldOf(houseOf(), local('08:00'))
  world.water({ amount: { minutes: 20 } })
  world.pass(300)
  world.pipes.meter = false
  world.restart(10_000)
  world.pass(180)
  expect(world.events.filter(({ rule }) => rule === 'water-leak')).toEqual([])
})

test('the time that the node was off is no silence of a probe', () => {
  const world = worldOf(houseOf(), local('08:00'))
  world.probes.set('soil-k1/moisture', 20)
  world.pass(60)
  world.restart(6 * HOUR)
  world.probes.clear()
  world.pass(600)
  expect(world.inForce().filter((rule) => rule.startsWith('probe-lost'))).toEqual([])
})

test('a valve that was open before a restart is not taken to be open after it', () => {
  const world = worldOf(houseOf({ water: { gives_Lmin: 45 } }), local('08:00'))
  world.water({ amount: { minutes: 20 } })
  world.pass(120)
  const before = world.state().zones[0]?.today_L ?? 0
  expect(before).toBeGreaterThan(20)
  world.pipes.dead.add('valve-k1')
  world.restart(10_000)
  world.pass(300)
  expect(world.state().zones[0]?.today_L).toBe(before)
})

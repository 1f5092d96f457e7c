import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createQuarantine } from '../../hub/fleet/quarantine.ts'
import { createTwinWorld, DAY, LATE_MS, live, OTHER, type TwinWorld } from './twin-world.ts'
import { EDGE, EPOCH, T0 } from './world.ts'

/** How a quarantine ends, and what becomes of epochs that are over. */

let world: TwinWorld
beforeEach(async () => {
  world = await createTwinWorld()
})
afterEach(() => world.close())

describe('an operator who clears a quarantine', () => {
  const clear = () =>
    createQuarantine({ sql: world.sql, edges: world.edges, alerts: world.alerts }).clear(EDGE, 'lan', T0 + 9)
  beforeEach(async () => {
    await world.say('b1')
    await world.say('b2')
    await world.clock.advance(LATE_MS)
    await world.say('b1')
  })

  test('ends it with its alert, and is written down', () => {
    expect(clear()).toHaveLength(1)
    expect(world.edges.quarantined(EDGE)).toBe(false)
    expect(world.alerts.list({ limit: 9 })).toMatchObject([{ state: 'cleared', clearedAt: T0 + 9 }])
    expect(world.sql.prepare('SELECT who, action, target FROM audit').all()).toEqual([
      { who: 'lan', action: 'edge.quarantine.clear', target: EDGE },
    ])
  })

  test('lets the node that is left speak on', async () => {
    clear()
    await world.say('b1')
    await world.clock.advance(LATE_MS)
    await world.say('b1')
    expect(world.edges.quarantined(EDGE)).toBe(false)
  })

  test('is told again when both still speak', async () => {
    clear()
    await world.say('b1')
    await world.say('b2')
    await world.clock.advance(LATE_MS)
    await world.say('b1')
    expect(world.quarantine()).toBe('boot')
    expect(world.alerts.list({ state: 'active', limit: 9 })).toHaveLength(1)
  })

  test('has cleared nothing where the disk did not take it', () => {
    world.sql.exec(`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END`)
    expect(clear).toThrow()
    expect(world.edges.quarantined(EDGE)).toBe(true)
    expect(world.alerts.list({ limit: 9 })).toMatchObject([{ state: 'active' }])
  })

  test('finds nothing to clear twice', () => {
    clear()
    expect(clear()).toBeUndefined()
  })
})

describe('numbers of an epoch that is over', () => {
  const ledger = (window?: { from: number; to: number }) => world.fleet.ledger(EDGE, window)
  const lanes = [{ lane: 'live' as const, oldest: 0, next: 9 }]
  beforeEach(async () => {
    world.series('dh/stage')
    await world.say('b1', EPOCH, { lanes })
    await world.tell(live(0, 1, 2, 3))
  })

  test('are still on their way while the node says that it carries them on', async () => {
    await world.say('b1', OTHER, { former: [EPOCH] })
    expect(ledger()?.epochs[0]?.lanes[0]?.gaps).toMatchObject([{ first: 3, last: 8, reason: 'waiting' }])
  })

  test('are not, once it does not: they are of a database that was replaced', async () => {
    await world.say('b2', OTHER, { lanes })
    expect(ledger()?.epochs[0]?.lanes[0]?.gaps).toMatchObject([{ first: 3, last: 8, reason: 'replaced' }])
    expect(ledger()?.reasons).toHaveProperty('replaced')
    expect(ledger()?.complete).toBe(false)
  })

  test('leave no doubt about the time after it', async () => {
    await world.clock.advance(1_000)
    await world.say('b2', OTHER, { lanes: [{ lane: 'live', oldest: 0, next: 0 }] })
    const since = world.clock.now()
    expect(ledger({ from: T0, to: since })?.complete).toBe(false)
    expect(ledger({ from: since + 1, to: since + DAY })?.complete).toBe(true)
  })
})

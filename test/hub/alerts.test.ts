import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foldAlarm } from '../../hub/alerts/fold.ts'
import { ALARM, createWorld, T0, type World } from './world.ts'

describe('an alert', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(() => world.close())
  const only = () => world.alerts.list({ limit: 10 })[0]

  test('lives from raised to cleared', async () => {
    world.alarm(
      0,
      {},
      { event: 'raised', level: 3 },
      { event: 'lowered', level: 2 },
      { event: 'cleared', level: 0 },
    )
    await world.settle()
    expect(only()).toMatchObject({ state: 'cleared', peak: 3, level: 0, raisedAt: T0, clearedAt: T0 + 3 })
  })

  test('ends the same when its events arrive in two frames, the later one first', async () => {
    world.alarm(2, { event: 'cleared', level: 0 })
    await world.settle()
    world.alarm(0, {}, { event: 'raised', level: 2 })
    await world.settle()
    expect(only()).toMatchObject({ state: 'cleared', peak: 2, raisedAt: T0, clearedAt: T0 + 2 })
  })

  test('is silent only between silenced and resounded', async () => {
    world.alarm(0, {}, { event: 'silenced' })
    await world.settle()
    expect(only()?.silenced).toBe(true)
    world.alarm(2, { event: 'resounded' })
    await world.settle()
    expect(only()?.silenced).toBe(false)
  })

  test('is not made by notes alone', async () => {
    world.alarm(0, { event: 'note' })
    await world.settle()
    expect(only()).toBeUndefined()
  })

  test('keeps its first acknowledgement', async () => {
    world.alarm(0, {})
    await world.settle()
    world.alerts.acknowledge(1, 'An', T0 + 1)
    expect(world.alerts.acknowledge(1, 'Bình', T0 + 2)).toMatchObject({
      acknowledgedBy: 'An',
      acknowledgedAt: T0 + 1,
    })
    expect(world.sql.prepare('SELECT who, action FROM audit').all()).toEqual([
      { who: 'An', action: 'alert.acknowledge' },
    ])
  })

  test('that rises above what was acknowledged needs to be seen again', async () => {
    world.alarm(0, {})
    await world.settle()
    world.alerts.acknowledge(1, 'An', T0 + 1)
    world.alarm(1, { event: 'raised', level: 3 })
    await world.settle()
    expect(only()?.acknowledgedBy).toBeNull()
  })

  test('an event that cannot be read is kept, acknowledged and counted', async () => {
    world.alarm(0, { level: 99 })
    await world.settle()
    expect(world.acks).toMatchObject([{ lane: 'alarm', ranges: [[0, 0]] }])
    expect(world.refusals.all()).toEqual({ MESSAGE_INVALID: 1 })
  })
})

test('the state of an alarm is that of its last word, whatever came before', () => {
  const event = fc.constantFrom('raised', 'lowered', 'silenced', 'resounded', 'note' as const)
  fc.assert(
    fc.property(fc.array(event), (kinds) => {
      const events = [...kinds, 'cleared' as const].map((kind, n) => ({ ...ALARM, event: kind, at: T0 + n }))
      expect(foldAlarm(events)).toMatchObject({
        state: 'cleared',
        clearedAt: T0 + kinds.length,
        silenced: false,
      })
    }),
  )
})

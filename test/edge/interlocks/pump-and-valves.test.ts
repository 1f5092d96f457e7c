import { describe, expect, test } from 'vitest'
import { BOARD, EQUIPMENT, GOOD, house, ready, VALVES, watering } from './house.ts'

/** A pump runs only while water can flow, and a valve shuts behind it: whoever asks for what, and whatever is lost. */

describe('a pump waits for its valve', () => {
  test('while every valve is shut it does not begin, and says why', async () => {
    const one = await ready()
    one.want('pump')
    await one.pass(10)
    expect(one.wants('pump')).toBe(0)
    expect(one.decision('pump')).toMatchObject({ winner: 'interlock', owner: 'valve-open' })
  })

  test('not even for an emergency that overrides', async () => {
    const one = await ready()
    const reason = { vi: 'x', en: 'x' }
    one.outputs.order('someone', {
      device: BOARD,
      output: 'pump',
      value: 1,
      rank: 'override',
      until: null,
      reason,
    })
    await one.pass(10)
    expect(one.wants('pump')).toBe(0)
  })

  test('it begins once a valve has been known to be open for the lead time, and not before', async () => {
    const one = await ready()
    one.want('valve1')
    one.want('pump')
    await one.pass(20)
    const opened = one.told.find(({ output, value }) => output === 'valve1' && value === 1)?.at ?? 0
    const begun = one.told.find(({ output, value }) => output === 'pump' && value === 1)?.at ?? 0
    expect(begun - opened).toBeGreaterThanOrEqual(3_200)
    expect(begun - opened).toBeLessThanOrEqual(4_200)
  })

  test('a valve that was told and has not answered is not open', async () => {
    const one = await ready()
    one.deaf.add('valve1')
    one.want('valve1')
    one.want('pump')
    await one.pass(30)
    expect(one.wants('pump')).toBe(0)
  })

  test('a valve that was told to shut in between is not one that stayed open', async () => {
    const one = await ready()
    one.want('valve1')
    await one.pass(10)
    one.deaf.add('valve1')
    one.letGo('valve1')
    await one.pass(10)
    one.want('valve1')
    one.want('pump')
    await one.pass(10)
    expect(one.wants('pump')).toBe(0)
  })
})

describe('a pump stops before its valve shuts', () => {
  test('told in the same turn, and the valve once the pump has rested', async () => {
    const one = await watering()
    one.told.length = 0
    one.letGo('valve1')
    expect(one.told.map(({ output, value }) => [output, value])).toEqual([['pump', 0]])
    await one.pass(5)
    expect(one.told.map(({ output, value }) => [output, value])).toEqual([
      ['pump', 0],
      ['valve1', 0],
    ])
    const [stopped, shut] = one.told.map(({ at }) => at)
    expect((shut ?? 0) - (stopped ?? 0)).toBeGreaterThanOrEqual(2_200)
  })

  test('a pump that does not say that it rests keeps the valve open no longer than most_s', async () => {
    const one = await watering()
    one.deaf.add('pump')
    const from = one.clock.monotonic()
    one.letGo('valve1')
    await one.pass(40)
    const shut = one.told.find(({ output, value, at }) => output === 'valve1' && value === 0 && at >= from)
    expect(shut?.at).toBe(from + 20_000)
  })

  test('a valve of two that are open shuts at once, and the pump runs on', async () => {
    const one = await watering()
    one.want('valve2')
    await one.pass(10)
    one.told.length = 0
    one.letGo('valve1')
    expect(one.told.map(({ output, value }) => [output, value])).toEqual([['valve1', 0]])
    expect(one.runs('pump')).toBe(1)
  })

  test('a valve that two pumps push through waits for both', async () => {
    const [pump] = EQUIPMENT
    if (pump?.kind !== 'water-pump') throw new Error('no pump')
    const second = { ...pump, output: 'pump2', longest_run_s: 3_000 }
    const one = await watering({ equipment: [...EQUIPMENT, second] })
    one.want('pump2')
    await one.pass(15)
    expect([one.runs('pump'), one.runs('pump2')]).toEqual([1, 1])
    one.deaf.add('pump2')
    one.told.length = 0
    one.letGo('valve1')
    expect(one.told.map(({ output }) => output).toSorted()).toEqual(['pump', 'pump2'])
    await one.pass(15)
    expect(one.wants('valve1')).toBe(1)
    await one.pass(6)
    expect(one.wants('valve1')).toBe(0)
  })

  test('hardware that times itself is given the time in which the pump stops first', async () => {
    const one = await ready()
    one.want('valve1', 1, 60)
    expect(one.told[0]).toMatchObject({ output: 'valve1', value: 1, forS: 80 })
  })

  test('a valve whose hardware is about to shut by itself does not count as open', async () => {
    const one = await ready()
    one.want('valve1', 1, 60)
    one.want('pump')
    await one.pass(20)
    expect(one.runs('pump')).toBe(1)
    one.refusing.add('valve1')
    one.letGo('valve1')
    one.want('valve1', 1, 1_000)
    for (let second = 0; second < 60; second++) {
      await one.pass(1)
      if (one.runs('valve1') === 0) expect(one.runs('pump')).toBe(0)
    }
    expect(one.runs('pump')).toBe(0)
  })

  test('nor one that is told to stay open and does not hear it', async () => {
    const one = await ready()
    one.want('valve1', 1, 60)
    one.want('pump')
    await one.pass(20)
    one.deaf.add('valve1')
    one.want('valve1', 1, 1_000)
    for (let second = 0; second < 70; second++) {
      await one.pass(1)
      if (one.runs('valve1') === 0) expect(one.runs('pump')).toBe(0)
    }
    expect(one.wants('valve1')).toBe(1)
    expect(one.wants('pump')).toBe(0)
  })

  test('a pump whose board is lost is not known to rest, though it was: the valve waits', async () => {
    const one = await watering()
    one.letGo('pump')
    await one.pass(5)
    one.lose(BOARD)
    one.letGo('valve1')
    await one.pass(10)
    expect(one.wants('valve1')).toBe(1)
    await one.pass(11)
    expect(one.wants('valve1')).toBe(0)
  })

  test('a node that ends stops the pump before the valves', async () => {
    const one = await watering()
    one.told.length = 0
    expect(one.outputs.driveSafe()).toBe(true)
    expect(one.told.map(({ output, value }) => [output, value])).toEqual([
      ['pump', 0],
      ['valve1', 0],
    ])
  })

  test('after a start the valve is told to shut once the pump, which may have run on, is known to rest', async () => {
    const one = house()
    expect(one.told.map(({ output }) => output)).not.toContain('valve1')
    expect(one.told.find(({ output }) => output === 'pump')?.value).toBe(0)
    await one.pass(4)
    expect(one.told.find(({ output }) => output === 'valve1')?.value).toBe(0)
  })
})

describe('what is lost is not so', () => {
  test('a read-back that fails stops the pump in the same turn', async () => {
    const one = await watering()
    one.outputs.observe(VALVES, { valve2: 0 }, { valve1: 'task-failed' })
    expect(one.wants('pump')).toBe(0)
  })

  test('a board of valves that says of its pressure sensor alone that it is broken has not lost its valves', async () => {
    const one = await watering()
    one.outputs.observe(VALVES, {}, { pressure: 'sensor-fault' })
    await one.pass(30)
    expect(one.runs('pump')).toBe(1)
  })

  test('a board of valves that is lost stops the pump in the same turn', async () => {
    const one = await watering()
    one.lose(VALVES)
    expect(one.wants('pump')).toBe(0)
  })

  test('a read-back that says shut stops the pump in the same turn', async () => {
    const one = await watering()
    one.hearValves({ valve1: 0 })
    expect(one.wants('pump')).toBe(0)
  })

  test('a valve of which nothing is heard for too long stops the pump', async () => {
    const [pump, ...rest] = EQUIPMENT
    if (pump?.kind !== 'water-pump') throw new Error('no pump')
    const one = await watering({ equipment: [{ ...pump, valve_fresh_s: 60 }, ...rest] })
    await one.pass(50)
    expect(one.wants('pump')).toBe(0)
    expect(one.decision('pump')?.owner).toBe('valve-open')
  })

  test('and one that is heard goes on', async () => {
    const [pump, ...rest] = EQUIPMENT
    if (pump?.kind !== 'water-pump') throw new Error('no pump')
    const one = await watering({ equipment: [{ ...pump, valve_fresh_s: 60 }, ...rest] })
    for (let minute = 0; minute < 3; minute++) {
      one.hearValves({ valve1: 1 })
      await one.pass(45)
    }
    expect(one.wants('pump')).toBe(1)
  })
})

describe('the water that a pump draws from', () => {
  test('a float that falls dry stops it in the same turn', async () => {
    const one = await watering()
    one.hear({ float: 0 })
    expect(one.wants('pump')).toBe(0)
    expect(one.decision('pump')?.owner).toBe('low-water')
  })

  test('a float that is broken stops it in the same turn', async () => {
    const one = await watering()
    one.outputs.observe(BOARD, { flow: 20 }, { float: 'sensor-fault' })
    expect(one.wants('pump')).toBe(0)
  })

  test('a float that falls silent stops it once it is too old', async () => {
    const one = await watering()
    await one.pass(55, { flow: 20, pressure: 200 })
    expect(one.wants('pump')).toBe(1)
    await one.pass(10, { flow: 20, pressure: 200 })
    expect(one.wants('pump')).toBe(0)
  })

  describe('that sloshes', () => {
    const sloshing = () => {
      const [pump, ...rest] = EQUIPMENT
      if (pump?.kind !== 'water-pump' || pump.float === undefined) throw new Error('no pump with a float')
      return watering({ equipment: [{ ...pump, float: { ...pump.float, slosh_s: 2 } }, ...rest] })
    }

    test('ends no run as long as the float is wet in between', async () => {
      const one = await sloshing()
      one.told.length = 0
      for (let wave = 0; wave < 20; wave++) {
        await one.pass(1, { ...GOOD, float: 0 })
        await one.pass(1)
      }
      expect(one.told.filter(({ output }) => output === 'pump')).toEqual([])
    })

    test('and that has gone ends it after that time', async () => {
      const one = await sloshing()
      await one.pass(2, { ...GOOD, float: 0 })
      expect(one.wants('pump')).toBe(1)
      await one.pass(1, { ...GOOD, float: 0 })
      expect(one.wants('pump')).toBe(0)
    })

    test('begins no run while the float is dry', async () => {
      const one = await sloshing()
      one.letGo('pump')
      await one.pass(10)
      one.hear({ float: 0 })
      one.want('pump')
      expect(one.wants('pump')).toBe(0)
    })

    test('keeps no pump running whose pipe is dry', async () => {
      const one = await sloshing()
      const from = one.clock.monotonic()
      for (let wave = 0; wave < 10; wave++) await one.pass(1, { ...GOOD, flow: 0, float: wave % 2 })
      const ended = one.told.find(({ output, value, at }) => output === 'pump' && value === 0 && at > from)
      expect((ended?.at ?? 0) - from).toBeLessThanOrEqual(4_000)
      expect(one.held('pump')).toMatchObject({ name: 'dry-run', event: 'latched' })
    })
  })

  test('wet again it goes on, after its rest', async () => {
    const one = await watering()
    one.hear({ float: 0 })
    await one.pass(10)
    expect(one.wants('pump')).toBe(1)
  })
})

describe('no water in the pipe', () => {
  const dry = { ...GOOD, flow: 0 }

  test('ends the run ten seconds after its start', async () => {
    const one = await ready()
    one.want('valve1')
    one.want('pump')
    await one.pass(30, dry)
    const [begun, ended] = one.told.filter(({ output }) => output === 'pump').map(({ at }) => at)
    expect((ended ?? 0) - (begun ?? 0)).toBe(10_000)
  })

  test('and the pump stays off though the water is back, until a person has looked', async () => {
    const one = await ready()
    one.want('valve1')
    one.want('pump')
    await one.pass(30, dry)
    await one.pass(100)
    expect(one.wants('pump')).toBe(0)
    expect(one.held('pump')).toMatchObject({ name: 'dry-run', event: 'latched' })
    expect(one.reset('pump').ok).toBe(true)
    await one.pass(1)
    expect(one.wants('pump')).toBe(1)
  })

  test('in the middle of a run ends it three seconds later', async () => {
    const one = await watering()
    const from = one.clock.monotonic()
    await one.pass(10, dry)
    const ended = one.told.find(({ output, value, at }) => output === 'pump' && value === 0 && at > from)
    expect((ended?.at ?? 0) - from).toBeLessThanOrEqual(4_000)
  })

  test('a meter that falls silent ends the run: nobody knows whether water flows', async () => {
    const one = await watering()
    await one.pass(25, { float: 1, pressure: 200 })
    expect(one.wants('pump')).toBe(0)
    expect(one.held('pump')).toMatchObject({ name: 'flow-lost', event: 'stopped' })
  })

  test('and proves no dry run: heard again for a while the pump goes on by itself', async () => {
    const one = await watering()
    await one.pass(60, { float: 1, pressure: 200 })
    await one.pass(9)
    expect(one.wants('pump')).toBe(0)
    await one.pass(2)
    expect(one.wants('pump')).toBe(1)
    await one.pass(60)
    expect(one.wants('pump')).toBe(1)
  })

  test('a meter that comes and goes does not start the pump each time', async () => {
    const one = await watering()
    one.lose(BOARD, 'flow')
    await one.pass(5, { float: 1, pressure: 200 })
    one.told.length = 0
    for (let nth = 0; nth < 20; nth++) {
      await one.pass(6)
      one.lose(BOARD, 'flow')
    }
    expect(one.told.filter(({ output }) => output === 'pump')).toEqual([])
  })

  test('a meter that was lost and is heard again over a dry pipe latches', async () => {
    const one = await watering()
    await one.pass(60, { float: 1, pressure: 200 })
    await one.pass(25, dry)
    expect(one.held('pump')).toMatchObject({ name: 'dry-run', event: 'latched' })
  })

  test('a meter that was never heard lets no pump begin', async () => {
    const one = house()
    one.want('valve1')
    one.want('pump')
    await one.pass(100, { float: 1, pressure: 200 })
    expect(one.wants('pump')).toBe(0)
    expect(one.held('pump')).toMatchObject({ name: 'flow-lost', event: 'held' })
  })

  test('nothing is reset that is not latched', async () => {
    const one = await ready()
    const refused = one.reset('pump')
    expect(refused.ok ? undefined : refused.error.code).toBe('INTERLOCK_NOT_LATCHED')
  })
})

describe('limits of its own', () => {
  const least = async () => {
    const [pump, ...rest] = EQUIPMENT
    if (pump?.kind !== 'water-pump') throw new Error('no pump')
    const pressure = { device: BOARD, channel: 'pressure', least: 50, within_s: 8, for_s: 2, fresh_s: 15 }
    return watering({ equipment: [{ ...pump, pressure: { ...pressure, heard_s: 10 } }, ...rest] })
  }

  test('a pressure below the least latches', async () => {
    const one = await least()
    await one.pass(4, { ...GOOD, pressure: 20 })
    expect(one.held('pump')).toMatchObject({ name: 'pressure-low', event: 'latched' })
  })

  test('a pressure that is not heard ends the run, and latches nothing', async () => {
    const one = await least()
    await one.pass(20, { float: 1, flow: 20 })
    expect(one.held('pump')).toMatchObject({ name: 'pressure-lost', event: 'stopped' })
    await one.pass(12)
    expect(one.wants('pump')).toBe(1)
  })

  test('a pressure above the most stops it', async () => {
    const one = await watering()
    await one.pass(3, { ...GOOD, pressure: 500 })
    expect(one.decision('pump')?.owner).toBe('pressure-high')
  })

  test('its longest run ends it, and its long rest follows', async () => {
    const one = await watering()
    await one.pass(295)
    expect(one.wants('pump')).toBe(0)
    expect(one.decision('pump')?.owner).toBe('longest-run')
    await one.pass(50)
    expect(one.wants('pump')).toBe(0)
    await one.pass(20)
    expect(one.wants('pump')).toBe(1)
  })

  test('it starts no more often within an hour than it may', async () => {
    const [pump, ...rest] = EQUIPMENT
    if (pump?.kind !== 'water-pump') throw new Error('no pump')
    const one = await watering({ equipment: [{ ...pump, starts_per_hour: 3 }, ...rest] })
    for (let start = 0; start < 5; start++) {
      one.want('pump', 0)
      await one.pass(10)
      one.want('pump', 1)
      await one.pass(10)
    }
    expect(one.told.filter(({ output, value }) => output === 'pump' && value === 1)).toHaveLength(3)
    expect(one.decision('pump')?.owner).toBe('starts-limit')
  })
})

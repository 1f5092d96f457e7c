import { describe, expect, test } from 'vitest'
import { ready, VALVES, watering } from './house.ts'

/** Whoever goes by outputs hears of one that is moved by others than its node: a valve that is opened by hand. */

describe('what a read-back says of a valve that is to be shut', () => {
  const opened = [{ output: 'valve2', value: 1 }]
  const shut = [{ output: 'valve2', value: 0 }]

  test('that it is open: told once, and that it is shut again', async () => {
    const one = await ready()
    expect(one.hearValves({ valve1: 0, valve2: 1 })).toEqual(opened)
    expect(one.hearValves({ valve1: 0, valve2: 1 })).toEqual([])
    expect(one.hearValves({ valve1: 0, valve2: 0 })).toEqual(shut)
    expect(one.hearValves({ valve2: 0 })).toEqual([])
  })

  test('that it is open still, before it has answered: it was not moved', async () => {
    const one = await watering()
    one.letGo('valve1')
    await one.pass(2)
    expect(one.wants('valve1')).toBe(1)
    one.deaf.add('valve1')
    await one.pass(5)
    expect(one.wants('valve1')).toBe(0)
    expect(one.hearValves({ valve1: 1 })).toEqual([])
  })

  test('that it has shut by itself, after its driver gave it up', async () => {
    const one = await watering()
    one.deaf.add('valve1')
    one.letGo('pump')
    one.letGo('valve1')
    await one.pass(5)
    one.outputs.progress(VALVES, [{ output: 'valve1', value: 0 }], 'failed')
    expect(one.hearValves({ valve1: 0 })).toEqual([{ output: 'valve1', value: 0 }])
  })

  test('older than what was heard of it since is nothing', async () => {
    const one = await ready()
    const before = one.clock.monotonic()
    await one.pass(5)
    one.hearValves({ valve2: 0 })
    expect(one.outputs.observe(VALVES, { valve2: 1 }, {}, before)).toEqual([])
  })
})

describe('what a read-back says of a valve that is to be open and has answered that it is', () => {
  test('that it is shut: told once, and that it is open again', async () => {
    const one = await watering()
    await one.pass(10)
    expect(one.hearValves({ valve1: 0 })).toEqual([{ output: 'valve1', value: 0 }])
    expect(one.hearValves({ valve1: 0 })).toEqual([])
    expect(one.hearValves({ valve1: 1 })).toEqual([{ output: 'valve1', value: 1 }])
  })

  test('that it is shut, right after its answer: that may have been measured before it opened', async () => {
    const one = await ready()
    one.want('valve1')
    await one.pass(2)
    expect(one.runs('valve1')).toBe(1)
    expect(one.hearValves({ valve1: 0 })).toEqual([])
  })
})

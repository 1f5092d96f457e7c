import { describe, expect, test } from 'vitest'
import type { EquipmentConfig } from '../../../edge/equipment.ts'
import { EQUIPMENT, GOOD, ready, watering } from './house.ts'

/** Fertiliser goes into flowing water alone, never acid with base, and never more of it in a day than it may. */

describe('a dosing pump', () => {
  test('begins once water has flowed for long enough, and not before', async () => {
    const one = await ready()
    await one.pass(20, { ...GOOD, flow: 0 })
    one.want('valve1')
    one.want('pump')
    one.want('acid')
    await one.pass(6, { ...GOOD, flow: 0 })
    expect(one.wants('pump')).toBe(1)
    await one.pass(4)
    expect(one.wants('acid')).toBe(0)
    await one.pass(4)
    expect(one.wants('acid')).toBe(1)
  })

  test('stops in the same turn as the flow does', async () => {
    const one = await watering()
    one.want('acid')
    await one.pass(3)
    expect(one.wants('acid')).toBe(1)
    one.hear({ flow: 0 })
    expect(one.wants('acid')).toBe(0)
  })

  test('and begins anew only after the flow has lasted again', async () => {
    const one = await watering()
    one.want('acid')
    await one.pass(3)
    one.hear({ flow: 0 })
    one.hear({ flow: 20 })
    await one.pass(4)
    expect(one.wants('acid')).toBe(0)
    await one.pass(3)
    expect(one.wants('acid')).toBe(1)
  })

  test('and after a while in which nobody told of the flow', async () => {
    const patchy = (one: EquipmentConfig[number]) =>
      one.kind === 'dosing-pump' ? { ...one, flow: { ...one.flow, fresh_s: 5 } } : one
    const one = await watering({ equipment: EQUIPMENT.map(patchy) })
    const { flow, ...others } = GOOD
    await one.pass(8, others)
    one.want('acid')
    one.hear({ flow })
    await one.pass(4)
    expect([one.wants('pump'), one.wants('acid')]).toEqual([1, 0])
    await one.pass(3)
    expect(one.wants('acid')).toBe(1)
  })

  test('doses into no other zone than those it is wired to', async () => {
    const one = await ready()
    one.want('valve2')
    one.want('pump')
    one.want('acid')
    await one.pass(30)
    expect([one.wants('pump'), one.wants('acid')]).toEqual([1, 0])
  })

  test('a pulse ends at its longest', async () => {
    const one = await watering()
    one.want('acid')
    await one.pass(1)
    const begun = one.told.find(({ output, value }) => output === 'acid' && value === 1)
    await one.pass(30)
    const ended = one.told.find(
      ({ output, value, at }) => output === 'acid' && value === 0 && at > (begun?.at ?? 0),
    )
    expect((ended?.at ?? 0) - (begun?.at ?? 0)).toBe(20_000)
  })
})

describe('acid and base', () => {
  test('asked for together, one alone is dosed', async () => {
    const one = await watering()
    one.want('acid')
    one.want('base')
    await one.pass(10)
    expect([one.wants('acid'), one.wants('base')]).toEqual([1, 0])
    expect(one.decision('base')?.owner).toBe('apart-1')
  })

  test('named by one of them alone they are apart both ways', async () => {
    const one = await watering()
    one.want('base')
    one.want('acid')
    await one.pass(10)
    expect([one.wants('acid'), one.wants('base')]).toEqual([0, 1])
  })

  test('the other begins when the first has rested for the flushing time', async () => {
    const one = await watering()
    one.want('acid', 1, 5)
    one.want('base')
    await one.pass(60)
    const rested = one.told.findLast(({ output, value }) => output === 'acid' && value === 0)?.at ?? 0
    const begun = one.told.find(({ output, value }) => output === 'base' && value === 1)?.at ?? 0
    expect(begun - rested).toBeGreaterThanOrEqual(30_200)
  })

  test('one that does not say that it rests keeps the other from dosing', async () => {
    const one = await watering()
    one.want('acid')
    await one.pass(3)
    one.deaf.add('acid')
    one.letGo('acid')
    one.want('base')
    await one.pass(90)
    expect(one.wants('base')).toBe(0)
  })
})

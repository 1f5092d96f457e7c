import { describe, expect, test } from 'vitest'
import { BOARD, GOOD, house, ready, VALVES, watering } from './house.ts'

/** A board that restarts under a running pump, a driver that breaks: what is not running is not judged, nor left on. */

const pumpOff = [{ output: 'pump', value: 0 }]

describe('a board that restarts while its pump runs', () => {
  const restarted = async () => {
    const one = await watering()
    await one.pass(60)
    one.outputs.progress(BOARD, [{ output: 'pump', value: 1 }], 'failed')
    one.outputs.progress(BOARD, pumpOff, 'confirmed')
    return one
  }

  test('does not lock it as run dry: it rests, and is started anew', async () => {
    const one = await restarted()
    one.told.length = 0
    await one.pass(4, { ...GOOD, flow: 0 })
    expect(one.reports.filter(({ event }) => event === 'latched')).toEqual([])
    await one.pass(3, { ...GOOD, flow: 0 })
    expect(one.wants('pump')).toBe(1)
    await one.pass(60)
    expect(one.wants('pump')).toBe(1)
    expect(one.held('pump')).toBeNull()
  })

  test('and locks it all the same where no water comes after that', async () => {
    const one = await restarted()
    await one.pass(30, { ...GOOD, flow: 0 })
    expect(one.held('pump')).toMatchObject({ name: 'dry-run', event: 'latched' })
    expect(one.wants('pump')).toBe(0)
  })
})

describe('what its driver has given up', () => {
  const opened = (told: readonly { output: string; value: number }[]) =>
    told.filter(({ output, value }) => output === 'valve2' && value === 1).length
  const givenUp = async () => {
    const one = await ready()
    one.deaf.add('valve2')
    one.want('valve2')
    await one.pass(40)
    one.outputs.progress(VALVES, [{ output: 'valve2', value: 1 }], 'failed')
    one.told.length = 0
    return one
  }

  test('is asked again in the turn in which its device is heard again', async () => {
    const one = await givenUp()
    await one.pass(60)
    expect(opened(one.told)).toBe(0)
    one.deaf.delete('valve2')
    one.hearValves({ valve1: 0, valve2: 0 })
    expect(opened(one.told)).toBe(1)
    await one.pass(1)
    expect(one.runs('valve2')).toBe(1)
  })

  test('not where the device says no more than that it fails', async () => {
    const one = await givenUp()
    one.lose(VALVES)
    expect(opened(one.told)).toBe(0)
  })

  test('nor of a device that speaks and does not obey, more often than anything is told again', async () => {
    const one = await givenUp()
    for (let second = 0; second < 100; second++) {
      one.hearValves({ valve1: 0 })
      one.outputs.progress(VALVES, [{ output: 'valve2', value: 1 }], 'failed')
      await one.pass(1)
    }
    expect(opened(one.told)).toBeGreaterThanOrEqual(9)
    expect(opened(one.told)).toBeLessThanOrEqual(11)
  })
})

describe('a driver that throws', () => {
  test('keeps no later stop from being driven', async () => {
    const one = await watering({ throwing: new Set(['mister']) })
    expect(() => one.want('mister')).toThrow()
    one.letGo('pump')
    expect(one.wants('pump')).toBe(0)
  })
})

test('values that cannot be are within no limits', async () => {
  for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
    const one = await watering()
    one.hear({ float: value })
    expect(one.wants('pump')).toBe(0)
  }
  expect(house().wants('pump')).toBe(0)
})

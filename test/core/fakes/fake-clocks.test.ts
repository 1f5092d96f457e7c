import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driftingClock } from '../../../core/fakes/drifting-clock.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { timerHeap } from '../../../core/fakes/timer-heap.ts'

describe('timers of the fake clock', () => {
  test('fire by due time, those of one moment in the order in which they were armed, cancelled ones never', () => {
    const timers = fc.array(fc.record({ due: fc.integer({ min: 0, max: 20 }), cancel: fc.boolean() }), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(timers, (list) => {
        const heap = timerHeap()
        const armed = list.map(({ due }, index) => heap.add(due, () => fired.push(index)))
        const fired: number[] = []
        list.forEach(({ cancel }, index) => {
          const timer = armed[index]
          if (cancel && timer !== undefined) heap.cancel(timer)
        })
        const kept = list.flatMap(({ due, cancel }, index) => (cancel ? [] : [{ due, index }]))
        expect(heap.size()).toBe(kept.length)
        for (let next = heap.take(20); next !== undefined; next = heap.take(20)) next.work()
        expect(fired).toEqual(
          kept.sort((a, b) => a.due - b.due || a.index - b.index).map(({ index }) => index),
        )
        expect(heap.size()).toBe(0)
      }),
    )
  })

  test('that cancel themselves while they fire are counted once', async () => {
    const clock = fakeClock()
    const cancel = clock.after(10, () => cancel())
    clock.after(20, () => {})
    await clock.advance(10)
    expect(clock.pending()).toBe(1)
  })

  test('a hundred thousand of them cost little', async () => {
    const clock = fakeClock()
    let fired = 0
    for (let index = 0; index < 100_000; index++) clock.after(index % 1000, () => fired++)
    await clock.advance(1000)
    expect(fired).toBe(100_000)
  }, 10_000)
})

describe('a drifting clock', () => {
  test('counts more than has passed when it runs fast, and its timers fire by its own count', async () => {
    const truth = fakeClock(0)
    const machine = driftingClock(truth, { ppm: 1000, wall: 5_000 })
    let firedAt = Number.NaN
    machine.after(1_001, () => {
      firedAt = truth.now()
    })
    await truth.advance(1_000_000)
    expect(firedAt).toBe(1_000)
    expect(machine.monotonic()).toBeCloseTo(1_001_000, 3)
    expect(machine.now()).toBe(5_000 + 1_001_000)
  })

  test('begins at zero with each boot, and no timer of the former one fires', async () => {
    const truth = fakeClock(0)
    const machine = driftingClock(truth, { ppm: 0, wall: 0 })
    let fired = 0
    machine.after(1_000, () => fired++)
    await truth.advance(500)
    machine.reboot()
    expect(machine.monotonic()).toBe(0)
    expect(machine.now()).toBe(500)
    await truth.advance(5_000)
    expect(fired).toBe(0)
    expect(truth.pending()).toBe(0)
  })

  test('that is truly synchronized tells the truth, and runs on from it afterwards', async () => {
    const truth = fakeClock(1_000_000)
    const machine = driftingClock(truth, { ppm: 0, wall: 0 })
    machine.synchronize('truly')
    expect(await machine.system.synchronized()).toBe(true)
    expect(machine.now()).toBe(1_000_000)
    machine.synchronize('no')
    await truth.advance(7)
    expect(machine.now()).toBe(1_000_007)
  })

  test('may lie about being synchronized', async () => {
    const machine = driftingClock(fakeClock(1_000_000), { ppm: 0, wall: 0, synchronized: 'falsely' })
    expect(await machine.system.synchronized()).toBe(true)
    expect(machine.now()).toBe(0)
  })
})

import { describe, expect, test } from 'vitest'
import { BOARD, GOOD, house, ready, reason, watering } from './house.ts'

/** Whoever runs a program learns what an interlock did: once, with its name and its words, and when it is over. */

const brief = (reports: readonly { output: string; name: string; event: string }[]) =>
  reports.map(({ output, name, event }) => `${output} ${name} ${event}`)

describe('what interlocks do is told', () => {
  test('in the turn in which a run is stopped, and again when it may go on', async () => {
    const one = await watering()
    one.hear({ float: 0 })
    expect(brief(one.reports)).toEqual(['pump low-water stopped'])
    one.hear({ float: 1 })
    await one.pass(10)
    expect(brief(one.reports)).toEqual([
      'pump low-water stopped',
      'pump low-water free',
      'pump minimum-rest held',
      'pump minimum-rest free',
    ])
  })

  test('of a rest that is waited for at once, and how long it lasts', async () => {
    const one = await watering()
    one.letGo('pump')
    await one.pass(1)
    expect(one.reports).toEqual([])
    one.want('pump')
    expect(one.reports).toMatchObject([{ output: 'pump', name: 'minimum-rest', event: 'held', left_s: 4 }])
    expect(one.held('pump')).toMatchObject({ name: 'minimum-rest', until: one.clock.now() + 4_000 })
    await one.pass(4)
    expect(brief(one.reports).at(-1)).toBe('pump minimum-rest free')
    expect(one.held('pump')).toBeNull()
  })

  test('of a long rest though nobody asks yet: whoever would is told how long', async () => {
    const one = house()
    expect(one.reports).toMatchObject([{ output: 'pump', name: 'longest-run', event: 'held', left_s: 60 }])
    await one.pass(59)
    expect(one.held('pump')?.until).toBe(one.clock.now() + 1_000)
    await one.pass(1)
    expect(brief(one.reports).at(-1)).toBe('pump longest-run free')
  })

  test('of a run that its longest ended when it may go on', async () => {
    const one = await watering()
    await one.pass(290)
    expect(one.reports).toMatchObject([{ output: 'pump', name: 'longest-run', event: 'stopped', left_s: 60 }])
  })

  test('not of a pulse that ends when its owner wanted it to, though he has yet to say so', async () => {
    const one = await watering()
    one.outputs.claim('program', [
      {
        ...{ device: BOARD, output: 'acid', value: 1, forS: 3, validS: 60 },
        ...{ urgency: 'normal', purpose: 'schedule', reason },
      },
    ])
    await one.pass(2)
    expect(one.wants('acid')).toBe(1)
    await one.pass(5)
    expect(one.wants('acid')).toBe(0)
    expect(brief(one.reports)).toEqual([])
  })

  test('not as free while the cause is there, though nobody asks any more', async () => {
    const one = await watering()
    one.hear({ float: 0 })
    one.letGo('pump')
    await one.pass(60, { ...GOOD, float: 0 })
    expect(brief(one.reports)).toEqual(['pump low-water stopped'])
    await one.pass(2)
    expect(brief(one.reports).at(-1)).toBe('pump low-water free')
  })

  test('as a latch until it is reset, whether or not the pump is asked for', async () => {
    const one = await ready()
    one.want('valve1')
    one.want('pump')
    await one.pass(20, { ...GOOD, flow: 0 })
    one.letGo('pump')
    await one.pass(60)
    expect(brief(one.reports)).toEqual(['pump dry-run latched'])
    one.reset('pump')
    expect(brief(one.reports).at(-1)).toBe('pump dry-run free')
  })

  test('of a pump that waits for its valve only when it has waited for long', async () => {
    const one = await ready()
    one.want('pump')
    await one.pass(25)
    expect(one.reports).toEqual([])
    await one.pass(10)
    expect(brief(one.reports)).toEqual(['pump valve-open held'])
  })

  test('of a valve that closes behind its pump nothing: that is as it should be', async () => {
    const one = await watering()
    one.letGo('pump')
    one.letGo('valve1')
    await one.pass(60)
    expect(one.reports).toEqual([])
  })

  test('a handler may ask for other outputs meanwhile', async () => {
    const one = await watering()
    one.outputs.onInterlock((report) => {
      if (report.event === 'stopped') one.letGo('valve1')
    })
    one.hear({ float: 0 })
    await one.pass(5)
    expect([one.wants('pump'), one.wants('valve1')]).toEqual([0, 0])
  })
})

describe('hardware that answers before it was told to the end', () => {
  test('lets a pump begin by its valve all the same', async () => {
    const one = await watering({ confirmMs: 0 })
    expect([one.runs('valve1'), one.runs('pump')]).toEqual([1, 1])
  })
})

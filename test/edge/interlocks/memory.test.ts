import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { GOOD, type HouseOptions, house, ready, T0, watering } from './house.ts'

/** What a person has yet to look after, starts and budgets outlive a restart; what is not known errs on the safe side. */

const DAY_S = 86_400

/** Lets acid dose again and again for so many seconds. */
async function dose(one: Awaited<ReturnType<typeof watering>>, seconds: number) {
  one.want('acid')
  await one.pass(seconds)
}

/** How long the acid was told to run, ms. */
function dosed(told: readonly { output: string; value: number; at: number }[], until: number): number {
  let sum = 0
  let from: number | undefined
  for (const { output, value, at } of told) {
    if (output !== 'acid') continue
    if (value !== 0) from ??= at
    else if (from !== undefined) {
      sum += at - from
      from = undefined
    }
  }
  return from === undefined ? sum : sum + until - from
}

/** A life that dies without a word, and the next one over the same disk and clock. */
async function restarted(one: ReturnType<typeof house>, options: HouseOptions, off_s = 0) {
  one.kill()
  await one.clock.advance(off_s * 1_000)
  const next = house({ ...options, clock: one.clock })
  await next.pass(61)
  next.told.length = 0
  next.want('valve1')
  next.want('pump')
  await next.pass(15)
  return next
}

describe('a latch', () => {
  test('survives a restart', async () => {
    const store = openSqlite(':memory:')
    const one = await ready({ store })
    one.want('valve1')
    one.want('pump')
    await one.pass(20, { ...GOOD, flow: 0 })
    const next = await restarted(one, { store })
    expect(next.held('pump')).toMatchObject({ name: 'dry-run', event: 'latched' })
    expect(next.wants('pump')).toBe(0)
  })

  test('that a person has reset is over after a restart as well', async () => {
    const store = openSqlite(':memory:')
    const one = await ready({ store })
    one.want('valve1')
    one.want('pump')
    await one.pass(20, { ...GOOD, flow: 0 })
    one.reset('pump')
    const next = await restarted(one, { store })
    expect(next.wants('pump')).toBe(1)
  })
})

describe('starts', () => {
  test('before a restart count after it', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    for (let start = 0; start < 19; start++) {
      one.want('pump', 0)
      await one.pass(10)
      one.want('pump', 1)
      await one.pass(10)
    }
    const next = await restarted(one, { store })
    expect(next.wants('pump')).toBe(0)
    expect(next.decision('pump')?.owner).toBe('starts-limit')
  })
})

describe('a budget', () => {
  test('is never exceeded within a day', async () => {
    const one = await watering()
    one.want('valve2')
    await dose(one, 290)
    expect(dosed(one.told, one.clock.monotonic())).toBeLessThanOrEqual(101_000)
    expect(dosed(one.told, one.clock.monotonic())).toBeGreaterThanOrEqual(100_000)
    expect(one.decision('acid')?.owner).toBe('run-budget')
  })

  test('counts over a restart, and a life that ended in the middle of a pulse counts more than it ran', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    await dose(one, 55)
    const before = dosed(one.told, one.clock.monotonic())
    const next = await restarted(one, { store })
    await dose(next, 250)
    const after = dosed(next.told, next.clock.monotonic())
    expect(before + after).toBeLessThanOrEqual(101_000)
    expect(before + after).toBeGreaterThanOrEqual(60_000)
  })

  test('is written down as used before a pulse begins: a power cut gives none of it away', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    one.want('acid')
    const row = store.prepare("SELECT run FROM interlock WHERE place = 'board/acid'").get()
    expect(one.wants('acid')).toBe(1)
    expect(String(row?.run)).toContain('"ms":30000')
  })

  test('is not free again after an outage that cannot be proven', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    await dose(one, 290)
    const next = await restarted(one, { store }, 2 * DAY_S)
    await dose(next, 60)
    expect(next.wants('acid')).toBe(0)
    expect(next.decision('acid')?.owner).toBe('run-budget')
  })

  test('is free again after an outage of a day and a share of one that the clock proves', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const one = await watering({ store, clock, bounds: known(clock) })
    await dose(one, 290)
    const next = await restarted(one, { store, bounds: known(clock) }, DAY_S + 900)
    await dose(next, 30)
    expect(dosed(next.told, next.clock.monotonic())).toBeGreaterThan(0)
  })

  test('is free again once a later word on the time proves the outage', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const one = await watering({ store, clock, bounds: known(clock) })
    await dose(one, 290)
    let told = false
    const unsure = () => (told ? known(clock)() : { earliest: 0, latest: Number.POSITIVE_INFINITY })
    const next = await restarted(one, { store, bounds: unsure }, DAY_S + 900)
    await dose(next, 30)
    expect(dosed(next.told, next.clock.monotonic())).toBe(0)
    told = true
    await next.pass(30)
    expect(dosed(next.told, next.clock.monotonic())).toBeGreaterThan(0)
  })

  test('that cannot be written down is not used', async () => {
    const one = await watering()
    one.disk.broken = true
    await dose(one, 30)
    expect(one.wants('acid')).toBe(0)
    expect(one.wants('pump')).toBe(1)
    one.disk.broken = false
    await one.pass(15)
    expect(one.wants('acid')).toBe(1)
  })
})

/** A clock that is known to the second. */
function known(clock: { now(): number }) {
  return () => ({ earliest: clock.now() - 1_000, latest: clock.now() + 1_000 })
}

describe('a memory that was lost', () => {
  test('counts a budget as used up for its whole window', async () => {
    const one = await watering({ lost: true })
    await dose(one, 60)
    expect(one.wants('acid')).toBe(0)
  })

  test('still does after another restart', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ lost: true, store })
    const next = await restarted(one, { store })
    await dose(next, 60)
    expect(next.wants('acid')).toBe(0)
  })

  test('is made good by a person who has looked', async () => {
    const one = await watering({ lost: true })
    await dose(one, 5)
    expect(one.reset('acid').ok).toBe(true)
    await one.pass(5)
    expect(one.wants('acid')).toBe(1)
  })

  test('counts the starts of the pump as if they had been spread evenly', async () => {
    const one = house({ lost: true })
    one.want('valve1')
    one.want('pump')
    await one.pass(150)
    expect(one.wants('pump')).toBe(0)
    await one.pass(100)
    expect(one.wants('pump')).toBe(1)
  })

  test('a damaged row is one that was lost', async () => {
    const store = openSqlite(':memory:')
    await watering({ store })
    store.prepare("UPDATE interlock SET run = '{half' WHERE place = 'board/acid'").run()
    const one = await watering({ store })
    await dose(one, 30)
    expect(one.wants('acid')).toBe(0)
  })

  test('a new disk has used nothing', async () => {
    const one = await watering()
    await dose(one, 5)
    expect(one.wants('acid')).toBe(1)
  })
})

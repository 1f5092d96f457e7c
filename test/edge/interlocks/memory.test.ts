import { describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
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

  test('of this life is not free again by a word on what lay before it', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const one = await watering({ store, clock, bounds: known(clock) })
    await dose(one, 45)
    let told = false
    const unsure = () => (told ? known(clock)() : { earliest: 0, latest: Number.POSITIVE_INFINITY })
    const next = await restarted(one, { store, bounds: unsure }, DAY_S + 900)
    await dose(next, 60)
    const before = dosed(next.told, next.clock.monotonic())
    expect(before).toBeGreaterThan(10_000)
    told = true
    await next.pass(150)
    const after = dosed(next.told, next.clock.monotonic())
    expect(after).toBeGreaterThan(before + 10_000)
    expect(after).toBeLessThanOrEqual(101_000)
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

describe('a rest', () => {
  /** Water through the first valve, told to the second life a second after it has begun; when its pump starts, s. */
  async function pumpStartsAfter(one: ReturnType<typeof house>, options: HouseOptions, off_s: number) {
    one.kill()
    await one.clock.advance(off_s * 1_000)
    const next = house({ ...options, clock: one.clock })
    next.want('valve1')
    next.want('pump')
    let seconds = 0
    for (; next.wants('pump') === 0 && seconds < 200; seconds++) await next.pass(1)
    return seconds
  }
  /** What a start costs the pump in any case: its valve rests and opens, and its meter is heard for a while. */
  const OPENING_S = 12
  const LONG_REST_S = 60

  async function stopped(options: HouseOptions, rested_s: number) {
    const one = await watering(options)
    one.letGo('pump')
    await one.pass(rested_s)
    return one
  }
  /** At the end of its longest run, which is followed by the long rest. */
  async function ranOut(options: HouseOptions) {
    const one = await watering(options)
    await one.pass(290)
    expect(one.decision('pump')?.owner).toBe('longest-run')
    return one
  }

  test('of a pump that has stopped before is none that is owed anew', async () => {
    const store = openSqlite(':memory:')
    const one = await stopped({ store }, 10)
    expect(await pumpStartsAfter(one, { store }, 1)).toBeLessThanOrEqual(OPENING_S)
  })

  test('of a pump that was told to stop and never said that it has is owed in full', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    one.deaf.add('pump')
    one.letGo('pump')
    await one.pass(40)
    expect(await pumpStartsAfter(one, { store }, 1)).toBeGreaterThanOrEqual(LONG_REST_S)
  })

  test('of a pump that ran on a full disk is owed in full by a start that cannot write either', async () => {
    const real = openSqlite(':memory:')
    const full = () => {
      throw new FaultError(fault('STORE_FULL', { file: 'interlocks.db' }))
    }
    const readOnly: SqlStore = { ...real, prepare: (sql) => ({ ...real.prepare(sql), run: full }) }
    const one = await stopped({ store: real }, 30)
    one.disk.broken = true
    one.want('pump')
    await one.pass(20)
    expect(one.runs('pump')).toBe(1)
    expect(await pumpStartsAfter(one, { store: readOnly }, 1)).toBeGreaterThanOrEqual(LONG_REST_S)
  })

  test('of a pump that ran on a full disk is owed in full where the disk took a word of it before the end', async () => {
    const store = openSqlite(':memory:')
    const one = await stopped({ store }, 30)
    one.disk.broken = true
    one.want('pump')
    await one.pass(20)
    one.disk.broken = false
    await one.pass(15)
    expect(await pumpStartsAfter(one, { store }, 1)).toBeGreaterThanOrEqual(LONG_REST_S)
  })

  test('of a pump that ran when its node died is owed in full, however long ago that was', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const options = { store, clock, bounds: known(clock) }
    const one = await watering(options)
    expect(await pumpStartsAfter(one, options, 7_200)).toBeGreaterThanOrEqual(LONG_REST_S)
  })

  test('after a longest run is over where the clock proves that the node was off for longer', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const options = { store, clock, bounds: known(clock) }
    const one = await ranOut(options)
    expect(await pumpStartsAfter(one, options, LONG_REST_S)).toBeLessThanOrEqual(OPENING_S)
  })

  test('after a longest run is not shortened by an outage that nobody can prove', async () => {
    const store = openSqlite(':memory:')
    const one = await ranOut({ store })
    expect(await pumpStartsAfter(one, { store }, 7_200)).toBeGreaterThanOrEqual(LONG_REST_S - 10)
  })

  test('nor by a clock that was set ahead before it was known to be right', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const one = await ranOut({ store, clock, bounds: known(clock) })
    const ahead = () => ({ earliest: 0, latest: clock.now() + 86_400_000 })
    expect(await pumpStartsAfter(one, { store, bounds: ahead }, 1)).toBeGreaterThanOrEqual(LONG_REST_S - 10)
  })

  test('ends at once when a later word on the time proves the outage', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const one = await ranOut({ store, clock, bounds: known(clock) })
    let told = false
    const unsure = () => (told ? known(clock)() : { earliest: 0, latest: Number.POSITIVE_INFINITY })
    one.kill()
    await clock.advance(3_600_000)
    const next = house({ store, clock, bounds: unsure })
    next.want('valve1')
    next.want('pump')
    await next.pass(20)
    expect(next.wants('pump')).toBe(0)
    told = true
    await next.pass(1)
    expect(next.wants('pump')).toBe(1)
  })

  test('that a start owes goes on over the next one', async () => {
    const store = openSqlite(':memory:')
    const clock = fakeClock(T0)
    const options = { store, clock, bounds: known(clock) }
    const one = await watering(options)
    one.kill()
    const next = house(options)
    await next.pass(40)
    const seconds = await pumpStartsAfter(next, options, 1)
    expect(seconds).toBeLessThanOrEqual(LONG_REST_S - 35)
    expect(seconds).toBeGreaterThanOrEqual(LONG_REST_S - 42)
  })

  test('of a pump that a node stopped as it ended is none that is owed anew', async () => {
    const store = openSqlite(':memory:')
    const one = await watering({ store })
    one.outputs.driveSafe()
    await one.clock.advance(10_000)
    expect(await pumpStartsAfter(one, { store }, 1)).toBeLessThanOrEqual(OPENING_S)
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

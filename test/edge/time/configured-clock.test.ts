import { describe, expect, test } from 'vitest'
import { driftingClock, type Synchronization } from '../../../core/fakes/drifting-clock.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import type { EdgeConfig } from '../../../edge/config.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { configuredClock } from '../../../edge/time/configured-clock.ts'

type TrustSystem = EdgeConfig['time']['trustSystem']

/** A machine that is right and says what it is told to of its synchronization. */
async function qualityOf(trustSystem: TrustSystem, synchronized: Synchronization) {
  const truth = fakeClock()
  const machine = driftingClock(truth, { ppm: 0, synchronized })
  const store = openSqlite(':memory:')
  const refusals = createRefusals({ clock: truth, log: silentLog })
  const clock = configuredClock(
    { time: { trustSystem } },
    { machine, system: machine.system, store, refusals },
  )
  await truth.advance(1_000)
  return clock.quality()
}

describe("the system's clock", () => {
  test.each<[TrustSystem, Synchronization, string]>([
    ['auto', 'truly', 'synced'],
    ['auto', 'no', 'unknown'],
    ['always', 'no', 'synced'],
    ['never', 'truly', 'unknown'],
  ])('with %s, where it is synchronized: %s, makes the time %s', async (trust, synchronized, quality) => {
    expect(await qualityOf(trust, synchronized)).toBe(quality)
  })
})

describe('a demonstration', () => {
  test('plays another year, a minute each second, and knows its time at once', async () => {
    const from = Date.UTC(2020, 9, 1)
    const scale = { speed: 60, origin: Date.now(), from }
    const machine = systemClock(scale)
    const refusals = createRefusals({ clock: machine, log: silentLog })
    const system = { synchronized: () => Promise.resolve(false) }
    const store = openSqlite(':memory:')
    const config = { time: { trustSystem: 'auto' }, clock: scale } as const
    const clock = configuredClock(config, { machine, system, store, refusals })
    await Promise.resolve()
    await Promise.resolve()
    expect(clock.quality()).toBe('synced')
    // A blink of the machine's is seconds here: told between two looks at it, it lies between them.
    const before = machine.now()
    const told = clock.now()
    expect(told).toBeGreaterThan(before - 2_000)
    expect(told).toBeLessThan(machine.now() + 2_000)
    expect(told).toBeGreaterThanOrEqual(from)
    clock.stop()
    expect(refusals.latest()).toEqual([])
  })
})

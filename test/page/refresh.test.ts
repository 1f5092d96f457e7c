import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { createRefresh } from '../../page/live/refresh.ts'

function asked(answer_ms = 0) {
  const clock = fakeClock()
  const times: number[] = []
  const start = clock.monotonic()
  const refresh = createRefresh({
    clock,
    least_ms: 1_000,
    longest_ms: 10_000,
    ask() {
      times.push(clock.monotonic() - start)
      if (answer_ms === 0) return Promise.resolve()
      return new Promise((resolve) => clock.after(answer_ms, resolve))
    },
  })
  return { clock, times, refresh }
}

describe('what is kept fresh', () => {
  test('is asked for at once, and then without a reason now and then', async () => {
    const { clock, times } = asked()
    await clock.advance(20_500)
    expect(times).toEqual([0, 10_000, 20_000])
  })

  test('is asked for once, however many reasons come together', async () => {
    const { clock, times, refresh } = asked()
    await clock.advance(5_000)
    for (let n = 0; n < 50; n++) refresh.wake()
    await clock.advance(900)
    expect(times).toEqual([0, 5_000])
  })

  test('is not asked for more often than it may be', async () => {
    const { clock, times, refresh } = asked()
    for (let n = 0; n < 30; n++) {
      refresh.wake()
      await clock.advance(100)
    }
    expect(times).toEqual([0, 1_000, 2_000, 3_000])
  })

  test('that changed while it was being asked for is asked for again, one question at a time', async () => {
    const { clock, times, refresh } = asked(3_000)
    await clock.advance(100)
    refresh.wake()
    await clock.advance(2_800)
    expect(times).toEqual([0])
    await clock.advance(1_200)
    expect(times).toEqual([0, 4_000])
  })

  test('is left alone once nobody looks', async () => {
    const { clock, times, refresh } = asked()
    await clock.advance(100)
    refresh.close()
    refresh.wake()
    await clock.advance(60_000)
    expect(times).toEqual([0])
    expect(clock.pending()).toBe(0)
  })
})

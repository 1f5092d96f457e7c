import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { daylight_lx } from '../../../sim/lighting/daylight.ts'
import { createPassers } from '../../../sim/lighting/passers.ts'

const DONG_HA = { lat: 16.816, lon: 107.1 }

describe('daylight', () => {
  test.each([
    ['noon', '2026-03-20T05:00:00Z', 80_000, 120_000],
    ['sunset', '2026-03-20T11:03:00Z', 200, 800],
    ['civil dusk', '2026-03-20T11:25:00Z', 1, 10],
    ['midnight', '2026-03-20T17:00:00Z', 0.1, 1],
  ])('%s at Đông Hà', (_, at, least, most) => {
    const lx = daylight_lx(Date.parse(at), DONG_HA)
    expect(lx).toBeGreaterThan(least)
    expect(lx).toBeLessThan(most)
  })
})

describe('passers', () => {
  test('are seen by one sensor after the other, each seeing begin and end; none after the stop', async () => {
    const clock = fakeClock()
    const seen: [number, boolean][] = []
    const passers = createPassers({
      ...{ clock, random: seededRandom(3), length_m: 1_000, sensors_m: [200, 400, 600], every_s: 600 },
      seen: (sensor, motion) => seen.push([sensor, motion]),
    })
    passers.start()
    await clock.advance(3_600_000)
    const order = seen.filter(([, motion]) => motion).map(([sensor]) => sensor)
    expect(order.length).toBeGreaterThanOrEqual(9)
    expect(['0,1,2', '2,1,0']).toContain(order.slice(0, 3).join())
    expect(seen.filter(([, motion]) => !motion).length).toBeGreaterThanOrEqual(9)
    passers.stop()
    expect(clock.pending()).toBe(0)
  })
})

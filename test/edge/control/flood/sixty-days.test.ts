import { expect, test } from 'vitest'
import { restoreFloodState } from '../../../../edge/control/flood/state.ts'
import { DONG_HA, trial } from './station.ts'

const STATION = {
  ...DONG_HA,
  rise: { m_per_h: 2, over_min: 60 },
  rain: {
    device: 'dh-rain',
    channel: 'tips',
    mm_per_count: 0.2,
    mm_per_h_max: 300,
    limits: [{ over: 'day' as const, mm: 200, level: 1 }],
  },
}
const DAYS = 60
const PER_DAY = 288

test('sixty days unattended: no alarm for nothing, a test passed each day, a memory that does not grow', {
  timeout: 60_000,
}, () => {
  const it = trial(STATION)
  let tips = 65_000
  let largest = 0
  for (let sample = 0; sample < DAYS * PER_DAY; sample++) {
    const before = it.outputs.length
    it.stage(1 + Math.sin(sample / 40) / 4)
    // The counter of the gauge is of two bytes and wraps; the device answers every order.
    tips = (tips + (sample % 5 === 0 ? 1 : 0)) % 65_536
    it.report('dh-rain', { tips })
    for (const { output, value } of it.outputs.slice(before))
      it.give({ type: 'output', device: 'dh-siren', requests: [{ output, value }], stage: 'confirmed' })
    if (sample % PER_DAY === 0) largest = Math.max(largest, JSON.stringify(it.state()).length)
  }
  expect(it.log().filter((line) => line !== 'self-test note 0')).toEqual([])
  expect(it.events).toHaveLength(DAYS)
  expect(it.events.every(({ text }) => text.en.endsWith('passed.'))).toBe(true)
  expect(it.latest('rain_24h')?.value).toBeCloseTo((0.2 * PER_DAY) / 5, 0)
  expect(largest).toBeLessThan(64 * 1024)
  // The timeline begins with the first step, ten seconds into the trial.
  expect(it.state().timeline.t).toBe(DAYS * 86_400_000 - 10_000)
  expect(restoreFloodState(JSON.parse(JSON.stringify(it.state()))).ok).toBe(true)
})

import { describe, expect, test } from 'vitest'
import { spikeFlags } from '../../../../edge/control/flood/level-quality.ts'
import { stageOf } from '../../../../edge/control/flood/stage.ts'
import { DONG_HA, trial } from './station.ts'

describe('stage from a measurement', () => {
  test('the published vector: reference 4.2, distance 3.22 is 0.98', () => {
    expect(stageOf({ ...DONG_HA.level, datum_m: 4.2 }, 3.22)).toBe(0.98)
  })
  test('a tilted beam counts by its cosine', () => {
    expect(stageOf({ ...DONG_HA.level, tilt_deg: 30 }, 2)).toBe(8.268)
  })
  test('a height is added to the gauge zero', () => {
    expect(stageOf({ ...DONG_HA.level, measures: 'stage', datum_m: 1.5, correction_m: -0.1 }, 2)).toBe(3.4)
  })
})

/** Limits as tight as an engineer may set them for a calm river. */
const STRICT = {
  ...DONG_HA,
  level: { ...DONG_HA.level, spike: { suspect_m: 0.5, fail_m: 3 }, rate_m_per_h: 3 },
}

describe('quality of level samples', () => {
  test('the QARTOD spike vector', () => {
    expect(spikeFlags([10, 12, 999.99, 13, 15, 40, 9, 9], 25, 50)).toEqual([2, 4, 4, 4, 1, 3, 1, 2])
  })
  test('spikes of one sample never raise an alarm', () => {
    const it = trial()
    for (const stage of [1.5, 5, 1.5, 5, 1.5, 5, 1.5]) it.stage(stage)
    expect(it.levelLog()).toEqual([])
    expect(it.readings.filter(({ channel }) => channel === 'stage').map(({ flag }) => flag)).toEqual([
      2, 4, 1, 4, 1, 4, 1,
    ])
  })
  test('a jump that the next sample confirms is believed, with both samples', () => {
    const it = trial()
    for (const stage of [1.5, 3.5, 3.6]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 2'])
    expect(it.latest('stage')?.flag).toBe(1)
  })
  test('a flood that rises by more than a spike from each sample to the next is believed at the second', () => {
    const it = trial(STRICT)
    for (const stage of [0.5, 2.2, 4.4]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1'])
    for (const stage of [6.6, 8.8]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1', 'raised 3'])
  })
  test('three samples in a row on one side of the past are no spikes, however far apart they lie', () => {
    const it = trial(STRICT)
    for (const stage of [0.5, 8, 4.4]) it.stage(stage)
    expect(it.levelLog()).toEqual([])
    it.stage(2.2)
    expect(it.levelLog()).toEqual(['raised 1'])
  })
  test('spikes to both sides confirm nothing', () => {
    const it = trial(STRICT)
    for (const stage of [4.2, 4.2, 8.5, 1, 8, 0, 8.5, 1, 4.2]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 3'])
    expect(it.state().quality.good?.stage_m).toBe(4.2)
  })
  test('a value outside the gross range fails and is not level 0', () => {
    const it = trial()
    for (const stage of [2.1, 2.1, -5, -5, -5, -5, -5, -5, -5]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1'])
    expect(it.latest('stage')?.flag).toBe(4)
  })
  test('a flat line past its time is suspect and says so once, and the alarm in force stays', () => {
    const station = { ...DONG_HA, level: { ...DONG_HA.level, stuck: { after_h: 1, tolerance_m: 0.002 } } }
    const it = trial(station)
    for (let i = 0; i < 20; i++) it.stage(2.5)
    expect(it.waterLog()).toEqual(['level raised 1', 'sensor-stuck raised 0'])
    expect(it.latest('stage')?.flag).toBe(3)
    it.stage(2.51)
    expect(it.waterLog().at(-1)).toBe('sensor-stuck cleared 0')
  })
  test('a repeated or older sample changes nothing', () => {
    const it = trial()
    it.stage(1.9)
    const at = it.now()
    it.stage(2.1)
    const before = it.state().quality
    it.give({ type: 'telemetry', device: 'dh-level', telemetry: { distance: 5 }, failed: {}, at })
    it.give({ type: 'telemetry', device: 'dh-level', telemetry: { distance: 5 }, failed: {}, at: it.now() })
    expect(it.state().quality).toBe(before)
  })
  test('a value that is no number is left aside', () => {
    const it = trial()
    it.stage(1.9)
    it.wait(10)
    it.report('dh-level', { distance: Number.NaN })
    expect(it.state().quality.good?.stage_m).toBe(1.9)
  })
})

describe('a blind station', () => {
  test('holds the alarm, keeps sounding and says that the sensor is lost', () => {
    const it = trial()
    for (const stage of [4.2, 4.2]) it.stage(stage)
    for (let i = 0; i < 20; i++) {
      it.wait(300, 10)
      it.report('dh-level', {}, { distance: 'no-target' })
    }
    expect(it.waterLog()).toEqual(['level raised 3', 'sensor-lost raised 0'])
    expect(it.events.findLast(({ rule }) => rule === 'sensor-lost')?.text.en).toContain(
      'the sensor says "no-target". Alarm level 3 is held.',
    )
    expect(it.outputs.at(-1)?.value).toBe(1)
    expect(it.latest('level')).toMatchObject({ value: 3, flag: 3 })
    expect(it.latest('stage')).toMatchObject({ flag: 9 })
  })
  test('is well again with the first believed sample, and its hold begins anew', () => {
    const it = trial()
    for (const stage of [2.1, 2.1, 1.8, 1.8, 1.8, 1.8, 1.8]) it.stage(stage)
    it.wait(3600, 10)
    it.stage(1.8)
    expect(it.waterLog()).toEqual(['level raised 1', 'sensor-lost raised 0', 'sensor-lost cleared 0'])
    for (let i = 0; i < 6; i++) it.stage(1.8)
    expect(it.waterLog().at(-1)).toBe('level cleared 0')
  })
  test('is lost from the start when the sensor never speaks', () => {
    const it = trial()
    it.wait(1300, 10)
    expect(it.waterLog()).toEqual(['sensor-lost raised 0'])
  })
})

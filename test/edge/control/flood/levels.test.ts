import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DONG_HA, trial } from './station.ts'

describe('alarm levels', () => {
  test('a level is raised by the second of three samples at its stage', () => {
    const it = trial()
    for (const stage of [1.5, 2.0, 1.99, 2.0]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1'])
  })
  test('a stage equal to the level counts as reached', () => {
    const it = trial()
    for (const stage of [1.5, 2.0, 2.0]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1'])
  })
  test('a single sample at the level raises nothing', () => {
    const it = trial()
    for (const stage of [1.5, 2.1, 1.5, 1.5, 2.1, 1.5]) it.stage(stage)
    expect(it.levelLog()).toEqual([])
  })
  test('a jump over several levels is one event at the highest', () => {
    const it = trial()
    for (const stage of [1.5, 4.2, 4.2]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 3'])
  })
  test('one alarm keeps its id from raised to cleared', () => {
    const it = trial()
    for (const stage of [1.9, 2.1, 2.1, 3.1, 3.1]) it.stage(stage)
    for (let i = 0; i < 8; i++) it.stage(2.5)
    for (let i = 0; i < 8; i++) it.stage(1.5)
    expect(it.levelLog()).toEqual(['raised 1', 'raised 2', 'lowered 1', 'cleared 0'])
    const ids = it.events.filter(({ rule }) => rule === 'level').map(({ alarm }) => alarm)
    expect(new Set(ids).size).toBe(1)
  })
  test('the next alarm has a new id', () => {
    const it = trial()
    for (const stage of [1.9, 2.1, 2.1]) it.stage(stage)
    for (let i = 0; i < 8; i++) it.stage(1.5)
    for (const stage of [2.1, 2.1]) it.stage(stage)
    expect(it.events.at(-1)?.alarm).not.toBe(it.events[0]?.alarm)
  })
  test('a dip shorter than the hold lowers nothing', () => {
    const it = trial()
    for (const stage of [2.1, 2.1, 1.8, 1.8, 1.8, 1.8, 1.8, 2.0, 1.8, 1.8, 1.8]) it.stage(stage)
    expect(it.levelLog()).toEqual(['raised 1'])
  })
  test('a stage inside the hysteresis lowers nothing however long it stays', () => {
    const it = trial()
    for (const stage of [2.1, 2.1]) it.stage(stage)
    for (let i = 0; i < 40; i++) it.stage(1.91)
    expect(it.levelLog()).toEqual(['raised 1'])
  })
  test('the text tells level and relation in both languages', () => {
    const it = trial()
    for (const stage of [3.5, 3.7, 3.7]) it.stage(stage)
    expect(it.events[0]?.text).toEqual({
      vi: 'Báo động 2. Mực nước Đông Hà 3,70 m, dưới BĐ3 0,30 m.',
      en: 'Alarm level 2. Water level at Dong Ha 3.70 m, 0.30 m below BĐ3.',
    })
  })
  test('whatever the water does, raised and lowered alternate and the level told is the level in force', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }), (stages) => {
        const it = trial(DONG_HA)
        let inForce = 0
        for (const tenths of stages) {
          const told = it.stage(tenths / 10, 300)
          for (const { rule, event, level } of told.events) {
            if (rule !== 'level') continue
            if (event === 'raised') expect(level).toBeGreaterThan(inForce)
            if (event === 'lowered' || event === 'cleared') expect(level).toBeLessThan(inForce)
            inForce = level
          }
          expect(told.events.filter(({ rule }) => rule === 'level').length).toBeLessThanOrEqual(1)
          expect(it.state().level.inForce).toBe(inForce)
        }
      }),
      { numRuns: 100 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import { levelWording, stageSentence } from '../../../core/documents/levels-wording.ts'

const DONG_HA = [
  { level: 1, stage_m: 2 },
  { level: 2, stage_m: 3 },
  { level: 3, stage_m: 4 },
]
const HIEN_LUONG = [
  { level: 1, stage_m: 1 },
  { level: 2, stage_m: 2 },
  { level: 3, stage_m: 2.5 },
]

describe('the wording of a stage against the alarm levels, as in the national bulletins', () => {
  test('Đông Hà at 1.64 m is 0.36 m below level 1', () => {
    expect(levelWording(1.64, DONG_HA).vi).toBe('dưới BĐ1 0,36 m')
  })
  test('Đông Hà at 3.70 m is 0.30 m below level 3', () => {
    expect(levelWording(3.7, DONG_HA).vi).toBe('dưới BĐ3 0,30 m')
  })
  test('Đông Hà at 5.17 m is 1.17 m above level 3', () => {
    expect(levelWording(5.17, DONG_HA).vi).toBe('trên BĐ3 1,17 m')
  })
  test('Hiền Lương at 2.50 m is at level 3', () => {
    expect(levelWording(2.5, HIEN_LUONG).vi).toBe('ở mức BĐ3')
  })
  test('midway between two levels the reached one is named', () => {
    expect(levelWording(2.5, DONG_HA).en).toBe('0.50 m above BĐ1')
  })
  test('the printed stage and offset add up at half a centimetre', () => {
    expect(stageSentence({ vi: 'A', en: 'A' }, 1.005, [{ level: 1, stage_m: 2 }]).vi).toBe(
      'Mực nước A 1,01 m, dưới BĐ1 0,99 m',
    )
  })
  test('a whole sentence in both languages', () => {
    expect(stageSentence({ vi: 'Đông Hà', en: 'Dong Ha' }, 3.7, DONG_HA)).toEqual({
      vi: 'Mực nước Đông Hà 3,70 m, dưới BĐ3 0,30 m',
      en: 'Water level at Dong Ha 3.70 m, 0.30 m below BĐ3',
    })
  })
  test('a station without levels says so', () => {
    expect(levelWording(1, []).en).toBe('no alarm levels set')
  })
})

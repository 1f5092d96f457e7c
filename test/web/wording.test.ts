import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  alertGrade,
  alertLevelText,
  createVoice,
  gradeOf,
  isStale,
  offsetOf,
  offsetText,
  stationGrade,
  trendOf,
  trendText,
} from '../../hub/web/wording.ts'
import { alert, NOON, station } from './city.ts'

const vi = createVoice('vi')
const en = createVoice('en')
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const hienLuong = [
  { level: 1, stage_m: 1 },
  { level: 2, stage_m: 2 },
  { level: 3, stage_m: 2.5 },
]

describe('the offset is told as the bulletins of the country tell it', () => {
  test('Đông Hà 1.64 is 0.36 below BĐ1', () => {
    expect(plain(offsetText(station({ stage_m: 1.64 }), vi))).toBe('dưới BĐ1 0,36 m')
  })
  test('Đông Hà 3.70 is 0.30 below BĐ3', () => {
    expect(plain(offsetText(station({ stage_m: 3.7 }), vi))).toBe('dưới BĐ3 0,30 m')
  })
  test('Đông Hà 5.17 is 1.17 above BĐ3', () => {
    expect(plain(offsetText(station({ stage_m: 5.17 }), vi))).toBe('trên BĐ3 1,17 m')
  })
  test('Hiền Lương 2.50 is at BĐ3', () => {
    expect(offsetText(station({ stage_m: 2.5, levels: hienLuong }), vi)).toBe('ở mức BĐ3')
  })
  test('English has a decimal point and its own order', () => {
    expect(plain(offsetText(station({ stage_m: 3.7 }), en))).toBe('0.30 m below BĐ3')
  })
  test('midway between two levels it is above the lower', () => {
    expect(offsetOf(2.5, station().levels)).toEqual({ relation: 'above', level: 1, by_m: 0.5 })
  })
  test('a missing reading is said, never shown as zero', () => {
    expect(offsetText(station({ stage_m: null }), vi)).toBe('Chưa có số đo')
  })
  test('a station without levels has no offset', () => {
    expect(offsetOf(1, [])).toBeUndefined()
  })
  test('the offset and its level always add up to the stage, to the centimetre', () => {
    const { levels } = station()
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 900 }), (centimetres) => {
        const offset = offsetOf(centimetres / 100, levels)
        const limit = levels.find(({ level }) => level === offset?.level)?.stage_m ?? Number.NaN
        const sign = offset?.relation === 'below' ? -1 : 1
        expect(Math.round((limit + sign * (offset?.by_m ?? Number.NaN)) * 100)).toBe(centimetres)
      }),
    )
  })
})

describe('the trend', () => {
  test('0.34 m/h is rising fast', () => {
    expect(plain(trendText(0.34, vi))).toBe('lên nhanh 0,34 m/h')
  })
  test('a fall is told by its word, without a sign', () => {
    expect(plain(trendText(-0.12, en))).toBe('falling 0.12 m/h')
  })
  test('a centimetre an hour is steady', () => {
    expect(trendOf(-0.01)).toBe('steady')
  })
  test('an unknown trend is said to be unknown', () => {
    expect(trendText(null, vi)).toBe('chưa rõ xu thế')
  })
})

describe('the grade that colours a station', () => {
  test('a calm station out of contact is not shown as calm', () => {
    expect(stationGrade({ level: 0, online: false })).toBe('unknown')
  })
  test('a level in force stays shown when contact is lost', () => {
    expect(stationGrade({ level: 2, online: false })).toBe(2)
  })
  test('an alarm that is over is remembered by its peak', () => {
    const over = alert({ state: 'cleared', level: 0, peak: 3 })
    expect([alertGrade(over), alertLevelText(over, vi)]).toEqual([3, 'BĐ3'])
  })
  test('rain of level 1 is not called báo động 1', () => {
    expect(alertLevelText(alert({ rule: 'rain-12h-100', level: 1 }), vi)).toBe('Cấp 1')
  })
  test('a level above all known ones looks like the highest', () => {
    expect(gradeOf(9)).toBe(5)
  })
})

describe('a stage is stale', () => {
  test('after twenty minutes', () => {
    expect(isStale(NOON, NOON + 21 * 60_000, 1)).toBe(true)
  })
  test('not after five', () => {
    expect(isStale(NOON, NOON + 5 * 60_000, 1)).toBe(false)
  })
  test('not in a demonstration where twenty minutes pass in two seconds', () => {
    expect(isStale(NOON, NOON + 21 * 60_000, 600)).toBe(false)
  })
})

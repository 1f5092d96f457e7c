import { describe, expect, test } from 'vitest'
import { createFormat } from '../../page/format.ts'

const vi = createFormat('vi')
const en = createFormat('en')
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const ZONE = 'Asia/Ho_Chi_Minh'
const AT = Date.UTC(2026, 9, 20, 5, 3, 7)

describe('numbers are written as the language writes them', () => {
  test('Vietnamese has a decimal comma and a point between thousands', () => {
    expect([plain(vi.metres(3.644)), vi.count(12_408)]).toEqual(['3,64 m', '12.408'])
  })
  test('English has a decimal point and a comma between thousands', () => {
    expect([plain(en.metres(3.644)), en.count(12_408)]).toEqual(['3.64 m', '12,408'])
  })
  test('a stage below the gauge zero has a true minus', () => {
    expect(plain(vi.metres(-0.25))).toBe('\u22120,25 m')
  })
  test('what rounds to nothing has no sign', () => {
    expect(plain(vi.metres(-0.001))).toBe('0,00 m')
  })
  test('a value has the decimals of its resolution and its unit', () => {
    expect(plain(vi.amount(48.686, { unit: 'Cel', resolution: 0.1 }))).toBe('48,7 °C')
  })
  test('a count has neither', () => {
    expect(vi.amount(7, { unit: '1', resolution: 1 })).toBe('7')
  })
  test('much room and long times are told in larger units', () => {
    const room = vi.amount(83_378, { unit: 'MBy', resolution: 1 })
    const time = vi.amount(11_880, { unit: 's', resolution: 1 })
    expect([plain(room), plain(time)]).toEqual(['83,4 GB', '3,3 giờ'])
  })
  test('rain that is not known is a dash, not a zero', () => {
    expect(vi.millimetres(null)).toBe('—')
  })
})

describe('times are in the zone of the station', () => {
  test('05:03 UTC is 12:03 in Đông Hà', () => {
    expect(vi.time(AT, ZONE, AT + 60_000)).toBe('12:03')
  })
  test('another day carries its date', () => {
    expect(vi.time(AT, ZONE, AT + 86_400_000)).toBe('12:03 20/10')
  })
  test('the day changes at the midnight of the station, not of UTC', () => {
    expect(vi.time(Date.UTC(2026, 9, 20, 16, 59), ZONE, Date.UTC(2026, 9, 20, 17, 1))).toBe('23:59 20/10')
  })
  test('a zone that this machine does not know falls back to the country', () => {
    expect(vi.time(AT, 'Mars/Olympus', AT)).toBe('12:03')
  })
  test('the clock has seconds', () => {
    expect(en.clock(AT, ZONE).time).toBe('12:03:07')
  })
})

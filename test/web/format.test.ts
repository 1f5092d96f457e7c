import { describe, expect, test } from 'vitest'
import { createFormat } from '../../page/format.ts'

/** Numbers and units are written alike on the panel and on the hub's page. */

const [vi, en] = [createFormat('vi'), createFormat('en')]
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('units that people say', () => {
  test('are said in Vietnamese where they are a word there', () => {
    expect(plain(vi.quantity(11.9, 1, 'L/min'))).toBe('11,9 L/phút')
    expect(plain(vi.quantity(20, 0, 'min'))).toBe('20 phút')
  })

  test('keep their sign in English', () => {
    expect(plain(en.quantity(11.9, 1, 'L/min'))).toBe('11.9 L/min')
  })

  test('are said too where a long time is told in a larger one', () => {
    expect(plain(vi.amount(11_880, { unit: 's', resolution: 1 }))).toBe('3,3 giờ')
    expect(plain(en.amount(11_880, { unit: 's', resolution: 1 }))).toBe('3.3 h')
  })
})

describe('units that are signs', () => {
  test('are the same in both languages', () => {
    expect([plain(vi.quantity(1.5, 1, 'mS/cm')), plain(en.quantity(1.5, 1, 'mS/cm'))]).toEqual([
      '1,5 mS/cm',
      '1.5 mS/cm',
    ])
  })

  test('that are a code are shown as people write them', () => {
    expect(plain(vi.quantity(31.4, 1, 'Cel'))).toBe('31,4 °C')
  })

  test('that nobody knows are shown as they came', () => {
    expect(plain(vi.quantity(3, 0, 'constructor'))).toBe('3 constructor')
  })
})

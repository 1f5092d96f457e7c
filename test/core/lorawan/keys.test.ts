import { describe, expect, test } from 'vitest'
import { devAddrText, parseDevAddr, parseEui, parseKey } from '../../../core/lorawan/keys.ts'

describe('identifiers and keys as people type them', () => {
  test('an EUI may be written with separators and capitals', () => {
    expect(parseEui('devEui', '24-E1:24 13 6B-50 31 2A')).toEqual({ ok: true, value: '24e124136b50312a' })
  })

  test('a short key is refused without repeating it', () => {
    const parsed = parseKey('appKey', '00112233secret')
    expect(JSON.stringify(parsed)).toBe(
      '{"ok":false,"error":{"code":"LORAWAN_HEX_MALFORMED","details":{"name":"appKey","digits":32}}}',
    )
  })

  test('a DevAddr is unsigned', () => {
    expect(parseDevAddr('devAddr', 'FF000001')).toEqual({ ok: true, value: 0xff00_0001 })
  })

  test('a DevAddr is printed with leading zeros', () => {
    expect(devAddrText(0x00b5_3210)).toBe('00b53210')
  })
})

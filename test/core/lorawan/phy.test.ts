import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionKeys } from '../../../core/lorawan/keys.ts'
import {
  buildDownlink,
  buildJoinAccept,
  buildJoinRequest,
  buildUplink,
  type DataFrame,
  decryptData,
  deriveSessionKeys,
  parseDownlink,
  parseJoinAccept,
  parseUplink,
  verifyData,
  verifyJoinRequest,
} from '../../../core/lorawan/phy.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex').toUpperCase()
const keys: SessionKeys = { nwkSKey: new Uint8Array(16).fill(2), appSKey: new Uint8Array(16).fill(1) }
const HELLO = '400403020180010001A694642615D6C3B582'

function dataUp(wire: Uint8Array): DataFrame {
  const parsed = parseUplink(wire)
  if (!parsed.ok || parsed.value.kind !== 'data') throw new Error('not a data uplink')
  return parsed.value
}
function dataDown(wire: Uint8Array): DataFrame {
  const parsed = parseDownlink(wire)
  if (!parsed.ok) throw new Error('not a downlink')
  return parsed.value
}

describe('data frames of LoRaWAN 1.0.x', () => {
  test('the published uplink is parsed', () => {
    expect(dataUp(bytes(HELLO))).toMatchObject({
      devAddr: 0x0102_0304,
      fCnt16: 1,
      fPort: 1,
      adr: true,
      ack: false,
      confirmed: false,
    })
  })

  test('the published uplink passes its integrity check', () => {
    expect(verifyData(dataUp(bytes(HELLO)), keys.nwkSKey, 1)).toBe(true)
  })

  test('another upper half of the counter fails the integrity check', () => {
    expect(verifyData(dataUp(bytes(HELLO)), keys.nwkSKey, 65_537)).toBe(false)
  })

  test('the published uplink is decrypted', () => {
    expect(Buffer.from(decryptData(dataUp(bytes(HELLO)), keys, 1)).toString()).toBe('hello')
  })

  test('the device side builds the published uplink', () => {
    const wire = buildUplink(
      {
        confirmed: false,
        devAddr: 0x0102_0304,
        fCnt: 1,
        adr: true,
        fPort: 1,
        payload: new TextEncoder().encode('hello'),
      },
      keys,
    )
    expect(hex(wire)).toBe(HELLO)
  })

  test('a downlink without FPort carries a real MIC', () => {
    const wire = buildDownlink({ confirmed: false, devAddr: 7, fCnt: 70_000, ack: true }, keys)
    expect(verifyData(dataDown(wire), keys.nwkSKey, 70_000)).toBe(true)
  })

  test('what one side builds, the other reads', () => {
    const fields = fc.record({
      confirmed: fc.boolean(),
      devAddr: fc.integer({ min: 0, max: 0xffff_ffff }),
      fCnt: fc.integer({ min: 0, max: 0xffff_ffff }),
      adr: fc.boolean(),
      ack: fc.boolean(),
      fOpts: fc.uint8Array({ maxLength: 15 }),
      fPort: fc.integer({ min: 1, max: 223 }),
      payload: fc.uint8Array({ maxLength: 200 }),
    })
    fc.assert(
      fc.property(fields, fc.boolean(), (frame, up) => {
        const read = up ? dataUp(buildUplink(frame, keys)) : dataDown(buildDownlink(frame, keys))
        expect(verifyData(read, keys.nwkSKey, frame.fCnt)).toBe(true)
        expect(hex(decryptData(read, keys, frame.fCnt))).toBe(hex(frame.payload))
        expect(hex(read.fOpts)).toBe(hex(frame.fOpts))
        const { devAddr, confirmed, adr, ack, fPort } = frame
        expect(read).toMatchObject({ devAddr, confirmed, adr, ack, fPort })
      }),
    )
  })

  test('MAC commands on FPort 0 are encrypted with the network key', () => {
    const wire = buildUplink(
      { confirmed: false, devAddr: 7, fCnt: 3, fPort: 0, payload: bytes('0307') },
      keys,
    )
    expect(hex(decryptData(dataUp(wire), { ...keys, appSKey: new Uint8Array(16) }, 3))).toBe('0307')
  })
})

describe('joining', () => {
  const appKey = new Uint8Array(16).fill(1)
  const REQUEST = '00040302010403020105040302050403022D106A990E12'

  test('the published join request is parsed and checked', () => {
    const parsed = parseUplink(bytes(REQUEST))
    if (!parsed.ok || parsed.value.kind !== 'join-request') throw new Error('not a join request')
    const { joinEui, devEui, devNonce } = parsed.value
    expect({ joinEui, devEui, devNonce }).toEqual({
      joinEui: '0102030401020304',
      devEui: '0203040502030405',
      devNonce: 4141,
    })
    expect(verifyJoinRequest(parsed.value, appKey)).toBe(true)
    expect(verifyJoinRequest(parsed.value, keys.nwkSKey)).toBe(false)
  })

  test('the device side builds the published join request', () => {
    const wire = buildJoinRequest(
      { joinEui: '0102030401020304', devEui: '0203040502030405', devNonce: 4141 },
      appKey,
    )
    expect(hex(wire)).toBe(REQUEST)
  })

  test('the published join accept is opened', () => {
    const opened = parseJoinAccept(
      bytes('20493EEB51FBA2116F810EDB3742975142'),
      bytes('00112233445566778899AABBCCDDEEFF'),
    )
    expect(opened).toMatchObject({
      ok: true,
      value: { joinNonce: 5_704_647, netId: 0x22_1101, devAddr: 0x0203_1980 },
    })
  })

  test('a join accept with channels is read as it was built', () => {
    const accept = {
      joinNonce: 65_536,
      netId: 0x01_0203,
      devAddr: 0x0403_0201,
      rx1Offset: 3,
      rx2DataRate: 2,
      rx1Delay_s: 5,
      channels_Hz: [921_800_000, 922_000_000],
    }
    expect(parseJoinAccept(buildJoinAccept(accept, appKey), appKey)).toEqual({ ok: true, value: accept })
  })

  test('a join accept under another key is refused', () => {
    const accept = {
      joinNonce: 1,
      netId: 0,
      devAddr: 1,
      rx1Offset: 0,
      rx2DataRate: 2,
      rx1Delay_s: 1,
      channels_Hz: [],
    }
    expect(parseJoinAccept(buildJoinAccept(accept, appKey), keys.nwkSKey).ok).toBe(false)
  })

  test('session keys are derived as published', () => {
    const derived = deriveSessionKeys(bytes('01020304050607080102030405060708'), {
      joinNonce: 65_536,
      netId: 0x01_0203,
      devNonce: 258,
    })
    expect([hex(derived.nwkSKey), hex(derived.appSKey)]).toEqual([
      'DF53C35F3034CCCED0FF354C70DE04DF',
      '927B9C911183CFFE4CB2FF4B75545F6D',
    ])
  })
})

test('100,000 hostile frames are refused or parsed, and never throw', () => {
  const header = fc.constantFrom(0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0, 0x41)
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 40 }), (mhdr, tail) => {
      const frame = Uint8Array.of(mhdr, ...tail)
      parseUplink(frame)
      parseDownlink(frame)
    }),
    { numRuns: 100_000 },
  )
})

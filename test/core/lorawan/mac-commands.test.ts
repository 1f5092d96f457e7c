import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeMacDown,
  encodeMacUp,
  type MacDown,
  type MacUp,
  parseMacDown,
  parseMacUp,
} from '../../../core/lorawan/mac-commands.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const UP: readonly (readonly [string, MacUp])[] = [
  ['02', { type: 'LinkCheckReq' }],
  ['0307', { type: 'LinkADRAns', powerOk: true, dataRateOk: true, channelMaskOk: true }],
  ['0305', { type: 'LinkADRAns', powerOk: true, dataRateOk: false, channelMaskOk: true }],
  ['04', { type: 'DutyCycleAns' }],
  ['0506', { type: 'RXParamSetupAns', rx1OffsetOk: true, rx2DataRateOk: true, channelOk: false }],
  ['06fe3f', { type: 'DevStatusAns', battery: 254, margin_dB: -1 }],
  ['06001f', { type: 'DevStatusAns', battery: 0, margin_dB: 31 }],
  ['0703', { type: 'NewChannelAns', dataRateOk: true, frequencyOk: true }],
  ['08', { type: 'RXTimingSetupAns' }],
  ['09', { type: 'TxParamSetupAns' }],
  ['0a02', { type: 'DlChannelAns', uplinkExists: true, frequencyOk: false }],
  ['0d', { type: 'DeviceTimeReq' }],
]

const DOWN: readonly (readonly [string, MacDown])[] = [
  ['021402', { type: 'LinkCheckAns', margin_dB: 20, gateways: 2 }],
  [
    '0352070001',
    { type: 'LinkADRReq', dataRate: 5, txPower: 2, channelMask: 7, maskControl: 0, repetitions: 1 },
  ],
  ['0405', { type: 'DutyCycleReq', maxDutyCycle: 5 }],
  ['051230988c', { type: 'RXParamSetupReq', rx1Offset: 1, rx2DataRate: 2, frequency_Hz: 921_400_000 }],
  ['06', { type: 'DevStatusReq' }],
  [
    '0702d0a78c50',
    { type: 'NewChannelReq', index: 2, frequency_Hz: 921_800_000, minDataRate: 0, maxDataRate: 5 },
  ],
  ['0805', { type: 'RXTimingSetupReq', delay_s: 5 }],
  ['0935', { type: 'TxParamSetupReq', downDwell: true, upDwell: true, eirpIndex: 5 }],
  ['0a0130988c', { type: 'DlChannelReq', index: 1, frequency_Hz: 921_400_000 }],
  ['0d0080a04f80', { type: 'DeviceTimeAns', gps_s: 1_335_918_592, fraction_256: 128 }],
]

describe('MAC commands', () => {
  test.each(UP)('uplink %s is read', (text, command) => {
    expect(parseMacUp(Buffer.from(text, 'hex'))).toEqual({ commands: [command] })
  })
  test.each(UP)('uplink %s is written', (text, command) => {
    expect(hex(encodeMacUp([command]))).toBe(text)
  })
  test.each(DOWN)('downlink %s is read', (text, command) => {
    expect(parseMacDown(Buffer.from(text, 'hex'))).toEqual({ commands: [command] })
  })
  test.each(DOWN)('downlink %s is written', (text, command) => {
    expect(hex(encodeMacDown([command]))).toBe(text)
  })

  test('commands before an unknown one are kept', () => {
    expect(parseMacUp(Uint8Array.of(0x02, 0x80, 0x01))).toEqual({
      commands: [{ type: 'LinkCheckReq' }],
      stoppedAt: 0x80,
    })
  })

  test('a command cut short stops the reading', () => {
    expect(parseMacUp(Uint8Array.of(0x06, 0x10))).toEqual({ commands: [], stoppedAt: 0x06 })
  })

  test('any bytes are read without throwing, and what was read is written back as it came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const { commands } = parseMacUp(bytes)
        const again = parseMacUp(encodeMacUp(commands))
        expect(again).toEqual({ commands })
      }),
      { numRuns: 20_000 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import { dataRateIndex, payloadMax, REGIONS, type Region, rx1DataRate } from '../../../core/lorawan/as923.ts'

const region = REGIONS['AS923-2']
const dwelling: Region = { ...region, dwell: { up: true, down: true } }

describe('AS923-2 as a site in Viet Nam uses it', () => {
  test('mandatory channels and RX2 lie 1.80 MHz below AS923-1', () => {
    expect(region.defaultChannels_Hz).toEqual([921_400_000, 921_600_000])
    expect(region.rx2).toEqual({ frequency_Hz: 921_400_000, dataRate: 2 })
  })

  test.each([
    [5, 3, 2],
    [5, 6, 5],
    [2, 6, 3],
    [2, 7, 4],
  ])('RX1 of an uplink at DR%i with offset %i is DR%i', (up, offset, expected) => {
    expect(rx1DataRate(region, up, offset)).toBe(expected)
  })

  test('with dwell time the answer in RX1 is never below DR2', () => {
    expect(rx1DataRate(dwelling, 0, 0)).toBe(2)
  })

  test('payload limits with 400 ms dwell', () => {
    expect([0, 1, 2, 3, 4, 5].map((rate) => payloadMax(dwelling, rate, 'up'))).toEqual([
      0, 0, 11, 53, 125, 242,
    ])
  })

  test('payload limits without dwell', () => {
    expect([0, 1, 2, 3, 4, 5].map((rate) => payloadMax(region, rate, 'up'))).toEqual([
      51, 51, 115, 115, 242, 242,
    ])
  })

  test('DR6 is SF7 at 250 kHz', () => {
    expect(dataRateIndex(region, { spreadingFactor: 7, bandwidth_kHz: 250 })).toBe(6)
  })

  test('a data rate of another region has no index', () => {
    expect(dataRateIndex(region, { spreadingFactor: 8, bandwidth_kHz: 500 })).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { airtime_ms } from '../../../core/lorawan/airtime.ts'

describe('time on air follows Semtech AN1200.13', () => {
  const vectors = [
    { spreadingFactor: 12, bytes: 13, expected: 1155.072 },
    { spreadingFactor: 10, bytes: 24, expected: 370.7 },
    { spreadingFactor: 9, bytes: 66, expected: 390.1 },
    { spreadingFactor: 8, bytes: 138, expected: 399.9 },
    { spreadingFactor: 7, bytes: 255, expected: 399.6 },
  ]
  test.each(vectors)('$bytes bytes at SF$spreadingFactor', ({ spreadingFactor, bytes, expected }) => {
    expect(airtime_ms({ spreadingFactor, bandwidth_kHz: 125, bytes })).toBeCloseTo(expected, 1)
  })
})

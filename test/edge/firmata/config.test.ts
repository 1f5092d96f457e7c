import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../core/config-file.ts'
import { findDefinition } from '../../../devices/registry.ts'
import { checkFirmata, FirmataConfig } from '../../../edge/drivers/firmata/config.ts'

/** What a board's section of edge.yaml may say, and what is refused with the reason. */

const TCP = { host: '10.0.0.8', port: 3030 }
const BOARD = { id: 'gh-board', model: 'tram-greenhouse-mega' }

function judged(board: object): string {
  const parsed = parseConfig(FirmataConfig, JSON.stringify([board]), 'edge.yaml')
  if (!parsed.ok) return parsed.error.code
  const checked = checkFirmata(parsed.value, findDefinition)
  return checked.ok ? 'accepted' : checked.error.code
}

describe('a board in edge.yaml', () => {
  test('behind a network', () => {
    expect(judged({ ...BOARD, tcp: TCP })).toBe('accepted')
  })

  test('at a serial port, at 57600 baud unless it says otherwise', () => {
    const parsed = parseConfig(
      FirmataConfig,
      JSON.stringify([{ ...BOARD, serial: { path: '/dev/serial/by-id/x' } }]),
      'edge.yaml',
    )
    expect(parsed).toMatchObject({ value: [{ serial: { baud: 57_600 } }] })
  })

  test('reached by nothing', () => {
    expect(judged(BOARD)).toBe('FIRMATA_LINE_CHOICE')
  })

  test('reached by two ways', () => {
    expect(judged({ ...BOARD, tcp: TCP, serial: { path: '/dev/ttyUSB0' } })).toBe('FIRMATA_LINE_CHOICE')
  })

  test('of a model that is no board', () => {
    expect(judged({ ...BOARD, model: 'milesight-uc511', tcp: TCP })).toBe('DEVICE_UNKNOWN_MODEL')
  })

  const calibrated = (channel: string, curve: readonly (readonly number[])[]) =>
    judged({ ...BOARD, tcp: TCP, calibration: { [channel]: { curve } } })
  const TWO = [
    [1.5, 4],
    [3, 10],
  ]

  test('with a probe that was calibrated', () => {
    expect(calibrated('ph', TWO)).toBe('accepted')
  })

  test('with the calibration of a float', () => {
    expect(calibrated('float_low', TWO)).toBe('FIRMATA_CALIBRATION')
  })

  test('with the calibration of nothing', () => {
    expect(calibrated('toString', TWO)).toBe('FIRMATA_CALIBRATION')
  })

  test('with a calibration that goes back', () => {
    expect(calibrated('ph', TWO.toReversed())).toBe('FIRMATA_CALIBRATION')
  })

  test('with a calibration of one point', () => {
    expect(calibrated('ph', TWO.slice(1))).toBe('CONFIG_INVALID')
  })
})

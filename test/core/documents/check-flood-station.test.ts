import { describe, expect, test } from 'vitest'
import { checkFloodStation } from '../../../core/documents/check-flood-station.ts'
import type { FloodStation } from '../../../core/documents/flood-station.ts'
import { explain } from '../../../core/errors.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'

const devices = {
  hasChannel: (device: string) => device === 'dh-level' || device === 'dh-button',
  hasOutput: (device: string, output: string) => device === 'dh-siren' && output.startsWith('relay'),
}

function codes(change: Partial<FloodStation>): readonly string[] {
  return checkFloodStation({ ...DONG_HA, ...change }, devices).map(({ code }) => code)
}

function sensor(change: Partial<FloodStation['level']>): Partial<FloodStation> {
  return { level: { ...DONG_HA.level, ...change } }
}

describe('what makes no sense in a station document', () => {
  test('a sound document has no faults', () => {
    expect(codes({})).toEqual([])
  })
  test('levels that do not rise', () => {
    const levels = [
      { level: 1, stage_m: 3 },
      { level: 2, stage_m: 3 },
    ]
    expect(codes({ levels })).toEqual(['STATION_LEVELS_NOT_RISING'])
  })
  test('a level given twice', () => {
    const levels = [
      { level: 1, stage_m: 2 },
      { level: 1, stage_m: 3 },
    ]
    expect(codes({ levels })).toEqual(['STATION_LEVELS_NOT_RISING'])
  })
  test('a level that no believed stage can reach', () => {
    expect(codes(sensor({ range_m: [0, 3.5] }))).toEqual(['STATION_LEVEL_OUT_OF_RANGE'])
  })
  test('an empty range', () => {
    expect(codes(sensor({ range_m: [9, 0] }))).toEqual(['STATION_RANGE_EMPTY'])
  })
  test('more samples needed than are looked at', () => {
    expect(codes({ raise: { need: 4, of: 3 } })).toEqual(['STATION_RAISE_IMPOSSIBLE'])
  })
  test('no hysteresis at all', () => {
    expect(codes({ clear: { below_m: 0, hold_min: 0 } })).toEqual(['STATION_CLEAR_TOO_TIGHT'])
  })
  test('a sensor lost before it can report', () => {
    expect(codes(sensor({ silent_s: 300 }))).toEqual(['STATION_SILENT_TOO_SHORT'])
  })
  test('spike limits the wrong way round', () => {
    expect(codes(sensor({ spike: { suspect_m: 2, fail_m: 1 } }))).toEqual(['STATION_SPIKE_ORDER'])
  })
  test('a time zone that does not exist', () => {
    expect(codes({ timeZone: 'Asia/Dong_Ha' })).toEqual(['STATION_TIME_ZONE_UNKNOWN'])
  })
  test('a place that is not on Earth', () => {
    expect(codes({ location: { lat: 107.1, lon: 16.8 } })).toEqual(['STATION_PLACE_IMPOSSIBLE'])
  })
  test('an output that its device does not have', () => {
    const alarms = DONG_HA.alarms.map((alarm) => ({
      ...alarm,
      output: `${alarm.output}x`.replace('relay', 'r'),
    }))
    expect(codes({ alarms })).toEqual(['STATION_OUTPUT_UNKNOWN', 'STATION_OUTPUT_UNKNOWN'])
  })
  test('an output listed twice', () => {
    expect(codes({ alarms: [...DONG_HA.alarms, ...DONG_HA.alarms.slice(0, 1)] })).toEqual([
      'STATION_OUTPUT_REPEATED',
    ])
  })
  test('a pattern that switches faster than a radio can follow, at each level that it serves', () => {
    const alarms = DONG_HA.alarms.map((alarm) => ({ ...alarm, patterns: { '2': { on_s: 1, off_s: 1 } } }))
    expect(codes({ alarms })).toEqual(['STATION_PATTERN_TOO_FAST', 'STATION_PATTERN_TOO_FAST'])
  })
  test('a channel that its device does not have', () => {
    expect(codes(sensor({ device: 'nobody' }))).toEqual(['STATION_CHANNEL_UNKNOWN'])
  })
  test('references are left alone where devices are not known', () => {
    expect(checkFloodStation({ ...DONG_HA, ...sensor({ device: 'nobody' }) })).toEqual([])
  })
  test('the sentence names station and numbers, in Vietnamese too', () => {
    const [problem] = checkFloodStation({ ...DONG_HA, raise: { need: 4, of: 3 } })
    expect(problem && explain(problem, 'vi')).toBe(
      'STATION_RAISE_IMPOSSIBLE: Trạm dong-ha: raise.need = 4 lớn hơn raise.of = 3, hoặc of quá 20. Thường dùng need 2, of 3.',
    )
  })
})

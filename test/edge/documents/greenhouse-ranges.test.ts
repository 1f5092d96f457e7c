import { describe, expect, test } from 'vitest'
import { greenhouseFaults } from '../../../edge/documents/stations.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { bodyOf, ZONES, zoneOf } from '../control/greenhouse/house.ts'
import { definition } from '../node.ts'

/** What a greenhouse would ask of an output must be something that the output can do. */

const DEVICES = new Map([
  ['board', definition('tram-greenhouse-mega')],
  ['vfd', definition('invertek-optidrive-e3')],
  ...ZONES.map((id) => [`valve-${id}`, definition('milesight-uc511')] as const),
])
const GUARDED = [...ZONES.map((id) => `valve-${id}/valve1`), 'board/pump', 'vfd/speed']
const lookup = deviceLookup(DEVICES, new Set(GUARDED))
const zones = ZONES.map((id) => zoneOf(id, { soil: {} }))
const codes = (change: object) =>
  greenhouseFaults(bodyOf({ water: { gives_Lmin: 45 }, zones, ...change }), lookup).faults.map(
    ({ code }) => code,
  )
const fan = { id: 'f', name: { vi: 'Quạt', en: 'Fan' }, above_C: 30, below_C: 28 }
const fans = (one: object) =>
  codes({ climate: { temperature: { device: 'board', channel: 'ec' }, fans: [{ ...fan, ...one }] } })
const pump = (one: object) => codes({ water: { gives_Lmin: 45, pump: one } })
const RELAY = { device: 'board', output: 'fan1' }
const SPEED = { device: 'vfd', output: 'speed' }

describe('before it is saved', () => {
  test('a relay that is to be on at 1 is sound', () => {
    expect(fans(RELAY)).toEqual([])
  })
  test('a speed that is to be 100 at most is sound', () => {
    expect(fans({ ...SPEED, full: 100, least: 30, full_C: 36 })).toEqual([])
  })
  test('a relay that is to run at 100 is refused', () => {
    expect(fans({ ...RELAY, full: 100 })).toEqual(['GREENHOUSE_VALUE_UNFIT'])
  })
  test('a fan that is to run at 1 percent is refused', () => {
    expect(fans(SPEED)).toEqual(['GREENHOUSE_VALUE_UNFIT'])
  })
  test('a pump of variable speed that hangs on a relay is refused', () => {
    expect(pump({ device: 'board', output: 'pump', variable: true })).toEqual(['GREENHOUSE_VALUE_UNFIT'])
  })
  test('a pump that would run at 1 percent is refused', () => {
    expect(pump(SPEED)).toContain('GREENHOUSE_VALUE_UNFIT')
  })
})

import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseConfig } from '../../core/config-file.ts'
import { explain } from '../../core/errors.ts'
import { stationCheck } from '../../edge/documents/stations.ts'
import { EquipmentConfig, guardedOutputs, withEquipment } from '../../edge/equipment.ts'
import { deviceLookup } from '../../edge/load-config.ts'
import { bodyOf, zoneOf } from './control/greenhouse/house.ts'
import { BOARD, DEVICES, EQUIPMENT, VALVES } from './interlocks/house.ts'

/** What hangs on an output is said once, in edge.yaml, and what is said wrongly is refused in words. */

const valve = { kind: 'zone-valve', device: VALVES, output: 'valve1' } as const
const pump = {
  kind: 'water-pump',
  device: BOARD,
  output: 'pump',
  valves: [{ device: VALVES, output: 'valve1' }],
} as const
const dosing = {
  kind: 'dosing-pump',
  device: BOARD,
  output: 'acid',
  valves: [{ device: VALVES, output: 'valve1' }],
  flow: { device: BOARD, channel: 'flow', least_Lmin: 2 },
  daily_s: 600,
} as const

/** As a file has it: with defaults, and in words where it is wrong. */
function load(...equipment: readonly object[]) {
  const read = parseConfig(EquipmentConfig, stringify(equipment), 'edge.yaml')
  if (!read.ok) return read.error.code
  const equipped = withEquipment(DEVICES, read.value)
  return equipped.ok ? equipped.value : explain(equipped.error, 'en')
}

function interlocksOf(loaded: ReturnType<typeof load>, device: string, output: string) {
  if (typeof loaded === 'string') throw new Error(loaded)
  return loaded.get(device)?.outputs[output]?.interlocks ?? []
}

describe('equipment', () => {
  test('adds its interlocks to the output and to no other', () => {
    const loaded = load(pump, valve)
    expect(interlocksOf(loaded, BOARD, 'pump').map((one) => ('name' in one ? one.name : one.kind))).toEqual([
      'valve-open',
      'longest-run',
      'minimum-rest',
      'starts-limit',
    ])
    expect(interlocksOf(loaded, BOARD, 'acid')).toEqual([])
  })

  test('keeps what the device itself asks for', () => {
    const own = { kind: 'minimum-rest', rest_s: 7 } as const
    const board = DEVICES.get(BOARD)
    const relay = board?.outputs.mister
    if (board === undefined || relay === undefined) throw new Error('no board')
    const devices = new Map([[BOARD, { ...board, outputs: { mister: { ...relay, interlocks: [own] } } }]])
    const mister = { kind: 'mister', device: BOARD, output: 'mister', longest_run_s: 60, rest_s: 30 } as const
    const equipped = withEquipment(devices, [mister])
    expect(equipped.ok && equipped.value.get(BOARD)?.outputs.mister?.interlocks?.[0]).toEqual(own)
  })

  test('makes a valve outlast every pump that names it', () => {
    const outlasts = interlocksOf(load(pump, dosing, valve), VALVES, 'valve1').find(
      ({ kind }) => kind === 'outlasts',
    )
    expect(outlasts).toMatchObject({ others: [{ output: 'pump' }, { output: 'acid' }] })
  })

  test('keeps a valve that no pump names only to its longest run', () => {
    expect(interlocksOf(load(valve), VALVES, 'valve1').map(({ kind }) => kind)).toEqual(['longest-run'])
  })

  test('lists what it guards', () => {
    expect(guardedOutputs(EQUIPMENT).has('board/pump')).toBe(true)
    expect(guardedOutputs(EQUIPMENT).has('board/mister')).toBe(false)
  })

  test('lets a fan stay as it is rather than switch too often', () => {
    const loaded = load({ kind: 'fan', device: BOARD, output: 'mister' })
    expect(interlocksOf(loaded, BOARD, 'mister')).toEqual([
      { kind: 'switching-limit', most: 30, per_s: 3_600 },
    ])
  })
})

describe('equipment is refused', () => {
  test('on an output that no device has', () => {
    expect(load({ ...valve, output: 'valve9' })).toContain('EQUIPMENT_OUTPUT_UNKNOWN')
  })
  test('on a device that is not there', () => {
    expect(load({ ...valve, device: 'nobody' })).toContain('EQUIPMENT_OUTPUT_UNKNOWN')
  })
  test('that waits for a point that nobody measures', () => {
    const float = { device: BOARD, channel: 'flaot' }
    expect(load({ ...pump, float }, valve)).toContain('"board/flaot"')
  })
  test('twice on one output', () => {
    expect(load(valve, valve)).toContain('EQUIPMENT_TWICE')
  })
  test('with a valve that nothing would shut', () => {
    expect(load(pump)).toContain('EQUIPMENT_VALVE_MISSING')
  })
  test('that waits for itself', () => {
    expect(load({ ...dosing, never_with: [{ device: BOARD, output: 'acid' }] }, valve)).toContain(
      'EQUIPMENT_ITSELF',
    )
  })
  test('with a pressure that lies above its own limit', () => {
    const pressure = { device: BOARD, channel: 'pressure', most: 300, least: 300 }
    expect(load({ ...pump, pressure }, valve)).toContain('pressure.least 300')
  })
  test('with a pressure without limits', () => {
    const pressure = { device: BOARD, channel: 'pressure' }
    expect(load({ ...pump, pressure }, valve)).toContain('neither most nor least')
  })
  test('with a valve that waits for longer than it may', () => {
    expect(load({ ...valve, after_pump_s: 50, most_s: 10 })).toContain('after_pump_s 50')
  })
  test('of a kind that is not known', () => {
    expect(load({ kind: 'reactor', device: BOARD, output: 'pump' })).toBe('CONFIG_INVALID')
  })
  test('with a dosing pump without its day', () => {
    const { daily_s: _left, ...rest } = dosing
    expect(load(rest, valve)).toBe('CONFIG_INVALID')
  })
})

describe('a greenhouse with stocks that must not meet', () => {
  const checkParts = (parts: readonly [string, string], equipment: readonly object[]) => {
    const read = parseConfig(EquipmentConfig, stringify([valve, ...equipment]), 'edge.yaml')
    if (!read.ok) throw new Error(read.error.code)
    const equipped = withEquipment(DEVICES, read.value)
    if (!equipped.ok) throw new Error(equipped.error.code)
    const stock = (part: string, output: string) => ({
      ...{ id: output, name: { vi: output, en: output }, part, pump: { device: BOARD, output } },
      ...{ rate_mLmin: 600, daily_mL: 1_000 },
    })
    const body = bodyOf({
      water: { gives_Lmin: 45 },
      zones: [zoneOf('k1', { valve: { device: VALVES, output: 'valve1' }, soil: {} })],
      fertiliser: { channels: [stock(parts[0], 'acid'), stock(parts[1], 'base')] },
    })
    const checked = stationCheck(deviceLookup(equipped.value, guardedOutputs(read.value)))(body)
    return checked.ok ? 'sound' : explain(checked.error, 'en')
  }
  const check = (...equipment: readonly object[]) => checkParts(['acid', 'base'], equipment)

  test.each([['a', 'b'] as const, ['b', 'a'] as const, ['a', 'acid'] as const, ['base', 'b'] as const])(
    'is refused where no interlock keeps %s and %s apart',
    (one, other) => {
      expect(checkParts([one, other], [dosing, { ...dosing, output: 'base' }])).toContain(
        'GREENHOUSE_STOCKS_MEET',
      )
    },
  )

  test('is taken where nothing happens when they meet', () => {
    expect(checkParts(['a', 'other'], [dosing, { ...dosing, output: 'base' }])).toBe('sound')
  })

  test('is refused where no interlock keeps the two apart', () => {
    expect(check(dosing, { ...dosing, output: 'base' })).toContain(
      'the dosing pumps of acid (board/acid) and base (board/base)',
    )
  })

  test('is taken where either of the two names the other', () => {
    const base = { ...dosing, output: 'base' }
    const never_with = [{ device: BOARD, output: 'acid' }]
    expect(check(dosing, { ...base, never_with })).toBe('sound')
    expect(check({ ...dosing, never_with: [{ device: BOARD, output: 'base' }] }, base)).toBe('sound')
  })
})

describe('a greenhouse and the wiring that it goes by', () => {
  const ACID = { device: BOARD, output: 'acid' }
  const VALVE2 = { ...valve, output: 'valve2' }
  const check = (equipment: readonly object[], part: object) => {
    const read = parseConfig(EquipmentConfig, stringify(equipment), 'edge.yaml')
    if (!read.ok) throw new Error(read.error.code)
    const equipped = withEquipment(DEVICES, read.value)
    if (!equipped.ok) throw new Error(equipped.error.code)
    const lookup = deviceLookup(equipped.value, guardedOutputs(read.value))
    const zones = ['valve1', 'valve2'].map((output) =>
      zoneOf(output, { valve: { device: VALVES, output }, soil: {} }),
    )
    const water = { gives_Lmin: 45, pump: { device: BOARD, output: 'pump' } }
    const checked = stationCheck(lookup)(bodyOf({ water, zones, ...part }))
    return checked.ok ? 'sound' : explain(checked.error, 'en')
  }
  const knowing = (...outputs: readonly string[]) => ({
    ...pump,
    valves: outputs.map((output) => ({ device: VALVES, output })),
  })
  const fed = (flush_s?: number) => ({
    fertiliser: {
      ...(flush_s === undefined ? {} : { flush_s }),
      channels: ['acid', 'base'].map((output) => ({
        ...{ id: output, name: { vi: output, en: output }, part: output, pump: { device: BOARD, output } },
        ...{ rate_mLmin: 600, daily_mL: 1_000 },
      })),
    },
  })
  const dosed = (flush_s: number) => [
    ...[knowing('valve1', 'valve2'), valve, VALVE2, { ...dosing, flush_s: 5 }],
    { ...dosing, output: 'base', never_with: [ACID], flush_s },
  ]

  test('is taken where the pump knows the valve of every zone', () => {
    expect(check([knowing('valve1', 'valve2'), valve, VALVE2], {})).toBe('sound')
  })
  test('is refused where it does not know one: it would never run for that zone', () => {
    const refused = check([knowing('valve1'), valve, VALVE2], {})
    expect(refused).toContain('GREENHOUSE_VALVE_UNWIRED')
    expect(refused).toContain('the valve valves/valve2 of zone "valve2"')
  })
  test.each([
    ['as long as the interlocks ask', 60, 60, 'sound'],
    ['the usual 30 s', 30, undefined, 'sound'],
    ['shorter', 600, 30, 'the interlocks of board/base ask for 600 s'],
    ['shorter, being left out', 31, undefined, 'GREENHOUSE_FLUSH_SHORT'],
  ])('rinses between two stocks that must not meet: %s', (_name, wired, flush_s, said) => {
    expect(check(dosed(wired), fed(flush_s))).toContain(said)
  })
})

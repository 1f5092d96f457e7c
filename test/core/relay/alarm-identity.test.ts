import { describe, expect, test } from 'vitest'
import { packAlarm, type RadioAlarm, unpackAlarm } from '../../../core/relay/alarm-frame.ts'
import { fromRadio, nearest, toRadio } from '../../../core/relay/alarm-identity.ts'
import { relayDictionary, ruleCode } from '../../../core/relay/dictionary.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import { rainRule } from '../../../edge/control/flood/rain.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'

/** The row that comes later by MQTT and the frame that came first by radio speak of one alarm. */

const LIMITS = [
  { over: '1h', mm: 50, level: 0 },
  { over: 'day', mm: 100.5, level: 1 },
] as const
const STATION = {
  ...DONG_HA,
  rain: { device: 'dh-rain', channel: 'tips', mm_per_count: 0.2, mm_per_h_max: 300, limits: [...LIMITS] },
}
const DICTIONARY = relayDictionary([STATION])
const NOW = 1_790_000_000_000

const event = (part: Partial<AlarmEvent> = {}): AlarmEvent => ({
  v: 1,
  alarm: `${STATION.id}/level/300`,
  station: STATION.id,
  rule: 'level',
  event: 'raised',
  level: 2,
  at: NOW - 30_000,
  value: 3.72,
  unit: 'm',
  text: { vi: 'x', en: 'x' },
  ...part,
})
const throughAir = (given: AlarmEvent, seq = 70_000, known = { seq: 69_990, serial: () => 290 }) => {
  const radio = toRadio(given, seq, DICTIONARY, NOW)
  if (radio === undefined) return undefined
  const heard = unpackAlarm(packAlarm(radio))
  if (!heard.ok) throw new Error(heard.error.code)
  return fromRadio('edge', heard.value, DICTIONARY, NOW, known)
}

describe('an alarm by radio', () => {
  test('is the same alarm, row and moment on the other side', () => {
    expect(throughAir(event())).toMatchObject({
      ok: true,
      value: { seq: 70_000, event: { ...event(), text: { en: expect.stringContaining('3.72 m') } } },
    })
  })

  test('keeps the rain limit that it speaks of', () => {
    const rule = rainRule(LIMITS[1])
    const rain = event({ rule, alarm: `${STATION.id}/${rule}/301`, value: 104.5, unit: 'mm' })
    expect(throughAir(rain)).toMatchObject({ value: { event: { rule, value: 104.5, alarm: rain.alarm } } })
  })

  test('goes without a value where the rule has none', () => {
    const lost = event({ rule: 'sensor-lost', alarm: `${STATION.id}/sensor-lost/301`, level: 0 })
    const told = throughAir(lost)
    expect(told?.ok && 'value' in told.value.event).toBe(false)
  })

  test('of an unknown rule is not told', () => {
    expect(throughAir(event({ rule: 'lamp', alarm: `${STATION.id}/lamp/3` }))).toBeUndefined()
  })

  test('of an unknown station is not told', () => {
    expect(throughAir(event({ station: 'elsewhere', alarm: 'elsewhere/level/3' }))).toBeUndefined()
  })

  test('whose id has another form is not told', () => {
    expect(throughAir(event({ alarm: 'some-other-form' }))).toBeUndefined()
  })

  test('of a station that the hub does not know is refused', () => {
    const radio: RadioAlarm = { ...must(toRadio(event(), 1, DICTIONARY, NOW)), station: 3 }
    const heard = fromRadio('edge', radio, DICTIONARY, NOW, { seq: 0, serial: () => 0 })
    expect(heard).toMatchObject({ error: { code: 'RELAY_STATION_UNKNOWN' } })
  })
})

test('every rule of a station has a code of its own', () => {
  const station = must(DICTIONARY[0])
  const rules = ['level', 'rise', 'sensor-lost', 'sensor-stuck', 'output-fault', 'path-unproven']
  const codes = [...rules, ...LIMITS.map(rainRule)].map((rule) => ruleCode(station, rule))
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 16, 17])
})

test('a station that cannot be read keeps its place', () => {
  expect(relayDictionary([{ kind: 'other' }, STATION]).map((known) => known?.id)).toEqual([
    undefined,
    STATION.id,
  ])
})

describe('the number that is meant by its low part', () => {
  test.each([
    [0, 5, 5],
    [250, 2, 258],
    [258, 250, 250],
    [1000, 232, 1000],
    [3, 255, 255],
  ])('near %i, low part %i: %i', (known, low, meant) => expect(nearest(known, low, 256)).toBe(meant))
})

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing')
  return value
}

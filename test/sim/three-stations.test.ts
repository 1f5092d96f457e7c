import { describe, expect, test } from 'vitest'
import { FloodStation } from '../../core/documents/flood-station.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { checker } from '../../core/schema.ts'
import { findDefinition } from '../../devices/registry.ts'
import { replayRecord } from '../../edge/control/flood/replay.ts'
import { CitySpec } from '../../sim/spec.ts'
import { threeStations } from '../../sim/three-stations.ts'
import { openWater } from '../../sim/water/open-water.ts'

const BEGIN = Date.UTC(2026, 9, 1)
const SPEED = 60
const city = threeStations({ basePort: 1700, random: seededRandom(1), begin_utc: BEGIN, speed: SPEED })

/** Real seconds at 60× from the beginning until the level is first reached. */
function crossing_s(index: number, level: number): number {
  const hydrograph = city.spec.stations[index]?.hydrograph
  const stage_m = city.stations[index]?.levels[level - 1]?.stage_m
  if (hydrograph === undefined || stage_m === undefined) throw new Error('no such level')
  const water = openWater(hydrograph, BEGIN, () => ({ ok: true, value: '' }))
  if (!water.ok) throw new Error(water.error.code)
  for (let second = 0; second < 3_600; second++) {
    if (water.value.stageAt(BEGIN + second * SPEED * 1_000) >= stage_m) return second
  }
  return Number.POSITIVE_INFINITY
}

/** Real seconds until the stage has been below the first level for the hold, after it was above. */
function cleared_s(index: number): number {
  const hydrograph = city.spec.stations[index]?.hydrograph
  const document = city.stations[index]
  const first_m = document?.levels[0]?.stage_m
  if (hydrograph === undefined || document === undefined || first_m === undefined)
    throw new Error('no station')
  const water = openWater(hydrograph, BEGIN, () => ({ ok: true, value: '' }))
  if (!water.ok) throw new Error(water.error.code)
  let second = crossing_s(index, document.levels.length)
  while (water.value.stageAt(BEGIN + second * SPEED * 1_000) > first_m - document.clear.below_m) second++
  return second + (document.clear.hold_min * 60) / SPEED
}

/** What a node's controller tells over the first round of a station, from readings as noisy and patchy as the radio leaves them. */
function levelEvents(index: number): string[] {
  const document = city.stations[index]
  const hydrograph = city.spec.stations[index]?.hydrograph
  if (document === undefined || hydrograph?.kind !== 'generator') throw new Error('no generated station')
  const water = openWater(hydrograph, BEGIN, () => ({ ok: true, value: '' }))
  if (!water.ok) throw new Error(water.error.code)
  const random = seededRandom(3)
  const records = []
  for (let t = 0; t < hydrograph.period_h * 3_600_000; t += document.level.every_s * 1_000) {
    const at = Math.round(BEGIN + t + random.next() * document.level.every_s * 500)
    const noise_m = (random.next() * 2 - 1) * 0.002
    if (random.next() >= 0.1) records.push({ at, stage_m: water.value.stageAt(at) + noise_m })
  }
  return replayRecord(document, records)
    .filter(({ rule }) => rule === 'level')
    .map(({ event, level }) => `${event} ${level}`)
}

describe('the demonstration city', () => {
  test.each([0, 1, 2])('station %i: the controller tells each crossing once, up and down', (index) => {
    expect(levelEvents(index)).toEqual([
      'raised 1',
      'raised 2',
      'raised 3',
      'lowered 2',
      'lowered 1',
      'cleared 0',
    ])
  })

  test('its specification is a valid one', () => {
    expect(checker(CitySpec)(city.spec)).toMatchObject({ ok: true })
  })

  test('its station documents are valid ones', () => {
    expect(city.stations.map((document) => checker(FloodStation)(document).ok)).toEqual([true, true, true])
  })

  test('all that a document names is a device of its station, with that channel or output', () => {
    const missing = city.stations.flatMap((document, index) => {
      const has = (device: string, kind: 'telemetry' | 'outputs', name: string) => {
        const model = city.devices[index]?.find((candidate) => candidate.id === device)?.model ?? ''
        const definition = findDefinition(model)
        return definition.ok && definition.value[kind][name] !== undefined ? [] : [`${device}/${name}`]
      }
      return [
        ...has(document.level.device, 'telemetry', document.level.channel),
        ...has(document.rain?.device ?? '', 'telemetry', document.rain?.channel ?? ''),
        ...has(document.silence.button?.device ?? '', 'telemetry', document.silence.button?.channel ?? ''),
        ...document.alarms.flatMap((alarm) => has(alarm.device, 'outputs', alarm.output)),
      ]
    })
    expect(missing).toEqual([])
  })

  test('no two devices share an id, an EUI or a key', () => {
    const all = city.devices.flat()
    const distinct = (of: (device: (typeof all)[number]) => string) => new Set(all.map(of)).size
    expect([
      distinct(({ id }) => id),
      distinct(({ devEui }) => devEui),
      distinct(({ appKey }) => appKey),
    ]).toEqual([all.length, all.length, all.length])
  })

  test('the stream crosses its first level within 30 s', () => {
    expect(crossing_s(1, 1)).toBeLessThan(30)
  })

  test('the river crosses all three levels between one and four minutes', () => {
    const crossings = [1, 2, 3].map((level) => crossing_s(0, level))
    expect(crossings).toEqual([...crossings].sort((a, b) => a - b))
    expect(crossings[0]).toBeGreaterThan(30)
    expect(crossings[2]).toBeLessThan(240)
  })

  test('every station has cleared before its story begins again', () => {
    const within = city.spec.stations.map(({ hydrograph }, index) => {
      const period_h = hydrograph.kind === 'generator' ? hydrograph.period_h : Number.POSITIVE_INFINITY
      return cleared_s(index) < (period_h * 3_600) / SPEED
    })
    expect(within).toEqual([true, true, true])
  })

  test('at 600× no device is asked to report more often than twice a second of real time', () => {
    const record = { file: 'x.csv', levels_m: [0.6, 1, 1.5], every_s: 300 }
    const fast = threeStations({
      basePort: 1700,
      random: seededRandom(1),
      begin_utc: BEGIN,
      speed: 600,
      record,
    })
    const fastest_s = Math.min(
      ...fast.spec.stations.flatMap(({ devices }) => devices.map((one) => one.every_s)),
    )
    expect(fastest_s / 600).toBeGreaterThanOrEqual(0.5)
  })
})

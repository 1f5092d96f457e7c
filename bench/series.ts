import { existsSync, readFileSync } from 'node:fs'
import { deviceId } from '../core/ids.ts'
import { FLAG, type Reading } from '../core/reading.ts'
import { sound } from './values.ts'

/**
 * A station's readings as a city would send them: ten channels every five minutes. The stage follows a recorded
 * hydrograph where there is one (column stage_m), else a smooth flood wave with the noise of an ultrasonic sensor.
 */
export const CHANNELS = [
  { device: 'dh-level', channel: 'distance', resolution: 0.001 },
  { device: 'dh-level', channel: 'battery', resolution: 1 },
  { device: 'dh-weather', channel: 'rain', resolution: 0.01 },
  { device: 'dh-weather', channel: 'temperature', resolution: 0.1 },
  { device: 'dh-weather', channel: 'humidity', resolution: 0.5 },
  { device: 'dh-weather', channel: 'pressure', resolution: 0.1 },
  { device: 'dh-weather', channel: 'wind_speed', resolution: 0.1 },
  { device: 'dh-weather', channel: 'wind_direction', resolution: 0.1 },
  { device: 'dong-ha', channel: 'stage', resolution: 0.001 },
  { device: 'dong-ha', channel: 'rise', resolution: 0.001 },
] as const

/** Beside the project where there is one. */
export const RECORD = '../shared/testdata/hydrograph-dead-run-2019-05.csv'
const FIVE_MINUTES_MS = 300_000
const DAY_MS = 86_400_000
/** 2025-10-01, the beginning of a rainy season. */
const FROM = Date.UTC(2025, 9, 1)
const SENSOR_M = 4.2

/** Stages in metres, one each five minutes. */
export function recordedStages(file: string = RECORD): readonly number[] | undefined {
  if (!existsSync(file)) return undefined
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const column = head.split(',').indexOf('stage_m')
  return lines.map((line) => Number(line.split(',')[column])).filter((stage) => Number.isFinite(stage))
}

export function syntheticStages(count: number): readonly number[] {
  const random = seeded(7)
  return Array.from({ length: count }, (_, n) => {
    const wave = 1.6 * Math.exp(-(((n % 2_000) - 700) ** 2) / 40_000)
    return 0.4 + wave + 0.002 * (random() - 0.5)
  })
}

/**
 * Sets of ten readings, each set at one time, the same numbers at every call. Weather wanders as five-minute values
 * do, with noise of several steps of each sensor's resolution.
 */
export function* readingSets(
  count: number,
  stages: readonly number[],
  step_ms = FIVE_MINUTES_MS,
): Generator<readonly Reading[]> {
  const noise = gaussian(seeded(11))
  const wander = walk(noise)
  let rain_mm = 120
  let before = stages[0] ?? 0
  for (let n = 0; n < count; n++) {
    const at = FROM + n * step_ms
    const stage = stages[n % stages.length] ?? 0
    const sun = Math.sin(((at % DAY_MS) / DAY_MS - 0.06) * 2 * Math.PI)
    if (noise() > 1.4) rain_mm += 0.2
    const values = [
      SENSOR_M - stage + 0.002 * noise(),
      Math.max(1, 100 - n / 2_000),
      rain_mm,
      26 + 4 * sun + 0.3 * noise(),
      80 - 12 * sun + 1.5 * noise(),
      1008 + wander('pressure', 0.3),
      Math.abs(3 + wander('wind', 1)),
      (((120 + wander('direction', 20)) % 360) + 360) % 360,
      stage,
      (stage - before) * 12,
    ]
    before = stage
    yield CHANNELS.map(({ device, channel, resolution }, index) => ({
      device: sound(deviceId(device)),
      channel,
      at,
      value: Number((Math.round((values[index] ?? 0) / resolution) * resolution).toFixed(3)),
      flag: FLAG.good,
    }))
  }
}

export function shapeOf(device: string, channel: string) {
  const found = CHANNELS.find((entry) => entry.device === device && entry.channel === channel)
  return { unit: '1', resolution: found?.resolution ?? 0.001 }
}

/** Mulberry32: every run measures the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal values (Box and Muller). */
function gaussian(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Values that return slowly to zero: nine tenths of the one before and fresh noise of `size`. */
function walk(noise: () => number): (name: string, size: number) => number {
  const values = new Map<string, number>()
  return (name, size) => {
    const value = 0.9 * (values.get(name) ?? 0) + size * noise()
    values.set(name, value)
    return value
  }
}

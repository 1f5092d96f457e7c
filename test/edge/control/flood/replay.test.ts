import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type RecordedStage, replayRecord } from '../../../../edge/control/flood/replay.ts'
import { DONG_HA } from './station.ts'

const REAL = fileURLToPath(
  new URL('../../../../../shared/testdata/hydrograph-dead-run-2019-05.csv', import.meta.url),
)
const STREAM = {
  ...DONG_HA,
  levels: [
    { level: 1, stage_m: 0.6 },
    { level: 2, stage_m: 1.0 },
    { level: 3, stage_m: 1.5 },
  ],
  clear: { below_m: 0.05, hold_min: 30 },
}

/**
 * Counts the crossings of one level by a plain scan that shares nothing with the controller: up on the second of
 * three samples at or above it, down once all samples for `hold` ms have been `below` under it.
 */
function scan(record: readonly RecordedStage[], stage_m: number, below: number, hold: number): number {
  let ups = 0
  let up = false
  let lowSince: number | undefined
  record.forEach((row, index) => {
    if (row.stage_m > stage_m - below) lowSince = undefined
    else lowSince ??= row.at
    if (!up) {
      const three = record.slice(Math.max(0, index - 2), index + 1)
      up = row.stage_m >= stage_m && three.filter((one) => one.stage_m >= stage_m).length >= 2
      if (up) ups++
    } else if (lowSince !== undefined && row.at - lowSince >= hold) up = false
  })
  return ups
}

/** How often a level came into force from below it. */
function reached(events: readonly { rule: string; level: number }[], level: number): number {
  let before = 0
  let count = 0
  for (const event of events) {
    if (event.rule !== 'level') continue
    if (before < level && event.level >= level) count++
    before = event.level
  }
  return count
}

/** Four floods with noise of ±2 cm on both limbs, which crosses each level many times. */
function synthetic(): readonly RecordedStage[] {
  return Array.from({ length: 2000 }, (_, index) => {
    const wave = 0.9 - 0.9 * Math.cos((index / 500) * 2 * Math.PI)
    const noise = 0.02 * Math.sin(index * 12.9898) * Math.cos(index * 78.233)
    return { at: Date.UTC(2026, 8, 1) + index * 300_000, stage_m: Math.round((wave + noise) * 1000) / 1000 }
  })
}

function real(): readonly RecordedStage[] {
  const [, ...lines] = readFileSync(REAL, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [time = '', stage = ''] = line.split(',')
    return { at: Date.parse(time), stage_m: Number(stage) }
  })
}

interface HeardStage extends RecordedStage {
  readonly honest: boolean
}

/** What a bad radio and a bad sensor make of a record: a seventh lost, some doubled, all of them late, lone spikes. */
function mangled(record: readonly RecordedStage[], seed: number): readonly HeardStage[] {
  const random = lehmer(seed)
  let sinceSpike = 0
  return record.flatMap(({ at, stage_m }) => {
    sinceSpike++
    if (random() < 0.15) return []
    const late = at + Math.round(random() * 120_000)
    const spike = sinceSpike > 4 && random() < 0.05
    if (spike) sinceSpike = 0
    const one = { at: late, stage_m: spike ? Math.round(random() * 5000) / 1000 : stage_m, honest: !spike }
    return random() < 0.1 ? [one, one] : [one]
  })
}

/** The minimal standard generator: a test's own chance, the same on every machine. */
function lehmer(seed: number): () => number {
  let state = (seed * 7919) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Rows within half a day of water above 0.5 m. */
function floods(record: readonly RecordedStage[]): readonly RecordedStage[] {
  const high = record.filter(({ stage_m }) => stage_m >= 0.5).map(({ at }) => at)
  return record.filter(({ at }) => high.some((peak) => Math.abs(peak - at) < 43_200_000))
}

/** Rises to a level that a hold parts: an upper bound, each single sample at the level counting as a rise. */
function rises(record: readonly RecordedStage[], stage_m: number): number {
  let count = 0
  let up = false
  let lowSince: number | undefined
  for (const row of record) {
    if (row.stage_m > stage_m - 0.05) lowSince = undefined
    else lowSince ??= row.at
    if (lowSince !== undefined && row.at - lowSince >= 1_200_000) up = false
    if (!up && row.stage_m >= stage_m) {
      up = true
      count++
    }
  }
  return count
}

describe.skipIf(!existsSync(REAL))(
  'the real flash floods over a bad radio and a bad sensor (needs ../shared/testdata)',
  () => {
    const record = existsSync(REAL) ? floods(real()) : []
    const strict = {
      ...STREAM,
      level: { ...STREAM.level, spike: { suspect_m: 0.2, fail_m: 0.5 }, rate_m_per_h: 3 },
    }
    const seeds = Array.from({ length: 8 }, (_, index) => index + 1)

    test.each(seeds)('no chatter: each level comes no more often than the water (seed %d)', (seed) => {
      const events = replayRecord(strict, mangled(record, seed))
      for (const { level, stage_m } of STREAM.levels)
        expect(reached(events, level)).toBeLessThanOrEqual(rises(record, stage_m))
    })
    test.each(seeds)('the alarm is there at the fifth honest sample above a level (seed %d)', (seed) => {
      const heard = mangled(record, seed)
      const told = replayRecord(strict, heard).filter(({ rule }) => rule === 'level')
      const honest = heard.filter((row, index) => row.honest && row !== heard[index - 1])
      honest.forEach(({ at }, index) => {
        const last = honest.slice(Math.max(0, index - 4), index + 1)
        if (last.length < 5) return
        const lowest = Math.min(...last.map(({ stage_m }) => stage_m))
        const due = STREAM.levels.filter(({ stage_m }) => lowest >= stage_m).length
        const inForce = told.filter((event) => event.at <= at).at(-1)?.level ?? 0
        expect(inForce).toBeGreaterThanOrEqual(due)
      })
    })
  },
)

describe('a record replayed through the controller', () => {
  test('noise on the limbs of a flood makes each level come once a flood', () => {
    const events = replayRecord(STREAM, synthetic())
    expect([1, 2, 3].map((level) => reached(events, level))).toEqual([4, 4, 4])
  })
  test('agrees with an independent scan of the synthetic record', () => {
    const events = replayRecord(STREAM, synthetic())
    const scanned = [0.6, 1.0, 1.5].map((stage) => scan(synthetic(), stage, 0.05, 1_800_000))
    expect([1, 2, 3].map((level) => reached(events, level))).toEqual(scanned)
  })
  test.skipIf(!existsSync(REAL))(
    'the real flash floods of May 2019: each crossing once, as an independent scan counts them (needs ../shared/testdata)',
    () => {
      const events = replayRecord(STREAM, real())
      const scanned = [0.6, 1.0, 1.5].map((stage) => scan(real(), stage, 0.05, 1_800_000))
      expect([1, 2, 3].map((level) => reached(events, level))).toEqual(scanned)
    },
  )
  test('a gap in the record is told as a lost sensor, and nothing else happens in it', () => {
    const at = Date.UTC(2026, 8, 1)
    const hours = [0, 1, 2, 3, 600, 601].map((step) => ({ at: at + step * 300_000, stage_m: 0.3 }))
    expect(replayRecord(STREAM, hours).map(({ rule, event }) => `${rule} ${event}`)).toEqual([
      'sensor-lost raised',
      'sensor-lost cleared',
    ])
  })
  test('an empty record has no events', () => {
    expect(replayRecord(STREAM, [])).toEqual([])
  })
})

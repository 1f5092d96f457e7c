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

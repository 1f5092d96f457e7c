import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import type { FloodStation } from '../../../../core/documents/flood-station.ts'
import type { AlarmEvent } from '../../../../core/wire/messages.ts'
import type { FloodInput } from '../../../../edge/control/flood/inputs.ts'
import { createFloodState, type FloodState, restoreFloodState } from '../../../../edge/control/flood/state.ts'
import { step } from '../../../../edge/control/flood/step.ts'
import { DONG_HA, START } from './station.ts'

/**
 * Floods that nobody drew: water of any shape up to a wall of 5 m, a sensor that drops, doubles and misreads samples, a
 * node that is killed and whose wall clock jumps. The oracles know the true water and nothing of the controller.
 */

const EVERY_S = 300
const HOLD_MS = 30 * 60_000
/** In a row: the spike test costs at most two, and begins again after a spike to the other side; 2 of 3 cost none more. */
const SAMPLES_TO_ALARM = 5

/** Limits so tight that many an honest rise looks like a spike. */
const STATION: FloodStation = {
  ...DONG_HA,
  level: { ...DONG_HA.level, spike: { suspect_m: 0.5, fail_m: 1.5 }, rate_m_per_h: 6 },
  alarms: DONG_HA.alarms.map((alarm) => ({ ...alarm, patterns: { '1': { on_s: 60, off_s: 0 } } })),
}

type Mishap = 'none' | 'lost' | 'doubled' | 'spike' | 'failed' | 'restart' | 'killed' | 'clock'

interface Moment {
  /** How the true water moves until the next sample, in m. */
  readonly rise: number
  readonly mishap: Mishap
  /** Of the mishap: height of a spike, seconds off, jump of the clock; 0 to 1. */
  readonly size: number
}

/** Stretches of water that moves alike, from a calm river to a wall that outruns every limit of the station. */
const stretch = fc.record({
  rise: fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: -0.15, max: 0.15, noNaN: true }) },
    { weight: 2, arbitrary: fc.double({ min: -1.5, max: 1.5, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 5, noNaN: true }) },
  ),
  samples: fc.integer({ min: 1, max: 14 }),
})
const mishap = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Mishap>('none') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Mishap>('lost', 'doubled', 'spike', 'failed', 'restart', 'killed', 'clock'),
  },
)
const moments: fc.Arbitrary<readonly Moment[]> = fc
  .tuple(
    fc.array(stretch, { minLength: 20, maxLength: 20 }),
    fc.array(fc.record({ mishap, size: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 150,
      maxLength: 150,
    }),
  )
  .map(([water, mishaps]) => {
    const rises = water.flatMap(({ rise, samples }) => Array.from({ length: samples }, () => rise))
    return mishaps.map((one, index) => ({ ...one, rise: rises[index] ?? 0 }))
  })

interface Heard {
  readonly mono: number
  readonly stage_m: number
  readonly honest: boolean
}

/** Runs a station through the moments; `look` sees it after each sample. */
function live(
  story: readonly Moment[],
  look: (seen: { state: FloodState; heard: readonly Heard[]; events: readonly AlarmEvent[] }) => void,
): { readonly state: FloodState; readonly events: readonly AlarmEvent[] } {
  let state = createFloodState(STATION)
  let saved = state
  let at = START
  let mono = 1_000
  /** Never restarts, unlike the node's own clock: the oracle's. */
  let truth = 0
  let water = 1
  let sinceSpike = 0
  const heard: Heard[] = []
  const events: AlarmEvent[] = []
  const give = (input: FloodInput) => {
    const told = step(state, input, { at, mono: mono as Mono })
    state = told.state
    events.push(...told.events)
    // As the node does it: with each event, and every 30 s.
    if (told.events.length > 0 || input.type === 'tick') saved = state
    return told
  }
  const wait = (seconds: number) => {
    for (let left = seconds; left > 0; left -= 30) {
      at += 30_000
      mono += 30_000
      truth += 30_000
      give({ type: 'tick' })
    }
  }
  const restart = (from: FloodState, away_ms: number) => {
    const restored = restoreFloodState(JSON.parse(JSON.stringify(from)))
    if (!restored.ok) throw new Error(JSON.stringify(restored.error))
    state = restored.value
    at += away_ms
    truth += away_ms
    mono = 500
    give({ type: 'document', document: STATION })
  }
  for (const { rise, mishap, size } of story) {
    water = Math.min(8.5, Math.max(0, water + rise))
    wait(EVERY_S)
    sinceSpike++
    if (mishap === 'lost') continue
    if (mishap === 'restart') restart(state, size * 3_600_000)
    if (mishap === 'clock') at += Math.round((size - 0.5) * 2e10)
    const spiked = mishap === 'spike' && sinceSpike > 3
    if (spiked) sinceSpike = 0
    const stage_m = spiked ? size * 9 : Math.round(water * 1000) / 1000
    const telemetry = { distance: Math.round((10 - stage_m) * 1000) / 1000 }
    const broken = mishap === 'failed'
    const report = () =>
      give({
        type: 'telemetry',
        device: 'dh-level',
        telemetry: broken ? {} : telemetry,
        failed: broken ? { distance: 'no-target' } : {},
        at,
      })
    report()
    if (mishap === 'doubled') report()
    if (mishap === 'killed') {
      restart(saved, size * 3_600_000)
      continue // what had not been saved was not heard
    }
    if (!broken) heard.push({ mono: truth, stage_m, honest: !spiked })
    look({ state, heard, events })
  }
  return { state, events }
}

const runs = { numRuns: 120 }

describe('floods of any shape, under any mishap', { timeout: 60_000 }, () => {
  test(`water above a level for ${SAMPLES_TO_ALARM} honest samples in a row is in alarm, whatever came between`, () => {
    fc.assert(
      fc.property(moments, (story) => {
        live(story, ({ state, heard }) => {
          const honest = heard.filter((one) => one.honest).slice(-SAMPLES_TO_ALARM)
          if (honest.length < SAMPLES_TO_ALARM) return
          const lowest = Math.min(...honest.map(({ stage_m }) => stage_m))
          const due = STATION.levels.filter(({ stage_m }) => lowest >= stage_m).length
          expect(state.level.inForce).toBeGreaterThanOrEqual(due)
        })
      }),
      runs,
    )
  })
  test('a level comes into force only on water: the true stage stood above it within the last samples', () => {
    fc.assert(
      fc.property(moments, (story) => {
        let before = 0
        live(story, ({ state, heard }) => {
          const { inForce } = state.level
          const mark = STATION.levels.find(({ level }) => level === inForce)
          if (inForce > before && mark !== undefined) {
            const highest = Math.max(
              ...heard
                .slice(-6)
                .filter(({ honest }) => honest)
                .map(({ stage_m }) => stage_m),
            )
            expect(highest).toBeGreaterThanOrEqual(mark.stage_m)
          }
          before = inForce
        })
      }),
      runs,
    )
  })
  test('a level is given up only after its hold, in which no honest sample stood above its limit', () => {
    fc.assert(
      fc.property(moments, (story) => {
        let before = 0
        live(story, ({ state, heard }) => {
          const { inForce } = state.level
          const newest = heard.at(-1)
          const given = STATION.levels.find(({ level }) => level === before)
          if (inForce < before && newest !== undefined && given !== undefined) {
            const held = heard.filter(({ mono }) => newest.mono - mono < HOLD_MS)
            // One sample in doubt may still wait for its follower.
            const above = held.filter((one) => one.honest && one.stage_m > given.stage_m - 0.1)
            expect(above.length).toBeLessThanOrEqual(1)
          }
          before = inForce
        })
      }),
      runs,
    )
  })
  test('the log tells every change once: it can be followed to the level in force', () => {
    fc.assert(
      fc.property(moments, (story) => {
        const { state, events } = live(story, () => {})
        const level = new Map<string, number>()
        for (const { alarm, rule, event, level: now } of events) {
          if (event === 'note' || event === 'silenced' || event === 'resounded') continue
          const was = level.get(alarm)
          if (event === 'cleared') expect(was).toBeDefined()
          if (event === 'lowered') expect(now).toBeLessThan(was ?? 0)
          if (event === 'raised' && was !== undefined) expect(now).toBeGreaterThan(was)
          if (event === 'raised' && was === undefined)
            expect([...level.keys()].filter((id) => id.includes(`/${rule}/`))).toEqual([])
          if (event === 'cleared') level.delete(alarm)
          else level.set(alarm, now)
        }
        const told = Object.fromEntries([...level])
        const active = Object.values(state.alarms.active).map(({ id, level: now }) => [id, now])
        expect(told).toEqual(Object.fromEntries(active))
      }),
      runs,
    )
  })
  test('every output is last told what the level in force asks of it', () => {
    fc.assert(
      fc.property(moments, (story) => {
        live(story, ({ state }) => {
          // A pulse of the daily test is no alarm.
          if (state.selfTest.running !== null) return
          for (const { value } of Object.values(state.outputs))
            expect(value).toBe(state.level.inForce > 0 ? 1 : 0)
        })
      }),
      runs,
    )
  })
})

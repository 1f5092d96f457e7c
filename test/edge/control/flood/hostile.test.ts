import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import { checker } from '../../../../core/schema.ts'
import { AlarmEvent } from '../../../../core/wire/messages.ts'
import type { FloodInput } from '../../../../edge/control/flood/inputs.ts'
import { createFloodState, restoreFloodState } from '../../../../edge/control/flood/state.ts'
import { step } from '../../../../edge/control/flood/step.ts'
import { DONG_HA, START } from './station.ts'

const STATION = {
  ...DONG_HA,
  rise: { m_per_h: 0.5, over_min: 10 },
  rain: {
    device: 'dh-rain',
    channel: 'tips',
    mm_per_count: 0.2,
    mm_per_h_max: 300,
    limits: [{ over: '5min' as const, mm: 5, level: 1 }],
  },
}

const wild = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1, 5.5, 6, 7.9, 8.1, 1e308, 65_535),
)
const when = fc.oneof(
  fc.constant(START),
  fc.integer({ min: -1e12, max: 4e12 }),
  fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY),
)
const device = fc.constantFrom('dh-level', 'dh-rain', 'dh-button', 'dh-siren', 'stranger')
const input: fc.Arbitrary<FloodInput> = fc.oneof(
  fc.record({
    type: fc.constant('telemetry' as const),
    device,
    telemetry: fc.dictionary(fc.constantFrom('distance', 'tips', 'pressed', '__proto__'), wild),
    failed: fc.dictionary(fc.constantFrom('distance', 'tips'), fc.string(), { maxKeys: 1 }),
    at: when,
  }),
  fc.constant({ type: 'tick' as const }),
  fc.record({
    type: fc.constant('output' as const),
    device,
    requests: fc.array(
      fc.record({ output: fc.constantFrom('relay1', 'relay2', 'constructor'), value: wild }),
      {
        maxLength: 3,
      },
    ),
    stage: fc.constantFrom('sent' as const, 'confirmed' as const, 'failed' as const),
  }),
  fc.record({ type: fc.constant('silence' as const), who: fc.string({ maxLength: 300 }), forMin: wild }),
  fc.record({ type: fc.constant('unsilence' as const), who: fc.string() }),
  fc.constant({ type: 'self-test' as const }),
)
const isEvent = checker(AlarmEvent)

describe('whatever comes in', () => {
  test('100,000 wild inputs: no throw, whole events, finite readings, a state that survives the disk', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(input, fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: -1e9, max: 1e9 })), {
          minLength: 50,
          maxLength: 50,
          size: 'max',
        }),
        (inputs) => {
          let state = createFloodState(STATION)
          let mono = 0
          for (const [one, wait, wallStep] of inputs) {
            mono += wait
            const told = step(state, one, {
              at: START + mono + (wait % 7 === 0 ? wallStep : 0),
              mono: mono as Mono,
            })
            state = told.state
            if (!told.events.every((event) => isEvent(event).ok)) return false
            if (!told.readings.every(({ value }) => Number.isFinite(value))) return false
          }
          return restoreFloodState(JSON.parse(JSON.stringify(state))).ok
        },
      ),
      { numRuns: 2000 },
    )
  }, 60_000)
})

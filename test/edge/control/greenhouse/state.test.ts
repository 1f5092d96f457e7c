import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import type { GreenhouseInput } from '../../../../edge/control/greenhouse/inputs.ts'
import { createGreenhouseState } from '../../../../edge/control/greenhouse/state.ts'
import { greenhouseController, step } from '../../../../edge/control/greenhouse/step.ts'
import { greenhouseView } from '../../../../edge/control/greenhouse/view.ts'
import { houseOf, local, programOf, worldOf } from './house.ts'

describe('a saved state', () => {
  test('of another greenhouse is refused', () => {
    const state = createGreenhouseState(houseOf())
    const restored = greenhouseController.restore({ ...state, zones: [] })
    expect(restored.ok ? '' : restored.error.code).toBe('GREENHOUSE_STATE_UNREADABLE')
  })

  test('that is damaged anywhere is refused or sound, never a crash', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:59'))
    world.pass(200)
    const text = JSON.stringify(world.state())
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom('', '"', '0', 'null', '}', '-'),
        (at, put) => {
          let saved: unknown
          try {
            saved = JSON.parse(text.slice(0, at) + put + text.slice(at + 1))
          } catch {
            return
          }
          const restored = greenhouseController.restore(saved)
          if (!restored.ok) return
          step(restored.value, { type: 'tick' }, { at: world.now(), mono: 0 as Mono, quality: 'synced' })
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('hostile inputs', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -1, 0, 1e308, Number.POSITIVE_INFINITY))
  const input: fc.Arbitrary<GreenhouseInput> = fc.oneof(
    fc.record({
      type: fc.constant('telemetry' as const),
      device: fc.constantFrom('meter', 'soil-k1', 'x'),
      telemetry: fc.dictionary(fc.constantFrom('flow', 'moisture', '__proto__'), number),
      failed: fc.constant({}),
      at: number,
    }),
    fc.record({
      type: fc.constant('output' as const),
      device: fc.constantFrom('valve-k1', 'board', 'x'),
      requests: fc.array(fc.record({ output: fc.constantFrom('valve1', 'pump'), value: number }), {
        maxLength: 3,
      }),
      stage: fc.constantFrom('sent' as const, 'confirmed' as const, 'failed' as const),
    }),
    fc.record({
      type: fc.constant('water' as const),
      zone: fc.constantFrom('k1', 'k9', '__proto__'),
      amount: fc.constantFrom({ minutes: 5 }, { litres: 10 }),
      who: fc.string(),
      why: fc.string(),
      order: fc.string({ maxLength: 40 }),
    }),
    fc.record({
      type: fc.constant('program-skip' as const),
      program: fc.constantFrom('p', '__proto__'),
      who: fc.string(),
    }),
    fc.record({ type: fc.constant('water-resume' as const), who: fc.string() }),
    fc.constant({ type: 'tick' as const }),
  )

  test('neither crash the controller nor leave a state that cannot be restored or shown', () => {
    const house = houseOf({ programs: [programOf('p')] })
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 40 }), (inputs) => {
        let state = createGreenhouseState(house)
        let mono = 0
        for (const one of inputs) {
          mono += 700
          const now = { at: local('05:59') + mono, mono: mono as Mono, quality: 'synced' as const }
          state = step(state, one, now).state
          greenhouseView(state, now)
        }
        return greenhouseController.restore(JSON.parse(JSON.stringify(state))).ok
      }),
      { numRuns: 1_000 },
    )
  }, 60_000)
})

describe('a changed document', () => {
  test('ends the run of a zone whose valve moved, and shuts the old one', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(60)
    const moved = houseOf({
      zones: ['k1', 'k2', 'k3'].map((id) => ({
        ...{ id, name: { vi: id, en: id }, area_m2: 100, flow_Lmin: 20, daily_L: 1_000 },
        valve: { device: `valve-${id}`, output: id === 'k1' ? 'valve2' : 'valve1' },
      })),
    })
    world.give({ type: 'document', document: moved })
    world.pass(20)
    expect(world.state().runs).toEqual([])
    expect(world.asked('valve-k1')).toBe(0)
    expect(world.isOpen('k1')).toBe(false)
  })

  test('given again changes nothing', () => {
    const world = worldOf(houseOf(), local('08:00'))
    const before = world.state().house
    world.give({ type: 'document', document: houseOf() })
    expect(world.state().house).toBe(before)
  })

  test('keeps what is known of zones that stay', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(600)
    world.give({ type: 'document', document: houseOf({ programs: [programOf('p')] }) })
    expect(world.state().zones[0]?.total_L).toBeGreaterThan(90)
  })
})

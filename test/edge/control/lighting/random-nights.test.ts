import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClockQuality } from '../../../../core/clock.ts'
import { LIGHTING_FAULT_NAMES } from '../../../../core/documents/lighting-faults.ts'
import type { LightTarget } from '../../../../core/wire/commands.ts'
import type { LightingInput } from '../../../../edge/control/lighting/inputs.ts'
import { limitsOf } from '../../../../edge/control/lighting/orders.ts'
import { local, streetOf, type World, worldOf } from './street.ts'

/** Whatever comes, in whatever order: never darker than the class, nothing told twice, counters that only grow. */

const street = streetOf({
  photocell: { device: 'cell', channel: 'illuminance', dark_lx: 30, light_lx: 80, margin_min: 60 },
  motion: {
    sensors: [{ device: 'pir-1', channel: 'motion', at_m: 60 }],
    ...{ level: 90, within_m: 35, ahead_m: 60, hold_s: 30, fade_s: 30 },
  },
  raises: [
    {
      ...{
        id: 'fog',
        why: 'fog' as const,
        device: 'weather',
        channel: 'visibility',
        limit: 200,
        below: true,
      },
      ...{ classes: 1, hold_min: 10 },
    },
  ],
  feeders: [1, 2].map((number) => ({
    ...{ id: `f${number}`, name: { vi: `Lộ ${number}`, en: `Feeder ${number}` }, closed: 'night' as const },
    contactor: {
      device: 'cabinet',
      output: `relay${number}`,
      ...(number === 1 && { feedback: { device: 'cabinet', channel: 'input3' } }),
    },
    power: { device: 'meter', channel: `power_${number}` },
  })),
  cabinet: {
    door: { device: 'cabinet', channel: 'input1' },
    rcd: { device: 'cabinet', channel: 'input2' },
    phases: [{ device: 'meter', channel: 'voltage_1' }],
    ...{ phaseLost_V: 100, meter: 'meter', silent_min: 10 },
  },
})

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, 1, -1, 40, 100, 230, 5_000, Number.NaN, Number.POSITIVE_INFINITY),
)
const device = fc.constantFrom('cell', 'pir-1', 'weather', 'meter', 'cabinet', 'lamp-1', 'lamp-4', 'stranger')
const channel = fc.constantFrom(
  ...[
    'illuminance',
    'motion',
    'visibility',
    'power_1',
    'power_2',
    'voltage_1',
    'input1',
    'input2',
    'input3',
    'level',
    'power',
    'energy',
  ],
  ...['lamp_failure', 'gear_failure', 'hours', 'constructor', '__proto__'],
)
const target = fc.constantFrom<LightTarget>(
  { all: true },
  { group: 'ends' },
  { group: 'nobody' },
  { feeder: 'f1' },
  { lamps: ['l2', 'l3'] },
)

type Happening =
  | { readonly wait_s: number }
  | { readonly input: LightingInput }
  | { readonly restart_s: number; readonly quality: ClockQuality }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ wait_s: fc.integer({ min: 1, max: 1_200 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      input: fc.record({
        type: fc.constant('telemetry' as const),
        device,
        telemetry: fc.dictionary(channel, number, { maxKeys: 4 }),
        failed: fc.dictionary(channel, fc.constant('sensor-fault'), { maxKeys: 1 }),
        at: fc.oneof(fc.constant(local('19:00')), number),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      input: fc.record({
        type: fc.constant('light' as const),
        command: fc.string({ minLength: 1, maxLength: 5 }),
        order: fc.integer({ min: 0, max: 50 }),
        who: fc.constant('Lan'),
        why: fc.constant(''),
        target,
        level: fc.double({ min: 1, max: 100, noNaN: true }),
        forS: fc.option(fc.integer({ min: 1, max: 5_000 })),
        emergency: fc.boolean(),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      input: fc.record({
        type: fc.constant('light-release' as const),
        order: fc.integer({ min: 0, max: 60 }),
        target,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      input: fc.record({
        type: fc.constant('output' as const),
        device: fc.constantFrom('lamp-1', 'cabinet'),
        requests: fc.array(
          fc.record({
            output: fc.constantFrom('level', 'relay1'),
            value: fc.double({ min: 0, max: 100, noNaN: true }),
          }),
          { maxLength: 2 },
        ),
        stage: fc.constantFrom('sent' as const, 'confirmed' as const, 'failed' as const),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      restart_s: fc.integer({ min: 0, max: 7_200 }),
      quality: fc.constantFrom('synced' as const, 'unknown' as const),
    }),
  },
)

function happen(world: World, one: Happening): void {
  if ('wait_s' in one) world.until(world.now() + one.wait_s * 1000, 30)
  else if ('input' in one) world.give(one.input)
  else world.restart(one.restart_s * 1000, one.quality)
}

const nights = fc.array(happening, { minLength: 5, maxLength: 60 })
/**
 * The same nights in every run, so that a failure is one of the change that was made and not of chance; few enough for
 * seconds. New counterexamples are looked for with other seeds and more runs, and each stays as an example of its own.
 */
const RUNS = { numRuns: 150, seed: 7 }

describe('a street to which anything may happen', () => {
  test('is never darker than its class needs while it is lit', () => {
    fc.assert(
      fc.property(nights, (happenings) => {
        const world = worldOf(street, local('19:00'))
        for (const one of happenings) {
          happen(world, one)
          world.give({ type: 'tick' })
          const state = world.state()
          if (!state.scene.lit) continue
          for (const [index, { level }] of state.lamps.entries())
            expect(level ?? 0).toBeGreaterThanOrEqual(limitsOf(state, index).floor - 1e-9)
        }
      }),
      RUNS,
    )
  })
  test('tells outputs whole levels within their range, and contactors on or off', () => {
    fc.assert(
      fc.property(nights, (happenings) => {
        const world = worldOf(street, local('19:00'))
        for (const one of happenings) happen(world, one)
        for (const { device, value } of world.outputs) {
          if (device === 'cabinet') expect([0, 1]).toContain(value)
          else expect(Number.isInteger(value) && value >= 0 && value <= 100).toBe(true)
        }
      }),
      RUNS,
    )
  })
  test('never asks for light on a feeder that it holds open', () => {
    fc.assert(
      fc.property(nights, (happenings) => {
        const world = worldOf(street, local('19:00'))
        for (const one of happenings) {
          happen(world, one)
          world.give({ type: 'tick' })
          const { lamps, feeders } = world.state()
          for (const [index, { level }] of lamps.entries())
            if ((level ?? 0) > 0) expect(feeders[index < 3 ? 0 : 1]?.closed).toBe(true)
        }
      }),
      RUNS,
    )
  })
  test('raises no fault twice before it is cleared, and clears none that is not raised', () => {
    fc.assert(
      fc.property(nights, (happenings) => {
        const world = worldOf(street, local('19:00'))
        for (const one of happenings) happen(world, one)
        const open = new Set<string>()
        for (const { alarm, event, rule } of world.events) {
          expect(LIGHTING_FAULT_NAMES).toContain(rule)
          expect(open.has(alarm)).toBe(event === 'cleared')
          if (event === 'raised') open.add(alarm)
          else open.delete(alarm)
        }
      }),
      RUNS,
    )
  })
  test('counts energy that only grows, and writes down a state that can be read again', () => {
    fc.assert(
      fc.property(nights, (happenings) => {
        const world = worldOf(street, local('19:00'))
        const sums: number[] = []
        for (const one of happenings) {
          happen(world, one)
          sums.push(
            world
              .state()
              .feeders.reduce((sum, { energy_Wh, baseline_Wh }) => sum + energy_Wh + baseline_Wh, 0),
          )
        }
        expect(sums).toEqual(sums.toSorted((one, other) => one - other))
        world.restart(0)
        expect(world.state().lamps.length).toBe(6)
      }),
      RUNS,
    )
  })
})

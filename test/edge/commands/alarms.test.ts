import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Pattern } from '../../../core/documents/flood-station.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { ok } from '../../../core/result.ts'
import type { CommandAction, CommandClass } from '../../../core/wire/commands.ts'
import type { End } from '../../../edge/commands/end.ts'
import { createExecutor } from '../../../edge/commands/executor.ts'
import { createLights } from '../../../edge/commands/lights.ts'
import { createWaters } from '../../../edge/commands/waters.ts'
import type { FloodInput } from '../../../edge/control/flood/inputs.ts'
import { createFloodState } from '../../../edge/control/flood/state.ts'
import { step } from '../../../edge/control/flood/step.ts'
import { createOutputs } from '../../../edge/outputs.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { DONG_HA, START } from '../control/flood/station.ts'
import { definition } from '../node.ts'
import { command, noStation } from './rig.ts'

/** No command quiets a flood alarm: a real controller, its outputs, commands, and a siren with a timer of its own. */

const SIREN = { device: 'dh-siren', output: 'relay1' } as const
const STEADY: Pattern = { on_s: 60, off_s: 0 }
const PULSES: Pattern = { on_s: 10, off_s: 20 }

function scene(pattern: Pattern) {
  const [siren, ...others] = DONG_HA.alarms
  if (siren === undefined) throw new Error('a station without a siren')
  const station = { ...DONG_HA, alarms: [{ ...siren, patterns: { '1': pattern } }, ...others] }
  const clock = fakeClock(START)
  const relays = new Map<string, { readonly value: number; readonly until: number }>()
  const refusals = createRefusals({ clock, log: silentLog })
  const heard: (() => void)[] = []
  const outputs = createOutputs({
    clock,
    wall: clock,
    speed: 1,
    definitions: new Map([['dh-siren', definition('milesight-ws558')]]),
    refusals,
    driverOf: () => ({
      name: 'played',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      drive(device, requests) {
        for (const { output, value, forS } of requests) {
          const until = forS === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + forS * 1_000
          relays.set(output, { value, until })
        }
        heard.push(() => {
          outputs.progress(device, requests, 'confirmed')
          executor.progress(device, requests, 'confirmed')
          input({ type: 'output', device, requests, stage: 'confirmed' })
        })
        return ok(undefined)
      },
    }),
  })
  let state = createFloodState(station)
  const input = (given: FloodInput) => {
    const told = step(state, given, { at: clock.now(), mono: clock.monotonic() })
    state = told.state
    if (told.outputs.length > 0) outputs.claim(station.id, told.outputs)
  }
  const executor = createExecutor({
    clock,
    outputs,
    ask(_station, asked) {
      input(asked)
      return ok(undefined)
    },
    reset: outputs.reset,
    lights: createLights({ clock, street: noStation }),
    waters: createWaters({ house: noStation }),
  })
  input({ type: 'document', document: station })

  const on = (output: string) => {
    const relay = relays.get(output)
    return relay?.value === 1 && clock.monotonic() < relay.until
  }
  const ends: End[] = []
  return {
    clock,
    outputs,
    ends,
    on,
    state: () => state,
    /** Whether the station wants the output on at this moment. */
    wanted: (output: string) => state.outputs[`dh-siren/${output}`]?.value === 1,
    run(given: CommandClass, action: CommandAction) {
      const ended = (end: End) => void ends.push(end)
      const end = executor.run(command({ class: given, action }), ended, [])
      if (end.outcome !== 'accepted') ended(end)
    },
    /** Restores a setting, as a node does at its start. */
    set: executor.set,
    async pass(seconds: number, each: () => void = () => {}) {
      for (let left = seconds; left > 0; left--) {
        await clock.advance(1_000)
        for (const hear of heard.splice(0)) hear()
        input({ type: 'tick' })
        outputs.tick()
        executor.tick()
        each()
      }
    },
    async flood() {
      for (let sample = 0; sample < 2; sample++) {
        const telemetry = { distance: DONG_HA.level.datum_m - 2.5 }
        input({ type: 'telemetry', device: 'dh-level', telemetry, failed: {}, at: clock.now() })
        await this.pass(2)
      }
    },
  }
}

const drive = (value: number, for_s = 60, override?: boolean): CommandAction => ({
  type: 'drive',
  ...SIREN,
  value,
  for_s,
  ...(override === undefined ? {} : { override }),
})
const hold = (value: number | null): CommandAction => ({ type: 'hold', ...SIREN, value })

describe('a siren that sounds its alarm', () => {
  let one: ReturnType<typeof scene>
  beforeEach(async () => {
    one = scene(STEADY)
    await one.flood()
  })

  test.each([
    ['a command to drive it off', 'momentary', drive(0)],
    ['an emergency that drives it off', 'emergency', drive(0)],
    ['a setting that holds it off', 'setting', hold(0)],
  ] as const)('is not quieted by %s, which says so', async (_name, given, action) => {
    one.run(given, action)
    await one.pass(120, () => expect(one.on('relay1')).toBe(true))
    expect(one.ends).toMatchObject([
      { outcome: 'refused', problem: { code: 'COMMAND_ALARM_SOUNDS', details: { station: 'dong-ha' } } },
    ])
    expect(one.outputs.decision('dh-siren', 'relay1')).toMatchObject({ winner: 'alarm', owner: 'dong-ha' })
  })

  test('is quieted by an emergency that overrides, for its time', async () => {
    one.run('emergency', drive(0, 60, true))
    await one.pass(59, () => expect(one.on('relay1')).toBe(false))
    await one.pass(2)
    expect(one.on('relay1')).toBe(true)
    expect(one.ends).toEqual([{ outcome: 'done' }])
  })

  test('is quieted by a manual hold on site', async () => {
    const reason = { vi: 'thay còi', en: 'repair' }
    one.outputs.order('hold:1', { ...SIREN, value: 0, rank: 'manual', until: null, reason })
    await one.pass(60, () => expect(one.on('relay1')).toBe(false))
  })

  test('is quieted by a silence, under which commands have it, and sounds when that is over', async () => {
    one.run('momentary', { type: 'silence', station: 'dong-ha', for_min: 1 })
    await one.pass(1)
    expect(one.on('relay1')).toBe(false)
    one.run('momentary', drive(0, 600))
    await one.pass(58, () => expect(one.on('relay1')).toBe(false))
    expect(one.ends).toEqual([{ outcome: 'done' }, { outcome: 'done' }])
    await one.pass(3)
    expect(one.on('relay1')).toBe(true)
  })

  test('may be asked to sound: that is done, and the alarm goes on after it', async () => {
    one.run('emergency', drive(1, 20))
    await one.pass(2)
    expect(one.ends).toEqual([{ outcome: 'done' }])
    await one.pass(120, () => expect(one.on('relay1')).toBe(true))
  })

  test.each([
    ['an overriding emergency', 'override'],
    ['a manual hold', 'manual'],
  ] as const)('does not fall silent by the timer of %s that sounds it for less', async (_name, rank) => {
    await one.pass(15)
    const until = one.clock.monotonic() + 20_000
    const reason = { vi: 'thử', en: 'test' }
    one.outputs.order('x', {
      ...SIREN,
      value: 1,
      rank,
      until: until as ReturnType<typeof one.clock.monotonic>,
      reason,
    })
    await one.pass(120, () => expect(one.on('relay1')).toBe(true))
  })
})

describe('in the pause of its pattern', () => {
  test.each(['momentary', 'emergency'] as const)(
    'a %s that drives the siren off is refused',
    async (given) => {
      const one = scene(PULSES)
      await one.flood()
      await one.pass(15)
      expect(one.on('relay1')).toBe(false)
      one.run(given, drive(0))
      expect(one.ends).toMatchObject([{ outcome: 'refused', problem: { code: 'COMMAND_ALARM_SOUNDS' } }])
    },
  )

  test('a silence lets commands have it at once', async () => {
    const one = scene(PULSES)
    await one.flood()
    await one.pass(15)
    one.run('momentary', { type: 'silence', station: 'dong-ha', for_min: 10 })
    one.run('momentary', drive(0))
    await one.pass(2)
    expect(one.ends).toEqual([{ outcome: 'done' }, { outcome: 'done' }])
  })

  test('an emergency sounds it without a pause, for its time', async () => {
    const one = scene(PULSES)
    await one.flood()
    await one.pass(15)
    one.run('emergency', drive(1, 100))
    await one.pass(98, () => expect(one.on('relay1')).toBe(true))
    await one.pass(30)
    expect(one.on('relay1')).toBe(one.wanted('relay1'))
    expect(one.ends).toEqual([{ outcome: 'done' }])
  })
})

test.each([
  ['a drive', 'momentary', drive(0, 600)],
  ['an emergency', 'emergency', drive(0, 600)],
  ['a setting', 'setting', hold(0)],
] as const)('%s from before the alarm does not keep the siren quiet', async (_name, given, action) => {
  const one = scene(STEADY)
  one.run(given, action)
  await one.pass(5)
  expect(one.ends).toEqual([{ outcome: 'done' }])
  await one.flood()
  await one.pass(60, () => expect(one.on('relay1')).toBe(true))
})

test('a setting that is put back in force at a start, with the alarm on already, stands below it', async () => {
  const one = scene(STEADY)
  await one.flood()
  expect(one.set({ ...SIREN, value: 0, who: 'Lan', why: '' })).toEqual(ok(undefined))
  await one.pass(60, () => expect(one.on('relay1')).toBe(true))
})

test('what is no flood alarm gives way to commands as before', async () => {
  const one = scene(STEADY)
  const reason = { vi: 'tưới', en: 'watering' }
  const wish = {
    device: 'dh-siren',
    output: 'relay5',
    value: 1,
    urgency: 'normal',
    validS: 600,
    reason,
  } as const
  one.outputs.claim('garden', [{ ...wish, purpose: 'self-test' }])
  expect(one.on('relay5')).toBe(true)
  one.run('momentary', { type: 'drive', device: 'dh-siren', output: 'relay5', value: 0, for_s: 60 })
  await one.pass(5)
  expect(one.on('relay5')).toBe(false)
  expect(one.ends).toEqual([{ outcome: 'done' }])
})

test('no sequence of commands without override quiets a siren whose station alarms and is not silenced', async () => {
  const output = fc.constantFrom('relay1', 'relay2')
  const for_s = fc.integer({ min: 1, max: 200 })
  const driving = fc.record({
    type: fc.constant('drive' as const),
    output,
    value: fc.constantFrom(0, 1),
    for_s,
  })
  const holding = fc.record({
    type: fc.constant('hold' as const),
    output,
    value: fc.constantFrom(0, 1, null),
  })
  const asking = fc.constantFrom('silence', 'unsilence', 'self-test').map((type) => ({ type }) as const)
  const act = fc.record({
    action: fc.oneof(driving, holding, asking),
    urgent: fc.boolean(),
    copies: fc.constantFrom(1, 1, 1, 20),
    wait_s: fc.integer({ min: 0, max: 45 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(STEADY, PULSES),
      fc.array(act, { maxLength: 12 }),
      fc.array(act, { minLength: 1, maxLength: 12 }),
      async (pattern, before, during) => {
        const one = scene(pattern)
        const give = async (
          { action, urgent, copies, wait_s }: (typeof during)[number],
          each?: () => void,
        ) => {
          const { type } = action
          for (let copy = 0; copy < copies; copy++) {
            if (type === 'drive')
              one.run(urgent ? 'emergency' : 'momentary', { ...action, device: 'dh-siren' })
            else if (type === 'hold') one.run('setting', { ...action, device: 'dh-siren' })
            else if (type === 'silence') one.run('momentary', { type, station: 'dong-ha', for_min: 1 })
            else one.run('momentary', { type, station: 'dong-ha' })
          }
          await one.pass(wait_s, each)
        }
        const sounds = () => {
          for (const name of ['relay1', 'relay2']) if (one.wanted(name)) expect(one.on(name)).toBe(true)
        }
        for (const given of before) await give(given)
        await one.flood()
        expect(one.state().level.inForce).toBe(1)
        for (const given of during) await give(given, sounds)
        await one.pass(90, sounds)
      },
    ),
    { numRuns: 300 },
  )
}, 60_000)

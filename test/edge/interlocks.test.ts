import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../core/clock.ts'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { silentLog } from '../../core/log.ts'
import { ok } from '../../core/result.ts'
import type { DeviceDefinition, Interlock, Output } from '../../devices/define.ts'
import { createOutputs } from '../../edge/outputs.ts'
import { createRefusals } from '../../edge/refusals.ts'
import { definition } from './node.ts'

/** Nothing that may ask for an output breaks its interlocks: not a command, not a hold, not a restart. */

const TICK_MS = 1_000
const INTERLOCKS: readonly Interlock[] = [
  { kind: 'longest-run', run_s: 30, rest_s: 10 },
  { kind: 'minimum-rest', rest_s: 5 },
]
const RUN_MS = 30_000
const LONG_REST_MS = 10_000
const REST_MS = 5_000

/** A relay box whose first relay is a pump with limits. */
function pump(limits: Partial<Output>): DeviceDefinition {
  const box = definition('milesight-ws558')
  const relay = box.outputs.relay1
  if (relay === undefined) throw new Error('no relay')
  return { ...box, outputs: { ...box.outputs, relay1: { ...relay, interlocks: INTERLOCKS, ...limits } } }
}

function bench(limits: Partial<Output> = {}) {
  const clock = fakeClock()
  const told: { readonly value: number; readonly at: number; readonly forS?: number }[] = []
  /** One life of the process; the pump keeps doing what it was told last. */
  const boot = () =>
    createOutputs({
      clock,
      wall: clock,
      speed: 1,
      definitions: new Map([['pump', pump(limits)]]),
      driverOf: () => ({
        name: 'played',
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        drive(_device, requests) {
          for (const { output, value, forS } of requests)
            if (output === 'relay1')
              told.push({ value, at: clock.monotonic(), ...(forS === undefined ? {} : { forS }) })
          return ok(undefined)
        },
      }),
      refusals: createRefusals({ clock, log: silentLog }),
    })
  return { clock, told, boot }
}

/** When the pump ran, from what it was told; `until` is now. */
function runs(told: readonly { readonly value: number; readonly at: number }[], until: number) {
  const list: { from: number; to: number }[] = []
  let from: number | undefined
  for (const { value, at } of told) {
    if (value !== 0) from ??= at
    else if (from !== undefined) {
      list.push({ from, to: at })
      from = undefined
    }
  }
  return from === undefined ? list : [...list, { from, to: until }]
}

const reason = { vi: 'thử', en: 'test' }
const target = { device: 'pump', output: 'relay1' } as const

test('no course of claims, commands, holds and releases makes it run too long or rest too little', async () => {
  const owner = fc.constantFrom('a', 'b', 'c')
  const value = fc.constantFrom(0, 1)
  const act = fc.oneof(
    fc.record({
      type: fc.constant('order' as const),
      owner,
      value,
      rank: fc.constantFrom('override' as const, 'manual' as const, 'emergency' as const, 'command' as const),
      for_s: fc.option(fc.integer({ min: 1, max: 100 })),
    }),
    fc.record({
      type: fc.constant('claim' as const),
      owner,
      value,
      validS: fc.integer({ min: 1, max: 100 }),
    }),
    fc.record({ type: fc.constant('release' as const), owner }),
    fc.record({ type: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (course) => {
      const { clock, told, boot } = bench()
      const outputs = boot()
      for (const one of course) {
        const now = clock.monotonic()
        if (one.type === 'order') {
          const until = one.for_s === null ? null : ((now + one.for_s * 1_000) as Mono)
          outputs.order(one.owner, { ...target, value: one.value, rank: one.rank, until, reason })
        }
        if (one.type === 'claim') {
          const wish = { ...target, urgency: 'urgent', purpose: 'alarm', reason } as const
          outputs.claim(one.owner, [{ ...wish, value: one.value === 1 ? 1 : 0, validS: one.validS }])
        }
        if (one.type === 'release') outputs.release(one.owner)
        if (one.type === 'pass')
          for (let left = one.seconds; left > 0; left--) {
            await clock.advance(TICK_MS)
            outputs.tick()
          }
      }
      const list = runs(told, clock.monotonic())
      for (const [index, { from, to }] of list.entries()) {
        expect(to - from).toBeLessThanOrEqual(RUN_MS + TICK_MS)
        const before = list[index - 1]
        if (before === undefined) continue
        const least = before.to - before.from >= RUN_MS ? LONG_REST_MS : REST_MS
        expect(from - before.to).toBeGreaterThanOrEqual(least)
      }
    }),
    { numRuns: 2_000 },
  )
})

describe('interlocks of a device', () => {
  test('hold after a restart: what may have run on is brought to rest first', async () => {
    const { clock, told, boot } = bench()
    const first = boot()
    first.tick()
    await clock.advance(LONG_REST_MS)
    first.order('command:1', { ...target, value: 1, rank: 'emergency', until: null, reason })
    await clock.advance(20_000)
    const second = boot()
    const decision = second.order('command:2', { ...target, value: 1, rank: 'override', until: null, reason })
    expect(decision).toMatchObject({ value: { winner: 'interlock', value: 0 } })
    expect(told.map(({ value }) => value)).toEqual([0, 1, 0])
    await clock.advance(LONG_REST_MS)
    second.tick()
    expect(told.at(-1)?.value).toBe(1)
  })

  test('are told to hardware that can time itself out', async () => {
    const { clock, told, boot } = bench()
    const outputs = boot()
    outputs.tick()
    await clock.advance(LONG_REST_MS)
    outputs.order('command:1', { ...target, value: 1, rank: 'emergency', until: null, reason })
    expect(told.at(-1)?.forS).toBe(30)
  })

  test('are not outlived by a renewal that a slow radio brings after the end', async () => {
    const { clock, told, boot } = bench({
      deadManS: 30,
      interlocks: [{ kind: 'longest-run', run_s: 50, rest_s: 10 }],
    })
    const outputs = boot()
    outputs.tick()
    await clock.advance(LONG_REST_MS)
    outputs.order('command:1', { ...target, value: 1, rank: 'emergency', until: null, reason })
    const begun = clock.monotonic()
    for (let second = 0; second < 60; second++) {
      await clock.advance(999)
      outputs.tick()
    }
    const renewals = told.filter(({ value, at }) => value === 1 && at > begun)
    expect(renewals.length).toBeGreaterThan(1)
    for (const { at, forS = 0 } of renewals) {
      expect(at - begun).toBeLessThanOrEqual(40_000)
      expect(at + forS * 1000 - begun).toBeLessThanOrEqual(50_000)
    }
  })

  test('keep hardware at rest that ended by itself because no renewal reached it', async () => {
    const { clock, told, boot } = bench({ deadManS: 60, interlocks: [{ kind: 'minimum-rest', rest_s: 600 }] })
    const outputs = boot()
    outputs.tick()
    await clock.advance(600_000)
    outputs.order('command:1', { ...target, value: 1, rank: 'command', until: null, reason })
    outputs.progress('pump', [{ output: 'relay1', value: 1 }], 'confirmed')
    for (let second = 0; second < 400; second++) {
      await clock.advance(1_000)
      const before = told.length
      outputs.tick()
      if (told.length > before) outputs.progress('pump', [{ output: 'relay1', value: 1 }], 'failed')
    }
    const ended = 60_000 + (told.find(({ value }) => value === 1)?.at ?? 0)
    expect(told.filter(({ value, at }) => value === 1 && at >= ended)).toEqual([])
    await clock.advance(600_000)
    outputs.tick()
    expect(told.at(-1)?.value).toBe(1)
  })

  const RESTS = { max: 9, deadManS: 600, interlocks: [{ kind: 'minimum-rest', rest_s: 300 }] } as const
  async function runningAt5For(seconds: number, limits: Partial<Output> = RESTS) {
    const { clock, told, boot } = bench(limits)
    const outputs = boot()
    outputs.tick()
    await clock.advance(300_000)
    const until = (ms: number) => (clock.monotonic() + ms) as Mono
    outputs.order('long', { ...target, value: 3, rank: 'command', until: until(500_000), reason })
    outputs.order('short', { ...target, value: 5, rank: 'emergency', until: until(seconds * 1000), reason })
    return { clock, told, outputs }
  }

  test('are kept where one value follows another: the hardware is not left to end in between', async () => {
    const { clock, told, outputs } = await runningAt5For(60)
    const at5 = told.at(-1)
    for (let second = 0; second <= 60; second++) {
      await clock.advance(1_000)
      outputs.tick()
    }
    const at3 = told.at(-1)
    expect([at5?.value, at3?.value]).toEqual([5, 3])
    const endsBy = (at5?.at ?? 0) + (at5?.forS ?? 0) * 1000
    expect(endsBy - (at3?.at ?? 0)).toBeGreaterThanOrEqual(10_000)
  })

  test('let hardware rest that has ended before the next value could be told', async () => {
    const { clock, told, outputs } = await runningAt5For(60)
    await clock.advance(90_000)
    outputs.tick()
    expect(told.at(-1)?.value).toBe(0)
    await clock.advance(299_000)
    outputs.tick()
    expect(told.at(-1)?.value).toBe(0)
    await clock.advance(1_000)
    outputs.tick()
    expect(told.at(-1)?.value).toBe(3)
  })

  test('show as who drives the output, with the reason', async () => {
    const { clock, boot } = bench()
    const outputs = boot()
    outputs.order('hold:1', { ...target, value: 1, rank: 'manual', until: null, reason })
    await clock.advance(LONG_REST_MS)
    outputs.tick()
    expect(outputs.decision('pump', 'relay1')?.winner).toBe('manual')
    await clock.advance(RUN_MS)
    outputs.tick()
    expect(outputs.decision('pump', 'relay1')).toMatchObject({ winner: 'interlock', owner: 'longest-run' })
  })
})

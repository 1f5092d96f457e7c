import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import {
  type ArbiterState,
  type ArbitratedOutput,
  arbitrate,
  type Claim,
  type ClaimRank,
  claim,
  comeToRest,
  createArbiterState,
  RANKS,
  release,
  restsAtStart,
  startArbiterState,
} from '../../../edge/control/arbiter.ts'

/** A contactor: closed at rest, because a street whose node is dead is lit; changed at most three times in a minute. */
const CONTACTOR: ArbitratedOutput = {
  min: 0,
  max: 1,
  safe: 1,
  interlocks: [{ kind: 'switching-limit', most: 3, per_s: 60 }],
}

function at(seconds: number): Mono {
  return (seconds * 1000) as Mono
}

function wish(value: number, rank: ClaimRank = 'controller', until_s = 10_000): Claim {
  return { owner: rank, rank, value, until: at(until_s), reason: { vi: rank, en: rank } }
}

/** Wants a value at a time: what it takes, and the state after. */
function want(state: ArbiterState, output: ArbitratedOutput, one: Claim, seconds: number) {
  const claimed = claim(state, output, one)
  if (!claimed.ok) throw new Error(claimed.error.code)
  return arbitrate(claimed.value, output, at(seconds))
}

/** Wants these values a second apart, from the given second on. */
function course(state: ArbiterState, values: readonly number[], from: number): ArbiterState {
  return values.reduce(
    (before, value, index) => want(before, CONTACTOR, wish(value), from + index).state,
    state,
  )
}

describe('a switching limit', () => {
  test('lets an output change as often as it says', () => {
    const state = course(createArbiterState(), [0, 1, 0], 0)
    expect(want(state, CONTACTOR, wish(1), 3).decision).toMatchObject({ value: 1, winner: 'controller' })
  })

  test('keeps it as it is from then on, and says why', () => {
    const state = course(createArbiterState(), [0, 1, 0, 1], 0)
    const kept = want(state, CONTACTOR, wish(0), 4).decision
    expect(kept).toMatchObject({ value: 1, winner: 'interlock', owner: 'switching-limit' })
    expect(kept.reason.vi).toContain('3 lần trong 60 giây')
  })

  test('lets what waits through as soon as the oldest change has left the window', () => {
    const waiting = want(course(createArbiterState(), [0, 1, 0, 1], 0), CONTACTOR, wish(0), 4).state
    expect(arbitrate(waiting, CONTACTOR, at(60.9)).decision.value).toBe(1)
    expect(arbitrate(waiting, CONTACTOR, at(61)).decision).toMatchObject({ value: 0, winner: 'controller' })
  })

  test('keeps it as it is when nobody drives it any more: its safe value waits too', () => {
    const state = course(createArbiterState(), [1, 0, 1, 0], 0)
    const released = release(state, 'controller')
    expect(arbitrate(released, CONTACTOR, at(4)).decision).toMatchObject({ value: 0, winner: 'interlock' })
    expect(arbitrate(released, CONTACTOR, at(61)).decision).toMatchObject({ value: 1, winner: 'default' })
  })

  test('stands above an emergency and a hold at the site', () => {
    const state = course(createArbiterState(), [0, 1, 0, 1], 0)
    for (const rank of ['override', 'manual'] as const)
      expect(want(state, CONTACTOR, wish(0, rank), 4).decision.value).toBe(1)
  })

  test('is not used up by who asks again for the value that it has', () => {
    const state = course(createArbiterState(), [0, 0, 0, 0, 0, 0, 1, 1, 1], 0)
    expect(want(state, CONTACTOR, wish(0), 10).decision.value).toBe(0)
  })

  test('gives way to an interlock that makes it rest', () => {
    const pump: ArbitratedOutput = {
      min: 0,
      max: 1,
      safe: 0,
      interlocks: [
        { kind: 'switching-limit', most: 1, per_s: 600 },
        { kind: 'longest-run', run_s: 30, rest_s: 10 },
      ],
    }
    const idle = want(createArbiterState(), pump, wish(0), 0).state
    const running = want(idle, pump, wish(1), 1).state
    expect(arbitrate(running, pump, at(31)).decision).toMatchObject({ value: 0, owner: 'longest-run' })
  })

  test('counts a rest that came by itself', () => {
    const state = comeToRest(course(createArbiterState(), [1, 0], 0), CONTACTOR, at(2))
    const third = course(state, [0], 3)
    expect(want(third, CONTACTOR, wish(1), 4).decision.value).toBe(0)
  })
})

describe('after a start', () => {
  test('its first value is taken as it is wished: it may be what it does already', () => {
    const state = startArbiterState(CONTACTOR, at(100))
    expect(want(state, CONTACTOR, wish(0), 100).decision).toMatchObject({ value: 0, winner: 'controller' })
  })

  test('the next change waits for one share of the window', () => {
    const state = want(startArbiterState(CONTACTOR, at(100)), CONTACTOR, wish(0), 100).state
    expect(want(state, CONTACTOR, wish(1), 119).decision.value).toBe(0)
    expect(want(state, CONTACTOR, wish(1), 120).decision.value).toBe(1)
  })

  test('it is not brought to rest: its safe value would be one change more', () => {
    expect(restsAtStart(CONTACTOR)).toBe(false)
    expect(restsAtStart({ interlocks: [{ kind: 'minimum-rest', rest_s: 5 }] })).toBe(true)
  })
})

test('no course of claims, releases and waiting changes it more often than its limits allow', () => {
  const limits = [
    { kind: 'switching-limit', most: 2, per_s: 10 },
    { kind: 'switching-limit', most: 5, per_s: 100 },
  ] as const
  const output = { ...CONTACTOR, interlocks: limits }
  const action = fc.record({
    wait_s: fc.integer({ min: 0, max: 12 }),
    rank: fc.constantFrom(...RANKS),
    value: fc.constantFrom(0, 1),
    for_s: fc.integer({ min: 0, max: 60 }),
    release: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      let state = startArbiterState(output, at(0))
      let now = 0
      let value: number | undefined
      const changes: number[] = []
      for (const { wait_s, rank, value: wanted, for_s, release: letGo } of actions) {
        const claimed = claim(state, output, wish(wanted, rank, now + for_s))
        if (claimed.ok) state = claimed.value
        if (letGo) state = release(state, rank)
        for (let second = 0; second <= wait_s; second++, now++) {
          const told = arbitrate(state, output, at(now))
          state = told.state
          if (value !== undefined && told.decision.value !== value) changes.push(now)
          value = told.decision.value
          expect(state.changes.length).toBeLessThanOrEqual(7)
        }
      }
      for (const { most, per_s } of limits)
        for (const [index, from] of changes.entries())
          expect((changes[index + most] ?? Number.POSITIVE_INFINITY) - from).toBeGreaterThanOrEqual(per_s)
    }),
    { numRuns: 2_000 },
  )
})

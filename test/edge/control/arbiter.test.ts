import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import {
  type ArbiterState,
  type ArbitratedOutput,
  arbitrate,
  CLAIMS_MAX,
  type Claim,
  type ClaimRank,
  claim,
  createArbiterState,
  RANKS,
  release,
} from '../../../edge/control/arbiter.ts'

const SIREN: ArbitratedOutput = {
  min: 0,
  max: 1,
  safe: 0,
  interlocks: [
    { kind: 'longest-run', run_s: 60, rest_s: 20 },
    { kind: 'minimum-rest', rest_s: 5 },
  ],
}
const FREE: ArbitratedOutput = { ...SIREN, interlocks: [] }

function wish(rank: ClaimRank, value: number, until_s: number, owner: string = rank): Claim {
  return { owner, rank, value, until: (until_s * 1000) as Mono, reason: { vi: owner, en: owner } }
}

function held(output: ArbitratedOutput, ...claims: readonly Claim[]): ArbiterState {
  return claims.reduce((state, one) => {
    const next = claim(state, output, one)
    if (!next.ok) throw new Error(next.error.code)
    return next.value
  }, createArbiterState())
}

function at(seconds: number): Mono {
  return (seconds * 1000) as Mono
}

test('a run that its owner ends at its very limit is followed by the rest of a longest run', () => {
  const started = arbitrate(held(SIREN, wish('command', 1, 60)), SIREN, at(0)).state
  const ended = arbitrate(started, SIREN, at(60)).state
  const again = claim(ended, SIREN, wish('command', 1, 200))
  if (!again.ok) throw new Error(again.error.code)
  expect(arbitrate(again.value, SIREN, at(79)).decision.winner).toBe('interlock')
  expect(arbitrate(again.value, SIREN, at(80)).decision.winner).toBe('command')
})

describe('who drives an output', () => {
  test('nobody: its safe value, and it says so', () => {
    expect(arbitrate(createArbiterState(), SIREN, at(0)).decision).toMatchObject({
      value: 0,
      winner: 'default',
    })
  })
  test('a manual hold at the site stands above an emergency command', () => {
    const state = held(FREE, wish('emergency', 1, 100), wish('manual', 0, 100))
    expect(arbitrate(state, FREE, at(1)).decision).toMatchObject({ value: 0, winner: 'manual' })
  })
  test('an emergency command stands above the controller', () => {
    const state = held(FREE, wish('emergency', 1, 100), wish('controller', 0, 100))
    expect(arbitrate(state, FREE, at(1)).decision).toMatchObject({ value: 1, winner: 'emergency' })
  })
  test('of equal ranks the newest wins', () => {
    const state = held(FREE, wish('command', 0, 100, 'desk-1'), wish('command', 1, 100, 'desk-2'))
    expect(arbitrate(state, FREE, at(1)).decision.owner).toBe('desk-2')
  })
  test('a claim that is not renewed dies, and the next in rank takes over', () => {
    const state = held(FREE, wish('manual', 0, 10), wish('controller', 1, 100))
    expect(arbitrate(state, FREE, at(10)).decision).toMatchObject({ value: 1, winner: 'controller' })
  })
  test('what is released is gone', () => {
    const state = release(held(FREE, wish('manual', 1, 100)), 'manual')
    expect(arbitrate(state, FREE, at(1)).decision.winner).toBe('default')
  })
  test('a value outside the range is refused', () => {
    const refused = claim(createArbiterState(), FREE, wish('manual', 2, 10))
    expect(refused.ok ? undefined : refused.error.code).toBe('OUTPUT_CLAIM_INVALID')
  })
  test('a value that is no number is refused', () => {
    expect(claim(createArbiterState(), FREE, wish('manual', Number.NaN, 10)).ok).toBe(false)
  })
  test('a claim without an end is refused', () => {
    expect(claim(createArbiterState(), FREE, wish('manual', 1, Number.POSITIVE_INFINITY)).ok).toBe(false)
  })
  test('owners are bounded: an equal is refused, a higher rank displaces', () => {
    const many = Array.from({ length: CLAIMS_MAX }, (_, index) => wish('controller', 1, 100, `c${index}`))
    const state = held(FREE, ...many)
    const equal = claim(state, FREE, wish('controller', 1, 100, 'one-more'))
    expect(equal.ok ? undefined : equal.error.code).toBe('OUTPUT_CLAIMS_FULL')
    const higher = claim(state, FREE, wish('manual', 0, 100))
    expect(higher.ok && arbitrate(higher.value, FREE, at(1)).decision.winner).toBe('manual')
  })
})

describe('interlocks', () => {
  test('stop a run at its longest, whoever wants it', () => {
    const first = arbitrate(held(SIREN, wish('manual', 1, 1000)), SIREN, at(0))
    expect(first.decision.value).toBe(1)
    expect(arbitrate(first.state, SIREN, at(59)).decision.value).toBe(1)
    expect(arbitrate(first.state, SIREN, at(60)).decision).toMatchObject({
      value: 0,
      winner: 'interlock',
      owner: 'longest-run',
    })
  })
  test('let it run again after the rest that they impose', () => {
    let { state } = arbitrate(held(SIREN, wish('manual', 1, 1000)), SIREN, at(0))
    state = arbitrate(state, SIREN, at(60)).state
    expect(arbitrate(state, SIREN, at(79)).decision.value).toBe(0)
    expect(arbitrate(state, SIREN, at(80)).decision.value).toBe(1)
  })

  const action = fc.record({
    wait_s: fc.integer({ min: 0, max: 30 }),
    rank: fc.constantFrom(...RANKS),
    value: fc.constantFrom(0, 1),
    for_s: fc.integer({ min: 0, max: 200 }),
    release: fc.boolean(),
  })

  test('no sequence of claims beats them', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        let state = createArbiterState()
        let now = 0
        let runningSince: number | undefined
        let restSince: number | undefined
        for (const { wait_s, rank, value, for_s, release: letGo } of actions) {
          const wished = claim(state, SIREN, wish(rank, value, now + for_s))
          if (wished.ok) state = wished.value
          if (letGo) state = release(state, rank)
          for (let second = 0; second <= wait_s; second++) {
            const told = arbitrate(state, SIREN, at(now))
            state = told.state
            if (told.decision.value === 1) {
              if (runningSince === undefined && restSince !== undefined)
                expect(now - restSince).toBeGreaterThanOrEqual(5)
              runningSince ??= now
              expect(now - runningSince).toBeLessThan(60)
            } else if (runningSince !== undefined) {
              runningSince = undefined
              restSince = now
            }
            now++
          }
        }
      }),
      { numRuns: 1000 },
    )
  })
  test('once every claim has expired the output is at its safe value, always', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let state = createArbiterState()
        let now = 0
        for (const { wait_s, rank, value, for_s } of actions) {
          const wished = claim(state, SIREN, wish(rank, value, now + for_s))
          if (wished.ok) state = arbitrate(wished.value, SIREN, at(now)).state
          now += wait_s
        }
        expect(arbitrate(state, SIREN, at(now + 201)).decision).toMatchObject({
          value: 0,
          winner: 'default',
        })
      }),
      { numRuns: 1000 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DONG_HA, trial } from './station.ts'

/**
 * A siren and a beacon behind a radio that comes and goes, loses orders and answers, and people who switch the device by
 * hand. The oracle: within five minutes of good radio the device does what water and silence ask of it.
 */

const STEADY = {
  ...DONG_HA,
  alarms: DONG_HA.alarms.map((alarm) => ({ ...alarm, patterns: { '1': { on_s: 60, off_s: 0 } } })),
}

interface Quarter {
  /** Stage in m during these fifteen minutes. */
  readonly stage_m: number
  readonly radio: 'good' | 'poor' | 'none'
  readonly deed:
    | 'nothing'
    | 'switched on'
    | 'switched off'
    | 'silence'
    | 'unsilence'
    | 'self-test'
    | 'power cut'
}

const quarter: fc.Arbitrary<Quarter> = fc.record({
  stage_m: fc.constantFrom(1, 1.5, 1.8, 2.2, 2.5, 3.2),
  radio: fc.constantFrom('good', 'good', 'poor', 'none'),
  deed: fc.constantFrom(
    'nothing',
    'nothing',
    'switched on',
    'switched off',
    'silence',
    'unsilence',
    'self-test',
    'power cut',
  ),
})

/** Plays the quarters second by second; `look` is called after five minutes of good radio. */
function play(quarters: readonly Quarter[], chances: readonly boolean[], look: (seen: Seen) => void): void {
  const it = trial(STEADY)
  const device: Record<string, number> = { relay1: 0, relay2: 0 }
  let chance = 0
  let told = 0
  let good_s = 0
  const lucky = (radio: Quarter['radio']) =>
    radio === 'good' || (radio === 'poor' && chances[chance++ % chances.length] === true)
  const carry = (radio: Quarter['radio']) => {
    for (; told < it.outputs.length; told++) {
      const order = it.outputs[told]
      if (order === undefined || !lucky(radio)) continue
      device[order.output] = order.value
      if (!lucky(radio)) continue
      const requests = [{ output: order.output, value: order.value }]
      it.give({ type: 'output', device: 'dh-siren', requests, stage: 'confirmed' })
    }
  }
  for (const { stage_m, radio, deed } of quarters) {
    if (deed === 'switched on') device.relay1 = 1
    if (deed === 'switched off') device.relay1 = 0
    if (deed === 'power cut') Object.assign(device, { relay1: 0, relay2: 0 })
    if (deed === 'silence') it.give({ type: 'silence', who: 'Lan', forMin: 20 })
    if (deed === 'unsilence') it.give({ type: 'unsilence', who: 'Lan' })
    if (deed === 'self-test') it.give({ type: 'self-test' })
    good_s = 0
    for (let second = 1; second <= 900; second++) {
      it.wait(1)
      if (second % 300 === 150) it.report('dh-level', { distance: 10 - stage_m })
      if (second % 120 === 60 && lucky(radio)) it.report('dh-siren', { ...device })
      carry(radio)
      good_s = radio === 'good' ? good_s + 1 : 0
      if (good_s >= 300) look({ device, state: it.state() })
    }
  }
}

interface Seen {
  readonly device: Readonly<Record<string, number>>
  readonly state: ReturnType<ReturnType<typeof trial>['state']>
}

describe('sirens behind a bad radio, under meddling hands', { timeout: 60_000 }, () => {
  const story = fc.array(quarter, { minLength: 12, maxLength: 12 })
  const chances = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 })

  test('the beacon follows the water', () => {
    fc.assert(
      fc.property(story, chances, (quarters, luck) => {
        play(quarters, luck, ({ device, state }) => {
          if (state.selfTest.running !== null) return
          expect(device.relay2).toBe(state.level.inForce > 0 ? 1 : 0)
        })
      }),
      { numRuns: 40 },
    )
  })
  test('the siren follows the water, and a silence while it lasts', () => {
    fc.assert(
      fc.property(story, chances, (quarters, luck) => {
        // What has just changed is on its way: the order leaves in the same second.
        play(quarters, luck, ({ device, state }) => {
          if (state.selfTest.running !== null) return
          expect(device.relay1).toBe(state.level.inForce > 0 && state.silence === null ? 1 : 0)
        })
      }),
      { numRuns: 40 },
    )
  })
})

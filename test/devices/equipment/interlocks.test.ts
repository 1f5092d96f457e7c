import { Default } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { type DosingPump, dosingPumpInterlocks } from '../../../devices/equipment/dosing-pump.ts'
import { Mister, misterInterlocks } from '../../../devices/equipment/mister.ts'
import { type WaterPump, waterPumpInterlocks } from '../../../devices/equipment/water-pump.ts'

/** Wiring becomes interlocks: data, with the times that the wiring says. */

const PUMP: WaterPump = {
  ...{ kind: 'water-pump', device: 'b', output: 'pump', valves: [{ device: 'v', output: 'v1' }], lead_s: 4 },
  ...{ valve_fresh_s: 600, longest_run_s: 3_600, long_rest_s: 60, rest_s: 10, starts_per_hour: 6 },
}

describe('a water pump', () => {
  test('needs one of its valves open for the lead time, heard lately', () => {
    const [first] = waterPumpInterlocks(PUMP)
    expect(first).toMatchObject({
      name: 'valve-open',
      need: {
        of: 'any',
        needs: [{ of: 'output', device: 'v', output: 'v1', is: 'away', for_s: 4, fresh_s: 600 }],
      },
      ...{ after_s: 0, for_s: 0, latch: false },
    })
  })

  test('with a flow meter is off for good when nothing flows at the time that it names, patience included', () => {
    const flow = {
      device: 'b',
      channel: 'flow',
      least_Lmin: 2,
      within_s: 10,
      lost_s: 3,
      fresh_s: 15,
      heard_s: 10,
    }
    const dry = waterPumpInterlocks({ ...PUMP, flow }).find((one) => 'name' in one && one.name === 'dry-run')
    expect(dry).toMatchObject({ after_s: 7, for_s: 3, latch: true, need: { min: 2, fresh_s: 15 } })
  })

  test('with a float that is dry when it says 1 needs 0', () => {
    const float = { device: 'b', channel: 'float', wet: 0, fresh_s: 30, slosh_s: 2 } as const
    const low = waterPumpInterlocks({ ...PUMP, float }).find(
      (one) => 'name' in one && one.name === 'low-water',
    )
    expect(low).toMatchObject({ need: { min: 0, max: 0 }, for_s: 2 })
  })
})

test('a dosing pump has its day as a budget of 24 hours', () => {
  const pump: DosingPump = {
    ...{ kind: 'dosing-pump', device: 'b', output: 'a', valves: [], valve_fresh_s: 600, never_with: [] },
    flow: { device: 'b', channel: 'flow', least_Lmin: 2, for_s: 5, fresh_s: 15 },
    ...{ flush_s: 30, longest_pulse_s: 60, rest_s: 2, daily_s: 900 },
  }
  expect(dosingPumpInterlocks(pump, []).at(-1)).toEqual({ kind: 'run-budget', run_s: 900, per_s: 86_400 })
})

test('a mister is shut out by damp air', () => {
  const humidity = { device: 'b', channel: 'humidity', most: 90, fresh_s: 600 }
  const mister = {
    kind: 'mister',
    device: 'b',
    output: 'm',
    longest_run_s: 60,
    rest_s: 30,
    humidity,
  } as const
  expect(misterInterlocks(mister)[0]).toMatchObject({ name: 'humidity', need: { max: 90 } })
  expect(Default(Mister, { kind: 'mister', device: 'b', output: 'm' })).toMatchObject({ longest_run_s: 120 })
})

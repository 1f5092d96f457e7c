import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VALVE_TASK_S, valveDownlinks, valveTask } from '../../devices/codecs/milesight-valve.ts'
import type { OutputRequest } from '../../devices/define.ts'

const hex = (bytes: Iterable<number>) => Buffer.from(Uint8Array.from(bytes)).toString('hex').toUpperCase()

describe('a valve task', () => {
  test('opens valve 1 for 600 s under the number 1 as the maker writes it', () => {
    expect(hex(valveTask({ valve: 1, open: true, forS: 600, sequence: 1 }))).toBe('FF1DA00158020000000000')
  })

  test('shuts valve 1 as the maker writes it', () => {
    expect(hex(valveTask({ valve: 1, open: false, forS: null, sequence: 0 }))).toBe('FF1D000000000000000000')
  })
})

describe('what the UC511 is told', () => {
  const told = (requests: readonly OutputRequest[]) => valveDownlinks('milesight-uc511', 2, requests)

  test('is carried out whenever it comes, so that a valve told twice opens twice', () => {
    const first = told([{ output: 'valve1', value: 1, forS: 60 }])
    expect(first.ok && first.value[0]?.bytes[3]).toBe(0)
  })

  test('is refused for a time that the device cannot keep: nobody would end the water', () => {
    const refused = told([{ output: 'valve1', value: 1, forS: VALVE_TASK_S + 1 }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is refused for a time of %d s', (forS) => {
    const refused = told([{ output: 'valve1', value: 1, forS }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test.each(['valve0', 'valve3', 'relay1', '__proto__'])('is refused for the output %s', (output) => {
    const refused = told([{ output, value: 1 }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test('is the newest word about each valve', () => {
    expect(
      told([
        { output: 'valve1', value: 1, forS: 60 },
        { output: 'valve1', value: 0 },
      ]),
    ).toEqual(told([{ output: 'valve1', value: 0 }]))
  })

  test('fits any data rate, whatever is asked', () => {
    const request: fc.Arbitrary<OutputRequest> = fc.record(
      {
        output: fc.oneof(fc.constantFrom('valve1', 'valve2'), fc.string()),
        value: fc.oneof(fc.constantFrom(0, 1), fc.double()),
        forS: fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.double()),
      },
      { requiredKeys: ['output', 'value'] },
    )
    fc.assert(
      fc.property(fc.array(request, { maxLength: 10 }), (requests) => {
        const downlinks = told(requests)
        if (downlinks.ok) for (const { bytes } of downlinks.value) expect(bytes.length).toBe(11)
        else expect(downlinks.error.code).toBe('ACTION_UNSUPPORTED')
      }),
      { numRuns: 5_000 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDefinition } from '../../devices/check.ts'
import type { DeviceDefinition, LorawanBinding, OutputRequest } from '../../devices/define.ts'
import { deviceDefinitions } from '../../devices/registry.ts'

const sirens = [...deviceDefinitions.values()].filter(
  ({ kind, via }) => kind === 'relay' && via.lorawan !== undefined,
)

function encoder(definition: DeviceDefinition): NonNullable<LorawanBinding['encode']> {
  const encode = definition.via.lorawan?.encode
  if (encode === undefined) throw new Error(`${definition.model} has no encoder`)
  return encode
}

const anyRequest: fc.Arbitrary<OutputRequest> = fc.record(
  {
    output: fc.oneof(fc.constantFrom('relay1', 'relay2', 'relay8', 'relay9', 'relay0'), fc.string()),
    value: fc.oneof(fc.constantFrom(0, 1), fc.double()),
    forS: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.double()),
  },
  { requiredKeys: ['output', 'value'] },
)

describe.each(sirens)('$model', (definition) => {
  const encode = encoder(definition)

  test('refuses an output that it does not have', () => {
    const refused = encode([{ output: 'relay9', value: 1 }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test('refuses half a relay', () => {
    const refused = encode([{ output: 'relay1', value: 0.5 }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a time of %d s', (forS) => {
    const refused = encode([{ output: 'relay1', value: 1, forS }])
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test('sounds without an end of its own when asked for longer than the hardware can time', () => {
    const timedS = definition.outputs.relay1?.timedS ?? 0
    expect(encode([{ output: 'relay1', value: 1, forS: timedS + 1 }])).toEqual(
      encode([{ output: 'relay1', value: 1 }]),
    )
  })

  test('ends by itself at the longest time that the hardware can keep', () => {
    const timedS = definition.outputs.relay1?.timedS ?? 0
    expect(encode([{ output: 'relay1', value: 1, forS: timedS }])).not.toEqual(
      encode([{ output: 'relay1', value: 1 }]),
    )
  })

  test('asks for nothing when nothing is asked', () => {
    expect(encode([])).toEqual({ ok: true, value: [] })
  })

  test('lets the newest request for an output win', () => {
    expect(
      encode([
        { output: 'relay1', value: 1, forS: 60 },
        { output: 'relay1', value: 0 },
      ]),
    ).toEqual(encode([{ output: 'relay1', value: 0 }]))
  })

  test('sends every downlink in a size that any data rate carries', () => {
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 20 }), (requests) => {
        const encoded = encode(requests)
        if (encoded.ok) for (const { bytes } of encoded.value) expect(bytes.length).toBeLessThanOrEqual(11)
        else expect(encoded.error.code).toBe('ACTION_UNSUPPORTED')
      }),
      { numRuns: 2000 },
    )
  })
})

describe('checkDefinition', () => {
  const sound = deviceDefinitions.get('milesight-uc300')
  if (sound === undefined) throw new Error('milesight-uc300 is gone')
  const relay1 = sound.outputs.relay1
  if (relay1 === undefined) throw new Error('relay1 is gone')

  test('names an output that is read back on a channel that is not there', () => {
    const outputs = { ...sound.outputs, relay1: { ...relay1, readBack: 'relay7' } }
    expect(checkDefinition({ ...sound, outputs })).toEqual([
      'output relay1: it is read back on "relay7", which is no channel',
    ])
  })

  test('names a missing translation', () => {
    expect(checkDefinition({ ...sound, label: { vi: '', en: 'I/O controller' } })).toEqual([
      'the device has no Vietnamese label',
    ])
  })

  test('names an example that does not hold, by its place', () => {
    const [refused, read, ...others] = sound.examples
    const examples = [refused, { ...read, telemetry: { count1: 11 } }, ...others] as const
    expect(checkDefinition({ ...sound, examples })[0]).toMatch(/^example 2: expected /)
  })
})

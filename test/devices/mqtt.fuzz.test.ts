import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import { deviceDefinitions } from '../../devices/registry.ts'

const INPUTS = 100_000
const SEED = 20_261_121

const targets = [...deviceDefinitions.values()].flatMap((definition) => {
  const binding = definition.via.mqtt
  if (binding === undefined) return []
  const messages = definition.examples.flatMap((example) =>
    example.via === 'mqtt' && 'telemetry' in example
      ? [{ topic: example.topic, payload: new TextEncoder().encode(example.payload) }]
      : [],
  )
  return [{ model: definition.model, definition, binding, messages }]
})

describe.each(targets)('$model', ({ definition, binding, messages }) => {
  test('never throws and never tells a value out of range, on 100,000 damaged messages', () => {
    const random = seededRandom(SEED)
    let decoded = 0
    for (let input = 0; input < INPUTS; input++) {
      const start = messages[integer(random, 0, messages.length - 1)]
      if (start === undefined) throw new Error('no example')
      const payload = Uint8Array.from(start.payload)
      for (let flips = integer(random, 1, 3); flips > 0; flips--)
        payload[integer(random, 0, payload.length - 1)] = integer(random, 0, 255)
      const result = binding.decode(start.topic, payload)
      if (!result.ok) continue
      decoded++
      for (const [name, value] of Object.entries(result.value.telemetry)) {
        const channel = definition.telemetry[name]
        if (channel === undefined || !(value >= channel.min && value <= channel.max))
          expect({ payload: new TextDecoder().decode(payload), name, value }).toBeNull()
      }
    }
    expect(decoded).toBeGreaterThan(0)
  })

  test('refuses every message that is cut', () => {
    for (const { topic, payload } of messages) {
      for (let length = 0; length < payload.length; length++) {
        const result = binding.decode(topic, payload.subarray(0, length))
        expect(result.ok ? 'ok' : result.error.code).toBe('PAYLOAD_TRUNCATED')
      }
    }
  })
})

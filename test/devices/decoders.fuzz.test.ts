import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import type { Decoded, DeviceDefinition, LorawanBinding } from '../../devices/define.ts'
import { exampleBytes } from '../../devices/examples.ts'
import { deviceDefinitions } from '../../devices/registry.ts'

const INPUTS = 100_000
const SEED = 20_260_730

interface Frame {
  readonly bytes: Uint8Array
  readonly fPort: number
}

interface Target {
  readonly model: string
  readonly definition: DeviceDefinition
  readonly binding: LorawanBinding
  readonly frames: readonly Frame[]
}

const targets: readonly Target[] = [...deviceDefinitions.values()].flatMap((definition) => {
  const binding = definition.via.lorawan
  if (binding === undefined) return []
  const frames = definition.examples.flatMap((example) =>
    example.via === 'lorawan' && 'telemetry' in example
      ? [{ bytes: exampleBytes(example.bytes), fPort: example.fPort ?? binding.fPort }]
      : [],
  )
  return [{ model: definition.model, definition, binding, frames }]
})

function outsideRange(definition: DeviceDefinition, decoded: Decoded): string | undefined {
  return Object.keys(decoded.telemetry).find((name) => {
    const channel = definition.telemetry[name]
    const value = decoded.telemetry[name]
    return channel === undefined || value === undefined || !(value >= channel.min && value <= channel.max)
  })
}

describe.each(targets)('$model', ({ definition, binding, frames }) => {
  test('never throws and never tells a value out of range, on 100,000 random and damaged frames', () => {
    const random = seededRandom(SEED)
    let decodedFrames = 0
    for (let input = 0; input < INPUTS; input++) {
      const start = frames[integer(random, 0, frames.length - 1)] ?? { bytes: new Uint8Array(), fPort: 0 }
      const bytes = input % 2 === 0 ? random.bytes(integer(random, 0, 40)) : Uint8Array.from(start.bytes)
      if (input % 2 === 1 && bytes.length > 0) {
        for (let flips = integer(random, 1, 3); flips > 0; flips--)
          bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
      }
      const result = binding.decode(bytes, start.fPort)
      if (!result.ok) continue
      decodedFrames++
      const outside = outsideRange(definition, result.value)
      if (outside !== undefined) expect({ bytes: Buffer.from(bytes).toString('hex'), outside }).toBeNull()
    }
    expect(decodedFrames).toBeGreaterThan(0)
  })

  test('reads a frame inside a larger buffer as it reads it alone', () => {
    for (const { bytes: frame, fPort } of frames) {
      const larger = new Uint8Array(frame.length + 7).fill(0xa5)
      larger.set(frame, 3)
      const inside = larger.subarray(3, 3 + frame.length)
      expect(binding.decode(inside, fPort)).toEqual(binding.decode(frame, fPort))
    }
  })
})

const truncations = targets.flatMap(({ model, binding, frames }) =>
  frames.map(({ bytes: frame, fPort }) => ({
    model,
    binding,
    frame,
    fPort,
    hex: Buffer.from(frame).toString('hex'),
  })),
)

describe.each(truncations)('$model $hex', ({ binding, frame, fPort }) => {
  test('cut at any byte, tells only what the whole frame tells, or nothing', () => {
    const whole = binding.decode(frame, fPort)
    if (!whole.ok) throw new Error('the example does not hold')
    const told = whole.value
    for (let length = 0; length < frame.length; length++) {
      const result = binding.decode(frame.subarray(0, length), fPort)
      if (result.ok) {
        expect(told.telemetry).toMatchObject(result.value.telemetry)
        expect(told.failed ?? {}).toMatchObject(result.value.failed ?? {})
      } else {
        expect(result.error.code).toBe('PAYLOAD_TRUNCATED')
      }
    }
  })
})

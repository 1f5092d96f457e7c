import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import { createFramer } from '../../devices/codecs/serial-frames.ts'
import type { DeviceDefinition, SerialBinding } from '../../devices/define.ts'
import { exampleBytes } from '../../devices/examples/comparison.ts'
import { decodeFrame } from '../../devices/examples/serial.ts'
import { deviceDefinitions } from '../../devices/registry.ts'

/** Whatever a serial line makes of a device's frames, nothing is told that the device did not say. */

const INPUTS = 100_000

interface Target {
  readonly model: string
  readonly definition: DeviceDefinition
  readonly binding: SerialBinding
  readonly frames: readonly Uint8Array[]
}

const targets = [...deviceDefinitions.values()].flatMap((definition): Target[] => {
  const binding = definition.via.serial
  if (binding === undefined) return []
  const frames = definition.examples.flatMap((example) =>
    example.via === 'serial' && 'telemetry' in example ? [exampleBytes(example.bytes)] : [],
  )
  return [{ model: definition.model, definition, binding, frames }]
})

test('there is a device with a serial line of its own', () => {
  expect(targets.length).toBeGreaterThan(0)
})

describe.each(targets)('$model', ({ model, definition, binding, frames }) => {
  test('never throws and never tells a value out of range, on 100,000 damaged and random frames', () => {
    const random = seededRandom(20_261_121)
    let decoded = 0
    const outside: string[] = []
    const framer = createFramer(binding.framing, {
      frame(payload) {
        const result = binding.decode(payload)
        if (!result.ok) return
        decoded++
        for (const [name, value] of Object.entries(result.value.telemetry)) {
          const channel = definition.telemetry[name]
          if (channel === undefined || !(value >= channel.min && value <= channel.max)) outside.push(name)
        }
      },
    })
    for (let input = 0; input < INPUTS; input++) {
      const whole = frames[integer(random, 0, frames.length - 1)] ?? new Uint8Array()
      const bytes = input % 2 === 0 ? Uint8Array.from(whole) : random.bytes(integer(random, 0, 40))
      if (input % 2 === 0)
        for (let flips = integer(random, 0, 2); flips > 0; flips--)
          bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
      framer.take(bytes)
    }
    expect([outside, decoded > 0]).toEqual([[], true])
  })

  test.each(frames.map((frame) => ({ frame, hex: Buffer.from(frame).toString('hex') })))(
    '$hex cut at any byte tells nothing',
    ({ frame }) => {
      for (let length = 0; length < frame.length; length++) {
        const result = decodeFrame(binding, model, frame.subarray(0, length))
        expect(result.ok || result.error.code).toBe('PAYLOAD_TRUNCATED')
      }
    },
  )
})

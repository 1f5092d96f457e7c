import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import { checkDefinition } from '../../devices/check.ts'
import { decodeImage, outputStep, readImage, writesFor } from '../../devices/codecs/modbus-image.ts'
import { numberOf, wordsFor, wordsOf } from '../../devices/codecs/modbus-numbers.ts'
import { plannedReads, spanOf } from '../../devices/codecs/modbus-reads.ts'
import type {
  DeviceDefinition,
  ModbusBinding,
  ModbusField,
  ModbusImage,
  ModbusNumber,
  ModbusOrder,
  ModbusTable,
} from '../../devices/define.ts'
import { deviceDefinitions } from '../../devices/registry.ts'

const ORDERS: readonly ModbusOrder[] = ['ABCD', 'CDAB', 'BADC', 'DCBA']
const TYPES: readonly ModbusNumber[] = ['u16', 's16', 'u32', 's32', 'u64', 'f32']

describe('byte orders', () => {
  // 0x12345678 as each order brings it over the wire.
  test.each([
    ['ABCD', [0x1234, 0x5678]],
    ['CDAB', [0x5678, 0x1234]],
    ['BADC', [0x3412, 0x7856]],
    ['DCBA', [0x7856, 0x3412]],
  ] as const)('%s', (order, words) => {
    expect(numberOf('u32', order, words)).toBe(0x12345678)
  })

  test('any number of any type and order is read as it was written', () => {
    const whole = {
      u16: [0, 65_535],
      s16: [-32_768, 32_767],
      u32: [0, 2 ** 32 - 1],
      s32: [-(2 ** 31), 2 ** 31 - 1],
    }
    const numberIn = (type: ModbusNumber): fc.Arbitrary<number> => {
      if (type === 'u64') return fc.maxSafeNat()
      if (type === 'f32') return fc.float({ noNaN: true, min: 2 ** -100 })
      const [min, max] = whole[type]
      return fc.integer({ min: min ?? 0, max: max ?? 0 })
    }
    const written = fc
      .constantFrom(...TYPES)
      .chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(...ORDERS), numberIn(type)))
    fc.assert(
      fc.property(written, ([type, order, value]) => {
        const words = wordsFor(type, order, value)
        expect(words?.length).toBe(wordsOf(type))
        const read = numberOf(type, order, words ?? [])
        expect(type === 'f32' ? Math.fround(read) : read).toBe(value)
      }),
      { numRuns: 20_000 },
    )
  })

  test.each([
    ['u16', -1],
    ['u16', 65_536],
    ['s16', 40_000],
    ['u32', 0.5],
    ['u64', 2 ** 60],
  ] as const)('%s does not hold %d', (type, value) => {
    expect(wordsFor(type, 'ABCD', value)).toBeUndefined()
  })

  test('a float read in the wrong order is no number', () => {
    const words = wordsFor('f32', 'ABCD', 230) ?? []
    expect(numberOf('f32', 'DCBA', words)).toBeNaN()
  })

  test('a float is told in as few digits as it takes', () => {
    expect(numberOf('f32', 'ABCD', wordsFor('f32', 'ABCD', 0.1) ?? [])).toBe(0.1)
  })
})

describe('the plan of reads', () => {
  const fieldAt = fc.record({
    table: fc.constantFrom<ModbusTable>('coil', 'discrete', 'holding', 'input'),
    address: fc.integer({ min: 0, max: 400 }),
    type: fc.constantFrom<ModbusNumber>('u16', 'f32', 'u64'),
  })
  const bindings = fc.record({
    read: fc
      .array(fieldAt, { minLength: 1, maxLength: 40 })
      .map((fields) => Object.fromEntries(fields.map((field, index) => [`c${index}`, field]))),
    longestRead: fc.integer({ min: 4, max: 125 }),
  })
  const inside = (
    field: ModbusField,
    binding: Pick<ModbusBinding, 'read' | 'longestRead'>,
    strict: boolean,
  ) =>
    plannedReads(binding, strict).some((span) => {
      const { table, address, count } = spanOf(field)
      return span.table === table && span.address <= address && address + count <= span.address + span.count
    })

  test('holds every field whole, with holes or without', () => {
    fc.assert(
      fc.property(bindings, fc.boolean(), (binding, strict) => {
        for (const field of Object.values(binding.read)) expect(inside(field, binding, strict)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('never reads more at once than the device answers', () => {
    fc.assert(
      fc.property(bindings, (binding) => {
        for (const { table, count } of plannedReads(binding))
          expect(count).toBeLessThanOrEqual(
            table === 'coil' || table === 'discrete' ? 2_000 : binding.longestRead,
          )
      }),
      { numRuns: 2_000 },
    )
  })

  test('without holes reads nothing that nobody asked for', () => {
    fc.assert(
      fc.property(bindings, (binding) => {
        const wanted = new Set(
          Object.values(binding.read).flatMap((field) => {
            const { table, address, count } = spanOf(field)
            return Array.from({ length: count }, (_, index) => `${table} ${address + index}`)
          }),
        )
        for (const { table, address, count } of plannedReads(binding, true))
          for (let at = address; at < address + count; at++) expect(wanted.has(`${table} ${at}`)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

interface Target {
  readonly model: string
  readonly definition: DeviceDefinition
  readonly binding: ModbusBinding
  readonly images: readonly ModbusImage[]
}

const targets: readonly Target[] = [...deviceDefinitions.values()].flatMap((definition) => {
  const binding = definition.via.modbus
  if (binding === undefined) return []
  const images = definition.examples.flatMap((example) =>
    example.via === 'modbus' && 'telemetry' in example ? [example.image] : [],
  )
  return [{ model: definition.model, definition, binding, images }]
})

type Register = readonly [table: ModbusTable, address: number, value: number]

function registersOf(image: ModbusImage): readonly Register[] {
  const tables: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input']
  return tables.flatMap((table) =>
    Object.entries(image[table] ?? {}).map(([address, value]): Register => [table, Number(address), value]),
  )
}

function imageOf(registers: readonly Register[]): ModbusImage {
  const image: Partial<Record<ModbusTable, Record<number, number>>> = {}
  for (const [table, address, value] of registers) {
    const held = image[table] ?? {}
    held[address] = value
    image[table] = held
  }
  return image
}

/** The image with some of its registers otherwise; the image itself stays. */
function overlaid(image: ModbusImage = {}, registers: readonly Register[]): ModbusImage {
  const over: Partial<Record<ModbusTable, Record<number, number>>> = {}
  for (const [table, address, value] of registers) {
    const held: Record<number, number> = over[table] ?? Object.create(image[table] ?? null)
    held[address] = value
    over[table] = held
  }
  return { ...image, ...over }
}

describe.each(targets)('$model', ({ definition, binding, images }) => {
  test('never throws and never tells a value out of range, on 100,000 images of damaged registers', () => {
    const random = seededRandom(20_261_121)
    const starts = images.map(registersOf)
    for (let input = 0; input < 100_000; input++) {
      const start = starts[input % starts.length] ?? []
      const damages = Array.from({ length: integer(random, 1, 3) }, (): Register => {
        const [table, address] = start[integer(random, 0, start.length - 1)] ?? ['holding', 0, 0]
        return [table, address, integer(random, 0, table === 'coil' || table === 'discrete' ? 1 : 65_535)]
      })
      const { telemetry, failed } = readImage(
        definition,
        binding,
        overlaid(images[input % images.length], damages),
      )
      for (const [name, value] of Object.entries(telemetry)) {
        const channel = definition.telemetry[name]
        if (channel === undefined || !(value >= channel.min && value <= channel.max))
          expect({ damages, name, value }).toBeNull()
      }
      const told = Object.keys(telemetry).length + Object.keys(failed).length
      if (told !== Object.keys(binding.read).length) expect({ damages, told }).toBeNull()
    }
  })

  test('with any one register gone, tells the other channels as they are', () => {
    for (const image of images) {
      const whole = readImage(definition, binding, image)
      const registers = registersOf(image)
      const reads = Object.values(binding.read).map(spanOf)
      for (const [index, [table, address]] of registers.entries()) {
        const part = readImage(definition, binding, imageOf(registers.toSpliced(index, 1)))
        expect(whole.telemetry).toMatchObject(part.telemetry)
        const needed = reads.some(
          (span) => span.table === table && span.address <= address && address < span.address + span.count,
        )
        expect(part.problems.map(({ code }) => code).includes('PAYLOAD_TRUNCATED')).toBe(needed)
      }
    }
  })

  test('holds its examples in few reads', () => {
    expect(plannedReads(binding).length).toBeLessThanOrEqual(3)
  })
})

const driven = targets.filter(({ definition }) => Object.keys(definition.outputs).length > 0)

describe.each(driven)('outputs of $model', ({ definition, binding }) => {
  test('read back as they were written, to the least that they can be told to differ', () => {
    const requests = fc.array(
      fc.record({
        output: fc.constantFrom(...Object.keys(definition.outputs)),
        value: fc.oneof(fc.constantFrom(0, 1, 100), fc.double({ min: 0, max: 100, noNaN: true })),
      }),
      { minLength: 1, maxLength: 10 },
    )
    fc.assert(
      fc.property(requests, (asked) => {
        const patches = writesFor(definition, binding, asked)
        if (!patches.ok) {
          expect(patches.error.code).toBe('ACTION_UNSUPPORTED')
          return
        }
        const image = imageOf(
          patches.value.flatMap(({ table, address, values }) =>
            values.map((value, index): Register => [table, address + index, value]),
          ),
        )
        const decoded = readImage(definition, binding, image)
        for (const [output, value] of new Map(asked.map((request) => [request.output, request.value]))) {
          const read = decoded.telemetry[definition.outputs[output]?.readBack ?? '']
          const place = binding.write?.[output]
          const step = place === undefined ? Number.NaN : outputStep(place)
          expect(Math.abs((read ?? Number.NaN) - value)).toBeLessThanOrEqual(step / 2 + 1e-9)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

test('an image that lacks a register is refused as a whole', () => {
  const meter = deviceDefinitions.get('eastron-sdm630')
  const binding = meter?.via.modbus
  if (meter === undefined || binding === undefined) throw new Error('the meter is gone')
  const decoded = decodeImage(meter, binding, { input: { 0: 0 } })
  expect(decoded.ok || decoded.error.code).toBe('PAYLOAD_TRUNCATED')
})

describe('the check of a register map', () => {
  const sound = deviceDefinitions.get('waveshare-analog-8ch-b')
  const binding = sound?.via.modbus
  if (sound === undefined || binding === undefined) throw new Error('the dimmer is gone')
  const problems = (modbus: Partial<ModbusBinding>) =>
    checkDefinition({ ...sound, via: { modbus: { ...binding, ...modbus } }, examples: sound.examples })

  test('names a channel that is not declared', () => {
    const read = { ...binding.read, level9: { table: 'holding', address: 8 } } as const
    expect(problems({ read })[0]).toBe('it reads level9, which is no channel')
  })

  test('names an output that is written nowhere', () => {
    const { level3: _, ...write } = binding.write ?? {}
    expect(problems({ write })[0]).toBe('output level3: nothing says where it is written')
  })

  test('names an address beyond the table', () => {
    const read = { ...binding.read, level1: { table: 'holding', address: 65_535, type: 'f32' } } as const
    expect(problems({ read })[0]).toBe('channel level1: address 65535 is not within the table')
  })

  test('names a coil with a number in it', () => {
    const read = { ...binding.read, level1: { table: 'coil', address: 0, type: 'u32' } } as const
    expect(problems({ read })[0]).toBe('channel level1: a coil is one bit and has neither type nor bit')
  })
})

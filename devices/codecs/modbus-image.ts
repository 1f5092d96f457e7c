import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type {
  Decoded,
  DeviceDefinition,
  ModbusBinding,
  ModbusField,
  ModbusImage,
  ModbusTable,
  ModbusWrite,
  OutputRequest,
} from '../define.ts'
import { numberOf, wordsFor, wordsOf } from './modbus-numbers.ts'
import { isBits, spanOf } from './modbus-reads.ts'

type Described = Pick<DeviceDefinition, 'model' | 'telemetry'>

/** What a unit's registers say, channel by channel; whatever cannot be is told with why. */
export interface ImageReading extends Required<Decoded> {
  /** PAYLOAD_TRUNCATED for registers that are not in the image, PAYLOAD_OUT_OF_RANGE for values that cannot be. */
  readonly problems: readonly Fault[]
}

/** Why a channel is told as failed, beside the device's own reasons. */
const NONSENSE = 'nonsense'
/** The unit would not tell its registers. */
const UNREAD = 'unread'

/**
 * Tells every channel, as a value or as failed. One that cannot be right (NaN, out of its range: a wrong byte order, another
 * device at this number) does not spoil the others: a meter without load has no power factor.
 */
export function readImage(
  { model, telemetry: channels }: Described,
  { read }: Pick<ModbusBinding, 'read'>,
  image: ModbusImage,
): ImageReading {
  const telemetry: Record<string, number> = {}
  const failed: Record<string, string> = {}
  const problems: Fault[] = []
  for (const [name, field] of Object.entries(read)) {
    const channel = channels[name]
    if (channel === undefined) throw new Error(`${model} reads ${name}, which it does not declare`)
    const raw = rawOf(field, image)
    if (raw === undefined) {
      failed[name] = UNREAD
      problems.push(fault('PAYLOAD_TRUNCATED', { model, at: field.address }))
      continue
    }
    const reason = field.instead?.[raw]
    if (reason !== undefined) {
      failed[name] = reason
      continue
    }
    const value = scaled(raw, field)
    const { min, max } = channel
    if (value >= min && value <= max) telemetry[name] = value
    else {
      failed[name] = NONSENSE
      problems.push(fault('PAYLOAD_OUT_OF_RANGE', { model, channel: name, value, min, max }))
    }
  }
  return { telemetry, failed, problems }
}

/** The same, refusing an image of which anything is missing or cannot be: for examples. */
export function decodeImage(
  definition: Described,
  binding: Pick<ModbusBinding, 'read'>,
  image: ModbusImage,
): Result<Decoded> {
  const { telemetry, failed, problems } = readImage(definition, binding, image)
  const [problem] = problems
  return problem === undefined ? ok({ telemetry, failed }) : err(problem)
}

/** Registers, or coils, that are written at once. */
export interface ModbusPatch {
  readonly table: 'coil' | 'holding'
  readonly address: number
  readonly values: readonly number[]
}

type Driven = Pick<DeviceDefinition, 'model' | 'outputs'>

/**
 * What is written for these requests, in the order of addresses, neighbours together where the unit takes several; of two
 * for one output the later counts.
 * ACTION_UNSUPPORTED for an output that is not there or a value that it cannot take.
 */
export function writesFor(
  { model, outputs }: Driven,
  { write = {}, writesOne = false }: Pick<ModbusBinding, 'write' | 'writesOne'>,
  requests: readonly OutputRequest[],
): Result<readonly ModbusPatch[]> {
  const newest = new Map(requests.map(({ output, value }) => [output, value]))
  const patches: ModbusPatch[] = []
  for (const [name, value] of newest) {
    const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined
    const place = Object.hasOwn(write, name) ? write[name] : undefined
    const sound = output !== undefined && value >= output.min && value <= output.max
    const values = sound && place !== undefined ? valuesOf(place, value) : undefined
    if (place === undefined || values === undefined)
      return err(fault('ACTION_UNSUPPORTED', { model, output: name.slice(0, 60) }))
    const { table, address, starts } = place
    patches.push({ table, address, values })
    if (starts !== undefined) patches.push({ table, address: starts, values: [value === 0 ? 0 : 1] })
  }
  return ok(writesOne ? inOrder(patches) : together(patches))
}

/** What an output reads as when its registers hold this; undefined where the image has no such registers. */
export function outputIn(place: ModbusWrite, image: ModbusImage): number | undefined {
  // Whatever speed is set, what is not told to run rests.
  if (place.starts !== undefined && image[place.table]?.[place.starts] === 0) return 0
  const raw = rawOf(place, image)
  return raw === undefined ? undefined : scaled(raw, place)
}

/** The least that an output can be told to differ. */
export function outputStep({ scale = 1 }: ModbusWrite): number {
  return Math.abs(scale)
}

/** What stands at a unit after these writes. */
export function imageOf(patches: readonly ModbusPatch[]): ModbusImage {
  const image: Partial<Record<ModbusTable, Record<number, number>>> = {}
  for (const { table, address, values } of patches) {
    const held = image[table] ?? {}
    for (const [index, value] of values.entries()) held[address + index] = value
    image[table] = held
  }
  return image
}

function valuesOf(place: ModbusWrite, value: number): readonly number[] | undefined {
  const { table, type = 'u16', order = 'ABCD', scale = 1, offset = 0 } = place
  const raw = (value - offset) / scale
  const whole = Math.round(raw)
  if (table === 'coil') return whole === 0 || whole === 1 ? [whole] : undefined
  return wordsFor(type, order, type === 'f32' ? raw : whole)
}

function inOrder(patches: readonly ModbusPatch[]): readonly ModbusPatch[] {
  return patches.toSorted((a, b) =>
    a.table === b.table ? a.address - b.address : a.table < b.table ? -1 : 1,
  )
}

function together(patches: readonly ModbusPatch[]): readonly ModbusPatch[] {
  const done: ModbusPatch[] = []
  for (const patch of inOrder(patches)) {
    const last = done.at(-1)
    if (last?.table === patch.table && last.address + last.values.length === patch.address)
      done[done.length - 1] = { ...last, values: [...last.values, ...patch.values] }
    else done.push(patch)
  }
  return done
}

function rawOf(field: ModbusField, image: ModbusImage): number | undefined {
  const { table, address, type = 'u16', order = 'ABCD', bit } = field
  const held = image[table] ?? {}
  const words = Array.from({ length: spanOf(field).count }, (_, index) => held[address + index])
  if (!isWhole(words)) return undefined
  if (isBits(table)) return words[0]
  if (bit === undefined) return numberOf(type, order, words)
  return Math.floor(numberOf(wordsOf(type) === 1 ? 'u16' : 'u32', order, words) / 2 ** bit) % 2
}

function isWhole(words: readonly (number | undefined)[]): words is readonly number[] {
  return words.every((word) => word !== undefined)
}

const DIGITS = 12

/** In decimal steps: 2305 × 0.1 is 230.5, not 230.50000000000003. */
function scaled(raw: number, { scale = 1, offset = 0 }: { scale?: number; offset?: number }): number {
  if (scale === 1 && offset === 0) return raw
  return Number((raw * scale + offset).toPrecision(DIGITS))
}

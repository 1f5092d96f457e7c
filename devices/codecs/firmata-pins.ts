import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type {
  Channel,
  Decoded,
  DeviceDefinition,
  FirmataBinding,
  FirmataPins,
  FirmataRead,
  FirmataWrite,
  OutputRequest,
} from '../define.ts'

/** The largest count of an analog pin and of a PWM pin, as AVR boards have them. */
export const ANALOG_FULL = 1_023
export const PWM_FULL = 255

type Read<K extends FirmataRead['kind']> = Extract<FirmataRead, { kind: K }>

/** A value in the channel's unit, or why there is none. */
export type PinValue = { readonly value: number } | { readonly failed: string }

/** The probe is unplugged, cut or shorted: its volts are none that it gives. */
const PROBE = 'probe'
/** More pulses than the meter can give: a chattering contact, or a wire that picks up noise. */
const TOO_FAST = 'too-fast'
const SHORT_ANSWER = 'short-answer'

export function digitalValue({ inverted = false }: Read<'digital'>, level: number): number {
  return level > 0 !== inverted ? 1 : 0
}

/** Counts to volts to the channel's unit; beyond the ends of the curve its outermost lines go on, within its channel. */
export function analogValue(read: Read<'analog'>, { min, max }: Channel, counts: number): PinValue {
  const volts = (counts / ANALOG_FULL) * read.full_V
  const [least, most] = read.sound_V ?? [0, read.full_V]
  if (volts < least || volts > most) return { failed: PROBE }
  const value = along(read.curve, volts)
  return { value: Math.min(max, Math.max(min, rounded(value, ANALOG_DIGITS))) }
}

export function pulseVolume({ perUnit }: Read<'pulses'>, edges: number): number {
  return rounded(edges / perUnit)
}

/** Units per minute at so many falling edges a second. */
export function pulseRate({ perUnit }: Read<'pulse-rate'>, edges_Hz: number): number {
  return rounded((60 * edges_Hz) / perUnit)
}

/** `most_Hz` of the counter on the same pin. */
export function isTooFast(binding: Pick<FirmataBinding, 'read'>, pin: number, edges_Hz: number): boolean {
  return Object.values(binding.read).some(
    (read) => read.kind === 'pulses' && read.pin === pin && edges_Hz > read.most_Hz,
  )
}

export const tooFast: PinValue = { failed: TOO_FAST }

export function i2cValue(read: Read<'i2c'>, bytes: readonly number[]): PinValue {
  const width = WIDTH[read.type]
  const part = bytes.slice(read.at, read.at + width)
  if (part.length < width) return { failed: SHORT_ANSWER }
  const raw = part.reduce((sum, byte) => sum * 256 + (byte & 0xff), 0)
  const signed = read.type === 's16' && raw >= 0x8000 ? raw - 0x1_0000 : raw
  return { value: rounded(signed * read.scale + read.offset) }
}

const WIDTH = { u8: 1, u16: 2, s16: 2, u24: 3 } as const

/** What is written to a pin: 0 or 1, 0 to 255 of PWM, degrees of a servo. */
export interface PinWrite {
  readonly output: string
  readonly write: FirmataWrite
  readonly raw: number
}

type Driven = Pick<DeviceDefinition, 'model' | 'outputs'>

/** Of two requests for one output the later counts. ACTION_UNSUPPORTED for what is not there or cannot be taken. */
export function pinWrites(
  { model, outputs }: Driven,
  { write = {} }: Pick<FirmataBinding, 'write'>,
  requests: readonly OutputRequest[],
): Result<readonly PinWrite[]> {
  const newest = new Map(requests.map(({ output, value }) => [output, value]))
  const writes: PinWrite[] = []
  for (const [name, value] of newest) {
    const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined
    const place = Object.hasOwn(write, name) ? write[name] : undefined
    const sound = output !== undefined && value >= output.min && value <= output.max
    if (place === undefined || !sound)
      return err(fault('ACTION_UNSUPPORTED', { model, output: name.slice(0, 60) }))
    writes.push({ output: name, write: place, raw: rawOf(place, value) })
  }
  return ok(writes)
}

export function rawOf(write: FirmataWrite, value: number): number {
  switch (write.kind) {
    case 'digital':
      return value > 0 !== (write.inverted ?? false) ? 1 : 0
    case 'pwm':
      return Math.round((value / 100) * PWM_FULL)
    case 'servo':
      return Math.round(write.from_deg + (value / 100) * (write.to_deg - write.from_deg))
  }
}

/** What a definition makes of a whole report, refusing one in which anything is missing, unknown or cannot be: for examples. */
export function decodePins(
  { model, telemetry: channels }: Pick<DeviceDefinition, 'model' | 'telemetry'>,
  binding: Pick<FirmataBinding, 'read'>,
  pins: FirmataPins,
): Result<Decoded> {
  const telemetry: Record<string, number> = {}
  const failed: Record<string, string> = {}
  const known = new Set(Object.values(binding.read).map(keyOf))
  const stranger = Object.keys(pins).find((key) => !known.has(key))
  if (stranger !== undefined) return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: stranger, at: 0 }))
  for (const [name, read] of Object.entries(binding.read)) {
    const channel = channels[name]
    if (channel === undefined) throw new Error(`${model} reads ${name}, which it does not declare`)
    const raw = pins[keyOf(read)]
    if (raw === undefined) return err(fault('PAYLOAD_TRUNCATED', { model, at: 0 }))
    const limits = LIMITS[read.kind]
    if (typeof raw === 'number' && !(raw >= 0 && raw <= limits))
      return err(
        fault('PAYLOAD_OUT_OF_RANGE', { model, channel: name, value: String(raw), min: 0, max: limits }),
      )
    const told = valueIn(read, channel, binding, raw)
    if (told === undefined) return err(fault('PAYLOAD_TRUNCATED', { model, at: 0 }))
    if ('failed' in told) failed[name] = told.failed
    else if (told.value >= channel.min && told.value <= channel.max) telemetry[name] = told.value
    else {
      const { min, max } = channel
      return err(fault('PAYLOAD_OUT_OF_RANGE', { model, channel: name, value: told.value, min, max }))
    }
  }
  return ok({ telemetry, failed })
}

const LIMITS = {
  digital: 1,
  analog: ANALOG_FULL,
  pulses: Number.MAX_SAFE_INTEGER,
  'pulse-rate': 100_000,
  i2c: 0,
} as const

function keyOf(read: FirmataRead): string {
  switch (read.kind) {
    case 'digital':
      return `d${read.pin}`
    case 'analog':
      return `a${read.pin}`
    case 'pulses':
      return `p${read.pin}`
    case 'pulse-rate':
      return `f${read.pin}`
    case 'i2c':
      return `i${read.address}`
  }
}

function valueIn(
  read: FirmataRead,
  channel: Channel,
  binding: Pick<FirmataBinding, 'read'>,
  raw: number | string,
): PinValue | undefined {
  if (read.kind === 'i2c') return typeof raw === 'string' ? i2cValue(read, bytesOf(raw)) : undefined
  if (typeof raw === 'string') return undefined
  switch (read.kind) {
    case 'digital':
      return { value: digitalValue(read, raw) }
    case 'analog':
      return analogValue(read, channel, raw)
    case 'pulses':
      return { value: pulseVolume(read, raw) }
    case 'pulse-rate':
      return isTooFast(binding, read.pin, raw) ? tooFast : { value: pulseRate(read, raw) }
  }
}

function bytesOf(text: string): readonly number[] {
  return (text.match(/[0-9a-fA-F]{2}/g) ?? []).map((pair) => Number.parseInt(pair, 16))
}

/** Points in rising volts. */
function along(curve: readonly (readonly [volts: number, value: number])[], volts: number): number {
  const start = curve.findLastIndex(([at], index) => index < curve.length - 1 && (index === 0 || volts >= at))
  const [from, to] = [curve[start] ?? [0, 0], curve[start + 1] ?? [0, 0]]
  const width = to[0] - from[0]
  return width === 0 ? from[1] : from[1] + ((volts - from[0]) / width) * (to[1] - from[1])
}

const DIGITS = 12
/** More than ten bits say. */
const ANALOG_DIGITS = 5

/** In decimal steps: half a litre is 0.5, not 0.50000000000000003. */
function rounded(value: number, digits = DIGITS): number {
  return Number(value.toPrecision(digits))
}

import { rawOf } from './codecs/firmata-pins.ts'
import type { DeviceDefinition, FirmataBinding, FirmataRead, FirmataWrite, Output } from './define.ts'

/** What the protocol can name. */
const PINS = 128
const ANALOG_CHANNELS = 16
const ADDRESSES = 128
const SAMPLE_MS = { min: 10, max: 16_383 }

/** What is wrong with what hangs on a board's pins, as sentences for its author. */
export function firmataProblems({ telemetry, outputs, via }: DeviceDefinition): readonly string[] {
  const { firmata } = via
  if (firmata === undefined) return []
  const { read, write = {}, sample_ms, tell_s } = firmata
  return [
    ...complaint(
      !(sample_ms >= SAMPLE_MS.min && sample_ms <= SAMPLE_MS.max),
      `sample_ms ${sample_ms} is not ${SAMPLE_MS.min} to ${SAMPLE_MS.max}`,
    ),
    ...complaint(!(tell_s > 0), `tell_s ${tell_s} is not above 0`),
    ...Object.keys(read).flatMap((name) =>
      complaint(!Object.hasOwn(telemetry, name), `it reads ${name}, which is no channel`),
    ),
    ...Object.keys(write).flatMap((name) =>
      complaint(!Object.hasOwn(outputs, name), `it writes ${name}, which is no output`),
    ),
    ...Object.entries(outputs).flatMap(([name, output]) => drivenProblems(name, output, write[name])),
    ...Object.entries(read).flatMap(([name, one]) => readProblems(`channel ${name}`, one)),
    ...sharedPins(firmata),
  ]
}

/** At its start and at each reset the board makes every pin low: that must be what is safe. */
function drivenProblems(name: string, output: Output, write: FirmataWrite | undefined): readonly string[] {
  if (write === undefined) return [`output ${name}: nothing says where it is written`]
  const { safe, powerUp, timedS } = output
  const low = write.kind === 'servo' || (rawOf(write, safe) === 0 && rawOf(write, powerUp) === 0)
  return [
    ...pinProblems(`output ${name}`, write.pin),
    ...complaint(!low, `output ${name}: a board that starts makes its pin low, which is not safe`),
    ...complaint(timedS !== undefined, `output ${name}: a board ends nothing by itself`),
    ...complaint(
      write.kind === 'servo' &&
        !(isAngle(write.from_deg) && isAngle(write.to_deg) && write.from_deg !== write.to_deg),
      `output ${name}: a servo turns between two angles of 0 to 180 degrees`,
    ),
  ]
}

function readProblems(owner: string, read: FirmataRead): readonly string[] {
  switch (read.kind) {
    case 'digital':
      return pinProblems(owner, read.pin)
    case 'analog': {
      const { pin, full_V, curve, sound_V: [least, most] = [0, full_V] } = read
      return [
        ...complaint(
          !Number.isInteger(pin) || pin < 0 || pin >= ANALOG_CHANNELS,
          `${owner}: there is no analog input A${pin}`,
        ),
        ...complaint(!(full_V > 0), `${owner}: full_V ${full_V} is not above 0`),
        ...complaint(!isCurve(curve), `${owner}: its curve is not two points or more, in rising volts`),
        ...complaint(
          !(least < most && least >= 0 && most <= full_V),
          `${owner}: sound_V lies outside 0 to full_V`,
        ),
      ]
    }
    case 'pulses':
      return [
        ...pinProblems(owner, read.pin),
        ...complaint(!(read.perUnit > 0), `${owner}: perUnit ${read.perUnit} is not above 0`),
        ...complaint(!(read.most_Hz > 0), `${owner}: most_Hz ${read.most_Hz} is not above 0`),
      ]
    case 'pulse-rate':
      return [
        ...pinProblems(owner, read.pin),
        ...complaint(!(read.perUnit > 0), `${owner}: perUnit ${read.perUnit} is not above 0`),
        ...complaint(!(read.over_s > 0), `${owner}: over_s ${read.over_s} is not above 0`),
      ]
    case 'i2c': {
      const { address, register = 0, bytes, at } = read
      return [
        ...complaint(
          !Number.isInteger(address) || address < 1 || address >= ADDRESSES,
          `${owner}: ${address} is no I²C address`,
        ),
        ...complaint(!(register >= 0 && register <= 255), `${owner}: ${register} is no register`),
        ...complaint(!(at >= 0 && at < bytes && bytes <= 32), `${owner}: its bytes do not fit an answer`),
      ]
    }
  }
}

/** The points that a probe was calibrated with: two or more, in rising volts. */
export function isCurve(curve: readonly (readonly [volts: number, value: number])[]): boolean {
  return (
    curve.length >= 2 &&
    curve.flat().every(Number.isFinite) &&
    curve.every(([volts], index) => index === 0 || volts > (curve[index - 1]?.[0] ?? 0))
  )
}

/** Digital pins serve one thing each; a meter's count and rate are one. */
function sharedPins({ read, write = {}, heartbeat }: FirmataBinding): readonly string[] {
  const meters = new Set<number>()
  const taken: number[] = heartbeat === undefined ? [] : [heartbeat.pin]
  for (const one of Object.values(read)) {
    if (one.kind === 'digital') taken.push(one.pin)
    if (one.kind === 'pulses' || one.kind === 'pulse-rate') meters.add(one.pin)
  }
  taken.push(...meters, ...Object.values(write).map(({ pin }) => pin))
  return taken
    .filter((pin, index) => taken.indexOf(pin) !== index)
    .map((pin) => `pin ${pin} serves two things`)
}

function pinProblems(owner: string, pin: number): readonly string[] {
  return complaint(
    !Number.isInteger(pin) || pin < 2 || pin >= PINS,
    `${owner}: pin ${pin} is none, or the board's own serial line`,
  )
}

function isAngle(degrees: number): boolean {
  return degrees >= 0 && degrees <= 180
}

function complaint(wrong: boolean, text: string): readonly string[] {
  return wrong ? [text] : []
}

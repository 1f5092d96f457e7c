import type { Clock } from '../../../core/clock.ts'
import {
  ANALOG_FULL,
  analogValue,
  digitalValue,
  i2cValue,
  isTooFast,
  type PinValue,
  pulseRate,
  pulseVolume,
  tooFast,
} from '../../../devices/codecs/firmata-pins.ts'
import type { Channel, DeviceDefinition, FirmataBinding, FirmataRead } from '../../../devices/define.ts'
import type { FirmataIo } from './libraries.ts'
import { analogChannels, pinUses } from './pin-check.ts'
import { createPulseMeter, type PulseMeter } from './pulse-meter.ts'

/** What a board's inputs say, between one telling and the next. */
export interface Inputs {
  /** Has a board that has just begun report them. `changed` for digital ones, at once. */
  listen(library: FirmataIo, changed: () => void): void
  /** The board says that the pin is the input that it was made: until then what it reads means nothing. */
  believe(pin: number): void
  /** The board is gone: nothing is known of its pins any more. */
  lose(): void
  /** In an even rhythm, for the meters. */
  look(): void
  /** Asks the devices on its bus; their answers are in the next telling. */
  ask(library: FirmataIo): void
  /** Every channel of which there is news, or those of digital pins alone. */
  take(which: 'all' | 'digital'): Telling
  /** When an analog pin was last heard; undefined where there is none. */
  analogHeardAt(): number | undefined
}

export interface Telling {
  readonly telemetry: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, string>>
}

/** Counts between two tellings: the mean is what is told, which takes the noise of ten bits off. */
interface Sampled {
  sum: number
  count: number
}

const NO_ANSWER = 'no-answer'
const NONSENSE = 'nonsense'

export function createInputs(parts: {
  readonly definition: Pick<DeviceDefinition, 'telemetry' | 'model'>
  readonly binding: FirmataBinding
  readonly clock: Clock
  readonly wall: Clock
}): Inputs {
  const { definition, binding, clock, wall } = parts
  const reads = Object.entries(binding.read).map(([name, read]) => {
    const channel = definition.telemetry[name]
    if (channel === undefined) throw new Error(`${definition.model} reads ${name}, which it does not declare`)
    return { name, read, channel }
  })
  const meters = new Map<number, PulseMeter>(
    reads.flatMap(({ read }) =>
      read.kind === 'pulses' || read.kind === 'pulse-rate'
        ? [[read.pin, createPulseMeter(clock, wall)] as const]
        : [],
    ),
  )
  const believed = new Set<number>()
  const levels = new Map<number, number>()
  const samples = new Map<number, Sampled>()
  const answers = new Map<string, readonly number[]>()
  const asked = new Set<string>()
  let heardAt: number | undefined

  const hearLevel = (pin: number, level: number, changed: () => void) => {
    const meter = meters.get(pin)
    if (meter !== undefined) return meter.hear(level, believed.has(pin))
    if (levels.get(pin) === level) return
    levels.set(pin, level)
    changed()
  }
  const hearCounts = (channel: number, counts: number) => {
    if (counts > ANALOG_FULL) return
    const sampled = samples.get(channel) ?? { sum: 0, count: 0 }
    sampled.sum += counts
    sampled.count++
    samples.set(channel, sampled)
    heardAt = wall.monotonic()
  }
  const toldBy = (read: FirmataRead, channel: Channel): PinValue | undefined => {
    switch (read.kind) {
      case 'digital': {
        const level = levels.get(read.pin)
        return level === undefined || !believed.has(read.pin)
          ? undefined
          : { value: digitalValue(read, level) }
      }
      case 'analog': {
        const sampled = samples.get(read.pin)
        return sampled === undefined ? undefined : analogValue(read, channel, sampled.sum / sampled.count)
      }
      case 'pulses': {
        const meter = meters.get(read.pin)
        if (meter?.tooFast() === true) return tooFast
        return meter === undefined ? undefined : { value: pulseVolume(read, meter.edges()) }
      }
      case 'pulse-rate': {
        const meter = meters.get(read.pin)
        if (meter?.tooFast() === true) return tooFast
        const rate = meter?.rate_Hz(read.over_s)
        return rate === undefined ? undefined : { value: pulseRate(read, rate) }
      }
      case 'i2c': {
        const answer = answers.get(questionOf(read))
        if (answer !== undefined) return i2cValue(read, answer)
        return asked.has(questionOf(read)) ? { failed: NO_ANSWER } : undefined
      }
    }
  }

  return {
    listen(library, changed) {
      for (const { pin, mode } of pinUses(binding)) {
        const input = reads.some(
          ({ read }) => read.kind !== 'i2c' && read.kind !== 'analog' && read.pin === pin,
        )
        if (!input) continue
        library.pinMode(pin, mode)
        library.digitalRead(pin, (level) => hearLevel(pin, level, changed))
      }
      for (const channel of analogChannels(binding))
        library.analogRead(channel, (counts) => hearCounts(channel, counts))
      heardAt = analogChannels(binding).length > 0 ? wall.monotonic() : undefined
      if (reads.some(({ read }) => read.kind === 'i2c')) library.i2cConfig()
    },
    believe: (pin) => void believed.add(pin),
    lose() {
      believed.clear()
      for (const meter of meters.values()) meter.lose()
      levels.clear()
      samples.clear()
      answers.clear()
      asked.clear()
      heardAt = undefined
    },
    look() {
      for (const [pin, meter] of meters) meter.look((edges_Hz) => isTooFast(binding, pin, edges_Hz))
    },
    ask(library) {
      answers.clear()
      for (const [question, read] of questions(reads.map((one) => one.read))) {
        const hear = (answer: readonly number[]) => void answers.set(question, answer)
        const { address, register, bytes } = read
        // What it did not answer last time it need not answer any more.
        library.removeAllListeners(`I2C-reply-${address}-${register ?? 0}`)
        asked.add(question)
        if (register === undefined) library.i2cReadOnce(address, bytes, hear)
        else library.i2cReadOnce(address, register, bytes, hear)
      }
    },
    take(which) {
      const telemetry: Record<string, number> = {}
      const failed: Record<string, string> = {}
      for (const { name, read, channel } of reads) {
        if (which === 'digital' && read.kind !== 'digital') continue
        const told = toldBy(read, channel)
        if (told === undefined) continue
        if ('failed' in told) failed[name] = told.failed
        else if (told.value >= channel.min && told.value <= channel.max) telemetry[name] = told.value
        else failed[name] = NONSENSE
      }
      if (which === 'all') samples.clear()
      return { telemetry, failed }
    },
    analogHeardAt: () => heardAt,
  }
}

type I2cRead = Extract<FirmataRead, { kind: 'i2c' }>

function questionOf({ address, register }: I2cRead): string {
  return `${address} ${register ?? 'none'}`
}

/** Channels out of one register are asked for once, with as many bytes as the longest needs. */
function questions(reads: readonly FirmataRead[]): ReadonlyMap<string, I2cRead> {
  const longest = new Map<string, I2cRead>()
  for (const read of reads) {
    if (read.kind !== 'i2c') continue
    const other = longest.get(questionOf(read))
    if (other === undefined || other.bytes < read.bytes) longest.set(questionOf(read), read)
  }
  return longest
}

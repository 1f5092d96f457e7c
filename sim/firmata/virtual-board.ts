import { type Cancel, type Clock, every } from '../../core/clock.ts'
import { type BoardPins, bitsOf, isPinMode, MODE, type PinMode } from './pins.ts'

/** A board that runs StandardFirmata (protocol 2.5), byte for byte; what hangs on its pins is somebody else's. */
export interface VirtualBoard {
  /** A host on its line; the one before hears and is heard no more. The board itself does not notice who it is. */
  attach(send: (bytes: Uint8Array) => void): FirmataHost
  /** A contact or a level at a pin that is an input: 1 high. */
  setDigital(pin: number, level: 0 | 1): void
  /** Counts of 1024 at analog input A`channel`. */
  setAnalog(channel: number, counts: number): void
  /** A flow meter's pulses at an input: so often low and high again. */
  pulse(pin: number, count: number): void
  /** A device on the I²C bus: what it answers to a read of so many bytes, from a register where one is named. */
  setI2c(address: number, answer: (register: number | null, bytes: number) => readonly number[]): void
  pin(pin: number): { readonly mode: PinMode; readonly value: number }
  /** What is driven, each time it changes: 0 or 1, 0 to 255 of a PWM pin, degrees of a servo. */
  onWrite(handler: (pin: number, value: number) => void): void
  /** As its button does: every pin is as at its start, low, and it says who it is. */
  reset(): void
  /** Hung: it hears and says nothing, and its pins stay as they are. */
  hang(hung: boolean): void
  /** Power off and on: `false` is as hung, and nothing is driven. */
  power(on: boolean): void
  close(): void
}

export interface FirmataHost {
  hear(bytes: Uint8Array): void
  leave(): void
}

const CODE = {
  digitalMessage: 0x90,
  reportAnalog: 0xc0,
  reportDigital: 0xd0,
  analogMessage: 0xe0,
  sysex: 0xf0,
  pinMode: 0xf4,
  digitalPin: 0xf5,
  endSysex: 0xf7,
  version: 0xf9,
  reset: 0xff,
} as const

const SYSEX = {
  analogMappingQuery: 0x69,
  analogMapping: 0x6a,
  capabilityQuery: 0x6b,
  capability: 0x6c,
  pinStateQuery: 0x6d,
  pinState: 0x6e,
  extendedAnalog: 0x6f,
  servoConfig: 0x70,
  text: 0x71,
  i2cRequest: 0x76,
  i2cReply: 0x77,
  i2cConfig: 0x78,
  firmware: 0x79,
  samplingInterval: 0x7a,
} as const

const MAJOR = 2
const MINOR = 5
const FIRMWARE = 'StandardFirmata.ino'
const SYSEX_MAX = 64
const SAMPLING_MS = 19
const NO_CHANNEL = 127
/** A servo is told microseconds from this on, degrees below. */
const MICROSECONDS_FROM = 544

interface Pin {
  mode: PinMode
  value: number
  /** What was last written to it, as it was written: a servo's microseconds. */
  written: number
  /** What the world holds it at, as an input; null where nothing does and a pull-up decides. */
  outside: 0 | 1 | null
}

export function createVirtualBoard(parts: { readonly pins: BoardPins; readonly clock: Clock }): VirtualBoard {
  const { pins: layout, clock } = parts
  const pins: Pin[] = Array.from({ length: layout.count }, (_, number) => ({
    mode: modeAtStart(layout, number),
    value: 0,
    written: 0,
    outside: null,
  }))
  const analog = new Array<number>(layout.analogs).fill(0)
  const reportedAnalog = new Set<number>()
  const reportedPorts = new Set<number>()
  const portSaid = new Map<number, number>()
  const i2c = new Map<number, (register: number | null, bytes: number) => readonly number[]>()
  const i2cRepeated = new Map<number, { register: number | null; bytes: number }>()
  const handlers: ((pin: number, value: number) => void)[] = []
  let send: (bytes: Uint8Array) => void = () => {}
  let hung = false
  let powered = true
  let heard: number[] = []
  let sampling: Cancel = () => {}

  const alive = () => powered && !hung
  const say = (...bytes: readonly number[]) => {
    if (alive()) send(Uint8Array.from(bytes))
  }
  const saySysex = (...bytes: readonly number[]) => say(CODE.sysex, ...bytes, CODE.endSysex)
  const sayVersion = () => say(CODE.version, MAJOR, MINOR)
  const sayFirmware = () =>
    saySysex(SYSEX.firmware, MAJOR, MINOR, ...[...FIRMWARE].flatMap((letter) => two(letter.charCodeAt(0))))

  const levelOf = (pin: Pin): number => {
    if (pin.mode === MODE.pullUp) return pin.outside ?? 1
    return pin.mode === MODE.input ? (pin.outside ?? 0) : pin.value > 0 ? 1 : 0
  }
  const portLevel = (port: number): number => {
    let level = 0
    for (let bit = 0; bit < 8; bit++) {
      const pin = pins[8 * port + bit]
      const input = pin !== undefined && (pin.mode === MODE.input || pin.mode === MODE.pullUp)
      if (input && levelOf(pin) === 1) level |= 1 << bit
    }
    return level
  }
  const sayPort = (port: number, always = false) => {
    if (!reportedPorts.has(port)) return
    const level = portLevel(port)
    if (!always && portSaid.get(port) === level) return
    portSaid.set(port, level)
    say(CODE.digitalMessage | port, ...two(level))
  }
  const sample = () => {
    for (const channel of reportedAnalog) say(CODE.analogMessage | channel, ...two(analog[channel] ?? 0))
    for (const [address, asked] of i2cRepeated) answerI2c(address, asked.register, asked.bytes)
  }
  const answerI2c = (address: number, register: number | null, count: number) => {
    const bytes = i2c.get(address)?.(register, count)
    if (bytes === undefined)
      return saySysex(
        SYSEX.text,
        ...[...'I2C: Too few bytes received'].flatMap((letter) => two(letter.charCodeAt(0))),
      )
    saySysex(SYSEX.i2cReply, ...two(address), ...two(register ?? 0), ...bytes.slice(0, count).flatMap(two))
  }
  const begin = (period = SAMPLING_MS) => {
    sampling()
    sampling = every(clock, period, sample)
  }

  const drive = (number: number, value: number, written = value) => {
    const pin = pins[number]
    if (pin === undefined) return
    const driven = [MODE.output, MODE.pwm, MODE.servo].some((mode) => mode === pin.mode)
    // On an input a written 1 switches the pull-up on, as an AVR does.
    if (!driven) {
      if (pin.mode === MODE.input && value > 0) pin.mode = MODE.pullUp
      return
    }
    pin.written = written
    if (pin.value === value) return
    pin.value = value
    for (const handler of handlers) handler(number, value)
  }
  const setMode = (number: number, mode: number) => {
    const pin = pins[number]
    if (pin === undefined || !isPinMode(mode) || !layout.modesOf(number).includes(mode)) return
    const wasDriven = pin.value > 0
    pin.mode = mode
    pin.value = 0
    pin.written = 0
    if (wasDriven) for (const handler of handlers) handler(number, 0)
    sayPort(number >> 3)
  }
  const analogWrite = (number: number, value: number) => {
    const pin = pins[number]
    if (pin === undefined) return
    if (pin.mode === MODE.pwm) drive(number, Math.min(255, value))
    if (pin.mode === MODE.servo)
      drive(
        number,
        value < MICROSECONDS_FROM ? Math.min(180, value) : Math.round(((value - 544) / 1856) * 180),
        value,
      )
  }
  const toStart = () => {
    reportedAnalog.clear()
    reportedPorts.clear()
    portSaid.clear()
    i2cRepeated.clear()
    for (const [number, pin] of pins.entries()) {
      const before = pin.value
      pin.mode = modeAtStart(layout, number)
      pin.value = 0
      pin.written = 0
      if (before > 0) for (const handler of handlers) handler(number, 0)
    }
    begin()
  }

  const sysex = ([command = 0, ...data]: readonly number[]) => {
    switch (command) {
      case SYSEX.firmware:
        return sayFirmware()
      case SYSEX.capabilityQuery:
        return saySysex(
          SYSEX.capability,
          ...pins.flatMap((_, pin) => [
            ...layout.modesOf(pin).flatMap((mode) => [mode, bitsOf(mode)]),
            NO_CHANNEL,
          ]),
        )
      case SYSEX.analogMappingQuery:
        return saySysex(
          SYSEX.analogMapping,
          ...pins.map((_, pin) => (pin >= layout.firstAnalog ? pin - layout.firstAnalog : NO_CHANNEL)),
        )
      case SYSEX.pinStateQuery: {
        const [number = 0] = data
        const pin = pins[number]
        if (pin === undefined) return
        const pulled = pin.mode === MODE.pullUp ? 1 : 0
        return saySysex(SYSEX.pinState, number, pin.mode, ...sevens(pin.written || pulled))
      }
      case SYSEX.extendedAnalog: {
        const [number = 0, ...value] = data
        return analogWrite(
          number,
          value.reduce((sum, part, index) => sum | (part << (7 * index)), 0),
        )
      }
      case SYSEX.samplingInterval:
        return begin(Math.max(1, number14(data)))
      case SYSEX.i2cRequest:
        return askI2c(data)
      default:
    }
  }
  const askI2c = ([address = 0, mode = 0, ...data]: readonly number[]) => {
    const numbers = Array.from({ length: data.length >> 1 }, (_, index) => number14(data.slice(2 * index)))
    const kind = (mode >> 3) & 3
    const [register, bytes] =
      numbers.length >= 2 ? [numbers[0] ?? 0, numbers[1] ?? 0] : [null, numbers[0] ?? 0]
    if (kind === 1) answerI2c(address, register, bytes)
    if (kind === 2) i2cRepeated.set(address, { register, bytes })
    if (kind === 3) i2cRepeated.delete(address)
  }

  /** What the first bytes heard say; how many they are, 0 while more must come. */
  const take = (bytes: readonly number[]): number => {
    const [first = 0, low = 0, high = 0] = bytes
    if (first === CODE.sysex) {
      const end = bytes.findIndex((byte, index) => index > 0 && byte >= 0x80)
      if (end < 0) return bytes.length > SYSEX_MAX ? bytes.length : 0
      if (bytes[end] === CODE.endSysex) sysex(bytes.slice(1, end))
      return bytes[end] === CODE.endSysex ? end + 1 : end
    }
    if (first < 0x80) return 1
    if (first === CODE.version || first === CODE.reset) {
      if (first === CODE.version) sayVersion()
      else toStart()
      return 1
    }
    const kind = first < CODE.sysex ? first & 0xf0 : first
    const part = first & 0x0f
    const length = kind === CODE.reportAnalog || kind === CODE.reportDigital ? 2 : 3
    if (![0x90, 0xc0, 0xd0, 0xe0, 0xf4, 0xf5].includes(kind)) return 1
    if (bytes.length < length) return 0
    switch (kind) {
      case CODE.digitalMessage:
        for (let bit = 0; bit < 8; bit++) {
          const number = 8 * part + bit
          if (pins[number]?.mode === MODE.output) drive(number, ((low | (high << 7)) >> bit) & 1)
        }
        break
      case CODE.analogMessage:
        analogWrite(part, low | (high << 7))
        break
      case CODE.reportAnalog:
        if (part < layout.analogs) {
          if (low > 0) reportedAnalog.add(part)
          else reportedAnalog.delete(part)
          if (low > 0) say(CODE.analogMessage | part, ...two(analog[part] ?? 0))
        }
        break
      case CODE.reportDigital:
        if (low > 0) reportedPorts.add(part)
        else reportedPorts.delete(part)
        sayPort(part, true)
        break
      case CODE.pinMode:
        setMode(low, high)
        break
      case CODE.digitalPin:
        if (pins[low]?.mode === MODE.output) drive(low, high > 0 ? 1 : 0)
        break
    }
    return length
  }

  const setDigital = (number: number, level: 0 | 1) => {
    const pin = pins[number]
    if (pin === undefined) return
    pin.outside = level
    sayPort(number >> 3)
  }

  begin()
  return {
    attach(sendBytes) {
      send = sendBytes
      heard = []
      const mine = () => send === sendBytes
      return {
        hear(bytes) {
          if (!mine() || !alive()) return
          heard.push(...bytes)
          for (let length = 1; heard.length > 0 && length > 0; ) {
            length = take(heard)
            heard = heard.slice(length)
          }
        },
        leave() {
          if (mine()) send = () => {}
        },
      }
    },
    setDigital,
    setAnalog(channel, counts) {
      if (channel < layout.analogs) analog[channel] = Math.min(1_023, Math.max(0, Math.round(counts)))
    },
    pulse(pin, count) {
      for (let nth = 0; nth < count; nth++) {
        setDigital(pin, 0)
        setDigital(pin, 1)
      }
    },
    setI2c: (address, answer) => void i2c.set(address, answer),
    pin: (number) => ({ mode: pins[number]?.mode ?? MODE.input, value: pins[number]?.value ?? 0 }),
    onWrite: (handler) => void handlers.push(handler),
    reset() {
      heard = []
      toStart()
      sayVersion()
      sayFirmware()
    },
    hang(now) {
      hung = now
    },
    power(on) {
      if (on === powered) return
      heard = []
      toStart()
      powered = on
      if (on) {
        sayVersion()
        sayFirmware()
      }
    },
    close: () => sampling(),
  }
}

/** What its firmware does with each pin when it starts: what is not analog is driven low. */
function modeAtStart({ firstAnalog, modesOf }: BoardPins, pin: number): PinMode {
  if (pin >= firstAnalog) return MODE.analog
  return modesOf(pin).length > 0 ? MODE.output : MODE.input
}

function two(value: number): number[] {
  return [value & 0x7f, (value >> 7) & 0x7f]
}

/** As many times seven bits as it takes, one at least. */
function sevens(value: number): number[] {
  return value < 0x80 ? [value] : [value & 0x7f, ...sevens(value >> 7)]
}

function number14([low = 0, high = 0]: readonly number[]): number {
  return low | (high << 7)
}

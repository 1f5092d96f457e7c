import { EventEmitter } from 'node:events'
import type { FirmataIo } from './libraries.ts'
import { digitalPin, MODE } from './protocol.ts'

/**
 * What johnny-five takes for the board. It outlives every connection, because johnny-five keeps each board that it has
 * seen for ever: components are made once, and what they write while there is no board is remembered and not sent.
 */
export interface IoPlugin {
  readonly io: EventEmitter
  /** From now on what is written is sent. */
  connect(): void
  disconnect(): void
  /** What a pin was last made to do; undefined for one that nobody has used. */
  modeOf(pin: number): number | undefined
  /** What was last written to a pin, as the board has it: a servo's pulse in microseconds. */
  writtenTo(pin: number): number | undefined
  /** Tells a board that has just begun what the pin does, and then what it holds. */
  again(pin: number): void
  /** Tells once more what it holds; its mode alone would make it low for a moment. */
  repeat(pin: number): void
}

const RESOLUTION = { ADC: 1_023, DAC: null, PWM: 255 } as const
const HIGH = 1
const LOW = 0

/**
 * `library` speaks the protocol, except for digital writes, which go to one pin alone. `pins` are those with PWM: what
 * johnny-five wants to know of a board that it has never met.
 */
export function createIoPlugin(parts: {
  readonly library: FirmataIo
  readonly pwmPins: ReadonlySet<number>
  send(bytes: Uint8Array): void
}): IoPlugin {
  const { library, send } = parts
  const modes = new Map<number, number>()
  const written = new Map<number, number>()
  let connected = false

  const tellMode = (pin: number, mode: number) => {
    if (connected) library.pinMode(pin, mode)
  }
  const tellValue = (pin: number, value: number) => {
    if (!connected) return
    switch (modes.get(pin)) {
      case MODE.pwm:
        return library.pwmWrite(pin, value)
      case MODE.servo:
        return library.servoWrite(pin, value)
      default:
        return send(digitalPin(pin, value))
    }
  }
  const setMode = (pin: number, mode: number) => {
    modes.set(pin, mode)
    tellMode(pin, mode)
  }
  const write = (pin: number, value: number) => {
    written.set(pin, value)
    tellValue(pin, value)
  }
  const repeat = (pin: number) => {
    const value = written.get(pin)
    if (value !== undefined) tellValue(pin, value)
  }
  const io = Object.assign(new EventEmitter(), {
    name: 'Trạm',
    isReady: true,
    HIGH,
    LOW,
    MODES: {
      ...{ INPUT: MODE.input, OUTPUT: MODE.output, ANALOG: MODE.analog, PWM: MODE.pwm },
      ...{ SERVO: MODE.servo, I2C: MODE.i2c, PULLUP: MODE.pullUp },
    },
    RESOLUTION,
    pins: [],
    analogPins: [],
    isPwm: (pin: number) => parts.pwmPins.has(pin),
    pinMode: setMode,
    digitalWrite: write,
    analogWrite: write,
    pwmWrite: write,
    servoWrite: write,
    /** The range is the one that the firmware's own servo library has. */
    servoConfig: (pin: number) => setMode(pin, MODE.servo),
  })
  return {
    io,
    connect() {
      connected = true
    },
    disconnect() {
      connected = false
    },
    modeOf: (pin) => modes.get(pin),
    writtenTo: (pin) => written.get(pin),
    again(pin) {
      const mode = modes.get(pin)
      if (mode !== undefined) tellMode(pin, mode)
      repeat(pin)
    },
    repeat,
  }
}

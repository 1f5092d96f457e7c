import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'

/** What the driver uses of firmata-io: a board's state and the messages to and from it, over any transport. */
export interface FirmataIo extends EventEmitter {
  readonly pins: IoPin[]
  readonly analogPins: number[]
  readonly version: { readonly major?: number; readonly minor?: number }
  readonly firmware: { readonly name?: string }
  readonly buffer: number[]
  readonly reportVersionTimeoutId: NodeJS.Timeout
  versionReceived: boolean
  reportVersion(done: () => void): void
  queryFirmware(done: () => void): void
  queryCapabilities(done: () => void): void
  queryAnalogMapping(done: () => void): void
  setSamplingInterval(ms: number): void
  pinMode(pin: number, mode: number): void
  pwmWrite(pin: number, value: number): void
  servoWrite(pin: number, value: number): void
  digitalRead(pin: number, hear: (level: number) => void): void
  reportDigitalPin(pin: number, on: 0 | 1): void
  analogRead(channel: number, hear: (counts: number) => void): void
  queryPinState(pin: number, done: () => void): void
  i2cConfig(): void
  i2cReadOnce(address: number, register: number, bytes: number, done: (answer: number[]) => void): void
  i2cReadOnce(address: number, bytes: number, done: (answer: number[]) => void): void
  reset(): void
}

export interface IoPin {
  readonly supportedModes: readonly number[]
  readonly mode?: number
  readonly state?: number
}

interface Transport extends EventEmitter {
  write(bytes: Uint8Array, done: () => void): void
}

/** What the driver uses of johnny-five: components that drive pins of an IO plugin. */
export interface JohnnyFive {
  readonly Board: {
    new (options: {
      readonly io: EventEmitter
      readonly repl: false
      readonly debug: false
      readonly sigint: false
    }): FiveBoard
    /** Every board of the process, for ever. */
    readonly cache: FiveBoard[]
  }
  readonly Relay: new (options: {
    readonly board: FiveBoard
    readonly pin: number
  }) => {
    close(): void
    open(): void
  }
  readonly Led: new (options: {
    readonly board: FiveBoard
    readonly pin: number
  }) => {
    brightness(value: number): void
  }
  readonly Servo: new (options: {
    readonly board: FiveBoard
    readonly pin: number
    readonly pwmRange: readonly [number, number]
  }) => { to(degrees: number): void }
}

export type FiveBoard = EventEmitter

export interface Libraries {
  readonly five: JohnnyFive
  readonly Firmata: new (
    transport: Transport,
    options: { readonly skipCapabilities: true; readonly reportVersionTimeout: number },
  ) => FirmataIo
}

/** Loaded where a node has a board, and there alone: they take some 13 MB of memory and a sixth of a second. */
export function loadLibraries(): Libraries {
  const load = createRequire(import.meta.url)
  const five: JohnnyFive = load('johnny-five')
  const { Firmata }: Pick<Libraries, 'Firmata'> = load('firmata-io')
  return { five, Firmata }
}

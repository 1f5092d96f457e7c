/** The bytes of the Firmata protocol (2.5) that the driver knows itself. */

export const MODE = { input: 0, output: 1, analog: 2, pwm: 3, servo: 4, i2c: 6, pullUp: 11 } as const

const DIGITAL = 0x90
const ANALOG = 0xe0
const SYSEX = 0xf0
const SYSEX_END = 0xf7
const VERSION = 0xf9
const DIGITAL_PIN = 0xf5

const REPLY = {
  mapping: 0x6a,
  capabilities: 0x6c,
  pinState: 0x6e,
  i2c: 0x77,
  firmware: 0x79,
} as const

/** A board with 128 pins of sixteen modes each tells no more of them. */
const LONGEST = 128 * (2 * 16 + 1) + 3
const LONGEST_NAME = 2 * 64 + 5
const LONGEST_I2C = 2 * 32 + 7
const PINS_MOST = 128
const END_OF_PIN = 0x7f
const MODES_MOST = 32

export function isFirmware(message: Uint8Array): boolean {
  return message[0] === SYSEX && message[1] === REPLY.firmware
}

/** One pin alone: a write of its whole port would bring back what its neighbours held before a reset that nobody noticed. */
export function digitalPin(pin: number, level: number): Uint8Array {
  return Uint8Array.of(DIGITAL_PIN, pin, level)
}

/**
 * Whether a library that believes every byte may have this message. Of a board whose pins are known, only what names
 * one of them; its capabilities and its mapping are taken once.
 */
export function isSane(
  message: Uint8Array,
  known: { readonly pins: number; readonly mapped: boolean },
): boolean {
  if (message[0] !== SYSEX) return message.length === 3
  const { length } = message
  switch (message[1]) {
    case REPLY.firmware:
      return length >= 5 && length <= LONGEST_NAME
    case REPLY.capabilities:
      return known.pins === 0 && areCapabilities(message.subarray(2, -1))
    case REPLY.mapping:
      return !known.mapped && known.pins > 0 && length - 3 === known.pins
    case REPLY.pinState:
      return length >= 6 && length <= 10 && (message[2] ?? PINS_MOST) < known.pins
    case REPLY.i2c:
      return length >= 7 && length <= LONGEST_I2C && length % 2 === 1
    default:
      return false
  }
}

/** For each pin its modes and their bits, in pairs, and an end. */
function areCapabilities(data: Uint8Array): boolean {
  let pins = 0
  let inPin = 0
  for (const byte of data) {
    if (byte === END_OF_PIN && inPin % 2 === 0) {
      pins++
      inPin = 0
    } else if (inPin++ % 2 === 0 && byte >= MODES_MOST) return false
  }
  return inPin === 0 && pins > 0 && pins <= PINS_MOST
}

export interface Splitter {
  take(bytes: Uint8Array): void
  reset(): void
}

/** Cuts what a board says into whole messages of kinds that a board says; `broken` for whatever lies between. Bounded. */
export function createSplitter(on: { message(message: Uint8Array): void; broken(): void }): Splitter {
  let held: number[] = []

  const begin = (byte: number) => {
    const begins = byte === SYSEX || byte === VERSION || isPort(byte)
    if (!begins && held.length === 0) on.broken()
    held = begins ? [byte] : []
  }
  const end = () => {
    const message = Uint8Array.from(held)
    held = []
    on.message(message)
  }
  return {
    take(bytes) {
      for (const byte of bytes) {
        const sysex = held[0] === SYSEX
        if (byte >= 0x80) {
          if (sysex && byte === SYSEX_END) {
            held.push(byte)
            end()
            continue
          }
          // What had begun is cut off.
          if (held.length > 0) on.broken()
          begin(byte)
        } else if (held.length === 0) on.broken()
        else {
          held.push(byte)
          if (!sysex && held.length === 3) end()
          else if (held.length >= LONGEST) {
            held = []
            on.broken()
          }
        }
      }
    },
    reset() {
      held = []
    },
  }
}

function isPort(byte: number): boolean {
  const kind = byte & 0xf0
  return kind === DIGITAL || kind === ANALOG
}

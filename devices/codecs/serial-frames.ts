import { crc16Modbus } from '../../core/crc16-modbus.ts'
import type { SerialFraming } from '../define.ts'

type LineFraming = Extract<SerialFraming, { kind: 'line' }>
type BinaryFraming = Extract<SerialFraming, { kind: 'binary' }>

/** Cuts a stream of bytes into frames. Noise spoils the frame that it is in and no more; nothing grows without end. */
export interface Framer {
  take(bytes: Uint8Array): void
  /**
   * The line has been quiet for longer than any pause within a frame: a half frame is given up, and whole ones that
   * hid behind it are heard.
   */
  quiet(): void
  /** Forgets half a frame: the line was lost. */
  reset(): void
}

export interface FrameHandlers {
  /** A whole frame without its delimiters and check sum. */
  frame(payload: Uint8Array): void
  /** What looked like a frame and was none: cut, too long, or with a wrong check sum. */
  broken?(): void
}

export function createFramer(framing: SerialFraming, handlers: FrameHandlers): Framer {
  switch (framing.kind) {
    case 'line':
      return lineFramer(framing, handlers)
    case 'binary':
      return binaryFramer(framing, handlers)
  }
}

/** `*` and two digits. */
const NMEA_TAIL_BYTES = 3

function lineFramer(framing: LineFraming, { frame, broken = () => {} }: FrameHandlers): Framer {
  const [start, end] = [bytesOf(framing.start ?? ''), bytesOf(framing.end)]
  const room = start.length + framing.max + NMEA_TAIL_BYTES + end.length
  /** What has come since the last end: as much of it as a frame can be long. */
  let piece: number[] = []
  let overflown = false
  const forget = () => {
    piece = []
    overflown = false
  }
  const close = () => {
    const whole = piece.slice(0, piece.length - end.length)
    // A frame that lost its end is followed by the next one's start: the last start counts.
    const from = start.length === 0 ? 0 : lastIndexOf(whole, start)
    const lost = overflown && start.length === 0
    forget()
    if (from < 0) return
    const text = start.length === 0 ? trimmed(whole) : whole.slice(from + start.length)
    if (text.length === 0 && !lost) return
    const payload = lost ? undefined : checkedLine(text, framing)
    if (payload === undefined) broken()
    else frame(payload)
  }
  return {
    take(bytes) {
      for (const byte of bytes) {
        piece.push(byte)
        if (endsWith(piece, end)) close()
        else if (piece.length >= 2 * room) {
          piece = piece.slice(-room)
          overflown = true
        }
      }
    },
    quiet() {
      if (piece.length > 0) forget()
    },
    reset: forget,
  }
}

/** Undefined for what is too long, is not printable ASCII, or has a wrong check sum. */
function checkedLine(text: readonly number[], { max, checksum }: LineFraming): Uint8Array | undefined {
  const payload = checksum === undefined ? text : withoutNmeaSum(text, checksum === 'nmea')
  if (payload === undefined || payload.length > max) return undefined
  return payload.every((byte) => byte >= 32 && byte <= 126) ? Uint8Array.from(payload) : undefined
}

const STAR = 0x2a

/** NMEA 0183: the exclusive or of what stands between start and `*`, as two hexadecimal digits behind it. */
function withoutNmeaSum(text: readonly number[], demanded: boolean): readonly number[] | undefined {
  const payload = text.slice(0, -NMEA_TAIL_BYTES)
  const [star, ...digits] = text.slice(-NMEA_TAIL_BYTES)
  if (star !== STAR) return demanded || text.includes(STAR) ? undefined : text
  const told = String.fromCharCode(...digits)
  return told.toUpperCase() === nmeaSum(payload) ? payload : undefined
}

function nmeaSum(payload: Iterable<number>): string {
  let sum = 0
  for (const byte of payload) sum ^= byte
  return sum.toString(16).toUpperCase().padStart(2, '0')
}

function binaryFramer(framing: BinaryFraming, { frame, broken = () => {} }: FrameHandlers): Framer {
  const start = bytesOf(framing.start)
  const sumBytes = SUM_BYTES[framing.checksum]
  const shortest = start.length + sumBytes
  const longest = 'always' in framing.length ? framing.length.always : framing.length.max
  let held: number[] = []

  /** Bytes of the frame that begins at the first byte; undefined while it cannot be known, 0 where none can begin. */
  const lengthHere = (): number | undefined => {
    const known = Math.min(start.length, held.length)
    if (start.slice(0, known).some((byte, at) => held[at] !== byte)) return 0
    if (known < start.length) return undefined
    if ('always' in framing.length) return framing.length.always
    const told = held[framing.length.at]
    if (told === undefined) return undefined
    const length = told + framing.length.adds
    return length >= shortest && length <= longest ? length : 0
  }
  /** Hears every whole frame from the front; a false start costs one byte, so that a frame behind it is not lost. */
  const scan = () => {
    while (held.length > 0) {
      const length = lengthHere()
      if (length === undefined || (length > held.length && length !== 0)) return
      const bytes = Uint8Array.from(held.slice(0, length))
      if (length !== 0 && sumHolds(bytes, framing.checksum)) {
        held = held.slice(length)
        frame(bytes.slice(start.length, length - sumBytes))
        continue
      }
      if (length !== 0) broken()
      held = held.slice(1)
    }
  }
  return {
    take(bytes) {
      for (const byte of bytes) {
        held.push(byte)
        scan()
      }
    },
    quiet() {
      if (held.length > 0) broken()
      while (held.length > 0) {
        held = held.slice(1)
        scan()
      }
    },
    reset() {
      held = []
    },
  }
}

const SUM_BYTES = { sum8: 1, xor8: 1, 'crc16-modbus': 2, none: 0 } as const

/** The check sum is last and runs over everything before it, the start included; a CRC comes low byte first. */
function sumHolds(frame: Uint8Array, checksum: BinaryFraming['checksum']): boolean {
  const body = frame.subarray(0, frame.length - SUM_BYTES[checksum])
  const told = frame.subarray(body.length)
  return sumOf(body, checksum).every((byte, at) => told[at] === byte)
}

function sumOf(body: Uint8Array, checksum: BinaryFraming['checksum']): readonly number[] {
  switch (checksum) {
    case 'sum8':
      return [body.reduce((sum, byte) => (sum + byte) & 0xff, 0)]
    case 'xor8':
      return [body.reduce((sum, byte) => sum ^ byte, 0)]
    case 'crc16-modbus': {
      const crc = crc16Modbus(body)
      return [crc & 0xff, crc >> 8]
    }
    case 'none':
      return []
  }
}

/** A payload as a device sends it: with delimiters, and the check sum where there is one. */
export function frameOf(payload: Uint8Array, framing: SerialFraming): Uint8Array {
  const start = bytesOf(framing.start ?? '')
  if (framing.kind === 'binary') {
    const body = Uint8Array.from([...start, ...payload])
    return Uint8Array.from([...body, ...sumOf(body, framing.checksum)])
  }
  const tail = framing.checksum === undefined ? '' : `*${nmeaSum(payload)}`
  return Uint8Array.from([...start, ...payload, ...ascii(tail), ...bytesOf(framing.end)])
}

function ascii(text: string): readonly number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0))
}

function bytesOf(hex: string): readonly number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
}

function endsWith(bytes: readonly number[], tail: readonly number[]): boolean {
  return (
    bytes.length >= tail.length && tail.every((byte, at) => bytes[bytes.length - tail.length + at] === byte)
  )
}

function lastIndexOf(bytes: readonly number[], part: readonly number[]): number {
  for (let at = bytes.length - part.length; at >= 0; at--)
    if (part.every((byte, offset) => bytes[at + offset] === byte)) return at
  return -1
}

/** Tab, line feed, carriage return, space. */
const BLANKS = [9, 10, 13, 32]

function trimmed(bytes: readonly number[]): readonly number[] {
  const solid = (byte: number) => !BLANKS.includes(byte)
  const first = bytes.findIndex(solid)
  return first < 0 ? [] : bytes.slice(first, bytes.findLastIndex(solid) + 1)
}

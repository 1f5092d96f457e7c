import { hex } from '../../core/random.ts'
import type { SerialFraming } from '../define.ts'

/**
 * What a Foxtron DALI232 or DALInet and its master say to each other ("Communication protocol", document 1.7, firmware
 * from 3.3): bytes as pairs of hexadecimal digits between SOH and ETB, the last of them a check sum.
 */
export const FOXTRON_FRAMING: SerialFraming = { kind: 'line', start: '01', end: '17', max: 28 }

/** Why the gateway speaks up by itself, or refuses. */
export type FoxtronEvent =
  | 'powered'
  | 'unpowered'
  | 'mains-on-line'
  | 'supply-defective'
  | 'buffer-full'
  | 'check-sum'
  | 'unknown-command'

export type FoxtronMessage =
  /** A frame of ours left; what came back, where anything did: undefined for damaged bits, as of two that spoke at once. */
  | { readonly kind: 'answered'; readonly forward: number; readonly value: number | undefined }
  | { readonly kind: 'unanswered'; readonly forward: number }
  | { readonly kind: 'event'; readonly event: FoxtronEvent }
  /** Frames of other masters, versions and settings. */
  | { readonly kind: 'other' }

const EVENTS: readonly FoxtronEvent[] = [
  'powered',
  'unpowered',
  'mains-on-line',
  'supply-defective',
  'buffer-full',
  'check-sum',
  'unknown-command',
]

const TYPE = { event: 0x05, question: 0x06, send: 0x0b, answered: 0x0d, unanswered: 0x0e } as const
const FORWARD_BITS = 16
const ANSWER_BITS = 8
const PRIORITY = 0
const TWICE = 1
const FIRMWARE = 2

/** Sends a forward frame of 16 bits; its end is told as `answered` or `unanswered`. */
export function foxtronSend(forward: number, twice: boolean): Uint8Array {
  return written([TYPE.send, PRIORITY, FORWARD_BITS, forward >> 8, forward & 0xff, twice ? TWICE : 0])
}

/** Asks for the firmware's version: keeps a TCP connection from being closed for want of words. */
export function foxtronHello(): Uint8Array {
  return written([TYPE.question, FIRMWARE])
}

/** What stands between SOH and ETB; undefined for what is no message, or has a wrong check sum. */
export function readFoxtron(payload: Uint8Array): FoxtronMessage | undefined {
  const text = String.fromCharCode(...payload)
  if (!/^(?:[0-9A-F]{2}){2,}$/.test(text)) return undefined
  const bytes = bytesIn(text)
  const said = bytes.subarray(0, -1)
  if (bytes.at(-1) !== checkSum(said)) return undefined
  const [type, second, third] = said
  if (type === TYPE.answered && second === FORWARD_BITS && said.length >= 5) {
    const value = third === ANSWER_BITS ? said[5] : undefined
    return { kind: 'answered', forward: wordAt(said, 3), value }
  }
  if (type === TYPE.unanswered && second === FORWARD_BITS && said.length === 4)
    return { kind: 'unanswered', forward: wordAt(said, 2) }
  const event = type === TYPE.event ? EVENTS[second ?? EVENTS.length] : undefined
  return event === undefined ? { kind: 'other' } : { kind: 'event', event }
}

/** A message of the gateway's, for whoever plays one. */
export function writeFoxtron(message: Exclude<FoxtronMessage, { kind: 'other' }>): Uint8Array {
  switch (message.kind) {
    case 'answered': {
      const { forward, value } = message
      const tail = value === undefined ? [] : [value]
      const bits = value === undefined ? 0 : ANSWER_BITS
      return written([TYPE.answered, FORWARD_BITS, bits, forward >> 8, forward & 0xff, ...tail])
    }
    case 'unanswered':
      return written([TYPE.unanswered, FORWARD_BITS, message.forward >> 8, message.forward & 0xff])
    case 'event':
      return written([TYPE.event, EVENTS.indexOf(message.event)])
  }
}

/** What a master asks a gateway to send; undefined for anything else. */
export function readFoxtronSend(
  payload: Uint8Array,
): { readonly forward: number; readonly twice: boolean } | undefined {
  const bytes = bytesIn(String.fromCharCode(...payload))
  const said = bytes.subarray(0, -1)
  if (said.length !== 6 || said[0] !== TYPE.send || bytes.at(-1) !== checkSum(said)) return undefined
  return { forward: wordAt(said, 3), twice: said[5] === TWICE }
}

const SOH = 0x01
const ETB = 0x17

function written(bytes: readonly number[]): Uint8Array {
  const text = hex(Uint8Array.from([...bytes, checkSum(bytes)])).toUpperCase()
  return Uint8Array.from([SOH, ...new TextEncoder().encode(text), ETB])
}

/** The complement of the sum of all bytes. */
function checkSum(bytes: Iterable<number>): number {
  let sum = 0
  for (const byte of bytes) sum += byte
  return ~sum & 0xff
}

function bytesIn(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

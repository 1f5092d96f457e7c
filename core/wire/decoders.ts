import type { Static } from 'typebox'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { checker } from '../schema.ts'
import { decodeCbor, messageDecoder } from './cbor.ts'
import { Command, CommandOutcome } from './commands.ts'
import {
  Ack,
  AlarmEvent,
  Alive,
  Describe,
  DocsNudge,
  Hello,
  Relay,
  Relayed,
  Series,
  Want,
} from './messages.ts'

/** One decoder for each message, compiled once for both sides. */
export const decodeHello = messageDecoder('hello', Hello)
export const decodeAck = messageDecoder('ack', Ack)
export const decodeWant = messageDecoder('want', Want)
export const decodeSeries = messageDecoder('series', Series)
export const decodeAlive = messageDecoder('alive', Alive)
export const decodeDescribe = messageDecoder('describe', Describe)
export const decodeAlarmEvent = messageDecoder('alarm event', AlarmEvent)
export const decodeCommand = messageDecoder('command', Command)
export const decodeCommandOutcome = messageDecoder('command outcome', CommandOutcome)
export const decodeDocsNudge = messageDecoder('docs', DocsNudge)
export const decodeRelay = messageDecoder('relay', Relay)
export const decodeRelayed = messageDecoder('relayed', Relayed)

/** What a row of the alarm lane says. */
export type AlarmRow =
  | { readonly kind: 'alarm'; readonly event: Static<typeof AlarmEvent> }
  | { readonly kind: 'outcome'; readonly outcome: Static<typeof CommandOutcome> }

const checkEvent = checker(AlarmEvent)
const checkOutcome = checker(CommandOutcome)

/** Reads the body of a row of the alarm lane: an outcome names its `command`, an alarm event does not. */
export function decodeAlarmRow(bytes: Uint8Array): Result<AlarmRow> {
  const decoded = decodeCbor(bytes)
  if (!decoded.ok) return decoded
  const { value } = decoded
  const isOutcome = typeof value === 'object' && value !== null && 'command' in value
  const checked = isOutcome ? checkOutcome(value) : checkEvent(value)
  if (!checked.ok) {
    const message = isOutcome ? 'command outcome' : 'alarm event'
    const { path, message: reason } = checked.problem
    return err(fault('MESSAGE_INVALID', { message, key: path, reason }))
  }
  return ok(
    'command' in checked.value
      ? { kind: 'outcome', outcome: checked.value }
      : { kind: 'alarm', event: checked.value },
  )
}

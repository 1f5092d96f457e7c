import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import type { AlarmEvent } from '../wire/messages.ts'
import { ageCode, ageOf } from './ages.ts'
import { packBits, unpackBits } from './bits.ts'

/** The plaintext of an alarm frame: 7 bytes, so that it is 11 when sealed, the most that AS923 carries at DR2. */
export const ALARM_PLAIN_BYTES = 7

/** An alarm row as it goes by radio: told early. The row itself comes by MQTT, under the same identity. */
export interface RadioAlarm {
  /** Low 16 bits of the row's number in the alarm lane. */
  readonly seq16: number
  /** Low 8 bits of the alarm's own number, the last part of its id. */
  readonly serial8: number
  /** Index into the node's dictionary of stations. */
  readonly station: number
  /** Code of the rule in that station's dictionary. */
  readonly rule: number
  readonly event: AlarmEvent['event']
  readonly level: number
  /** Steps of the rule's scale; undefined where the alarm has no value. */
  readonly steps: number | undefined
  /** Seconds since it was noticed, rounded down to a step of the table. */
  readonly age_s: number
}

export const STEPS_MAX = 4094
const NO_VALUE = 4095
const EVENTS = ['raised', 'lowered', 'cleared', 'silenced', 'resounded', 'note'] as const
const LEVEL_MAX = 5
/** seq, serial, station, rule, event, level, value, age. */
const WIDTHS = [16, 8, 4, 5, 3, 3, 12, 5] as const

export function packAlarm(alarm: RadioAlarm): Uint8Array {
  const values = [
    alarm.seq16,
    alarm.serial8,
    alarm.station,
    alarm.rule,
    EVENTS.indexOf(alarm.event),
    alarm.level,
    alarm.steps ?? NO_VALUE,
    ageCode(alarm.age_s),
  ]
  return packBits(values.map((value, index) => [value, WIDTHS[index] ?? 0] as const))
}

/** Fault: RELAY_FRAME_MALFORMED. */
export function unpackAlarm(plain: Uint8Array): Result<RadioAlarm> {
  if (plain.length !== ALARM_PLAIN_BYTES) return err(fault('RELAY_FRAME_MALFORMED', { what: 'length' }))
  const [seq16 = 0, serial8 = 0, station = 0, rule = 0, eventCode = 0, level = 0, value = 0, age = 0] =
    unpackBits(plain, WIDTHS)
  const event = EVENTS[eventCode]
  if (event === undefined) return err(fault('RELAY_FRAME_MALFORMED', { what: 'event' }))
  if (level > LEVEL_MAX) return err(fault('RELAY_FRAME_MALFORMED', { what: 'level' }))
  const steps = value === NO_VALUE ? undefined : value
  return ok({ seq16, serial8, station, rule, event, level, steps, age_s: ageOf(age) })
}

import type { Utc } from '../clock.ts'
import { stageSentence } from '../documents/levels-wording.ts'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { decimal, type Text } from '../text.ts'
import type { AlarmEvent } from '../wire/messages.ts'
import type { RadioAlarm } from './alarm-frame.ts'
import {
  type RelayDictionary,
  type RelayStation,
  ruleCode,
  ruleOf,
  scaleOf,
  stepsOf,
  valueFrom,
} from './dictionary.ts'

/** An alarm row in short, and the row's head back from it: its id is the same on both sides, `{station}/{rule}/{n}`. */

const SERIAL_SPAN = 256
const SEQ_SPAN = 65_536

/** Undefined for an alarm that has no short code: told by network alone. `now` is of the same clock as `event.at`. */
export function toRadio(
  event: AlarmEvent,
  seq: number,
  dictionary: RelayDictionary,
  now: Utc,
): RadioAlarm | undefined {
  const index = dictionary.findIndex((known) => known?.id === event.station)
  const station = dictionary[index]
  const serial = serialOf(event.alarm)
  if (station === undefined || serial === undefined) return undefined
  const rule = ruleCode(station, event.rule)
  if (rule === undefined || event.alarm !== alarmId(station.id, event.rule, serial)) return undefined
  const scale = scaleOf(station, event.rule)
  return {
    seq16: seq % SEQ_SPAN,
    serial8: serial % SERIAL_SPAN,
    station: index,
    rule,
    event: event.event,
    level: event.level,
    steps: scale === undefined || event.value === undefined ? undefined : stepsOf(scale, event.value),
    age_s: Math.max(0, (now - event.at) / 1000),
  }
}

export interface ToldBefore {
  /** A number of the alarm lane near this one, as far as the hub knows. */
  readonly seq: number
  /** The highest `n` that the hub knows of the station's alarms. */
  readonly serial: (station: string) => number
}

/** Fault: RELAY_STATION_UNKNOWN, RELAY_FRAME_MALFORMED. `at` is what the hub's clock and the told age give. */
export function fromRadio(
  edge: string,
  radio: RadioAlarm,
  dictionary: RelayDictionary,
  heardAt: Utc,
  before: ToldBefore,
): Result<{ readonly seq: number; readonly event: AlarmEvent }> {
  const station = dictionary[radio.station]
  if (station === undefined) return err(fault('RELAY_STATION_UNKNOWN', { edge, index: radio.station }))
  const rule = ruleOf(station, radio.rule)
  if (rule === undefined) return err(fault('RELAY_FRAME_MALFORMED', { what: 'rule' }))
  const scale = scaleOf(station, rule)
  const value = scale === undefined || radio.steps === undefined ? undefined : valueFrom(scale, radio.steps)
  const serial = nearest(before.serial(station.id), radio.serial8, SERIAL_SPAN)
  const event: AlarmEvent = {
    v: 1,
    alarm: alarmId(station.id, rule, serial),
    station: station.id,
    rule,
    event: radio.event,
    level: radio.level,
    at: Math.round(heardAt - radio.age_s * 1000),
    ...(scale === undefined || value === undefined ? {} : { value, unit: scale.unit }),
    text: wordsOf(station, rule, radio, value, scale?.unit),
  }
  return ok({ seq: nearest(before.seq, radio.seq16, SEQ_SPAN), event })
}

function alarmId(station: string, rule: string, serial: number): string {
  return `${station}/${rule}/${serial}`
}

/** The last part of an alarm's id; undefined where it is no number. */
export function serialOf(alarm: string): number | undefined {
  const digits = /\/(\d{1,15})$/.exec(alarm)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** The number with these low bits that lies nearest to `known`. */
export function nearest(known: number, low: number, span: number): number {
  const base = known - (known % span) + low
  const candidates = [base - span, base, base + span].filter((candidate) => candidate >= 0)
  return candidates.reduce((best, candidate) =>
    Math.abs(candidate - known) < Math.abs(best - known) ? candidate : best,
  )
}

const RULE_WORDS: Readonly<Record<string, Text>> = {
  rise: { vi: 'Nước dâng nhanh', en: 'Water rises fast' },
  'sensor-lost': { vi: 'Mất cảm biến mực nước', en: 'Level sensor lost' },
  'sensor-stuck': { vi: 'Cảm biến mực nước đứng yên', en: 'Level sensor stuck' },
  'output-fault': { vi: 'Còi hoặc đèn không theo lệnh', en: 'A siren or beacon does not obey' },
  'path-unproven': { vi: 'Đường báo động chưa được kiểm chứng', en: 'The alarm path is not proven' },
}
const RAIN_WORD: Text = { vi: 'Mưa', en: 'Rain' }
const EVENT_WORDS: Readonly<Record<AlarmEvent['event'], Text>> = {
  raised: { vi: 'phát báo động', en: 'raised' },
  lowered: { vi: 'hạ mức', en: 'lowered' },
  cleared: { vi: 'đã hết', en: 'cleared' },
  silenced: { vi: 'còi được tắt tiếng tại chỗ', en: 'sirens silenced on site' },
  resounded: { vi: 'còi kêu lại', en: 'sirens sound again' },
  note: { vi: 'ghi chú', en: 'note' },
}
const BY_RADIO: Text = { vi: 'báo qua vô tuyến', en: 'told by radio' }

/** Until the row itself comes with the node's own words. */
function wordsOf(
  station: RelayStation,
  rule: string,
  { event, level }: RadioAlarm,
  value: number | undefined,
  unit: string | undefined,
): Text {
  const subject = subjectOf(station, rule, value, unit)
  const happened = EVENT_WORDS[event]
  const mark = rule === 'level' && level > 0 ? ` BĐ${level}` : ''
  return {
    vi: `${subject.vi}: ${happened.vi}${mark} (${BY_RADIO.vi}).`,
    en: `${subject.en}: ${happened.en}${mark} (${BY_RADIO.en}).`,
  }
}

function subjectOf(
  { name, levels }: RelayStation,
  rule: string,
  value: number | undefined,
  unit: string | undefined,
): Text {
  if (rule === 'level' && value !== undefined) return stageSentence(name, value, levels)
  const word = rule.startsWith('rain-') ? RAIN_WORD : (RULE_WORDS[rule] ?? { vi: rule, en: rule })
  const number = value === undefined || unit === undefined ? undefined : decimal(value, 2)
  return {
    vi: `${word.vi} · ${name.vi}${number === undefined ? '' : `, ${number.vi} ${unit}`}`,
    en: `${word.en} · ${name.en}${number === undefined ? '' : `, ${number.en} ${unit}`}`,
  }
}

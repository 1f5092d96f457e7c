import type { FloodStation } from '../../core/documents/flood-station.ts'
import { explain, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type RecordRow, readRecord } from '../../core/stage-record.ts'
import type { Language } from '../../core/text.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import { replayRecord } from '../../edge/control/flood/replay.ts'
import { type TrialOptions, type TryFloodArguments, trialOptions } from './trial-options.ts'

export type { TryFloodArguments } from './trial-options.ts'

/** What `tram try flood` touches of the world. `readFile` may throw. */
export interface TryFloodIo {
  readFile(path: string): string | Promise<string>
  out(line: string): void
  err(line: string): void
}

/** 0 the log was printed, 1 the record cannot be used, 2 the options cannot. */
export type TryFloodExit = 0 | 1 | 2

/** `tram try flood --record FILE --levels a,b,c`: the alarm log that a station would have made from this record. */
export async function runTryFlood(said: TryFloodArguments, io: TryFloodIo): Promise<TryFloodExit> {
  const lang: Language = said.lang === 'en' ? 'en' : 'vi'
  const options = trialOptions(said)
  if (!options.ok) {
    io.err(explain(options.error, lang))
    return 2
  }
  const text = await readText(said.record, io)
  const lines = text.ok ? tryFlood(text.value, options.value) : text
  if (!lines.ok) {
    io.err(explain(lines.error, lang))
    return 1
  }
  for (const line of lines.value) io.out(line)
  return 0
}

async function readText(file: string, io: TryFloodIo): Promise<Result<string>> {
  try {
    return ok(await io.readFile(file))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return err(fault('RECORD_UNREADABLE', { file, reason }))
  }
}

/**
 * The lines that are printed. For people: every event in words, with the local time. With `json`: the events of the
 * water level alone, an object a line: `at` (ISO 8601, UTC), `event` (`raised` or `lowered`), `level` (báo động now
 * in force: a `lowered` to 0 is the end of the alarm) and `stage_m`.
 */
export function tryFlood(text: string, options: TrialOptions): Result<readonly string[]> {
  const rows = readRecord(text)
  if (!rows.ok) return rows
  const events = replayRecord(trialStation(options, rows.value), rows.value)
  return ok(options.json ? events.flatMap(jsonLine) : log(events, rows.value, options))
}

function jsonLine(event: AlarmEvent): readonly string[] {
  if (event.rule !== 'level' || event.value === undefined) return []
  return [
    JSON.stringify({
      at: new Date(event.at).toISOString(),
      event: event.event === 'raised' ? 'raised' : 'lowered',
      level: event.level,
      stage_m: event.value,
    }),
  ]
}

function log(
  events: readonly AlarmEvent[],
  rows: readonly RecordRow[],
  options: TrialOptions,
): readonly string[] {
  const time = new Intl.DateTimeFormat('sv-SE', {
    timeZone: options.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const lines = events.map((event) => `${time.format(event.at)}  ${event.text[options.lang]}`)
  const raised = events.filter(({ rule, event }) => rule === 'level' && event === 'raised').length
  const from = time.format(rows[0]?.at)
  const to = time.format(rows[rows.length - 1]?.at)
  const summary =
    options.lang === 'vi'
      ? `${rows.length} số liệu từ ${from} đến ${to} (${options.timeZone}): ${raised} lần lên mức báo động.`
      : `${rows.length} readings from ${from} to ${to} (${options.timeZone}): levels were raised ${raised} times.`
  return [...lines, summary]
}

/**
 * A station for any record: the levels are the engineer's, the sensor is believed as far as a river can move. What a
 * past record says has usually been checked already, so only gross spikes are filtered.
 */
function trialStation(options: TrialOptions, rows: readonly RecordRow[]): FloodStation {
  const every_s = usualInterval_s(rows)
  const place = { vi: 'trạm thử', en: 'the trial station' }
  return {
    kind: 'flood-station',
    id: 'trial',
    name: place,
    water: { type: 'river', name: place },
    location: { lat: 0, lon: 0 },
    timeZone: options.timeZone,
    level: {
      device: 'record',
      channel: 'stage',
      measures: 'stage',
      datum_m: 0,
      tilt_deg: 0,
      correction_m: 0,
      range_m: [-100_000, 100_000],
      every_s,
      silent_s: every_s * SILENT_INTERVALS,
      spike: { suspect_m: SPIKE_M, fail_m: 2 * SPIKE_M },
      rate_m_per_h: RATE_M_PER_H,
      stuck: { after_h: 0, tolerance_m: 0 },
    },
    levels: options.levels.map((stage_m, index) => ({ level: index + 1, stage_m })),
    raise: { need: options.need, of: options.of },
    clear: { below_m: options.below_m, hold_min: options.hold_min },
    alarms: [],
    selfTest: { at: '00:00', pulse_s: 1 },
    provenWithin_h: 24,
    silence: { longest_min: 1 },
  }
}

const SILENT_INTERVALS = 6
const SPIKE_M = 3
const RATE_M_PER_H = 36

/** The median time between rows, at least a second. */
function usualInterval_s(rows: readonly RecordRow[]): number {
  const steps = rows.slice(1).map((row, index) => row.at - (rows[index]?.at ?? row.at))
  steps.sort((one, other) => one - other)
  return Math.max(1, (steps[Math.floor(steps.length / 2)] ?? 300_000) / 1000)
}

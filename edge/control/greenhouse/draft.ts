import type { Utc } from '../../../core/clock.ts'
import { PROGRAM_RULE } from '../../../core/documents/greenhouse-faults.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { FLAG, type Reading } from '../../../core/reading.ts'
import type { Text } from '../../../core/text.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { ControlOutput, Now, Step } from '../controller.ts'
import { advanceTimeline } from '../timeline.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { GreenhouseState, Run, ZoneMemory } from './state.ts'

/** A state in the making: it lives for one step. Its lists are copies; what they hold is replaced, never changed. */
export type Draft = {
  -readonly [K in Exclude<keyof GreenhouseState, 'runs' | 'zones' | 'channels'>]: GreenhouseState[K]
} & {
  runs: Run[]
  zones: ZoneMemory[]
  channels: GreenhouseState['channels'][number][]
  readonly t: number
  /** Of the step before. */
  readonly beforeT: number
  readonly at: Utc
  /** Somebody has told the time in this boot. */
  readonly clockKnown: boolean
  /** This is the first step after a restart, which took so long as far as the clock knows, ms. */
  readonly away: number | null
  layout: Layout
  /** Litres that each zone got in this step, for its water balance. */
  readonly given: Map<string, number>
  /** A person wants the water stopped: outputs go before anything else. */
  urgent: boolean
  /** What was decided may not be forgotten by a power cut in the next moment. */
  save: boolean
  readonly outputsNow: ControlOutput[]
  readonly events: AlarmEvent[]
  readonly readings: Reading[]
}

export function openDraft(state: GreenhouseState, now: Now): Draft {
  const timeline = advanceTimeline(state.timeline, now)
  const woken = state.timeline.mono === null
  const draft: Draft = {
    ...state,
    timeline,
    runs: [...state.runs],
    zones: [...state.zones],
    channels: [...state.channels],
    t: timeline.t,
    beforeT: woken ? timeline.t : state.timeline.t,
    at: now.at,
    clockKnown: now.quality !== 'unknown',
    away: woken && state.timeline.at !== null ? timeline.t - state.timeline.t : null,
    layout: layoutOf(state.house),
    given: new Map(),
    urgent: false,
    save: false,
    outputsNow: [],
    events: [],
    readings: [],
  }
  // Without a memory alarms are numbered from the clock's seconds: numbers from 1 may be those of alarms long dealt with.
  if (state.timeline.at === null) draft.nextAlarm = Math.max(state.nextAlarm, Math.floor(now.at / 1000))
  if (woken) draft.bootT = timeline.t
  return draft
}

export function closeDraft(draft: Draft): Step<GreenhouseState> {
  const { t, beforeT, at, clockKnown, away, layout, given, urgent, ...rest } = draft
  const { save, outputsNow, events, readings, ...state } = rest
  return { state, outputs: outputsNow, events, readings, ...(save ? { save } : {}) }
}

export function updateRun(draft: Draft, id: number, change: Partial<Run>): void {
  draft.runs = draft.runs.map((run) => (run.id === id ? { ...run, ...change } : run))
}

export function updateZone(draft: Draft, id: string, change: Partial<ZoneMemory>): void {
  draft.zones = draft.zones.map((zone) => (zone.id === id ? { ...zone, ...change } : zone))
}

/** A point of the greenhouse's own. */
export function tell(draft: Draft, channel: string, value: number): void {
  const device = checkedDevice(draft.house.id)
  draft.readings.push({ device, channel, at: draft.at, value, flag: FLAG.good })
}

const TEXT_LENGTH_MAX = 400

/** A number of its own for an alarm or a note of this rule. */
export function alarmId(draft: Draft, rule: string): string {
  const alarm = `${draft.house.id}/${rule}/${draft.nextAlarm}`
  draft.nextAlarm += 1
  return alarm
}

/** Something worth knowing about programs and runs, with which nothing is wrong. */
export function note(draft: Draft, { vi, en }: Text, zone?: string): void {
  draft.events.push({
    ...{ v: 1, alarm: alarmId(draft, PROGRAM_RULE), station: draft.house.id, rule: PROGRAM_RULE },
    ...{ event: 'note', level: 0, at: Math.round(draft.at) },
    ...(zone === undefined ? {} : { part: zone }),
    text: { vi: vi.slice(0, TEXT_LENGTH_MAX), en: en.slice(0, TEXT_LENGTH_MAX) },
  })
}

/** The document's schema has already checked its form. */
function checkedDevice(name: string): DeviceId {
  const id = deviceId(name)
  if (!id.ok) throw new Error(`id "${name}" was not checked`)
  return id.value
}

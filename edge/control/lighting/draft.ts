import type { Utc } from '../../../core/clock.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { FLAG, type Reading } from '../../../core/reading.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { ControlOutput, Now, Step } from '../controller.ts'
import { advanceTimeline } from '../timeline.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { LightingState } from './state.ts'

/**
 * A state in the making: it lives for one step, and what is written into it stays within that step. The lists are
 * copies of the state's; what they hold is replaced, never changed.
 */
export type Draft = {
  -readonly [K in Exclude<keyof LightingState, 'lamps' | 'feeders'>]: LightingState[K]
} & {
  lamps: LightingState['lamps'][number][]
  feeders: LightingState['feeders'][number][]
  readonly t: number
  /** Of the step before. */
  readonly beforeT: number
  readonly at: Utc
  /** Somebody has told the time in this boot. */
  readonly clockKnown: boolean
  layout: Layout
  readonly outputs: ControlOutput[]
  readonly events: AlarmEvent[]
  readonly readings: Reading[]
}

export function openDraft(state: LightingState, now: Now): Draft {
  const timeline = advanceTimeline(state.timeline, now)
  const draft: Draft = {
    ...state,
    timeline,
    lamps: [...state.lamps],
    feeders: [...state.feeders],
    t: timeline.t,
    beforeT: state.timeline.t,
    at: now.at,
    clockKnown: now.quality !== 'unknown',
    layout: layoutOf(state.street),
    outputs: [],
    events: [],
    readings: [],
  }
  // Without a memory alarms are numbered from the clock's seconds: numbers from 1 may be those of alarms long dealt with.
  if (state.timeline.at === null) draft.nextAlarm = Math.max(state.nextAlarm, Math.floor(now.at / 1000))
  if (state.timeline.mono === null) waken(draft, timeline.t - state.timeline.t)
  return draft
}

/** The time that the node itself was off is no silence of others, and what they do is not judged at once. */
function waken(draft: Draft, away: number): void {
  const { t } = draft
  draft.bootT = t
  draft.meterT += away
  draft.modulesT = Object.fromEntries(
    Object.entries(draft.modulesT).map(([device, heardT]) => [device, heardT + away]),
  )
  draft.lamps = draft.lamps.map((lamp) => ({
    ...lamp,
    heardT: lamp.heardT + away,
    changedT: t,
    reads: null,
    settledT: t,
    energyToldT: t,
  }))
  draft.feeders = draft.feeders.map((feeder) => ({ ...feeder, changedT: t, actedT: null }))
  // What a sensor said before is not what it would say now; bad weather alone is believed to last until it is heard.
  const weather = new Set(draft.layout.sensors.flatMap(({ key, role }) => (role === 'raise' ? [key] : [])))
  draft.sensors = Object.fromEntries(
    Object.entries(draft.sensors).map(([key, { heardT, on }]) => [
      key,
      { value: null, heardT: heardT + away, on: on && weather.has(key), turnT: null },
    ]),
  )
}

export function closeDraft(draft: Draft): Step<LightingState> {
  const { t, beforeT, at, clockKnown, layout, outputs, events, readings, ...state } = draft
  return { state, outputs, events, readings }
}

export function updateLamp(
  draft: Draft,
  index: number,
  change: Partial<LightingState['lamps'][number]>,
): void {
  const lamp = draft.lamps[index]
  if (lamp !== undefined) draft.lamps[index] = { ...lamp, ...change }
}

export function updateFeeder(
  draft: Draft,
  index: number,
  change: Partial<LightingState['feeders'][number]>,
): void {
  const feeder = draft.feeders[index]
  if (feeder !== undefined) draft.feeders[index] = { ...feeder, ...change }
}

/** A point of the street's own, or of one of its lamps' devices. */
export function tell(draft: Draft, device: string, channel: string, value: number): void {
  draft.readings.push({ device: checkedDevice(device), channel, at: draft.at, value, flag: FLAG.good })
}

/** The document's schema has already checked its form. */
function checkedDevice(name: string): DeviceId {
  const id = deviceId(name)
  if (!id.ok) throw new Error(`id "${name}" was not checked`)
  return id.value
}

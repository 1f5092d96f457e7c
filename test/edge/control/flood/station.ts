import type { Mono, Utc } from '../../../../core/clock.ts'
import type { FloodStation } from '../../../../core/documents/flood-station.ts'
import type { Reading } from '../../../../core/reading.ts'
import type { AlarmEvent } from '../../../../core/wire/messages.ts'
import type { ControlOutput } from '../../../../edge/control/controller.ts'
import type { FloodInput } from '../../../../edge/control/flood/inputs.ts'
import { createFloodState, type FloodState } from '../../../../edge/control/flood/state.ts'
import { step } from '../../../../edge/control/flood/step.ts'

export const DONG_HA: FloodStation = {
  kind: 'flood-station',
  id: 'dong-ha',
  name: { vi: 'Đông Hà', en: 'Dong Ha' },
  water: { type: 'river', name: { vi: 'sông Hiếu', en: 'Hieu river' } },
  location: { lat: 16.816, lon: 107.1 },
  timeZone: 'Asia/Ho_Chi_Minh',
  level: {
    device: 'dh-level',
    channel: 'distance',
    measures: 'distance',
    datum_m: 10,
    tilt_deg: 0,
    correction_m: 0,
    range_m: [-1, 9],
    every_s: 300,
    silent_s: 1200,
    spike: { suspect_m: 1.2, fail_m: 3 },
    rate_m_per_h: 20,
    stuck: { after_h: 0, tolerance_m: 0.002 },
  },
  levels: [
    { level: 1, stage_m: 2 },
    { level: 2, stage_m: 3 },
    { level: 3, stage_m: 4 },
  ],
  raise: { need: 2, of: 3 },
  clear: { below_m: 0.1, hold_min: 30 },
  alarms: [
    {
      device: 'dh-siren',
      output: 'relay1',
      place: 'outdoor',
      means: 'siren',
      patterns: { '1': { on_s: 10, off_s: 20 }, '3': { on_s: 60, off_s: 0 } },
    },
    {
      device: 'dh-siren',
      output: 'relay2',
      place: 'outdoor',
      means: 'beacon',
      patterns: { '1': { on_s: 60, off_s: 0 } },
    },
  ],
  selfTest: { at: '09:00', pulse_s: 2 },
  provenWithin_h: 24,
  silence: { longest_min: 30, button: { device: 'dh-button', channel: 'pressed' } },
}

/** 09:30 in Đông Hà, half an hour after the daily self-test. */
export const START: Utc = Date.UTC(2026, 9, 1, 2, 30, 0)

/** A station in the hands of a test: time passes by `wait`, everything told is kept. */
export function trial(station: FloodStation = DONG_HA, start: Utc = START) {
  let state = createFloodState(station)
  let at = start
  let mono = 5_000
  const events: AlarmEvent[] = []
  const outputs: (ControlOutput & { readonly at: Utc })[] = []
  const readings: Reading[] = []
  const give = (input: FloodInput) => {
    const told = step(state, input, { at, mono: mono as Mono })
    state = told.state
    events.push(...told.events)
    outputs.push(...told.outputs.map((output) => ({ ...output, at })))
    readings.push(...told.readings)
    return told
  }
  const wait = (seconds: number, everyS = 1) => {
    for (let left = seconds; left > 0; left -= everyS) {
      const stepS = Math.min(everyS, left)
      at += stepS * 1000
      mono += stepS * 1000
      give({ type: 'tick' })
    }
  }
  const report = (device: string, telemetry: Record<string, number>, failed: Record<string, string> = {}) =>
    give({ type: 'telemetry', device, telemetry, failed, at })
  return {
    events,
    outputs,
    readings,
    give,
    wait,
    report,
    /** Reports a stage after `seconds`. */
    stage(stage_m: number, seconds = 300) {
      wait(seconds, 10)
      return report('dh-level', { distance: Math.round((station.level.datum_m - stage_m) * 1000) / 1000 })
    },
    stepWall(ms: number) {
      at += ms
    },
    reboot(restored: FloodState, awayMs: number) {
      state = restored
      at += awayMs
      mono = 100
    },
    now: () => at,
    state: () => state,
    /** `rule event level` of everything told so far. */
    log: () => events.map(({ rule, event, level }) => `${rule} ${event} ${level}`),
    /** The same of what is told of water and its sensor. */
    waterLog: () =>
      events
        .filter(({ rule }) => rule !== 'output-fault')
        .map(({ rule, event, level }) => `${rule} ${event} ${level}`),
    levelLog: () =>
      events.filter(({ rule }) => rule === 'level').map(({ event, level }) => `${event} ${level}`),
    latest: (channel: string) => readings.filter((reading) => reading.channel === channel).at(-1),
  }
}

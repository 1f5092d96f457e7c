import type { ClockQuality, Mono } from '../../../../core/clock.ts'
import type { LightingStreet } from '../../../../core/documents/lighting-street.ts'
import type { Reading } from '../../../../core/reading.ts'
import type { AlarmEvent } from '../../../../core/wire/messages.ts'
import type { ControlOutput } from '../../../../edge/control/controller.ts'
import type { LightingInput, LightOrder } from '../../../../edge/control/lighting/inputs.ts'
import { createLightingState, type LightingState } from '../../../../edge/control/lighting/state.ts'
import { lightingController, step } from '../../../../edge/control/lighting/step.ts'

/** A short street to try the controller on: its lamps stand 30 m apart, half of them on each of two feeders. */

export const LED: LightingStreet['luminaires'][string] = {
  rated_W: 100,
  standby_W: 2,
  flux_lm: 12_000,
  utilisation: 0.4,
  maintenance: 0.8,
  life_h: 50_000,
  height_m: 9,
  least: 10,
  constantLight: false,
}

/** E at full light is 12 000·0.40·0.80/(30·7) = 18.29 lx: M4 needs 61.5 %, M6 24.6 %. */
export function streetOf(change: Partial<LightingStreet> = {}, lamps = 6): LightingStreet {
  return {
    kind: 'lighting-street',
    id: 'hung-vuong',
    name: { vi: 'Đường Hùng Vương', en: 'Hùng Vương Street' },
    location: { lat: 16.816, lon: 107.1 },
    timeZone: 'Asia/Ho_Chi_Minh',
    road: { width_m: 7, spacing_m: 30, rows: 1, class: 'M4', lx_per_cd: 15, easedClasses: 2 },
    luminaires: { led: LED },
    cabinet: { phases: [], phaseLost_V: 100, silent_min: 10 },
    feeders: [
      { id: 'f1', name: { vi: 'Lộ 1', en: 'Feeder 1' }, closed: 'always' },
      { id: 'f2', name: { vi: 'Lộ 2', en: 'Feeder 2' }, closed: 'night' },
    ],
    lamps: Array.from({ length: lamps }, (_, index) => ({
      id: `l${index + 1}`,
      pole: `HV${index + 1}`,
      device: `lamp-${index + 1}`,
      output: 'level',
      feeder: index < lamps / 2 ? 'f1' : 'f2',
      luminaire: 'led',
      lat: 16.81,
      lon: 107.1,
      at_m: index * 30,
      hours: 0,
    })),
    groups: [{ id: 'ends', name: { vi: 'Hai đầu', en: 'Both ends' }, lamps: ['l1', `l${lamps}`] }],
    profiles: [
      {
        id: 'usual',
        name: { vi: 'Thường', en: 'Usual' },
        steps: [
          { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
          { at: { clock: '22:00' }, level: 40 },
          { at: { clock: '05:00' }, level: 100 },
          { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
        ],
      },
    ],
    calendar: { usual: 'usual', week: {}, exceptions: [] },
    raises: [],
    faults: { failed: 0.15, low: 0.8, high: 1.2, samples: 3, quiet_min: 5, silent_min: 60 },
    ...change,
  }
}

/** Local time of 20 March 2026 and after, at UTC+7: `'18:30'`, or the next day's with `day` 1. */
export function local(clock: string, day = 0): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return Date.UTC(2026, 2, 20 + day, hours - 7, minutes)
}

export interface World {
  readonly events: AlarmEvent[]
  readonly outputs: ControlOutput[]
  readonly readings: Reading[]
  state(): LightingState
  now(): number
  give(input: LightingInput): void
  /** Ticks until then, one every `everyS`. */
  until(at: number, everyS?: number): void
  telemetry(device: string, telemetry: Readonly<Record<string, number>>, ageMs?: number): void
  order(order: Partial<LightOrder>): void
  level(lamp: number): number | null
  /** Level of a lamp's last output, and of a contactor's. */
  told(device: string): number | undefined
  /** Rules in force now, with their devices. */
  inForce(): readonly string[]
  /** The node's power fails for so long, and its clock is known again or not. */
  restart(offMs: number, quality?: ClockQuality): void
  clock(quality: ClockQuality): void
}

export function worldOf(street: LightingStreet, from: number, first: ClockQuality = 'synced'): World {
  let state = createLightingState(street)
  let at = from
  let mono = 0
  let quality = first
  const [events, outputs, readings]: [AlarmEvent[], ControlOutput[], Reading[]] = [[], [], []]
  const give = (input: LightingInput) => {
    const result = step(state, input, { at, mono: mono as Mono, quality })
    state = result.state
    events.push(...result.events)
    outputs.push(...result.outputs)
    readings.push(...result.readings)
  }
  const open = new Map<string, string>()
  give({ type: 'document', document: street })
  return {
    events,
    outputs,
    readings,
    state: () => state,
    now: () => at,
    give,
    until(end, everyS = 1) {
      while (at < end) {
        at += everyS * 1000
        mono += everyS * 1000
        give({ type: 'tick' })
      }
    },
    telemetry(device, telemetry, ageMs = 0) {
      give({ type: 'telemetry', device, telemetry, failed: {}, at: at - ageMs })
    },
    order(order) {
      const usual = { command: 'c1', order: 1, who: 'Lan', why: '', level: 50, forS: null, emergency: false }
      give({ type: 'light', target: { all: true }, ...usual, ...order })
    },
    level: (lamp) => state.lamps[lamp - 1]?.level ?? null,
    told: (device) => outputs.findLast((output) => output.device === device)?.value,
    inForce() {
      open.clear()
      for (const { alarm, rule, event, device } of events) {
        if (event === 'raised') open.set(alarm, device === undefined ? rule : `${rule} ${device}`)
        if (event === 'cleared') open.delete(alarm)
      }
      return [...open.values()]
    },
    restart(offMs, after = 'synced') {
      const saved: unknown = JSON.parse(JSON.stringify(state))
      const restored = restoreOf(saved)
      state = restored
      at += offMs
      mono = 5_000
      quality = after
      give({ type: 'document', document: street })
    },
    clock(known) {
      quality = known
    },
  }
}

function restoreOf(saved: unknown): LightingState {
  const restored = lightingController.restore(saved)
  if (!restored.ok) throw new Error(JSON.stringify(restored.error))
  return restored.value
}

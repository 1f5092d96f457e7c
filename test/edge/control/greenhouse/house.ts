import { Default } from 'typebox/value'
import type { ClockQuality, Mono } from '../../../../core/clock.ts'
import { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import type { Reading } from '../../../../core/reading.ts'
import { checker } from '../../../../core/schema.ts'
import type { AlarmEvent } from '../../../../core/wire/messages.ts'
import type { ControlOutput } from '../../../../edge/control/controller.ts'
import type { GreenhouseInput, WaterOrder } from '../../../../edge/control/greenhouse/inputs.ts'
import { createGreenhouseState, type GreenhouseState } from '../../../../edge/control/greenhouse/state.ts'
import { greenhouseController, step } from '../../../../edge/control/greenhouse/step.ts'

/** A greenhouse of three zones on one pump, with its pipes and valves as they would behave, to try the controller on. */

type Body = Readonly<Record<string, unknown>>

const check = checker(Greenhouse)

export const ZONES = ['k1', 'k2', 'k3'] as const

export function zoneOf(id: string, change: Body = {}): Body {
  return {
    id,
    name: { vi: `Khu ${id}`, en: `Zone ${id}` },
    valve: { device: `valve-${id}`, output: 'valve1' },
    area_m2: 100,
    flow_Lmin: 20,
    soil: { moisture: [{ device: `soil-${id}`, channel: 'moisture' }] },
    longest_min: 60,
    daily_L: 1_000,
    ...change,
  }
}

export function programOf(id: string, change: Body = {}): Body {
  return {
    id,
    name: `Program ${id}`,
    zones: ['k1'],
    start: { by: 'clock', times: ['06:00'] },
    amount: { minutes: 10 },
    ...change,
  }
}

export const PUMP = { device: 'board', output: 'pump' }

/** As somebody writes it: what is left out gets its default. */
export function bodyOf(change: Body = {}): Body {
  return {
    kind: 'greenhouse',
    id: 'nha-kinh',
    name: { vi: 'Nhà kính', en: 'Greenhouse' },
    location: { lat: 16.816, lon: 107.1 },
    water: { gives_Lmin: 45, pump: { ...PUMP, lead_s: 3 }, flow: { device: 'meter', channel: 'flow' } },
    zones: ZONES.map((id) => zoneOf(id)),
    programs: [],
    ...change,
  }
}

export function houseOf(change: Body = {}): Greenhouse {
  const shaped = check(Default(Greenhouse, structuredClone(bodyOf(change))))
  if (!shaped.ok) throw new Error(`${shaped.problem.path} ${shaped.problem.message}`)
  return shaped.value
}

const channel = (id: string, part: string): Body => ({
  id,
  name: { vi: `Bồn ${id}`, en: `Tank ${id}` },
  part,
  pump: { device: 'board', output: `dose_${id}` },
  rate_mLmin: 600,
  daily_mL: 20_000,
})

/** A and B and acid, each 600 mL/min; EC and pH are measured. */
export const FERTILISER: Body = {
  channels: [channel('a', 'a'), channel('b', 'b'), channel('acid', 'acid'), channel('base', 'base')],
  ec: { device: 'probe', channel: 'ec' },
  ph: { device: 'probe', channel: 'ph' },
}

export const NPK: Body = {
  id: 'npk',
  name: 'NPK',
  before_min: 1,
  after_min: 2,
  doses: [
    { channel: 'a', mL_per_L: 2 },
    { channel: 'b', mL_per_L: 2 },
  ],
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
  /** How the pipes are: what each zone takes of its nominal flow, and valves that do not answer. */
  readonly pipes: {
    readonly share: Map<string, number>
    readonly dead: Set<string>
    meter: boolean
    leak: number
  }
  /** What probes say, by `device/channel`, each minute. */
  readonly probes: Map<string, number>
  /** Somebody holds a zone's valve open, by the panel. */
  holdOpen(zone: string): void
  state(): GreenhouseState
  now(): number
  give(input: GreenhouseInput): void
  /** Lives on until then, second by second; quickly, in long steps while nothing waters. */
  until(at: number, each?: () => void, quickly?: boolean): void
  /** Lives on for so many seconds. */
  pass(seconds: number): void
  water(order?: Partial<WaterOrder>): void
  /** What an output was last asked and what it does. */
  asked(device: string): number | undefined
  isOpen(zone: string): boolean
  pumps(): boolean
  /** L/min that really flow. */
  flow(): number
  /** Litres that each zone really got. */
  readonly got: Map<string, number>
  inForce(): readonly string[]
  /** The node's power fails for so long, and its clock is known again or not. */
  restart(offMs: number, quality?: ClockQuality): void
  clock(quality: ClockQuality, stepMs?: number): void
}

export function worldOf(house: Greenhouse, from: number, first: ClockQuality = 'synced'): World {
  let state = createGreenhouseState(house)
  let at = from
  let mono = 0
  let quality = first
  const [events, outputs, readings]: [AlarmEvent[], ControlOutput[], Reading[]] = [[], [], []]
  const pipes = { share: new Map<string, number>(), dead: new Set<string>(), meter: true, leak: 0 }
  const probes = new Map<string, number>()
  const got = new Map<string, number>()
  const held = new Set<string>()
  /** What each output does, and when its hardware ends it. */
  const real = new Map<string, { value: number; until: number }>()
  let pending: { device: string; output: string; value: number; forS: number; at: number }[] = []

  const give = (input: GreenhouseInput) => {
    const result = step(state, input, { at, mono: mono as Mono, quality })
    state = result.state
    events.push(...result.events)
    readings.push(...result.readings)
    outputs.push(...result.outputs)
    for (const { device, output, value, forS = Number.POSITIVE_INFINITY } of result.outputs) {
      const key = `${device}/${output}`
      // What it does already is confirmed as well, but takes no new time.
      if (held.has(key)) continue
      pending = pending.filter((one) => one.device !== device || one.output !== output)
      pending.push({ device, output, value, forS, at: mono + 2_000 })
    }
  }
  const isOpen = (zone: string) => (real.get(`valve-${zone}/valve1`)?.value ?? 0) === 1
  const pumps = () => house.water.pump === undefined || (real.get('board/pump')?.value ?? 0) > 0
  const flow = () =>
    (pumps()
      ? house.zones.reduce(
          (sum, { id, flow_Lmin }) => sum + (isOpen(id) ? flow_Lmin * (pipes.share.get(id) ?? 1) : 0),
          0,
        )
      : 0) + pipes.leak
  const live = (s: number) => {
    at += s * 1_000
    mono += s * 1_000
    for (const { id, flow_Lmin } of house.zones)
      if (isOpen(id) && pumps())
        got.set(id, (got.get(id) ?? 0) + (flow_Lmin * (pipes.share.get(id) ?? 1) * s) / 60)
    for (const [key, { value, until }] of real)
      if (value !== 0 && mono >= until) real.set(key, { value: 0, until: Number.POSITIVE_INFINITY })
    const due = pending.filter((one) => one.at <= mono && !pipes.dead.has(one.device))
    pending = pending.filter((one) => one.at > mono)
    for (const { device, output, value, forS } of due) {
      real.set(`${device}/${output}`, { value, until: mono + forS * 1_000 })
      give({ type: 'output', device, requests: [{ output, value }], stage: 'confirmed' })
    }
    const seconds = Math.round(mono / 1_000)
    if (seconds % 5 === 0 && pipes.meter && house.water.flow !== undefined)
      give({ type: 'telemetry', device: 'meter', telemetry: { flow: flow() }, failed: {}, at })
    if (seconds % 15 === 0)
      for (const [key, value] of probes) {
        const [device = '', name = ''] = key.split('/')
        give({ type: 'telemetry', device, telemetry: { [name]: value }, failed: {}, at })
      }
    give({ type: 'tick' })
  }
  give({ type: 'document', document: house })
  const world: World = {
    ...{ events, outputs, readings, pipes, probes, give, isOpen, pumps, flow, got },
    holdOpen(zone) {
      const key = `valve-${zone}/valve1`
      held.add(key)
      real.set(key, { value: 1, until: Number.POSITIVE_INFINITY })
      for (const stage of ['sent', 'confirmed'] as const)
        give({
          ...{ type: 'output', device: `valve-${zone}`, stage },
          requests: [{ output: 'valve1', value: 1 }],
        })
    },
    state: () => state,
    now: () => at,
    until(end, each, quickly = false) {
      while (at < end) {
        live(Math.min(quickly ? (state.runs.length > 0 ? 10 : 600) : 1, (end - at) / 1_000))
        each?.()
      }
    },
    pass: (seconds) => world.until(at + seconds * 1_000),
    water: (order = {}) =>
      give({
        ...{ type: 'water', zone: 'k1', amount: { minutes: 5 }, who: 'Lan', why: '', order: 'c1' },
        ...order,
      }),
    asked: (device) => outputs.findLast((output) => output.device === device)?.value,
    inForce() {
      const open = new Map<string, string>()
      for (const { alarm, rule, event, part } of events) {
        if (event === 'raised') open.set(alarm, part === undefined ? rule : `${rule} ${part}`)
        if (event === 'cleared') open.delete(alarm)
      }
      return [...open.values()]
    },
    restart(offMs, after = 'synced') {
      const saved: unknown = JSON.parse(JSON.stringify(state))
      state = restoreOf(saved)
      at += offMs
      mono = 5_000
      quality = after
      pending = []
      // What hardware times itself goes on; relays fall open with the node.
      for (const [key, { value }] of real)
        if (value !== 0) real.set(key, { value: 0, until: Number.POSITIVE_INFINITY })
      give({ type: 'document', document: house })
    },
    clock(known, stepMs = 0) {
      quality = known
      at += stepMs
    },
  }
  return world
}

export function restoreOf(saved: unknown): GreenhouseState {
  const restored = greenhouseController.restore(saved)
  if (!restored.ok) throw new Error(JSON.stringify(restored.error))
  return restored.value
}

/** Ends of a zone's runs, oldest first. */
export function endsOf(world: World, zone: string): readonly string[] {
  return world
    .state()
    .journal.filter((entry) => entry.zone === zone)
    .map(({ end }) => end)
    .toReversed()
}

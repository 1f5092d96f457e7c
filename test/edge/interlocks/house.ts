import type { Mono, NodeClock } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { err, ok } from '../../../core/result.ts'
import type { DeviceDefinition, Interlock, Output } from '../../../devices/define.ts'
import type { InterlockReport } from '../../../edge/control/controller.ts'
import { type EquipmentConfig, withEquipment } from '../../../edge/equipment.ts'
import { createInterlockMemory } from '../../../edge/interlock-memory.ts'
import { createOutputs } from '../../../edge/outputs.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { definition } from '../node.ts'

/** A small house: a pump through two valves, acid and base, a mister; with hardware that the test can make deaf or lose. */

export const T0 = Date.UTC(2026, 9, 1)
export const BOARD = 'board'
export const VALVES = 'valves'

export const EQUIPMENT: EquipmentConfig = [
  {
    kind: 'water-pump',
    device: BOARD,
    output: 'pump',
    valves: [
      { device: VALVES, output: 'valve1' },
      { device: VALVES, output: 'valve2' },
    ],
    lead_s: 3,
    valve_fresh_s: 600,
    float: { device: BOARD, channel: 'float', wet: 1, fresh_s: 60, slosh_s: 0 },
    flow: {
      device: BOARD,
      channel: 'flow',
      least_Lmin: 2,
      within_s: 10,
      lost_s: 3,
      fresh_s: 15,
      heard_s: 10,
    },
    pressure: {
      device: BOARD,
      channel: 'pressure',
      most: 400,
      within_s: 20,
      for_s: 2,
      fresh_s: 60,
      heard_s: 10,
    },
    longest_run_s: 300,
    long_rest_s: 60,
    rest_s: 5,
    starts_per_hour: 20,
  },
  zoneValve('valve1'),
  zoneValve('valve2'),
  dosing('acid', []),
  dosing('base', [{ device: BOARD, output: 'acid' }]),
]

function zoneValve(output: string) {
  return {
    ...({ kind: 'zone-valve', device: VALVES, output } as const),
    ...{ longest_run_s: 400, rest_s: 5, after_pump_s: 2, most_s: 20 },
  }
}

function dosing(output: string, never_with: readonly { device: string; output: string }[]) {
  return {
    ...({ kind: 'dosing-pump', device: BOARD, output } as const),
    valves: [{ device: VALVES, output: 'valve1' }],
    valve_fresh_s: 600,
    flow: { device: BOARD, channel: 'flow', least_Lmin: 2, for_s: 5, fresh_s: 15 },
    never_with: [...never_with],
    ...{ flush_s: 30, longest_pulse_s: 20, rest_s: 2, daily_s: 100 },
  }
}

const BOX = definition('milesight-ws558')

function output(label: string, readBack?: string): Output {
  const plain = { label: { vi: label, en: label }, min: 0, max: 1, safe: 0, powerUp: 0 }
  if (readBack === undefined) return { ...plain, deadManS: 900 }
  return { ...plain, deadManS: 3_600, timedS: 3_600, readBack, readBackWithin: 0 }
}

function channels(...names: readonly string[]): DeviceDefinition['telemetry'] {
  const relay = BOX.telemetry.relay1
  if (relay === undefined) throw new Error('no relay')
  return Object.fromEntries(names.map((name) => [name, relay]))
}

export const DEVICES: ReadonlyMap<string, DeviceDefinition> = new Map([
  [
    BOARD,
    {
      ...BOX,
      telemetry: channels('float', 'flow', 'pressure', 'humidity'),
      outputs: Object.fromEntries(
        ['pump', 'pump2', 'acid', 'base', 'mister'].map((name) => [name, output(name)]),
      ),
    },
  ],
  [
    VALVES,
    {
      ...BOX,
      telemetry: channels('valve1', 'valve2', 'pressure'),
      outputs: { valve1: output('valve1', 'valve1'), valve2: output('valve2', 'valve2') },
    },
  ],
])

export interface HouseOptions {
  readonly equipment?: EquipmentConfig
  /** Breaks rules on purpose, to see whether a test notices. */
  readonly plant?: (interlocks: readonly Interlock[], output: string) => readonly Interlock[]
  /** Hardware says after this long that it has done what it was told. */
  readonly confirmMs?: number
  /** Outputs whose driver breaks when it is asked for them. */
  readonly throwing?: ReadonlySet<string>
  readonly clock?: FakeClock
  readonly store?: SqlStore
  readonly lost?: boolean
  /** What is known of the true time; left out, nothing. */
  readonly bounds?: () => { earliest: number; latest: number }
}

export interface Told {
  readonly at: number
  readonly output: string
  readonly value: number
  readonly forS: number | undefined
}

export const reason = { vi: 'thử', en: 'test' }

export function house(options: HouseOptions = {}) {
  const { equipment = EQUIPMENT, plant = (all) => all, confirmMs = 200 } = options
  const clock = options.clock ?? fakeClock(T0)
  const refusals = createRefusals({ clock, log: silentLog })
  const equipped = withEquipment(DEVICES, equipment)
  if (!equipped.ok) throw new Error(equipped.error.code)
  const told: Told[] = []
  const last = new Map<string, number>()
  const taken = new Map<string, number>()
  const reports: InterlockReport[] = []
  const actual = new Map<string, { value: number; endsAt: number }>()
  /** Outputs that do not hear what they are told, and those that refuse it. */
  const deaf = new Set<string>()
  const refusing = new Set<string>()
  const disk = { broken: false }
  const real = options.store ?? openSqlite(':memory:')
  const failing = <T>(work: () => T): T => {
    if (disk.broken) throw new FaultError(fault('STORE_FULL', { file: 'interlocks.db' }))
    return work()
  }
  const store: SqlStore = {
    ...real,
    prepare: (sql) => {
      const statement = real.prepare(sql)
      return { ...statement, run: (...values) => failing(() => statement.run(...values)) }
    },
  }
  const bounds = options.bounds ?? (() => ({ earliest: 0, latest: Number.POSITIVE_INFINITY }))
  const nodeClock: NodeClock = {
    ...clock,
    bounds,
    known: () => undefined,
    offset: () => undefined,
    onLearnt: () => () => {},
  }
  const memory = createInterlockMemory({ store, clock: nodeClock, refusals, lost: options.lost ?? false })
  let alive = true

  const outputs = createOutputs({
    clock,
    wall: clock,
    speed: 1,
    definitions: new Map(
      [...equipped.value].map(([id, device]) => [
        id,
        {
          ...device,
          outputs: Object.fromEntries(
            Object.entries(device.outputs).map(([name, one]) => [
              name,
              { ...one, interlocks: plant(one.interlocks ?? [], name) },
            ]),
          ),
        },
      ]),
    ),
    refusals,
    memory,
    driverOf: () => ({
      name: 'played',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      drive(device, requests) {
        const names = requests.map((request) => request.output)
        if (names.some((name) => options.throwing?.has(name))) throw new Error('the driver broke')
        if (names.some((name) => refusing.has(name))) {
          for (const name of names) taken.delete(name)
          return err(fault('LORAWAN_QUEUE_FULL', { device, limit: 1 }))
        }
        for (const { output, value, forS } of requests) {
          told.push({ at: clock.monotonic(), output, value, forS })
          last.set(output, value)
          taken.set(output, value)
          if (deaf.has(output)) continue
          const endsAt = forS === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + forS * 1000
          actual.set(output, { value, endsAt })
          const confirm = () => {
            if (alive && !deaf.has(output)) outputs.progress(device, [{ output, value }], 'confirmed')
          }
          if (confirmMs === 0) confirm()
          else clock.after(confirmMs, confirm)
        }
        return ok(undefined)
      },
    }),
  })
  outputs.onInterlock((report) => reports.push(report))

  const deviceOf = (name: string) => (name.startsWith('valve') ? VALVES : BOARD)
  const one = {
    clock,
    outputs,
    told,
    reports,
    deaf,
    refusing,
    disk,
    /** What the hardware does now. */
    runs(name: string) {
      const { value, endsAt } = actual.get(name) ?? { value: 0, endsAt: 0 }
      return clock.monotonic() < endsAt ? value : 0
    },
    /** What the node last told it. */
    wants: (name: string) => last.get(name) ?? 0,
    /** The same, and undefined once its driver has refused another: nobody knows then what it goes by. */
    taken: (name: string) => taken.get(name),
    want(name: string, value: 0 | 1 = 1, seconds = 100_000, owner = 'program') {
      const until = (clock.monotonic() + seconds * 1000) as Mono
      return outputs.order(owner, {
        device: deviceOf(name),
        output: name,
        value,
        rank: 'command',
        until,
        reason,
      })
    },
    letGo: (name: string, owner = 'program') =>
      outputs.release(owner, { device: deviceOf(name), output: name }),
    hear: (telemetry: Readonly<Record<string, number>>) => outputs.observe(BOARD, telemetry, {}),
    hearValves: (telemetry: Readonly<Record<string, number>>) => outputs.observe(VALVES, telemetry, {}),
    /** Channels that are told as failed; none named, all that the device has. */
    lose(device: string, ...channels: readonly string[]) {
      const lost = channels.length > 0 ? channels : Object.keys(DEVICES.get(device)?.telemetry ?? {})
      outputs.observe(device, {}, Object.fromEntries(lost.map((channel) => [channel, 'no-answer'])))
    },
    held: (name: string) => outputs.views().find((view) => view.output === name)?.held ?? null,
    decision: (name: string) => outputs.decision(deviceOf(name), name),
    reset: (name: string) => outputs.reset(deviceOf(name), name),
    /** Time passes; the board tells what is in `values` each second. */
    async pass(seconds: number, values: Readonly<Record<string, number>> = GOOD) {
      for (let left = seconds; left > 0; left--) {
        await clock.advance(1_000)
        if (Object.keys(values).length > 0) outputs.observe(BOARD, values, {})
        outputs.tick()
      }
    },
    kill() {
      alive = false
    },
  }
  outputs.tick()
  return one
}

/** All that the pump goes by is well. */
export const GOOD = { float: 1, flow: 20, pressure: 200 }

/** After the rests that a start owes. */
export async function ready(options: HouseOptions = {}) {
  const one = house(options)
  await one.pass(61)
  one.told.length = 0
  one.reports.length = 0
  return one
}

/** And waters through the first valve. */
export async function watering(options: HouseOptions = {}) {
  const one = await ready(options)
  one.want('valve1')
  one.want('pump')
  await one.pass(15)
  return one
}

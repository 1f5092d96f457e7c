import type { Mono, NodeClock } from '../../../../core/clock.ts'
import { type FakeClock, fakeClock } from '../../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../../core/log.ts'
import { openSqlite } from '../../../../core/node/sqlite.ts'
import { ok } from '../../../../core/result.ts'
import type { DeviceDefinition, Interlock, Output } from '../../../../devices/define.ts'
import { stopByHand } from '../../../../edge/commands/waters.ts'
import type { CommonInput } from '../../../../edge/control/controller.ts'
import { feedPhase } from '../../../../edge/control/greenhouse/fertigation/doser.ts'
import { type EquipmentConfig, withEquipment } from '../../../../edge/equipment.ts'
import {
  type HostedStation,
  hostStation,
  isGreenhouse,
  wateredHouse,
} from '../../../../edge/hosted-station.ts'
import { createInterlockMemory } from '../../../../edge/interlock-memory.ts'
import { createOutputs, type Outputs } from '../../../../edge/outputs.ts'
import { createRefusals } from '../../../../edge/refusals.ts'
import { definition } from '../../node.ts'
import { FERTILISER, houseOf, local, NPK, programOf, zoneOf } from './house.ts'

/**
 * A greenhouse's controller, hosted as an agent hosts it, with the node's outputs and their interlocks, over hardware
 * that the test breaks: a board with a watchdog relay for pump and dosing, valves that time themselves, and the pipes.
 */

const DOSED = ['a', 'b', 'acid', 'base'] as const
const BOARD = ['pump', ...DOSED.map((id) => `dose_${id}`)]
const VALVES = ['valve-k1', 'valve-k2', 'valve-k3'] as const
const LONGEST_VALVE_S = 170
const LINGERS_S = 20

const recipe = { ...NPK, before_min: 0.1, after_min: 0.5, ph: { target: 6 } }
export const FED = programOf('fed', {
  ...{ zones: ['k1'], recipe: 'npk', amount: { minutes: 4 } },
  cycles: { run_min: 2, soak_min: 1 },
})
const ZONES = ['k1', 'k2', 'k3'].map((id) => zoneOf(id))
const BODY = {
  water: {
    ...{ gives_Lmin: 45, answer_s: 20 },
    pump: { device: 'board', output: 'pump', lead_s: 3 },
    flow: { device: 'board', channel: 'flow' },
  },
  fertiliser: { ...FERTILISER, flush_s: 8, pulse_s: 2, mix_s: 6 },
  recipes: [recipe],
}

export const DOCUMENT = houseOf({ ...BODY, zones: ZONES, programs: [FED] })
/** The first zone hangs on another valve now. */
export const REWIRED = houseOf({
  ...BODY,
  zones: [zoneOf('k1', { valve: { device: 'valve-k3', output: 'valve1' } }), zoneOf('k2')],
  programs: [FED],
})
/** What was fed is not known any more, and the program is off. */
export const UNFED = houseOf({ ...BODY, recipes: [], zones: ZONES, programs: [{ ...FED, on: false }] })

const valvePlaces = VALVES.map((device) => ({ device, output: 'valve1' }))
const dosing = (id: string, never_with: readonly string[]): EquipmentConfig[number] => ({
  ...{ kind: 'dosing-pump', device: 'board', output: `dose_${id}` },
  ...{ valves: valvePlaces, valve_fresh_s: 1_800 },
  flow: { device: 'board', channel: 'flow', least_Lmin: 2, for_s: 5, fresh_s: 10 },
  never_with: never_with.map((other) => ({ device: 'board', output: `dose_${other}` })),
  ...{ flush_s: 8, longest_pulse_s: 30, rest_s: 2, daily_s: 600 },
})
const EQUIPMENT: EquipmentConfig = [
  {
    ...{ kind: 'water-pump', device: 'board', output: 'pump', valves: valvePlaces },
    ...{ lead_s: 3, valve_fresh_s: 1_800 },
    float: { device: 'board', channel: 'float', wet: 1, fresh_s: 30, slosh_s: 2 },
    flow: {
      device: 'board',
      channel: 'flow',
      least_Lmin: 2,
      within_s: 10,
      lost_s: 3,
      fresh_s: 10,
      heard_s: 5,
    },
    pressure: {
      device: 'board',
      channel: 'pressure',
      most: 400,
      within_s: 20,
      for_s: 2,
      fresh_s: 30,
      heard_s: 5,
    },
    ...{ longest_run_s: 600, long_rest_s: 10, rest_s: 5, starts_per_hour: 60 },
  },
  ...VALVES.map((device): EquipmentConfig[number] => ({
    ...{ kind: 'zone-valve', device, output: 'valve1' },
    ...{ longest_run_s: LONGEST_VALVE_S, rest_s: 5, after_pump_s: 2, most_s: LINGERS_S },
  })),
  dosing('a', ['b', 'acid', 'base']),
  dosing('b', ['acid', 'base']),
  dosing('acid', ['base']),
  dosing('base', []),
]

const BOX = definition('milesight-ws558')
const label = { vi: 'Ra', en: 'Output' }
const plain: Output = { label, min: 0, max: 1, safe: 0, powerUp: 0, deadManS: 60 }
const timed: Output = { ...plain, deadManS: 3_600, timedS: 3_600, readBack: 'valve1', readBackWithin: 0 }

function channels(...names: readonly string[]): DeviceDefinition['telemetry'] {
  const relay = BOX.telemetry.relay1
  if (relay === undefined) throw new Error('no relay')
  return Object.fromEntries(names.map((name) => [name, relay]))
}

const DEVICES: ReadonlyMap<string, DeviceDefinition> = new Map([
  [
    'board',
    {
      ...BOX,
      telemetry: channels('float', 'flow', 'pressure'),
      outputs: Object.fromEntries(BOARD.map((name) => [name, plain])),
    },
  ],
  ...VALVES.map((device): [string, DeviceDefinition] => [
    device,
    { ...BOX, telemetry: channels('valve1'), outputs: { valve1: timed } },
  ]),
])

export type Stage = 'queued' | 'opening' | 'before' | 'dosing' | 'after' | 'soaking' | 'closing'

export const STAGES: readonly Stage[] = [
  'queued',
  'opening',
  'before',
  'dosing',
  'after',
  'closing',
  'soaking',
]

/** What must never be, and for how many seconds the news of it may be on its way. */
const RULES = {
  'the pump pushes against shut valves': 2,
  'it doses without flow': 2,
  'acid meets base': 0,
  'A meets B': 0,
  'it feeds another zone': 2,
  'a valve is open beyond its longest run': 0,
} as const
export type Rule = keyof typeof RULES

export interface Options {
  /** Breaks rules on purpose, to see whether the judge notices. */
  readonly plant?: (interlocks: readonly Interlock[], output: string) => readonly Interlock[]
}

export type Greenhouse = ReturnType<typeof greenhouse>

export function greenhouse({ plant = (all) => all }: Options = {}) {
  const world = fakeClock(local('05:59') + 45_000)
  const saved = new Map<string, string>()
  const store = openSqlite(':memory:')
  /** What each output does, and when its own timer ends it. */
  const real = new Map<string, { value: number; until: number }>()
  const site = {
    ...{ wet: true, dry: false, meter: true, pressure: null as number | null },
    boardLost: null as number | null,
    lostValves: new Set<string>(),
  }
  /** Held from the panel, and by somebody's hands. */
  const held = new Set<string>()
  const jammed = new Set<string>()
  const isOn = (key: string) => (real.get(key)?.value ?? 0) === 1
  const openValves = () => VALVES.filter((device) => isOn(`${device}/valve1`))
  const pumps = () => isOn('board/pump')
  const flow = () => (!site.dry && pumps() ? openValves().length * 20 : 0)
  const dosed = () => DOSED.filter((id) => isOn(`board/dose_${id}`))
  const seen = { pumped: false, dosed: new Set<string>(), stages: new Set<Stage>() }

  const boot = (lost = false) => {
    const clock: FakeClock = fakeClock(world.now())
    let alive = true
    const refusals = createRefusals({ clock, log: silentLog })
    const equipped = withEquipment(DEVICES, EQUIPMENT)
    if (!equipped.ok) throw new Error(equipped.error.code)
    const definitions = new Map(
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
    )
    const nodeClock: NodeClock = clock
    const toAll = (input: Exclude<CommonInput<never>, { type: 'document' }>) => station?.input(input)
    const hears = (device: string) =>
      device === 'board' ? site.boardLost === null : !site.lostValves.has(device)
    const outputs: Outputs = createOutputs({
      ...{ clock, wall: clock, speed: 1, definitions, refusals },
      memory: createInterlockMemory({ store, clock: nodeClock, refusals, lost }),
      driverOf: () => ({
        name: 'played',
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        drive(device, requests) {
          for (const { output, value, forS } of requests)
            clock.after(device === 'board' ? 100 : 800, () => {
              if (!alive || !hears(device)) return
              const until = forS === undefined ? Number.POSITIVE_INFINITY : world.monotonic() + forS * 1_000
              if (jammed.has(`${device}/${output}`)) return
              real.set(`${device}/${output}`, { value, until })
              outputs.progress(device, [{ output, value }], 'confirmed')
              toAll({ type: 'output', device, requests: [{ output, value }], stage: 'confirmed' })
            })
          return ok(undefined)
        },
      }),
    })
    outputs.onInterlock(toAll)
    let station: HostedStation | undefined
    station = hostStation(DOCUMENT, {
      ...{ clock, refusals, saveMs: 30_000 },
      memory: {
        read: (id) => {
          const text = saved.get(id)
          return text === undefined ? undefined : JSON.parse(text)
        },
        write: (id, state) => void (alive && saved.set(id, JSON.stringify(state))),
      },
      sink: {
        outputs: (wanted) => outputs.claim(DOCUMENT.id, wanted),
        alarm: () => Promise.resolve(),
        holds: () => true,
        readings: () => {},
      },
    })
    if (!isGreenhouse(station)) throw new Error('no greenhouse')
    const host = station
    return {
      ...{ clock, outputs, host },
      hear(
        device: string,
        telemetry: Readonly<Record<string, number>>,
        failed: Readonly<Record<string, string>>,
      ) {
        const moved = outputs.observe(device, telemetry, failed)
        if (moved.length > 0) toAll({ type: 'output', device, requests: moved, stage: 'confirmed' })
        toAll({ type: 'telemetry', device, telemetry, failed, at: clock.now() })
      },
      tick() {
        toAll({ type: 'tick' })
        outputs.tick()
      },
      die() {
        alive = false
        host.close()
      },
    }
  }
  let node: ReturnType<typeof boot> | null = boot()

  const hardware = () => {
    const now = world.monotonic()
    // The heartbeat of a lost board, or of a dead node, stands still: its watchdog relay lets go of all that it drives.
    const unled = site.boardLost !== null && now - site.boardLost >= 3_000
    for (const [key, { value, until }] of real) {
      const ends = now >= until || (unled && key.startsWith('board/'))
      if (value !== 0 && ends) real.set(key, { value: 0, until: Number.POSITIVE_INFINITY })
    }
  }
  const tell = () => {
    if (node === null) return
    const seconds = Math.round(world.monotonic() / 1_000)
    if (site.boardLost !== null) {
      const missed = world.monotonic() - site.boardLost >= 4_000
      if (missed) node.hear('board', {}, { float: 'silent', flow: 'silent', pressure: 'silent' })
    } else {
      const kPa = site.pressure ?? (flow() > 0 ? 200 : pumps() ? 390 : 100)
      const meter = site.meter ? { flow: flow() } : {}
      const failed: Record<string, string> = site.meter ? {} : { flow: 'sensor-fault' }
      node.hear('board', { float: site.wet ? 1 : 0, pressure: kPa, ...meter }, failed)
    }
    for (const device of VALVES) {
      if (site.lostValves.has(device)) node.hear(device, {}, { valve1: 'no-answer' })
      else if (seconds % 10 === 0) node.hear(device, { valve1: isOn(`${device}/valve1`) ? 1 : 0 }, {})
    }
    if (seconds % 5 === 0)
      node.host.input({
        ...{ type: 'telemetry', device: 'probe', telemetry: { ec: 1.5, ph: 7 }, failed: {} },
        at: node.clock.now(),
      })
  }

  const lasting = new Map<Rule, number>()
  const open = new Map<string, number>()
  const broken = new Set<Rule>()
  const judge = () => {
    const is = (rule: Rule, so: boolean) => {
      const s = so ? (lasting.get(rule) ?? 0) + 1 : 0
      lasting.set(rule, s)
      if (s > RULES[rule]) broken.add(rule)
    }
    const feeds = new Set(dosed())
    is('the pump pushes against shut valves', pumps() && openValves().length === 0)
    is('it doses without flow', feeds.size > 0 && flow() < 2)
    // What a person holds on by hand is his to answer for.
    const fed = [...feeds].some((id) => !held.has(`board/dose_${id}`))
    is('it feeds another zone', fed && pumps() && openValves().length > 1)
    is('acid meets base', feeds.has('acid') && feeds.has('base'))
    is('A meets B', feeds.has('a') && feeds.has('b'))
    for (const device of VALVES)
      open.set(device, openValves().includes(device) ? (open.get(device) ?? 0) + 1 : 0)
    // Its own end, a tick, and what it outlasts its pump.
    const most_s = LONGEST_VALVE_S + LINGERS_S + 2
    is(
      'a valve is open beyond its longest run',
      [...open.values()].some((s) => s > most_s),
    )
    seen.pumped ||= pumps()
    for (const id of feeds) seen.dosed.add(id)
  }

  const stageNow = (): Stage | undefined => {
    const run = node?.host.state().runs.find(({ zone }) => zone === 'k1')
    if (run === undefined) return undefined
    if (run.phase !== 'watering') return run.phase
    const phase = feedPhase(
      run,
      DOCUMENT.recipes.find(({ id }) => id === run.recipe),
    )
    // Of dosing the moment in which a dosing pump runs.
    if (phase === 'plain') return undefined
    return phase === 'dosing' && dosed().length === 0 ? undefined : phase
  }
  /** Lives on for so many seconds. */
  const pass = async (seconds: number, until: () => boolean = () => false) => {
    for (let left = seconds; left > 0 && !until(); left--) {
      await world.advance(1_000)
      hardware()
      await node?.clock.advance(1_000)
      tell()
      node?.tick()
      judge()
      const stage = stageNow()
      if (stage !== undefined) seen.stages.add(stage)
    }
  }
  const placeOf = (key: string) => {
    const [device = '', output = ''] = key.split('/')
    return { device, output }
  }

  return {
    ...{ site, real, broken, seen, pass, isOn },
    now: () => world.monotonic(),
    /** Water for another zone, for which the program waits. */
    water(zone: string, minutes: number) {
      const asked = { zone, amount: { minutes }, who: 'Lan', why: '', order: `c-${world.now()}` }
      node?.host.input({ type: 'water', ...asked })
    },
    /** Lives until the program is there; throws where it does not come. */
    async reach(stage: Stage) {
      await pass(600, () => stageNow() === stage)
      if (stageNow() !== stage) throw new Error(`the program never gets to ${stage}`)
    },
    edit: (document: typeof DOCUMENT) => node?.host.input({ type: 'document', document }),
    stop(zone?: string) {
      if (node === null) return
      const { outputs, host } = node
      const house = wateredHouse(host, ({ outputs: places }) => {
        for (const place of places) {
          outputs.letGo(place)
          held.delete(`${place.device}/${place.output}`)
        }
      })
      stopByHand(house, zone, 'Lan')
    },
    /** A person takes over: the highest right there is. */
    hold(key: string, value: 0 | 1) {
      held.add(key)
      const until = ((node?.clock.monotonic() ?? 0) + 3_600_000) as Mono
      const reason = { vi: 'giữ tay', en: 'held' }
      node?.outputs.order('hand', { ...placeOf(key), value, rank: 'override', until, reason })
    },
    /** The valve's own doing: a spring, a hand, an empty battery. It says so a second later. */
    async shutsByItself(device: string) {
      const key = `${device}/valve1`
      if (!isOn(key)) return
      real.set(key, { value: 0, until: Number.POSITIVE_INFINITY })
      await pass(1)
      node?.hear(device, { valve1: 0 }, {})
    },
    /** Somebody opens a valve with his hands, whatever the node says to it. It says so a second later. */
    async opensByHand(device: string) {
      site.lostValves.delete(device)
      jammed.add(`${device}/valve1`)
      real.set(`${device}/valve1`, { value: 1, until: Number.POSITIVE_INFINITY })
      await pass(1)
      node?.hear(device, { valve1: 1 }, {})
    },
    letsGoOf: (device: string) => void jammed.delete(`${device}/valve1`),
    /** The node dies where it stands and comes back; `lost`: with a memory of its interlocks that cannot be read. */
    async restart(lost = false) {
      node?.die()
      node = null
      const dead = site.boardLost === null
      site.boardLost ??= world.monotonic()
      await pass(20)
      if (dead) site.boardLost = null
      if (lost) store.exec('DELETE FROM interlock')
      node = boot(lost)
    },
    boardBack() {
      site.boardLost = null
    },
    close: () => store.close(),
  }
}

import { stringify } from 'yaml'
import { explain, fault } from '../../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { tcpStream } from '../../../core/node/tcp-stream.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { err, ok } from '../../../core/result.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Command } from '../../../core/wire/commands.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import { createAgent } from '../../../edge/agent.ts'
import { openCommandStore } from '../../../edge/commands/command-store.ts'
import { configuredDrivers } from '../../../edge/configured-drivers.ts'
import { longestRun } from '../../../edge/control/interlocks.ts'
import { createControlState } from '../../../edge/control-state.ts'
import { nodeCheck } from '../../../edge/documents/checks.ts'
import { createHolds } from '../../../edge/documents/holds.ts'
import { createSiteDocuments } from '../../../edge/documents/site-documents.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { createInterlockMemory } from '../../../edge/interlock-memory.ts'
import { loadEdgeConfig } from '../../../edge/load-config.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import { shapeLookup } from '../../../edge/point-shapes.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { MEGA, UNO } from '../../../sim/firmata/pins.ts'
import { serveBoard } from '../../../sim/firmata/serve.ts'
import { createVirtualBoard, type VirtualBoard } from '../../../sim/firmata/virtual-board.ts'
import { definedUnit } from '../../../sim/modbus/defined-unit.ts'
import { serveTcp } from '../../../sim/modbus/serve.ts'
import { definition } from '../node.ts'
import { countedWires } from './wired-lines.ts'

/**
 * A whole node with real sockets to what it drives: pumps and valves on Arduinos that speak Firmata, or on relay modules
 * that speak Modbus. What counts is what pins and coils do. Floats, meter and pressure hang on an Arduino, air and tank
 * on the Modbus line.
 */

export type Wiring = 'firmata' | 'modbus'
export const NAMES = ['pump', 'acid', 'base', 'mister', 'fan', 'lamp', 'valve1', 'valve2'] as const
export type Name = (typeof NAMES)[number]

/** A part of the configuration, as somebody writes it. */
export type Body = Readonly<Record<string, unknown>>

interface Place {
  readonly device: string
  readonly output: string
}

const FIRMATA: Readonly<Record<Name, Place & { readonly pin: number }>> = {
  pump: { device: 'gh-board', output: 'pump', pin: 22 },
  acid: { device: 'gh-board', output: 'dose_acid', pin: 25 },
  base: { device: 'gh-board', output: 'dose_b', pin: 24 },
  mister: { device: 'gh-board', output: 'mister', pin: 26 },
  fan: { device: 'gh-board', output: 'fan1', pin: 27 },
  lamp: { device: 'gh-board', output: 'lamp', pin: 28 },
  valve1: { device: 'gh-valves', output: 'relay1', pin: 4 },
  valve2: { device: 'gh-valves', output: 'relay2', pin: 5 },
}
const relay = (device: string, number: number) => ({ device, output: `relay${number}`, pin: number - 1 })
const MODBUS: typeof FIRMATA = {
  pump: relay('gh-relays', 1),
  acid: relay('gh-relays', 2),
  base: relay('gh-relays', 3),
  mister: relay('gh-relays', 4),
  fan: relay('gh-relays', 5),
  lamp: relay('gh-relays', 6),
  valve1: relay('gh-valves', 1),
  valve2: relay('gh-valves', 2),
}
const UNIT = { air: 45, tank: 46, 'gh-relays': 10, 'gh-valves': 11 } as const
const PIN = { meter: 2, heartbeat: 13, float: 32 } as const
const PULSES_PER_L = 30
const STEP_MS = 100
const T0 = Date.UTC(2026, 9, 1)

export interface Edge {
  readonly at: number
  readonly name: Name
  readonly value: number
}

/** What is written to one kind of hardware, and what breaks it. */
interface Hardware {
  readonly config: { readonly firmata: readonly object[]; readonly units: readonly object[] }
  value(name: Name): number
  /** The device does not answer any more, its outputs stay as they are; false ends it. */
  lose(device: string, lost: boolean): void
}

export interface WiredOptions {
  /** Changes to the equipment of an output. */
  readonly equipment?: Partial<Record<Name, Body>>
}

export type WiredHouse = Awaited<ReturnType<typeof wiredHouse>>

export async function wiredHouse(kind: Wiring, options: WiredOptions = {}) {
  const places = kind === 'firmata' ? FIRMATA : MODBUS
  const world = fakeClock(T0)
  const wires = countedWires()
  const edges: Edge[] = []
  const closing: (() => unknown)[] = []
  /** What the sensors say; null where the pipes decide. */
  const site = {
    ...{ wet: true, tank: 80, humidity: 60, dry: false, wireCut: false },
    pressure: null as number | null,
  }
  const noted = (name: Name, value: number) => void edges.push({ at: world.monotonic(), name, value })
  const nameOf = (device: string, pin: number) =>
    NAMES.find((name) => places[name].device === device && places[name].pin === pin)

  const mega = await served('gh-board', createVirtualBoard({ pins: MEGA, clock: world }))
  const uno =
    kind === 'firmata'
      ? await served('gh-valves', createVirtualBoard({ pins: UNO, clock: world }))
      : undefined
  async function served(device: string, board: VirtualBoard) {
    board.onWrite((pin, value) => {
      const name = nameOf(device, pin)
      if (name !== undefined && kind === 'firmata') noted(name, value)
    })
    const line = await serveBoard(wires.board(board), 0)
    closing.push(() => line.close())
    closing.push(() => board.close())
    return { board, line }
  }
  const coils = new Map<Name, number>(NAMES.map((name) => [name, 0]))
  const relays = (device: string) => {
    const named = (output: string) =>
      NAMES.find((name) => places[name].device === device && places[name].output === output)
    return definedUnit(definition('waveshare-relay'), {
      channel: (output) => coils.get(named(output) ?? 'fan') ?? 0,
      drive(output, value) {
        const name = named(output)
        if (name === undefined || coils.get(name) === value) return
        coils.set(name, value)
        noted(name, value)
      },
    })
  }
  const units = new Map([
    [
      UNIT.air as number,
      definedUnit(definition('sensecap-co2'), {
        channel: (channel) => ({ humidity: site.humidity, temperature: 30, co2: 500 })[channel],
      }),
    ],
    [
      UNIT.tank as number,
      definedUnit(definition('dinel-ulm-53l'), {
        channel: (channel) =>
          ({ level: site.tank, depth: 1, distance: 1, temperature: 27, echo: 1 })[channel],
      }),
    ],
    ...(kind === 'modbus'
      ? (['gh-relays', 'gh-valves'] as const).map(
          (device) => [UNIT[device] as number, relays(device)] as const,
        )
      : []),
  ])
  const slaves = await serveTcp(0, { units, clock: world })
  closing.push(() => slaves.close())

  const hardware: Hardware = {
    config: {
      firmata: [
        { id: 'gh-board', model: 'tram-greenhouse-mega', tcp: { host: '127.0.0.1', port: mega.line.port } },
        ...(uno === undefined
          ? []
          : [
              {
                id: 'gh-valves',
                model: 'arduino-uno-relays',
                tcp: { host: '127.0.0.1', port: uno.line.port },
              },
            ]),
      ],
      units: [
        { id: 'gh-air', model: 'sensecap-co2', unit: UNIT.air, poll_s: 1 },
        { id: 'gh-tank', model: 'dinel-ulm-53l', unit: UNIT.tank, poll_s: 1 },
        ...(kind === 'modbus'
          ? (['gh-relays', 'gh-valves'] as const).map((id) => ({
              ...{ id, model: 'waveshare-relay', unit: UNIT[id], poll_s: 1 },
            }))
          : []),
      ],
    },
    value(name) {
      if (kind === 'modbus') return coils.get(name) ?? 0
      const board = places[name].device === 'gh-board' ? mega : uno
      return board?.board.pin(places[name].pin).value ?? 0
    },
    lose(device, lost) {
      wires.deaf(lost)
      if (device === 'gh-board') mega.line.unplug(lost)
      else if (device === 'gh-valves' && uno !== undefined) uno.board.hang(lost)
      else {
        const unit =
          device === 'gh-air' ? UNIT.air : device === 'gh-relays' ? UNIT['gh-relays'] : UNIT['gh-valves']
        slaves.trouble(unit, lost ? { kind: 'silent' } : undefined)
      }
    },
  }

  const interlocks = openSqlite(':memory:')
  closing.push(() => interlocks.close())
  const text = configOf(places, hardware, slaves.port, options)
  const boot = () => lifeOf({ text, at: T0 + world.monotonic(), wires, interlocks })
  let life = await boot()

  /** Water in the pipes, as pump and valves make it flow. */
  const flow_Lmin = () =>
    !site.dry &&
    hardware.value('pump') === 1 &&
    (hardware.value('valve1') === 1 || hardware.value('valve2') === 1)
      ? 20
      : 0
  let pulses = 0
  const physics = () => {
    pulses += (flow_Lmin() * PULSES_PER_L * STEP_MS) / 60_000
    mega.board.pulse(PIN.meter, Math.floor(pulses))
    pulses -= Math.floor(pulses)
    mega.board.setDigital(PIN.float, site.wet ? 0 : 1)
    const pushes = hardware.value('pump') === 1
    const kPa = site.pressure ?? (flow_Lmin() > 0 ? 200 : pushes && !site.dry ? 600 : 100)
    mega.board.setAnalog(0, site.wireCut ? 0 : ((0.5 + (4 * kPa) / 1_000) / 5) * 1_023)
  }
  const step = async () => {
    physics()
    await world.advance(STEP_MS)
    await life.clock.advance(STEP_MS)
    await wires.settled()
  }

  const insisted = new Map<Name, number>()
  let orders = 0
  const insist = () => {
    for (const [name, value] of insisted) {
      orders++
      const { device, output } = places[name]
      const action = { type: 'drive', device, output, value, for_s: 2, override: true } as const
      const times = { notBefore: 0, expires: T0 + 86_400_000 }
      const by = { who: 'Lan', why: 'thử' }
      const given: Command = {
        v: 1,
        id: `c-${orders}`,
        class: 'emergency',
        action,
        order: orders,
        ...by,
        ...times,
      }
      life.agent.command(encodeCbor(given))
    }
  }
  /** Time passes; each second what is insisted on is ordered anew. */
  const pass = async (seconds: number) => {
    for (let ms = 0; ms < seconds * 1_000; ms += STEP_MS) {
      if (world.monotonic() % 1_000 === 0) insist()
      await step()
    }
  }
  /** Of an output, what it did since then: `[value, at]`. */
  const edgesOf = (name: Name, from = -1) => edges.filter((edge) => edge.name === name && edge.at > from)

  const one = {
    ...{ site, edges, edgesOf, pass },
    now: () => world.monotonic(),
    value: hardware.value,
    lose: hardware.lose,
    agent: () => life.agent,
    heartbeat: () => mega.board.pin(PIN.heartbeat).value,
    /** An emergency command that overrides, each second anew, and a hold by hand: nobody has a higher right. */
    async insist(name: Name, value: 0 | 1 = 1) {
      insisted.set(name, value)
      await one.hold(name, value)
      insist()
    },
    /** For an hour, or as long as its longest run where that is less. */
    async hold(name: Name, value: 0 | 1 = 1) {
      const { device, output } = places[name]
      const most_s = longestRun(life.definitions.get(device)?.outputs[output] ?? {})
      const for_s = value === 0 ? 3_600 : Math.min(3_600, most_s)
      const hold = { device, output, value, for_s, who: 'Minh', why: '' }
      const held = await life.agent.holds?.hold(hold)
      if (held?.ok !== true) throw new Error('the hold was refused')
    },
    reset: (name: Name) => life.agent.reset(places[name].device, places[name].output, 'Minh'),
    held: (name: Name) =>
      life.agent
        .outputs()
        .find(({ device, output }) => device === places[name].device && output === places[name].output)?.held
        ?.name ?? null,
    /** Until it is so; how long that took, in seconds. */
    async until(holds: () => boolean, most_s: number, what: string): Promise<number> {
      const from = world.monotonic()
      while (!holds()) {
        if (world.monotonic() - from > most_s * 1_000) throw new Error(`not within ${most_s} s: ${what}`)
        await pass(STEP_MS / 1_000)
      }
      return (world.monotonic() - from) / 1_000
    },
    /** The node dies where it stands, boards and relays stay as they are; a new one starts. */
    async powerCut() {
      insisted.clear()
      await life.die()
      await wires.settled()
      life = await boot()
      await life.start(step)
    },
    /** The node is told to end, as an operator does it. */
    async end() {
      insisted.clear()
      const ended = life.agent.stop()
      await pass(3)
      await ended
    },
    async close() {
      await life.die()
      for (const close of closing.toReversed()) await close()
    },
  }
  await life.start(step)
  // Boards are met, and what a start makes rest has rested.
  await pass(8)
  edges.length = 0
  return one
}

function configOf(
  places: Readonly<Record<Name, Place>>,
  { config }: Hardware,
  port: number,
  { equipment = {} }: WiredOptions,
): string {
  const place = (name: Name) => ({ device: places[name].device, output: places[name].output })
  const valves = [place('valve1'), place('valve2')]
  const entry = (kind: string, name: Name, wiring: Body) => ({
    ...{ kind, ...place(name), ...wiring },
    ...equipment[name],
  })
  const float = { device: 'gh-board', channel: 'float_low' }
  const flow = { device: 'gh-board', channel: 'flow', least_Lmin: 2 }
  const dosing = { valves, flow, flush_s: 8, longest_pulse_s: 6, daily_s: 100 }
  return stringify({
    site: 'quang-tri',
    edge: 'gh-01',
    name: { vi: 'Nhà kính', en: 'Greenhouse' },
    dataDir: 'data',
    hub: { url: 'mqtts://hub.example.vn:8883', keyFile: 'gh-01.key' },
    firmata: config.firmata,
    modbus: [{ id: 'line', tcp: { host: '127.0.0.1', port }, devices: config.units }],
    equipment: [
      entry('water-pump', 'pump', {
        ...{ valves, float, flow: { ...flow, within_s: 10 } },
        tank: { device: 'gh-tank', channel: 'level', least: 10 },
        pressure: { device: 'gh-board', channel: 'pressure', most: 400 },
        ...{ rest_s: 4, long_rest_s: 6, starts_per_hour: 100 },
      }),
      entry('zone-valve', 'valve1', { most_s: 10 }),
      entry('zone-valve', 'valve2', { most_s: 10 }),
      entry('dosing-pump', 'acid', dosing),
      entry('dosing-pump', 'base', { ...dosing, never_with: [place('acid')] }),
      entry('mister', 'mister', {
        humidity: { device: 'gh-air', channel: 'humidity', most: 90, fresh_s: 10 },
        ...{ float, longest_run_s: 60, rest_s: 3 },
      }),
      entry('fan', 'fan', { changes: 4, per_s: 60 }),
      entry('grow-lamp', 'lamp', { changes: 2, per_s: 60 }),
    ],
  })
}

/** One life of the node: its own clock stands still once it is dead. */
async function lifeOf(parts: {
  readonly text: string
  readonly at: number
  readonly wires: ReturnType<typeof countedWires>
  readonly interlocks: ReturnType<typeof openSqlite>
}) {
  const { text, wires } = parts
  const clock: FakeClock = fakeClock(parts.at)
  const loaded = loadEdgeConfig('/etc/tram/edge.yaml', (file) =>
    file === '/etc/tram/edge.yaml' ? ok(text) : err(fault('CONFIG_UNREADABLE', { file, reason: 'ENOENT' })),
  )
  if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
  const definitions: ReadonlyMap<string, DeviceDefinition> = loaded.value.definitions
  const streams: ByteStream[] = []
  const random = seededRandom(5)
  const refusals = createRefusals({ clock, log: silentLog })
  const memory = () => openSqlite(':memory:')
  const stores = [memory(), memory(), memory()] as const
  const documents = createSiteDocuments({
    ...{ store: memoryDocuments(), edge: 'gh-01', clock, wall: clock, random, refusals },
    check: nodeCheck(loaded.value.devices, definitions),
  })
  const outbox = createOutbox({
    source: { open: memory, moveAside: () => undefined, openAside: () => undefined },
    ...{ boot: '1', clock, random, log: silentLog },
    shape: shapeLookup(definitions),
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  const state = createControlState({ store: stores[0], clock, refusals })
  const agent = createAgent({
    ...{ clock, wall: clock, speed: 1, definitions, documents, refusals, outbox },
    holds: (outputs) =>
      createHolds({ clock, boot: '1', documents, outputs, definitions, memory: state, refusals }),
    stations: [],
    checkStation: stationCheck(loaded.value.devices),
    memory: state,
    interlocks: createInterlockMemory({ store: parts.interlocks, clock, refusals, lost: false }),
    commands: openCommandStore(stores[1]),
    drivers: (sink) =>
      configuredDrivers(loaded.value, {
        ...{ sink, clock, wall: clock, random, log: silentLog, store: stores[2], refusals },
        network: memoryNetwork({ clock, random }),
        dial: () => memoryBroker(clock).client('nobody'),
        serial: () => {
          throw new Error('nothing hangs on a serial port')
        },
        tcp(address) {
          const framed = loaded.value.config.modbus.some(({ tcp }) => tcp?.port === address.port)
          const stream = wires.near(tcpStream(address), framed ? 'each' : 'counted')
          streams.push(stream)
          return stream
        },
        readSecret: () => ok('secret'),
      }),
    vitals: () => {},
    say: () => {},
  })
  return {
    ...{ agent, clock, definitions },
    async start(step: () => Promise<void>) {
      await documents.start()
      let started = false
      const starting = agent.start().then(() => {
        started = true
      })
      for (let nth = 0; nth < 200 && !started; nth++) await step()
      await starting
    },
    async die() {
      for (const stream of streams) await stream.close()
      await documents.close()
    },
  }
}

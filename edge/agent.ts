import { type Clock, every, type NodeClock, sleep } from '../core/clock.ts'
import { takenOutput } from '../core/documents/check-lighting-street.ts'
import { NODE_DEVICE, REFUSED_PREFIX } from '../core/documents/points.ts'
import { type Fault, fault } from '../core/errors.ts'
import { type DeviceId, deviceId } from '../core/ids.ts'
import type { DocumentStore, StoredDocument } from '../core/ports/document-store.ts'
import { FLAG, type Instant, type Reading } from '../core/reading.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { AlarmEvent, Describe } from '../core/wire/messages.ts'
import type { DeviceDefinition, OutputPlace } from '../devices/define.ts'
import type { CommandRecord, CommandStore, Setting } from './commands/command-store.ts'
import { createCommands } from './commands/commands.ts'
import { createExecutor } from './commands/executor.ts'
import { createLights, type LitStreet } from './commands/lights.ts'
import { createWaters, type WateredHouse } from './commands/waters.ts'
import type { CommonInput } from './control/controller.ts'
import type { FloodInput } from './control/flood/inputs.ts'
import { runsBounded } from './control/interlocks.ts'
import type { ControlState } from './control-state.ts'
import { describeWithin } from './description.ts'
import type { Holds } from './documents/holds.ts'
import {
  isStationId,
  retiredStations,
  type StationCheck,
  type StationDocument,
  seedStation,
  storedStations,
} from './documents/stations.ts'
import type { Driver, DriverSink, RelayedFrame, TimeReport } from './drivers/driver.ts'
import {
  type GreenhouseHost,
  giveDocument,
  type HostedStation,
  hostStation,
  isFlood,
  isGreenhouse,
  isStreet,
  litStreet,
  wateredHouse,
} from './hosted-station.ts'
import type { InterlockMemory } from './interlock-memory.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createOutputs, type Outputs, type OutputView } from './outputs.ts'
import type { Refusals } from './refusals.ts'
import type { Vitals } from './vitals/vitals.ts'
import { worthTelling } from './vitals/worth-telling.ts'

/** What an agent is made of. All that touches the world is given, so that many agents live in one test. */
export interface AgentParts {
  readonly clock: NodeClock
  /** Real time; the same as `clock` outside demonstrations. */
  readonly wall: Clock
  /** How much faster `clock` runs than `wall`; 1 outside demonstrations. */
  readonly speed: number
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  readonly documents: DocumentStore
  /** Stations as their files have them; the store may hold newer editions. */
  readonly stations: readonly StationDocument[]
  readonly checkStation: StationCheck
  readonly memory: ControlState
  /** What interlocks must not forget over a restart; left out, they do. */
  readonly interlocks?: InterlockMemory
  readonly commands: CommandStore
  readonly refusals: Refusals
  readonly outbox: Outbox
  /** Given what the outbox was, after it. */
  recorded?(readings: readonly Reading[]): void
  /** Makes the drivers, each with the ids of the devices that it serves. */
  drivers(sink: DriverSink): readonly { readonly driver: Driver; readonly devices: readonly string[] }[]
  /** Outputs that people take over by hand; left out, nobody can. */
  holds?(outputs: Outputs): Holds
  /** The node's own numbers, told as they become known. */
  vitals(tell: (values: Vitals) => void): void
  /** Told of the time that a driver heard of. */
  readonly timeTold?: (report: TimeReport) => void
  /** A neighbouring node's modem was heard. */
  relayed?(frame: RelayedFrame): void
  /** Tells a person at the node's terminal of an alarm. */
  say(event: AlarmEvent): void
  /** How often it turns to what is not news; a season of many nodes on one clock has its own. */
  readonly pace?: Partial<Pace>
}

/** Periods in ms. */
export interface Pace {
  /** Of controllers and outputs: patterns, holds and interlocks are no more exact than this. */
  readonly tickMs: number
  /** Of the node's own numbers. */
  readonly vitalsMs: number
  /** Of writing down what controllers remember, beside every alarm. */
  readonly saveMs: number
}

export interface Agent {
  start(): Promise<void>
  /** Drives safe what must not stay as it is, saves what is remembered, releases every port. */
  stop(): Promise<void>
  /** Drives the same safe and returns at once: for a process that cannot be trusted to go on. */
  driveSafe(): void
  stations(): readonly HostedStation[]
  outputs(): readonly OutputView[]
  lastHeard(): Readonly<Record<string, number>>
  /** The node's own numbers as last told: points of the device `node`. */
  health(): Vitals
  /** Sends the hub's sealed word to a neighbouring node's modem. */
  relay(to: string, bytes: Uint8Array): Result<void>
  describe(): Pick<Describe, 'devices' | 'stations'>
  /** What `describe` returns has changed. */
  onDescription(handler: () => void): void
  /** A payload of the `cmd` topic, whatever it holds. */
  command(payload: Uint8Array): void
  /** The commands that came, and what became of them; newest first. */
  commands(count: number): readonly CommandRecord[]
  /** What a person at the site asks of a station. */
  ask(
    station: string,
    input: Extract<FloodInput, { type: 'silence' | 'unsilence' | 'self-test' }>,
  ): Result<void>
  /** A person has looked after what latched an output. Faults: OUTPUT_UNKNOWN, INTERLOCK_NOT_LATCHED. */
  reset(device: string, output: string, who: string): Result<void>
  /** Faults: STATION_UNKNOWN. */
  greenhouse(id: string): Result<GreenhouseHost>
  /** The same as what people may ask of it. */
  watered(id: string): Result<WateredHouse>
  /** Why a document may not be written here: no configuration declares its station any more. */
  retirement(id: string): Fault | undefined
  readonly holds: Holds | undefined
}

const PACE: Pace = { tickMs: 1_000, vitalsMs: 60_000, saveMs: 30_000 }
/** What a radio needs to tell a few sirens to be quiet. */
const RELEASE_MS = 1_500

/** The edge agent: wires drivers, controllers, outputs and outbox together. Only here do these siblings meet. */
export function createAgent(parts: AgentParts): Agent {
  const { clock, documents, outbox, refusals } = parts
  const pace = { ...PACE, ...parts.pace }
  const stations = new Map<string, HostedStation>()
  /** Documents of stations that are not at work any more. */
  let retired: ReadonlySet<string> = new Set()
  const lastHeard = new Map<string, number>()
  const health = new Map<string, number>()
  const worth = worthTelling(clock, parts.definitions)
  const cancels: (() => void)[] = []
  let described: () => void = () => {}
  let started = false
  const instant = (): Instant => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })

  const record = (readings: readonly Reading[], time = instant()) => {
    if (readings.length === 0) return
    outbox.readings(readings, time)
    parts.recorded?.(readings)
  }
  const toAll = (input: Exclude<CommonInput<never>, { type: 'document' }>) => {
    for (const station of stations.values()) station.input(input)
  }

  const sink: DriverSink = {
    relayed: (frame) => parts.relayed?.(frame),
    telemetry({ device, time, telemetry, failed, asked }) {
      // Of what was asked and did not answer it is its driver that speaks.
      if (asked !== true || Object.keys(telemetry).length > 0) lastHeard.set(device, time.at)
      // A tank that has run dry stops the pump before anybody thinks about it.
      const moved = outputs.observe(device, telemetry, failed, time.mono)
      if (moved.length > 0) toAll({ type: 'output', device, requests: moved, stage: 'confirmed' })
      // Decide first, record after: a siren waits for no disk.
      toAll({ type: 'telemetry', device, telemetry, failed, at: time.at })
      const readings = telemetryReadings(device, time.at, telemetry, failed)
      record(asked === true ? worth(readings) : readings, time)
    },
    refused: (problem, device) => refusals.note(problem, device ?? ''),
    time: (report) => parts.timeTold?.(report),
    output({ device, requests, stage, time, problem }) {
      if (problem !== undefined) refusals.note(problem, device)
      outputs.progress(device, requests, stage)
      executor.progress(device, requests, stage, problem)
      toAll({ type: 'output', device, requests, stage })
      if (stage === 'confirmed') {
        record(
          requests.map(({ output, value }) => reading(device, output, time.at, value, FLAG.good)),
          time,
        )
      }
    },
    health({ source, values }) {
      const device = deviceId(source)
      if (!device.ok) return refusals.note(device.error, 'health')
      const at = clock.now()
      record(
        Object.entries(values).map(([channel, value]) =>
          reading(device.value, channel, at, value, FLAG.good),
        ),
      )
    },
  }
  const drivers = parts.drivers(sink)
  const serving = new Map(
    drivers.flatMap(({ driver, devices }) => devices.map((device) => [device, driver] as const)),
  )
  const driverOf = (device: string) => serving.get(device)
  const outputs = createOutputs({
    clock,
    wall: parts.wall,
    speed: parts.speed,
    definitions: parts.definitions,
    driverOf,
    refusals,
    ...(parts.interlocks === undefined ? {} : { memory: parts.interlocks }),
  })
  outputs.onInterlock((report) => {
    toAll(report)
    // What ran for as long as it may has had what was asked: it does not begin anew until somebody asks again.
    if (report.event === 'stopped' && report.name === 'longest-run') letGo(report, 'interlock')
  })

  const ask: Agent['ask'] = (id, input) => {
    const station = stations.get(id)
    if (station === undefined || !isFlood(station)) {
      const known = [...stations.values()].filter(isFlood).map((one) => one.id)
      return err(fault('STATION_UNKNOWN', { station: id.slice(0, 60), known: known.join(', ') }))
    }
    if (input.type === 'silence' && station.state().level.inForce === 0)
      return err(fault('NOTHING_TO_SILENCE', { station: id }))
    station.input(input)
    return ok(undefined)
  }
  const holds = parts.holds?.(outputs)
  const street = (id: string): Result<LitStreet> => {
    const station = stations.get(id)
    if (station !== undefined && isStreet(station)) return ok(litStreet(station))
    const known = [...stations.values()].filter(isStreet).map((one) => one.id)
    return err(fault('STATION_UNKNOWN', { station: id.slice(0, 60), known: known.join(', ') }))
  }
  const greenhouse: Agent['greenhouse'] = (id) => {
    const station = stations.get(id)
    if (station !== undefined && isGreenhouse(station)) return ok(station)
    const known = [...stations.values()].filter(isGreenhouse).map((one) => one.id)
    return err(fault('STATION_UNKNOWN', { station: id.slice(0, 60), known: known.join(', ') }))
  }
  /** A setting has no end: one that lets water run would do so anew with each restart. */
  const letsWaterRun = ({ device, output, value }: Setting): boolean =>
    value !== null && runsBounded(parts.definitions.get(device)?.outputs[output], value)
  /** Whoever stops water ends what people hold of it as well, and what the hub has set. */
  const letGo = ({ device, output }: OutputPlace, who: string) => {
    outputs.letGo({ device, output })
    holds?.letGo(device, output, who)
    commands.letGo(device, output, who)
  }
  const watered: Agent['watered'] = (id) => {
    const found = greenhouse(id)
    if (!found.ok) return found
    const house = wateredHouse(found.value, ({ outputs: places, ...stopped }) => {
      for (const place of places) letGo(place, stopped.who)
      const safeOf = ({ device, output }: OutputPlace) => parts.definitions.get(device)?.outputs[output]?.safe
      commands.stop({ ...stopped, outputs: places.map((place) => ({ ...place, safe: safeOf(place) })) })
    })
    return ok(house)
  }
  const reset: Agent['reset'] = (device, output, who) => {
    const freed = outputs.reset(device, output)
    const greenhouses = freed.ok ? [...stations.values()].filter(isGreenhouse) : []
    for (const house of greenhouses) house.input({ type: 'interlock-reset', device, output, who })
    return freed
  }
  const waters = createWaters({ house: watered })
  const lights = createLights({ clock, street })
  const executor = createExecutor({ clock, outputs, ask, reset, lights, waters })
  const commands = createCommands({ clock, store: parts.commands, executor, outbox, refusals })

  const addStation = (document: StationDocument) => {
    const station = hostStation(document, {
      clock,
      memory: parts.memory,
      refusals,
      saveMs: pace.saveMs,
      sink: {
        outputs: (wanted) => outputs.claim(document.id, wanted),
        async alarm(event, before) {
          const keeping = outbox.alarm(event, instant(), before)
          parts.say(event)
          const kept = await keeping
          if (!kept.ok) refusals.note(kept.error, document.id)
        },
        holds: outbox.holds,
        readings: record,
      },
    })
    stations.set(document.id, station)
  }

  /** Editions of streets that name an output of another street, each tried again when another changes. */
  const taken = new Map<string, StoredDocument>()

  const takeEdition = (edition: StoredDocument) => {
    const { id, body } = edition
    if (!isStationId(id)) return
    if (retired.has(id)) return refusals.note(retirement(id), id)
    const checked = parts.checkStation(body)
    if (!checked.ok) return refusals.note(checked.error, id)
    const document = checked.value
    taken.delete(id)
    if (document.kind === 'lighting-street') {
      const streets = [...stations.values()].filter(isStreet).map((one) => one.document())
      const problem = takenOutput(document, streets)
      if (problem !== undefined) {
        taken.set(id, edition)
        return refusals.note(problem, id)
      }
    }
    const station = stations.get(document.id)
    if (station === undefined) addStation(document)
    else if (!giveDocument(station, document))
      return refusals.note(fault('STATION_ID_TAKEN', { station: document.id, kind: station.kind }), id)
    described()
    for (const [waiting, refused] of [...taken])
      if (waiting !== id && taken.has(waiting)) takeEdition(refused)
  }

  const loadStations = async () => {
    for (const station of parts.stations) {
      const problem = await seedStation(documents, station)
      if (problem !== undefined) refusals.note(problem, station.id)
    }
    retired = new Set(await retiredStations(documents, parts.stations))
    cancels.push(documents.watch(takeEdition))
    for (const document of await storedStations(documents)) takeEdition(document)
  }

  const tellOfNode = (values: Vitals) => {
    const at = clock.now()
    for (const [channel, value] of Object.entries(values)) health.set(channel, value)
    const readings = Object.entries(values).map(([channel, value]) =>
      reading(NODE, channel, at, value, FLAG.good),
    )
    record(worth(readings))
  }
  const tellVitals = () => {
    parts.vitals(tellOfNode)
    tellOfNode({
      drivers: drivers.length,
      drivers_down: drivers.filter(({ driver }) => driver.working?.() === false).length,
    })
    const counts = Object.entries(refusals.counts())
    tellOfNode(Object.fromEntries(counts.map(([code, count]) => [REFUSED_PREFIX + code, count])))
  }

  return {
    async start() {
      commands.tellUntold()
      await Promise.all(drivers.map(({ driver }) => driver.start()))
      // What people hold comes first: a feeder that is open for work must not be closed for the moment in between.
      await holds?.start()
      commands.restore(letsWaterRun)
      await loadStations()
      commands.start()
      started = true
      cancels.push(
        every(clock, pace.tickMs, () => {
          toAll({ type: 'tick' })
          holds?.tick()
          outputs.tick()
          commands.tick()
        }),
      )
      cancels.push(every(clock, pace.vitalsMs, tellVitals))
      tellVitals()
    },
    async stop() {
      started = false
      for (const cancel of cancels.splice(0)) cancel()
      if (outputs.driveSafe()) await sleep(parts.wall, RELEASE_MS)
      for (const { driver } of drivers) await driver.stop()
      outbox.flush()
      for (const station of stations.values()) station.close()
    },
    driveSafe() {
      outputs.driveSafe()
    },
    command: (payload) => {
      if (started) commands.take(payload)
    },
    commands: (count) => commands.recent(count),
    stations: () => [...stations.values()],
    outputs: () => outputs.views(),
    lastHeard: () => Object.fromEntries(lastHeard),
    health: () => Object.fromEntries(health),
    relay(to, bytes) {
      const refusals = drivers.flatMap(({ driver }) => driver.relay?.(to, bytes) ?? [])
      const sent = refusals.find(({ ok }) => ok) ?? refusals[0]
      return sent ?? err(fault('RELAY_NOT_NEIGHBOUR', { edge: to }))
    },
    describe() {
      const devices = [...parts.definitions].map(([id, { model, label }]) => ({ id, model, label }))
      const documents = [...stations.values()].map((station) => station.document())
      const { told, left } = describeWithin(devices, documents)
      if (left.stations.length + left.devices > 0)
        refusals.note(
          fault('DESCRIPTION_TOO_LARGE', { stations: left.stations.join(', '), devices: left.devices }),
          'node',
        )
      return told
    },
    onDescription(handler) {
      described = handler
    },
    ask,
    reset,
    greenhouse,
    watered,
    holds,
    retirement: (id) => (retired.has(id) ? retirement(id) : undefined),
  }
}

function retirement(id: string): Fault {
  return fault('STATION_RETIRED', { station: id.slice(id.indexOf(':') + 1) })
}

const NODE = ownDevice(NODE_DEVICE)

function ownDevice(id: string): DeviceId {
  const parsed = deviceId(id)
  if (!parsed.ok) throw new Error(`"${id}" is not a device id`)
  return parsed.value
}

function telemetryReadings(
  device: DeviceId,
  at: number,
  telemetry: Readonly<Record<string, number>>,
  failed: Readonly<Record<string, string>>,
): Reading[] {
  return [
    ...Object.entries(telemetry).map(([channel, value]) =>
      reading(device, channel, at, value, FLAG.notEvaluated),
    ),
    ...Object.keys(failed).map((channel) => reading(device, channel, at, 0, FLAG.missing)),
  ]
}

function reading(
  device: DeviceId,
  channel: string,
  at: number,
  value: number,
  flag: Reading['flag'],
): Reading {
  return { device, channel, at, value, flag }
}

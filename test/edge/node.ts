import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FloodStation } from '../../core/documents/flood-station.ts'
import { FaultError } from '../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { deviceId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { memoryDocuments } from '../../core/memory-documents.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import type { RevisionStore } from '../../core/ports/document-store.ts'
import type { SqlSource } from '../../core/ports/sql-source.ts'
import type { Reading } from '../../core/reading.ts'
import { ok } from '../../core/result.ts'
import { messageDecoder } from '../../core/wire/cbor.ts'
import { AlarmEvent } from '../../core/wire/messages.ts'
import type { DeviceDefinition, OutputRequest } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { createAgent, type Pace } from '../../edge/agent.ts'
import { openCommandStore } from '../../edge/commands/command-store.ts'
import { createControlState } from '../../edge/control-state.ts'
import { nodeCheck } from '../../edge/documents/checks.ts'
import { documentControl } from '../../edge/documents/control.ts'
import { createHolds } from '../../edge/documents/holds.ts'
import { createSiteDocuments } from '../../edge/documents/site-documents.ts'
import { type StationDocument, stationCheck } from '../../edge/documents/stations.ts'
import type { DriverSink, HealthReport } from '../../edge/drivers/driver.ts'
import { isFlood } from '../../edge/hosted-station.ts'
import { deviceLookup } from '../../edge/load-config.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../edge/outbox/outbox.ts'
import { shapeLookup } from '../../edge/point-shapes.ts'
import { createRefusals } from '../../edge/refusals.ts'
import { DONG_HA, START } from './control/flood/station.ts'

/** A whole agent in one process on a fake clock; its driver is played by the test, its disk is a folder. */

export function definition(model: string) {
  const found = findDefinition(model)
  if (!found.ok) throw new Error(found.error.code)
  return found.value
}

export function id(text: string) {
  const parsed = deviceId(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

export const DEVICES = new Map([
  ['dh-level', definition('milesight-em500-udl')],
  ['dh-siren', definition('milesight-ws558')],
  ['dh-button', definition('milesight-uc300')],
])

/** The station of the controller's tests, with a button that the UC300 really has. */
export const STATION: FloodStation = {
  ...DONG_HA,
  silence: { longest_min: 30, button: { device: 'dh-button', channel: 'input1' } },
}

/** What outlives a process: files and documents. */
export interface Disk {
  readonly folder: string
  readonly documents: RevisionStore
  remove(): void
}

export function disk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'tram-agent-'))
  return {
    folder,
    documents: memoryDocuments(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface NodeOptions {
  readonly disk: Disk
  /** UTC at which it boots. */
  readonly at?: number
  /** One that others share; `at` is then of no meaning. */
  readonly clock?: FakeClock
  readonly stations?: readonly StationDocument[]
  /** Beside those of the flood station. */
  readonly devices?: ReadonlyMap<string, DeviceDefinition>
  readonly source?: SqlSource
  /** `device/output` of what has interlocks by `equipment`. */
  readonly guarded?: ReadonlySet<string>
  /** Given what the outbox was. */
  readonly recorded?: (readings: readonly Reading[]) => void
  readonly boot?: string
  /** Tests of whole nights turn to what is not news less often. */
  readonly pace?: Partial<Pace>
  /** What the driver says of itself; nothing without it. */
  readonly working?: () => boolean
}

/** Everything that happened, in its order: `drive …`, `recorded …`, `kept …`. */
export type Diary = string[]

export function node(options: NodeOptions) {
  const clock = options.clock ?? fakeClock(options.at ?? START)
  const devices = new Map([...DEVICES, ...(options.devices ?? [])])
  const lookup = deviceLookup(devices, options.guarded)
  let plugged = true
  const diary: Diary = []
  const drives: (OutputRequest & {
    readonly device: string
    readonly at: number
    readonly urgent: boolean
  })[] = []
  const refusals = createRefusals({ clock, log: silentLog })
  const outbox = createOutbox({
    source: options.source ?? sqliteSource(join(options.disk.folder, 'outbox.db')),
    boot: options.boot ?? '1',
    clock,
    random: seededRandom(5),
    log: silentLog,
    shape: shapeLookup(devices),
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  const watched: Outbox = {
    ...outbox,
    readings(batch, time) {
      for (const { device, channel } of batch) diary.push(`recorded ${device}/${channel}`)
      outbox.readings(batch, time)
    },
    async alarm(event, time, before) {
      const kept = await outbox.alarm(event, time, before)
      if ('alarm' in event) diary.push(`kept ${event.rule} ${event.event} ${event.level}`)
      else diary.push(`kept ${event.command} ${event.outcome}`)
      return kept
    },
  }
  const control = openSqlite(join(options.disk.folder, 'control.db'))
  const commands = openSqlite(join(options.disk.folder, 'commands.db'))
  const written = createControlState({ store: control, clock, refusals })
  const memory: typeof written = {
    read: written.read,
    write: (station, state) => {
      if (plugged) written.write(station, state)
    },
  }
  const events: AlarmEvent[] = []
  let sink: DriverSink | undefined
  const boot = options.boot ?? '1'
  const documents = createSiteDocuments({
    store: options.disk.documents,
    edge: 'dong-ha',
    clock,
    wall: clock,
    random: seededRandom(6),
    check: nodeCheck(lookup, devices),
    refusals,
  })
  const agent = createAgent({
    clock,
    wall: clock,
    speed: 1,
    definitions: devices,
    documents,
    holds: (outputs) =>
      createHolds({ clock, boot, documents, outputs, definitions: devices, memory, refusals }),
    stations: options.stations ?? [STATION],
    checkStation: stationCheck(lookup),
    memory,
    commands: openCommandStore(commands),
    refusals,
    outbox: watched,
    drivers(given) {
      sink = given
      return [
        {
          driver: {
            name: 'played',
            ...(options.working === undefined ? {} : { working: options.working }),
            start: () => Promise.resolve(),
            stop: () => Promise.resolve(),
            drive(device, requests, urgency) {
              for (const request of requests) {
                diary.push(`drive ${device}/${request.output} ${request.value}`)
                drives.push({ ...request, device, at: clock.now(), urgent: urgency === 'urgent' })
              }
              return ok(undefined)
            },
          },
          devices: [...devices.keys()],
        },
      ]
    },
    vitals: (tell) => tell({ memory: 50 }),
    ...(options.recorded === undefined ? {} : { recorded: options.recorded }),
    ...(options.pace === undefined ? {} : { pace: options.pace }),
    say: (event) => events.push(event),
  })
  const time = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  return {
    agent,
    documents,
    clock,
    outbox,
    refusals,
    diary,
    drives,
    events,
    /** Starts the agent; two fake milliseconds are enough for it. */
    async start() {
      await documents.start()
      const started = agent.start()
      await clock.advance(2)
      await started
    },
    /** A person at the node writes a document: `taken`, or why not. */
    async put(documentId: string, body: object): Promise<string> {
      const args = { id: documentId, body, who: 'Minh' }
      try {
        await documentControl({ agent, documents })['put-document'](args)
        return 'taken'
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause
        return cause.fault.code
      }
    },
    /** Its flood station. */
    station: () => agent.stations().find(isFlood),
    /** The sensor reports a stage. */
    stage(stage_m: number) {
      const distance = Math.round((STATION.level.datum_m - stage_m) * 1000) / 1000
      sink?.telemetry({ device: id('dh-level'), time: time(), telemetry: { distance }, failed: {} })
    },
    /** A device reports. */
    hear(device: string, telemetry: Readonly<Record<string, number>>) {
      sink?.telemetry({ device: id(device), time: time(), telemetry, failed: {} })
    },
    /** A bus asked for a device and had no answer. */
    miss(device: string, channel: string) {
      const failed = { [channel]: 'no-answer' }
      sink?.telemetry({ device: id(device), time: time(), telemetry: {}, failed, asked: true })
    },
    /** Two reports five minutes apart: what raises a level. */
    async flood(stage_m: number) {
      this.stage(stage_m)
      await clock.advance(300_000)
      this.stage(stage_m)
    },
    /** A source tells numbers of its own: a gateway, a link, a modem. */
    health(report: HealthReport) {
      sink?.health(report)
    },
    progress(
      stage: 'sent' | 'confirmed' | 'failed',
      requests: readonly OutputRequest[],
      device = 'dh-siren',
    ) {
      sink?.output({ device: id(device), requests, stage, time: time() })
    },
    drivesOf: (output: string) => drives.filter((drive) => drive.output === output),
    levelLog: () =>
      events.filter(({ rule }) => rule === 'level').map(({ event, level }) => `${event} ${level}`),
    /** The power is cut: nothing is saved or said any more. */
    pullPlug() {
      plugged = false
      void documents.close()
      outbox.close()
      control.close()
      commands.close()
    },
    async stop() {
      const stopped = agent.stop()
      await clock.advance(5_000)
      await stopped
      await documents.close()
      outbox.close()
      control.close()
      commands.close()
    },
  }
}

const decodeAlarm = messageDecoder('alarm', AlarmEvent)

/** The alarm events that a folder's outbox holds. */
export function keptAlarms(folder: string): readonly AlarmEvent[] {
  const store = openSqlite(join(folder, 'outbox.db'))
  try {
    return store
      .prepare('SELECT body FROM alarm ORDER BY seq')
      .all()
      .map(({ body }) => {
        if (!(body instanceof Uint8Array)) throw new Error('an alarm without a body')
        const event = decodeAlarm(body)
        if (!event.ok) throw new Error(event.error.code)
        return event.value
      })
  } finally {
    store.close()
  }
}

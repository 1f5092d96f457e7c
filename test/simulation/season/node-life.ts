import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, every } from '../../../core/clock.ts'
import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { FaultError } from '../../../core/errors.ts'
import type { EdgeId, SiteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { DocumentStore } from '../../../core/ports/document-store.ts'
import type { SqlSource } from '../../../core/ports/sql-source.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import type { Random } from '../../../core/random.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { edgeTopics } from '../../../core/wire/topics.ts'
import { createAgent } from '../../../edge/agent.ts'
import { openCommandStore } from '../../../edge/commands/command-store.ts'
import { createControlState } from '../../../edge/control-state.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { createSync } from '../../../edge/outbox/sync.ts'
import { shapeLookup } from '../../../edge/point-shapes.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { createClockFloor } from '../../../edge/time/clock-floor.ts'
import { hubWord } from '../../../edge/time/hub-word.ts'
import { createNodeClock, type LearningClock } from '../../../edge/time/node-clock.ts'
import type { Board } from './board.ts'
import type { Chronicle } from './chronicle.ts'
import { DEFINITIONS } from './devices.ts'
import type { Equipment } from './equipment.ts'
import type { Lines, Seat } from './lines.ts'
import { createFate, type Fate, inherit, mortalStore } from './mortal-store.ts'
import type { AlarmRow } from './plants.ts'
import { PowerCut } from './power-cut.ts'

/** What a node is made of in every one of its lives. */
export interface NodeBody {
  readonly site: SiteId
  readonly edge: EdgeId
  /** Of the machine: the identity's own, or a clone's. */
  readonly name: string
  /** Of the disk in it. */
  readonly disk: string
  readonly station: FloodStation
  readonly world: Clock
  readonly board: Board
  readonly equipment: Equipment
  readonly documents: DocumentStore
  readonly random: Random
  readonly lines: Lines
  readonly chronicle: Chronicle
  readonly outboxBytes: number
  readonly admit: () => boolean
  /** Changes how the node judges the time: a planted bug. */
  readonly clockWrap?: ((clock: LearningClock) => LearningClock) | undefined
  /** Changes what the node tells: a planted bug. */
  readonly alarmWrap?: ((row: AlarmRow) => AlarmRow) | undefined
  /** Its outbox has told of a fault. */
  readonly faulty: (what: string) => void
  /** Its line has come up. */
  readonly connected: () => void
}

/** One life of a node: from power-up until it is killed, or kills itself in a transaction. */
export interface NodeLife {
  readonly name: string
  readonly fate: Fate
  readonly seat: Seat
  readonly clock: LearningClock
  readonly outbox: Outbox
  readonly agent: ReturnType<typeof createAgent>
  /** Fault codes of the node, as it counts them itself. */
  refusals(): Readonly<Record<string, number>>
  /** As kill -9 or a power cut: no timer fires any more; what is on disk lies in `heir`. */
  end(heir: string): void
}

const DATABASES = ['outbox.db', 'control.db', 'commands.db'] as const
const SMALL_BYTES = 64 * 1024 * 1024
/** Slower than on a pole, where nobody waits for sixty days in a minute and a half. */
export const PACE = { tickMs: 120_000, vitalsMs: 12 * 3_600_000, saveMs: 3_600_000 } as const
/** Well within the time for which a word of the hub is fresh. */
const ASK_HUB_MS = 4 * 3_600_000
const MADE_AT = Date.UTC(2026, 0, 1)

export function bootNode(body: NodeBody, folder: string, name: string, died: () => void): NodeLife {
  const { edge, site, chronicle, random } = body
  mkdirSync(folder, { recursive: true })
  const fate = createFate(body.world, died)
  const opened: SqlStore[] = []
  const base = body.board.boot(died)
  const seat = body.lines.seat({
    ...{ name: body.name, client: edge, died, admit: body.admit },
    will: {
      topic: edgeTopics(site, edge).alive,
      payload: encodeCbor({ v: 1, alive: false, epoch: NO_EPOCH }),
    },
  })
  const small = (file: string): SqlStore => {
    const path = join(folder, file)
    const wrap = (store: SqlStore) => {
      opened.push(store)
      return mortalStore(path, store, { fate, random })
    }
    return openSmall(sqliteSource(path, { maxBytes: SMALL_BYTES }), wrap)
  }

  // What the next lines need of each other as `edge/main.ts` composes them.
  const refusals = createRefusals({ clock: base, log: silentLog })
  const control = small('control.db')
  const plain = createNodeClock({
    base,
    system: body.board.machine.system,
    floor: createClockFloor({ store: control, refused: (problem) => refusals.note(problem, 'clock') }),
    madeAt: MADE_AT,
    refused: (problem) => refusals.note(problem, 'clock'),
  })
  const clock = body.clockWrap?.(plain) ?? plain
  const outbox = createOutbox({
    source: outboxSource(body, folder, { fate, opened }),
    boot: name,
    clock: base,
    random,
    log: silentLog,
    shape: chronicle.shape(shapeLookup(DEFINITIONS)),
    limits: { maxBytes: body.outboxBytes },
    onFault: (problem) => {
      refusals.note(problem, 'outbox')
      body.faulty(`outbox ${problem.code} ${JSON.stringify(problem.details)}`)
    },
  })
  let endDriver = () => {}
  const agent = createAgent({
    clock,
    wall: base,
    speed: 1,
    definitions: DEFINITIONS,
    documents: body.documents,
    stations: [body.station],
    checkStation: stationCheck(deviceLookup(DEFINITIONS)),
    memory: createControlState({ store: control, clock, refusals }),
    commands: openCommandStore(small('commands.db')),
    refusals,
    outbox: {
      ...outbox,
      alarm: (row, time, before) => outbox.alarm(body.alarmWrap?.(row) ?? row, time, before),
      readings(batch, time) {
        chronicle.believed(name, plain.bounds(), false)
        outbox.readings(chronicle.stamp(batch, time, name), time)
      },
    },
    drivers(sink) {
      const driver = body.equipment.driver({ clock, sink, died })
      endDriver = driver.end
      return [{ driver, devices: [...DEFINITIONS.keys()] }]
    },
    vitals: (tell) => tell({ uptime: Math.round(base.monotonic() / 1000) }),
    say: () => {},
    pace: PACE,
  })
  const sync = createSync({
    outbox,
    broker: seat,
    clock,
    wall: base,
    log: silentLog,
    site,
    edge,
    hello: () => ({ software: 'season', boot: name }),
    describe: () => ({ name: body.station.name, ...agent.describe() }),
    refused: (problem) => refusals.note(problem, 'sync'),
    onHubTime: (utc, asked) => clock.learn('hub', hubWord(utc, asked, clock.monotonic())),
  })
  every(clock, ASK_HUB_MS, sync.askTime)
  seat.subscribe(edgeTopics(site, edge).cmd, (_topic, payload) => agent.command(payload))
  agent.onDescription(() => sync.describeAgain())
  clock.onLearnt(() => {
    chronicle.believed(name, plain.bounds(), true)
    const offset = clock.offset()
    if (offset !== undefined) outbox.dated(offset)
  })
  sync.start()
  seat.onState((state) => {
    if (state === 'online') body.connected()
  })
  agent.start().catch((cause: unknown) => {
    if (!(cause instanceof PowerCut)) throw cause
    died()
  })

  let ended = false
  return {
    name,
    fate,
    seat,
    clock,
    outbox,
    agent,
    refusals: () => Object.fromEntries(Object.entries(refusals.counts()).map(([code, n]) => [code, n ?? 0])),
    end(heir) {
      if (ended) return
      ended = true
      base.end()
      endDriver()
      fate.dead = true
      rmSync(heir, { recursive: true, force: true })
      mkdirSync(heir, { recursive: true })
      bequeath(folder, heir, fate)
      for (const store of opened) closeQuietly(store)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const NO_EPOCH = '0'.repeat(16)

/** Databases by what a power cut left of them, all other files as they are. */
function bequeath(from: string, to: string, fate: Fate): void {
  for (const name of readdirSync(from)) {
    if (name.endsWith('-wal') || name.endsWith('-shm')) continue
    inherit(join(from, name), join(to, name), fate)
  }
}

/** A copy of a disk while its node runs: what a person with a screwdriver and a card reader makes of it. */
export function copyDisk(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (!name.endsWith('-shm')) copyFileSync(join(from, name), join(to, name))
  }
}

function outboxSource(
  { chronicle, disk, random, outboxBytes }: NodeBody,
  folder: string,
  life: { readonly fate: Fate & Parameters<typeof mortalStore>[2]['fate']; readonly opened: SqlStore[] },
): SqlSource {
  const path = join(folder, DATABASES[0])
  const source = sqliteSource(path, { maxBytes: outboxBytes })
  const plain = (store: SqlStore | undefined) => {
    if (store !== undefined) life.opened.push(store)
    return store
  }
  return {
    open() {
      const store = source.open()
      life.opened.push(store)
      const committed = chronicle.watch(disk, knownOf(store))
      return mortalStore(path, store, { fate: life.fate, random, committed })
    },
    moveAside() {
      const store = source.moveAside()
      chronicle.putAside(disk, store !== undefined)
      return plain(store)
    },
    openAside: () => plain(source.openAside()),
  }
}

/** What the database that is being opened already holds; nothing for a new one, or one that cannot be read. */
function knownOf(store: SqlStore) {
  try {
    const meta = store.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()
    const series = store.prepare('SELECT id, device, channel FROM series').all()
    return {
      epoch: String(meta?.value ?? ''),
      series: series.map(({ id, device, channel }) => ({
        ...{ id: Number(id), device: String(device), channel: String(channel) },
      })),
    }
  } catch {
    return { epoch: '', series: [] }
  }
}

/** As `edge/main.ts` opens them: a fresh one in place of a damaged one, or one in memory. */
function openSmall(source: SqlSource, wrap: (store: SqlStore) => SqlStore): SqlStore {
  try {
    return wrap(source.open())
  } catch (cause) {
    if (!isFault(cause)) throw cause
    if (cause.fault.code !== 'STORE_CORRUPT') return wrap(openSqlite(':memory:'))
  }
  source.moveAside()?.close()
  return wrap(source.open())
}

function isFault(cause: unknown): cause is FaultError {
  return cause instanceof Error && 'fault' in cause
}

function closeQuietly(store: SqlStore): void {
  try {
    store.close()
  } catch {
    // Closed already by who used it, or damaged beyond closing.
  }
}

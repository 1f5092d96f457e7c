import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Utc } from '../../../core/clock.ts'
import { driftingClock } from '../../../core/fakes/drifting-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import { ok } from '../../../core/result.ts'
import type { OutputRequest } from '../../../devices/define.ts'
import { createAgent } from '../../../edge/agent.ts'
import { openCommandStore } from '../../../edge/commands/command-store.ts'
import { createControlState } from '../../../edge/control-state.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import type { DriverSink } from '../../../edge/drivers/driver.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import { createSync } from '../../../edge/outbox/sync.ts'
import { shapeLookup } from '../../../edge/point-shapes.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { hubWord } from '../../../edge/time/hub-word.ts'
import { createNodeClock } from '../../../edge/time/node-clock.ts'
import { DEVICES, id as deviceOf } from '../../edge/node.ts'
import { EDGE, SITE, T0, TOPICS } from '../world.ts'
import { commandWorld, must, WISH } from './world.ts'

/** A whole node and the hub's inside in one process: what the hub asks, late or not, through the real messages. */

const SECOND = 1_000
const MINUTE = 60_000
const YEAR = 365 * 86_400_000

let world: ReturnType<typeof commandWorld>
let folder: string
beforeEach(() => {
  world = commandWorld()
  folder = mkdtempSync(join(tmpdir(), 'tram-commands-'))
})
afterEach(() => {
  world.close()
  rmSync(folder, { recursive: true, force: true })
})

interface NodeOptions {
  /** What its wall clock shows at power-up. */
  readonly wall?: Utc
  /** False where its clock never hears the hub's word. */
  readonly listens?: boolean
  readonly boot?: string
}

/** One life of a node; its folder outlives it. The device confirms whatever it is told after a second. */
async function bootNode({ wall = T0, listens = true, boot = 'b1' }: NodeOptions = {}) {
  const machine = driftingClock(world.clock, { ppm: 0, wall })
  const refusals = createRefusals({ clock: machine, log: silentLog })
  const clock = createNodeClock({
    base: machine,
    system: machine.system,
    madeAt: T0 - YEAR,
    refused: (problem) => refusals.note(problem),
  })
  const open = (name: string) => openSqlite(join(folder, name))
  const stores = { control: open('control.db'), commands: open('commands.db') }
  const outbox = createOutbox({
    source: sqliteSource(join(folder, 'outbox.db')),
    boot,
    clock,
    random: seededRandom(7),
    log: silentLog,
    shape: shapeLookup(DEVICES),
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  const drives: (OutputRequest & { readonly at: Utc })[] = []
  let sink: DriverSink | undefined
  let alive = true
  const agent = createAgent({
    clock,
    wall: clock,
    speed: 1,
    definitions: DEVICES,
    documents: memoryDocuments(),
    stations: [],
    checkStation: stationCheck(deviceLookup(DEVICES)),
    memory: createControlState({ store: stores.control, clock, refusals }),
    commands: openCommandStore(stores.commands),
    refusals,
    outbox,
    drivers(given) {
      sink = given
      const drive = (_device: unknown, requests: readonly OutputRequest[]) => {
        for (const request of requests) drives.push({ ...request, at: world.clock.now() })
        machine.after(SECOND, () => {
          const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
          if (alive) sink?.output({ device: deviceOf('dh-siren'), requests, stage: 'confirmed', time })
        })
        return ok(undefined)
      }
      const rest = { start: () => Promise.resolve(), stop: () => Promise.resolve() }
      return [{ driver: { name: 'played', drive, ...rest }, devices: [...DEVICES.keys()] }]
    },
    vitals: () => {},
    say: () => {},
  })
  const broker = world.broker.client('edge')
  const sync = createSync({
    outbox,
    broker,
    clock,
    log: silentLog,
    site: SITE,
    edge: EDGE,
    hello: () => ({ software: 'test', boot }),
    describe: () => ({ name: { vi: 'Nút', en: 'Node' }, ...agent.describe() }),
    refused: (problem) => refusals.note(problem, 'sync'),
    onHubTime: (utc, asked) => {
      if (listens) clock.learn('hub', hubWord(utc, asked, clock.monotonic()))
    },
  })
  broker.subscribe(TOPICS.cmd, (_topic, payload) => agent.command(payload))
  const started = agent.start()
  await world.clock.advance(2)
  await started
  sync.start()
  return {
    agent,
    clock,
    drives,
    ons: () => drives.filter(({ value }) => value === 1),
    /** As kill -9 does. */
    async kill() {
      alive = false
      machine.reboot()
      clock.stop()
      outbox.close()
      await broker.close()
      for (const store of Object.values(stores)) store.close()
    },
  }
}

async function pass(seconds: number) {
  await world.clock.advance(seconds * SECOND)
}

describe('a momentary command', () => {
  test('runs at a node that is there, and both sides know that it is done', async () => {
    const hub = world.boot()
    const node = await bootNode()
    await pass(5)
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await pass(5)
    expect(node.ons()).toHaveLength(1)
    expect(hub.commands.get(id)).toMatchObject({ state: 'done' })
    expect(node.agent.commands(1)[0]).toMatchObject({
      state: 'settled',
      outcome: { outcome: 'done', who: 'Lan' },
    })
  })

  test.each([
    ['that knows the time', {}],
    ['whose clock shows 1970', { wall: 0 }],
    ['whose clock shows a year ago', { wall: T0 - YEAR }],
    ['whose clock is ahead', { wall: T0 + YEAR }],
    ['whose clock is unknown for good', { listens: false }],
    ['whose clock shows 1970 for good', { wall: 0, listens: false }],
    ['whose clock is ahead for good', { wall: T0 + YEAR, listens: false }],
  ])('that comes late to a node %s never runs and is told as expired', async (_name, options) => {
    const hub = world.boot()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await pass(3 * 60)
    const node = await bootNode(options)
    await pass(15 * 60)
    expect(node.drives).toEqual([])
    expect(hub.commands.get(id)?.state).toBe('expired')
    await node.kill()
  })

  test('that was sent before the line was cut, and heard after it was mended, never runs', async () => {
    const hub = world.boot()
    const node = await bootNode()
    await pass(5)
    world.broker.cut('edge')
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await pass(10 * 60)
    world.broker.restore('edge')
    await pass(10)
    expect(node.drives).toEqual([])
    expect(hub.commands.get(id)).toMatchObject({ state: 'expired', problem: { code: 'COMMAND_EXPIRED' } })
  })

  test('in time runs as soon as a node without a clock has been told the time', async () => {
    const hub = world.boot()
    const { id } = must(hub.commands.issue(EDGE, { ...WISH, expires_s: 600 }, 'Lan'))
    const node = await bootNode({ wall: 0 })
    await pass(30)
    expect(node.ons()).toHaveLength(1)
    expect(hub.commands.get(id)?.state).toBe('done')
  })

  test('that was done just before eight days in the dark is told as done, and as nothing else', async () => {
    const hub = world.boot()
    const node = await bootNode()
    await pass(5)
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await world.clock.advance(500)
    world.broker.cut('edge')
    await pass(8 * 24 * 3_600)
    expect(hub.commands.get(id)?.state).toBe('unanswered')
    world.broker.restore('edge')
    await pass(60)
    expect(node.ons()).toHaveLength(1)
    expect(hub.commands.get(id)).toMatchObject({ state: 'done' })
    const rows = world.sql.prepare('SELECT count(*) AS n FROM event').get()
    expect(rows?.n).toBe(2)
  }, 60_000)

  test('that a hub asks for again which lost its outcome is told as done, after a week in the dark too', async () => {
    const hub = world.boot()
    const first = await bootNode()
    await pass(5)
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await pass(5)
    expect(hub.commands.get(id)).toMatchObject({ state: 'done' })
    await first.kill()
    const node = await bootNode({ boot: 'b2', wall: world.clock.now() })
    await pass(60)
    world.broker.cut('edge')
    world.sql.exec('UPDATE command SET accepted_at = NULL, ended = NULL, heard_at = NULL')
    await pass(7 * 24 * 3_600)
    world.broker.restore('edge')
    await pass(60)
    expect(node.ons()).toEqual([])
    expect(hub.commands.get(id)).toMatchObject({ state: 'done' })
  }, 60_000)

  test('that was interrupted by a power cut is told as failed and not run again', async () => {
    const hub = world.boot()
    const first = await bootNode()
    await pass(5)
    const { id } = must(hub.commands.issue(EDGE, { ...WISH, expires_s: 600 }, 'Lan'))
    await world.clock.advance(100)
    expect(first.ons()).toHaveLength(1)
    await first.kill()
    const second = await bootNode({ boot: 'b2', wall: world.clock.now() })
    await pass(30)
    expect(second.ons()).toEqual([])
    expect(hub.commands.get(id)).toMatchObject({ state: 'failed', problem: { code: 'COMMAND_INTERRUPTED' } })
  })
})

describe('settings given while a node was away', () => {
  test('all arrive, and the newest is in force', async () => {
    const hub = world.boot()
    const { device, output } = { device: 'dh-siren', output: 'relay2' }
    const ids = [1, 0, 1].map(
      (value) =>
        must(
          hub.commands.issue(
            EDGE,
            { class: 'setting', action: { type: 'hold', device, output, value }, why: 'thử' },
            'Lan',
          ),
        ).id,
    )
    await pass(45 * 24 * 60 * 6)
    const node = await bootNode()
    await pass(10)
    expect(node.agent.outputs()).toMatchObject([
      { output: 'relay2', decision: { value: 1, winner: 'command' } },
    ])
    expect(ids.map((one) => hub.commands.get(one)?.state)).toEqual(['done', 'done', 'done'])
  })

  test('are in force again after a power cut', async () => {
    const hub = world.boot()
    const first = await bootNode()
    await pass(5)
    const action = { type: 'hold', device: 'dh-siren', output: 'relay2', value: 1 } as const
    must(hub.commands.issue(EDGE, { class: 'setting', action, why: 'thử' }, 'Lan'))
    await pass(5)
    await first.kill()
    await pass(MINUTE / SECOND)
    const second = await bootNode({ boot: 'b2', wall: 0 })
    expect(second.ons()).toMatchObject([{ output: 'relay2', value: 1 }])
  })
})

test('an emergency stands above a setting', async () => {
  const hub = world.boot()
  const node = await bootNode()
  await pass(5)
  const action = { type: 'hold', device: 'dh-siren', output: 'relay1', value: 0 } as const
  must(hub.commands.issue(EDGE, { class: 'setting', action, why: 'thử' }, 'Lan'))
  const urgent = must(hub.commands.issue(EDGE, { ...WISH, class: 'emergency' }, 'Lan'))
  await pass(5)
  expect(node.ons()).toHaveLength(1)
  expect(hub.commands.get(urgent.id)?.state).toBe('done')
})

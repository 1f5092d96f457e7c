import type { UtcBounds } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Command, CommandAction, CommandOutcome } from '../../../core/wire/commands.ts'
import type { OutputRequest } from '../../../devices/define.ts'
import { type CommandStore, openCommandStore } from '../../../edge/commands/command-store.ts'
import { createCommands } from '../../../edge/commands/commands.ts'
import { createExecutor, type Executor } from '../../../edge/commands/executor.ts'
import { createLights, type LitStreet } from '../../../edge/commands/lights.ts'
import { createWaters, type WateredHouse } from '../../../edge/commands/waters.ts'
import type { AlarmPlace } from '../../../edge/outbox/outbox.ts'
import { createOutputs } from '../../../edge/outputs.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { definition } from '../node.ts'

/** A node's commands over real outputs and a real database, with a driver and an outbox that the test plays. */

export const T0 = Date.UTC(2026, 9, 1)
export const SECOND = 1_000
export const MINUTE = 60_000
const DEVICES = new Map([['siren', definition('milesight-ws558')]])

const RELAY = { device: 'siren', output: 'relay1' }

/** What outlives a process, and what the test has seen of all its lives. */
export interface World {
  readonly clock: FakeClock
  readonly sql: SqlStore
  /** Rows of the alarm lane: committed. */
  readonly rows: CommandOutcome[]
  /** How many of them the hub has. */
  acknowledged: number
  /** Ids of commands whose action was begun, and the true time of it. */
  readonly runs: { readonly id: string; readonly at: number }[]
  /** How far the clock may be off, either way, in ms. */
  error: { before: number; after: number }
}

export function world(): World {
  const clock = fakeClock(T0)
  return {
    clock,
    sql: openSqlite(':memory:'),
    rows: [],
    acknowledged: 0,
    runs: [],
    error: { before: 0, after: 0 },
  }
}

export function noStation(station: string) {
  return err(fault('STATION_UNKNOWN', { station, known: '' }))
}

let count = 0

export function command(part: Partial<Command> = {}): Command {
  count++
  const action: CommandAction = { type: 'drive', device: 'siren', output: 'relay1', value: 1, for_s: 60 }
  const times = { notBefore: 0, expires: T0 + MINUTE }
  return {
    v: 1,
    id: `c${count}`,
    class: 'momentary',
    action,
    who: 'Lan',
    why: 'test',
    order: count,
    ...times,
    ...part,
  }
}

export function setting(value: number | null, part: Partial<Command> = {}): Command {
  return command({
    class: 'setting',
    action: { type: 'hold', device: 'siren', output: 'relay1', value },
    ...part,
  })
}

export function emergency(part: Partial<Command> = {}, override?: boolean): Command {
  const drive = { type: 'drive', device: 'siren', output: 'relay1', value: 1, for_s: 60 } as const
  return command({
    class: 'emergency',
    action: { ...drive, ...(override === undefined ? {} : { override }) },
    ...part,
  })
}

/** Thrown where the process is killed: nothing of that life does anything any more. */
class Killed extends Error {}

export interface LifeOptions {
  /** The process dies at its so-many-th step; a step lies before and after everything that outlives it. */
  readonly killAt?: number
  /** The disk fails: every write. */
  readonly brokenDisk?: () => boolean
  readonly durable?: boolean
  readonly replaced?: boolean
  /** The outbox takes no more. */
  readonly queueFull?: boolean
  /** The device confirms at once. */
  readonly confirming?: boolean
  /** Lighting streets; none where it is left out. */
  readonly street?: (id: string) => Result<LitStreet>
  /** Greenhouses, likewise. */
  readonly house?: (id: string) => Result<WateredHouse>
}

export function live(world: World, options: LifeOptions = {}) {
  const { rows, runs } = world
  let steps = 0
  let dead = false
  const step = () => {
    steps++
    if (dead || steps === options.killAt) {
      dead = true
      throw new Killed('killed')
    }
  }
  const around = <A extends readonly unknown[], R>(work: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      step()
      const result = work(...args)
      step()
      return result
    }
  }
  const bounds = (): UtcBounds => {
    const now = world.clock.now()
    return { earliest: now - world.error.before, latest: now + world.error.after }
  }
  const clock = { ...world.clock, bounds }
  const refusals = createRefusals({ clock, log: silentLog })
  const drives: (OutputRequest & { readonly at: number })[] = []
  const device = deviceId('siren')
  if (!device.ok) throw new Error('bad id')
  let refusing = false
  const outputs = createOutputs({
    clock,
    wall: clock,
    speed: 1,
    definitions: DEVICES,
    refusals,
    driverOf: () => ({
      name: 'played',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      drive(_device, requests) {
        if (refusing) return err(fault('LORAWAN_QUEUE_FULL', { device: 'siren', limit: 1 }))
        for (const request of requests) drives.push({ ...request, at: clock.now() })
        if (options.confirming) progress('confirmed', requests)
        return ok(undefined)
      },
    }),
  })
  const progress = (stage: 'confirmed' | 'failed', requests: readonly OutputRequest[]) => {
    outputs.progress('siren', requests, stage)
    real.progress('siren', requests, stage)
  }
  const ask: Parameters<typeof createExecutor>[0]['ask'] = (station) =>
    station === 'dong-ha' ? ok(undefined) : err(fault('STATION_UNKNOWN', { station, known: 'dong-ha' }))
  const real = createExecutor({
    clock,
    outputs,
    ask,
    reset: outputs.reset,
    lights: createLights({ clock, street: options.street ?? noStation }),
    waters: createWaters({ house: options.house ?? noStation }),
  })
  const executor: Executor = {
    ...real,
    run: around((given, ended, releases) => {
      runs.push({ id: given.id, at: world.clock.now() })
      return real.run(given, ended, releases)
    }),
  }
  const opened = openCommandStore(world.sql, options.replaced)
  const write = <A extends readonly unknown[], R>(work: (...args: A) => R) =>
    around((...args: A): R => {
      if (options.brokenDisk?.())
        throw new FaultError(fault('STORE_UNWRITABLE', { file: 'commands.db', reason: 'played' }))
      return work(...args)
    })
  const store: CommandStore = {
    ...opened,
    durable: options.durable ?? true,
    put: write(opened.put),
    outcome: write(opened.outcome),
    letGo: write(opened.letGo),
    place: write(opened.place),
    told: write(opened.told),
    // Called when a promise settles: a kill there ends nothing but this life.
    kept: (key) => doing(() => write(opened.kept)(key)),
  }
  const outbox = {
    epoch: () => EPOCH,
    lanes: () => [{ lane: 'alarm', oldest: world.acknowledged, next: rows.length } as const],
    holds: ({ epoch, seq }: AlarmPlace) => epoch === EPOCH && seq < rows.length,
    alarm: (
      row: Parameters<Parameters<typeof createCommands>[0]['outbox']['alarm']>[0],
      _time: unknown,
      before?: (place: AlarmPlace) => void,
    ) =>
      Promise.resolve().then(() => {
        if (options.queueFull) return err(fault('ALARM_QUEUE_FULL', { limit: 0 }))
        try {
          before?.({ epoch: EPOCH, seq: rows.length })
          step()
          if (!('alarm' in row)) rows.push(row)
          step()
        } catch (cause) {
          if (!(cause instanceof Killed)) throw cause
          return new Promise<never>(() => {})
        }
        return ok(rows.length - 1)
      }),
  }
  const commands = createCommands({ clock, store, executor, outbox, refusals })

  /** What the process does until it is killed. */
  const doing = (work: () => void) => {
    if (dead) return
    try {
      work()
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause
    }
  }
  return {
    commands,
    outputs,
    refusals,
    drives,
    dead: () => dead,
    kill() {
      dead = true
    },
    refuse(value: boolean) {
      refusing = value
    },
    tellUntold: () => doing(commands.tellUntold),
    start: () =>
      doing(() => {
        commands.restore()
        commands.start()
      }),
    /** Whoever stops what this output lets run; true where that was answered. */
    stop(): boolean {
      doing(() => {
        outputs.letGo(RELAY)
        commands.letGo(RELAY.device, RELAY.output, 'Tí')
        commands.stop({ station: 'nha-kinh', outputs: [{ ...RELAY, safe: 0 }], who: 'Tí' })
      })
      return !dead
    },
    take: (given: Command) => doing(() => commands.take(encodeCbor(given))),
    progress: (stage: 'confirmed' | 'failed', requests: readonly OutputRequest[]) =>
      doing(() => progress(stage, requests)),
    /** Seconds pass, with a tick in each. */
    async pass(seconds: number) {
      for (let left = seconds; left > 0; left--) {
        await world.clock.advance(SECOND)
        doing(() => {
          outputs.tick()
          commands.tick()
        })
      }
    },
    settle: () => world.clock.advance(1),
  }
}

const EPOCH = '00112233445566aa'

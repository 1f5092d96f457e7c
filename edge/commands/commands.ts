import type { NodeClock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { Command, CommandOutcome } from '../../core/wire/commands.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandRecord, CommandStore, Setting } from './command-store.ts'
import { createDoubts, FORGET_MS } from './doubts.ts'
import type { Details, End } from './end.ts'
import { createEndings } from './endings.ts'
import type { Executor } from './executor.ts'
import { judge } from './judge.ts'
import { codeOf, outcomeOf } from './outcome.ts'
import { readCommand } from './read-command.ts'
import { isStopped, type StoppedWater } from './stopped.ts'
import { createTelling } from './telling.ts'

/**
 * What the hub asks of this node: each command is judged by what is proven of the time, runs at most once, and its
 * outcome is told until the hub has it. Written down before it acts; told after it was written down.
 */
export interface Commands {
  /**
   * Tells what a crash kept from the outbox. After a start it comes before anything else is told: the number that an
   * outcome was about to have would be another alarm's, and pass for its own.
   */
  tellUntold(): void
  /**
   * After a start: settings back in force, before a controller could drive what they hold; those that end with a restart
   * are let go instead.
   */
  restore(endsWithRestart?: (setting: Setting) => boolean): void
  /** After that, with the controllers at work: what was interrupted is called so. */
  start(): void
  /** A payload of the `cmd` topic, whatever it holds. */
  take(payload: Uint8Array): void
  tick(): void
  /**
   * Somebody at the site has ended what settings hold of an output: written down before this returns, and where the disk
   * takes nothing, as soon as it does.
   */
  letGo(device: string, output: string, who: string): void
  /**
   * Somebody has stopped water: what waits for its time and would let it run is refused, and what its device has not
   * confirmed has failed. Written down like what was let go.
   */
  stop(stopped: StoppedWater): void
  /** Newest first. */
  recent(count: number): readonly CommandRecord[]
}

export interface CommandsParts {
  readonly clock: NodeClock
  readonly store: CommandStore
  readonly executor: Executor
  readonly outbox: Pick<Outbox, 'alarm' | 'holds' | 'epoch' | 'lanes'>
  readonly refusals: Refusals
}

/** Commands that wait for their time or for the clock to be known better; one more is refused. */
export const WAITING_MAX = 64
/** Commands remembered; when all of them could still run, or are not told yet, further ones are refused. */
export const REMEMBERED_MAX = 5_000
/**
 * What became of a command is remembered long after its time, as far as there is this room for it: a hub that was put
 * back to an older copy asks again, after months in the dark too, and is told what it was told before.
 */
export const ROOM = { commands: 2_000, bytes: 8 * 1024 * 1024 } as const
/** Emergencies that are remembered beyond that. */
export const EMERGENCIES_MAX = 1_000
/** A clock that cannot tell whether a command has expired is given this long to learn the time. */
export const DOUBT_MS = 10 * 60_000
const FORGET_EVERY_MS = 3_600_000
/** A hub that asks for so long after the end has lost what it was told, and is told again; at most this often. */
const ASKED_AGAIN_MS = 3_600_000
/** Commands kept in memory as well: with the disk broken, nothing is taken twice within this process. */
const SEEN_MAX = 1_000

/** Something was told of a command. */
interface Seen {
  /** Monotonic. */
  readonly at: number
  /** What it was, where the store would not take it. */
  readonly unwritten: CommandOutcome | undefined
}

interface Waiting {
  readonly command: Command
  /** Monotonic; null while there is no doubt. */
  readonly doubtSince: number | null
}

export function createCommands(parts: CommandsParts): Commands {
  const { clock, store, executor, outbox, refusals } = parts
  const waiting = new Map<string, Waiting>()
  /** By id. */
  const seen = new Map<string, Seen>()
  const startedAt = clock.monotonic()
  let forgetAt = clock.monotonic() + FORGET_EVERY_MS

  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)
  const doubts = createDoubts({ clock, store, refusals })
  const telling = createTelling({ clock, store, outbox, refusals })
  const endings = createEndings({ clock, store, refusals })

  const keepInMind = (id: string, unwritten: CommandOutcome | undefined) => {
    seen.delete(id)
    seen.set(id, { at: clock.monotonic(), unwritten })
    const [oldest] = seen.keys()
    if (seen.size > SEEN_MAX && oldest !== undefined) seen.delete(oldest)
  }
  const toldLately = (id: string) => clock.monotonic() - (seen.get(id)?.at ?? startedAt) < ASKED_AGAIN_MS
  /** Written down, and then told. */
  const tell = (command: Command, outcome: CommandOutcome) => {
    const setting = outcome.outcome === 'done' ? settingOf(command) : undefined
    if (setting !== undefined) endings.setAgain(setting)
    const written = attempt(() => store.outcome(command, outcome, setting))
    keepInMind(command.id, written === undefined ? outcome : undefined)
    telling.tell(outcome, written?.key)
  }
  /** There is no place to write it down. */
  const tellOnly = (outcome: CommandOutcome) => {
    keepInMind(outcome.command, outcome)
    telling.tell(outcome, undefined)
  }
  const report = (
    command: Command,
    outcome: CommandOutcome['outcome'],
    more: { readonly problem?: Fault; readonly details?: Details | undefined } = {},
  ) => {
    if (more.problem !== undefined) refusals.note(more.problem, 'command')
    if (outcome !== 'accepted') waiting.delete(command.id)
    tell(command, outcomeOf(command, outcome, clock.now(), more))
  }
  /** The hub asks again for what it was told: it was put back to an older copy, or the disk took nothing. */
  const tellAgain = (command: Command) => {
    const { id } = command
    const outcome = seen.get(id)?.unwritten ?? attempt(() => store.find(id))?.outcome
    if (toldLately(id) || outcome === undefined || outcome.outcome === 'accepted') return
    if (telling.waitsFor(id)) return
    if (attempt(() => store.knows(id)) === true || !full(command)) tell(command, outcome)
    else tellOnly(outcome)
  }

  const execute = (command: Command) => {
    // Only an emergency may run without a promise to run once: all it can do is to drive the same output again. Of a
    // setting the order tells which is the newer, whatever was forgotten.
    const doubtful = command.class === 'momentary' && doubts.stand()
    if (command.class !== 'emergency' && (!store.durable || doubtful))
      return report(command, 'refused', { problem: fault('COMMAND_STORE_FAILED') })
    const accepted = attempt(() => {
      store.put(command, 'accepted')
      return true
    })
    if (accepted === undefined) {
      if (command.class !== 'emergency')
        return report(command, 'refused', { problem: fault('COMMAND_STORE_FAILED') })
    }
    waiting.delete(command.id)
    const releases = attempt(() => store.releasesAfter(command)) ?? []
    const end = executor.run(command, (later) => conclude(command, later), releases)
    if (end.outcome === 'accepted') report(command, 'accepted', end)
    else conclude(command, end)
  }
  const conclude = (command: Command, end: End) => {
    if (end.outcome !== 'done') return report(command, end.outcome, { problem: end.problem })
    report(command, 'done', { details: end.details })
  }

  const consider = (command: Command) => {
    const { action } = command
    const inForce =
      action.type === 'hold' ? attempt(() => store.orderOf(action.device, action.output)) : undefined
    const judgement = judge(command, clock.bounds(), inForce)
    switch (judgement.verdict) {
      case 'run':
        return execute(command)
      case 'wait':
        return wait(command, judgement.why)
      case 'expired':
        return expire(command, judgement.problem)
      case 'refused':
        return report(command, 'refused', { problem: judgement.problem })
    }
  }
  /** Nobody is told of a command that it was not run, where it may have run and been forgotten. */
  const expire = (command: Command, problem: Fault) => {
    if (!doubts.mayHaveRun(command.expires)) return report(command, 'expired', { problem })
    report(command, 'failed', { problem: fault('COMMAND_FORGOTTEN') })
  }
  const wait = (command: Command, why: 'early' | 'doubt') => {
    const before = waiting.get(command.id)
    const now = clock.monotonic()
    const doubtSince = why === 'doubt' ? (before?.doubtSince ?? now) : null
    if (doubtSince !== null && now - doubtSince >= DOUBT_MS)
      return expire(command, fault('COMMAND_TIME_UNKNOWN'))
    if (before === undefined && waiting.size >= WAITING_MAX)
      return report(command, 'refused', { problem: fault('COMMAND_WAITING_FULL', { max: WAITING_MAX }) })
    // A command that only waits has done nothing: lost with the disk, it comes again.
    if (before === undefined) attempt(() => store.put(command, 'waiting'))
    waiting.set(command.id, { command, doubtSince })
  }

  const letGo: Commands['letGo'] = (device, output, who) => endings.letGo({ device, output, who })
  const stop: Commands['stop'] = (stopped) => {
    const problem = fault('COMMAND_STOPPED', { who: stopped.who })
    const isMeant = ({ command }: { readonly command: Command }) => isStopped(command.action, stopped)
    executor.stop(stopped, problem)
    const over = [...waiting.values()].filter(isMeant)
    for (const { command } of over) report(command, 'refused', { problem })
    // Also what the disk would not take as done: a restart would begin it anew.
    const begun = (attempt(store.unsettled) ?? []).filter(isMeant)
    const untaken = [...over, ...begun].flatMap(({ command }) => {
      const outcome = seen.get(command.id)?.unwritten
      return outcome === undefined ? [] : [{ command, outcome }]
    })
    if (untaken.length > 0) endings.untaken(untaken)
  }

  /** One of them may end others: those are not looked at any more. */
  const considerAll = () => {
    for (const { command } of [...waiting.values()]) if (waiting.has(command.id)) consider(command)
  }

  const forget = () => {
    forgetAt = clock.monotonic() + FORGET_EVERY_MS
    telling.sweep()
    doubts.stand()
    const gone = attempt(() => store.forget(clock.bounds().earliest - FORGET_MS, ROOM))
    for (const id of gone ?? []) seen.delete(id)
  }
  const full = (command: Command): boolean => {
    const reached = () => (attempt(store.count) ?? 0) >= mostOf(command)
    if (!reached()) return false
    forget()
    return reached()
  }

  const resume = ({ command, state, outcome }: CommandRecord) => {
    // What goes on by itself is never begun twice; that it was accepted, a crash may have kept from being told.
    const begun =
      state === 'accepted' ? executor.resume(command, (later) => conclude(command, later)) : undefined
    if (begun !== undefined) {
      if (outcome === undefined) report(command, 'accepted', begun)
      return
    }
    if (state === 'waiting' || command.class === 'setting')
      waiting.set(command.id, { command, doubtSince: null })
    else report(command, 'failed', { problem: fault('COMMAND_INTERRUPTED') })
  }

  return {
    tellUntold: telling.sweep,
    restore(endsWithRestart = () => false) {
      for (const setting of attempt(() => store.settings()) ?? []) {
        if (endsWithRestart(setting)) {
          letGo(setting.device, setting.output, 'restart')
          continue
        }
        const set = executor.set(setting)
        if (!set.ok) refusals.note(set.error, 'commands')
      }
    },
    start() {
      doubts.stand()
      for (const record of attempt(() => store.unsettled()) ?? []) resume(record)
      considerAll()
    },
    take(payload) {
      const read = readCommand(payload)
      if (!read.ok) {
        refusals.note(read.problem, 'command')
        const { id } = read
        if (id === undefined || (seen.has(id) && toldLately(id))) return
        return tellOnly({ v: 1, command: id, outcome: 'refused', at: clock.now(), ...codeOf(read.problem) })
      }
      const { command } = read
      const { id } = command
      const known = seen.has(id) || waiting.has(id) || attempt(() => store.knows(id)) === true
      // The hub asks again because it has no outcome.
      if (known) {
        telling.sweep()
        return tellAgain(command)
      }
      if (full(command)) {
        const problem = fault('COMMAND_LEDGER_FULL', { max: mostOf(command) })
        refusals.note(problem, 'command')
        return tellOnly(outcomeOf(command, 'refused', clock.now(), { problem }))
      }
      consider(command)
    },
    tick() {
      executor.tick()
      considerAll()
      endings.tick()
      if (clock.monotonic() >= forgetAt) forget()
    },
    letGo,
    stop,
    recent: (count) => attempt(() => store.recent(count)) ?? [],
  }
}

function mostOf({ class: given }: Command): number {
  return given === 'emergency' ? REMEMBERED_MAX + EMERGENCIES_MAX : REMEMBERED_MAX
}

function settingOf({ action, order, who, why }: Command): Setting | undefined {
  if (action.type !== 'hold') return undefined
  const { device, output, value } = action
  return { device, output, value, order, who, why }
}

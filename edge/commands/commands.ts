import type { NodeClock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { Command, CommandOutcome } from '../../core/wire/commands.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandRecord, CommandStore, Setting } from './command-store.ts'
import { createDoubts, FORGET_MS } from './doubts.ts'
import type { Details, End, Executor } from './executor.ts'
import { judge } from './judge.ts'
import { codeOf, outcomeOf } from './outcome.ts'
import { readCommand } from './read-command.ts'
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
  /** After a start: settings back in force, before a controller could drive what they hold. */
  restore(): void
  /** After that, with the controllers at work: what was interrupted is called so. */
  start(): void
  /** A payload of the `cmd` topic, whatever it holds. */
  take(payload: Uint8Array): void
  tick(): void
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
/** Commands remembered; when all of them could still come again, further ones are refused. */
export const REMEMBERED_MAX = 5_000
/** Emergencies that are remembered beyond that. */
export const EMERGENCIES_MAX = 1_000
/** A clock that cannot tell whether a command has expired is given this long to learn the time. */
export const DOUBT_MS = 10 * 60_000
const FORGET_EVERY_MS = 3_600_000
/** A hub that asks for so long after the end has lost what it was told, and is told again; at most this often. */
const ASKED_AGAIN_MS = 3_600_000
/** Ids kept in memory as well: with the disk broken, nothing is taken twice within this process. */
const SEEN_MAX = 1_000

interface Waiting {
  readonly command: Command
  /** Monotonic; null while there is no doubt. */
  readonly doubtSince: number | null
}

export function createCommands(parts: CommandsParts): Commands {
  const { clock, store, executor, outbox, refusals } = parts
  const waiting = new Map<string, Waiting>()
  /** Ids, with the monotonic time at which something was last told of them. */
  const seen = new Map<string, number>()
  const startedAt = clock.monotonic()
  let forgetAt = clock.monotonic() + FORGET_EVERY_MS

  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)
  const doubts = createDoubts({ clock, store, refusals })
  const telling = createTelling({ clock, store, outbox, refusals })

  /** The hub asks again for what it has acknowledged: it was restored from an older copy. */
  const tellAgain = (id: string) => {
    const outcome = attempt(() => store.find(id))?.outcome
    const lately = clock.monotonic() - (seen.get(id) ?? startedAt) < ASKED_AGAIN_MS
    if (lately || outcome === undefined || outcome.outcome === 'accepted') return
    if (telling.waitsFor(id)) return
    keepInMind(id)
    telling.tell(outcome, attempt(() => store.again(outcome))?.key)
  }

  const report = (
    command: Command,
    outcome: CommandOutcome['outcome'],
    more: {
      readonly problem?: Fault
      readonly details?: Details | undefined
      readonly setting?: Setting
    } = {},
  ) => {
    const { problem, setting } = more
    if (problem !== undefined) refusals.note(problem, 'command')
    const message = outcomeOf(command, outcome, clock.now(), more)
    const written = attempt(() => store.outcome(command, message, setting))
    keepInMind(command.id)
    if (outcome !== 'accepted') waiting.delete(command.id)
    telling.tell(message, written?.key)
  }
  const keepInMind = (id: string) => {
    seen.delete(id)
    seen.set(id, clock.monotonic())
    const [oldest] = seen.keys()
    if (seen.size > SEEN_MAX && oldest !== undefined) seen.delete(oldest)
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
    const setting = settingOf(command)
    report(command, 'done', { details: end.details, ...(setting === undefined ? {} : { setting }) })
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
      default:
        return report(command, judgement.verdict, { problem: judgement.problem })
    }
  }
  const wait = (command: Command, why: 'early' | 'doubt') => {
    const before = waiting.get(command.id)
    const now = clock.monotonic()
    const doubtSince = why === 'doubt' ? (before?.doubtSince ?? now) : null
    if (doubtSince !== null && now - doubtSince >= DOUBT_MS)
      return report(command, 'expired', { problem: fault('COMMAND_TIME_UNKNOWN') })
    if (before === undefined && waiting.size >= WAITING_MAX)
      return report(command, 'refused', { problem: fault('COMMAND_WAITING_FULL', { max: WAITING_MAX }) })
    // A command that only waits has done nothing: lost with the disk, it comes again.
    if (before === undefined) attempt(() => store.put(command, 'waiting'))
    waiting.set(command.id, { command, doubtSince })
  }

  const forget = () => {
    forgetAt = clock.monotonic() + FORGET_EVERY_MS
    telling.sweep()
    doubts.stand()
    attempt(() => store.forget(forgettable()))
  }
  const forgettable = () => clock.bounds().earliest - FORGET_MS
  const full = (max: number): boolean => {
    const reached = () => (attempt(store.count) ?? 0) >= max
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
    restore() {
      for (const setting of attempt(() => store.settings()) ?? []) {
        const set = executor.set(setting)
        if (!set.ok) refusals.note(set.error, 'commands')
      }
    },
    start() {
      doubts.stand()
      for (const record of attempt(() => store.unsettled()) ?? []) resume(record)
      for (const { command } of [...waiting.values()]) consider(command)
    },
    take(payload) {
      const read = readCommand(payload)
      if (!read.ok) {
        refusals.note(read.problem, 'command')
        if (read.id === undefined || seen.has(read.id)) return
        keepInMind(read.id)
        telling.tell(
          { v: 1, command: read.id, outcome: 'refused', at: clock.now(), ...codeOf(read.problem) },
          undefined,
        )
        return
      }
      const { command } = read
      const { id } = command
      // Forgotten by the store, it is forgotten here as well: to a hub that has lost its outcome it is an expired one.
      if (command.expires < forgettable() && attempt(() => store.knows(id)) === false) seen.delete(id)
      const known = seen.has(id) || waiting.has(id) || attempt(() => store.knows(id)) === true
      // The hub asks again because it has no outcome.
      if (known) {
        telling.sweep()
        return tellAgain(id)
      }
      const max = command.class === 'emergency' ? REMEMBERED_MAX + EMERGENCIES_MAX : REMEMBERED_MAX
      if (full(max)) {
        keepInMind(id)
        const problem = fault('COMMAND_LEDGER_FULL', { max })
        refusals.note(problem, 'command')
        return telling.tell(outcomeOf(command, 'refused', clock.now(), { problem }), undefined)
      }
      consider(command)
    },
    tick() {
      executor.tick()
      for (const { command } of [...waiting.values()]) consider(command)
      if (clock.monotonic() >= forgetAt) forget()
    },
    recent: (count) => attempt(() => store.recent(count)) ?? [],
  }
}

function settingOf({ action, order, who, why }: Command): Setting | undefined {
  if (action.type !== 'hold') return undefined
  const { device, output, value } = action
  return { device, output, value, order, who, why }
}

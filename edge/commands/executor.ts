import type { Clock, Mono } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { Command, CommandAction } from '../../core/wire/commands.ts'
import type { OutputRequest } from '../../devices/define.ts'
import type { FloodInput } from '../control/flood/inputs.ts'
import type { OutputProgress } from '../drivers/driver.ts'
import type { Outputs } from '../outputs.ts'
import type { Setting } from './command-store.ts'
import type { Begun, End } from './end.ts'
import type { Lights } from './lights.ts'
import { isStopped, type StoppedWater } from './stopped.ts'
import type { Waters } from './waters.ts'

/** Does what commands ask, through the same doors as everybody else: outputs, and what a person may ask of a station. */
export interface Executor {
  /**
   * Begins an action: how it ended, or that it is under way; `ended` is then called once. `releases` are the newer
   * releases of the same street that were carried out.
   */
  run(command: Command, ended: (end: End) => void, releases: readonly Command[]): End | Begun
  /**
   * After a restart: that it is under way where what was begun has gone on by itself, and `ended` is then called once;
   * undefined where it has not.
   */
  resume(command: Command, ended: (end: End) => void): Begun | undefined
  /** Puts a setting in force. Faults: OUTPUT_UNKNOWN, OUTPUT_CLAIM_INVALID, OUTPUT_CLAIMS_FULL. */
  set(setting: Pick<Setting, 'device' | 'output' | 'value' | 'who' | 'why'>): Result<void>
  progress(
    device: string,
    requests: readonly OutputRequest[],
    stage: OutputProgress['stage'],
    problem?: Fault,
  ): void
  /** What would let stopped water run and was not confirmed has failed; that it no longer drives is the caller's. */
  stop(stopped: StoppedWater, problem: Fault): void
  tick(): void
}

type Drive = Extract<CommandAction, { type: 'drive' }>

/** An output that was asked for and has not confirmed yet. */
interface Watch {
  readonly owner: string
  readonly drive: Drive
  readonly until: Mono
  readonly ended: (end: End) => void
}

/** All settings speak as one: a newer one of an output takes the place of the older. */
const SETTING_OWNER = 'setting'

export function createExecutor(parts: {
  readonly clock: Clock
  readonly outputs: Outputs
  ask(
    station: string,
    input: Extract<FloodInput, { type: 'silence' | 'unsilence' | 'self-test' }>,
  ): Result<void>
  /** Frees a latched output, in the name of who asks. */
  reset(device: string, output: string, who: string): Result<void>
  readonly lights: Lights
  readonly waters: Waters
}): Executor {
  const { clock, outputs, lights, waters } = parts
  const watches = new Map<string, Watch>()

  /** Ends a watch; what failed lets go of its output, so that nothing is driven after it was called a failure. */
  const end = (watch: Watch, how: End) => {
    watches.delete(watch.owner)
    if (how.outcome !== 'done') outputs.release(watch.owner)
    watch.ended(how)
  }

  const drive = (command: Command, action: Drive, ended: (how: End) => void): End | Begun => {
    const { device, output, value } = action
    const owner = `command:${command.id}`
    const until = (clock.monotonic() + action.for_s * 1000) as Mono
    const rank = command.class !== 'emergency' ? 'command' : action.override ? 'override' : 'emergency'
    const quieting = rank === 'override' ? undefined : quiets(action)
    if (quieting !== undefined) return { outcome: 'refused', problem: quieting }
    // A device beside us may confirm before `order` returns.
    let early: End | undefined
    let begun = false
    const tell = (how: End) => {
      if (begun) ended(how)
      else early = how
    }
    watches.set(owner, { owner, drive: action, until, ended: tell })
    const ordered = outputs.order(owner, { device, output, value, rank, until, reason: reasonOf(command) })
    const problem = ordered.ok ? taken(action, owner) : ordered.error
    if (problem !== undefined) {
      watches.delete(owner)
      outputs.release(owner, action)
      return { outcome: 'refused', problem }
    }
    begun = true
    return early ?? { outcome: 'accepted' }
  }

  /** Only who silences the station, holds the output on site or overrides quiets an alarm, its pauses included. */
  const quiets = (action: Pick<Drive, 'device' | 'output' | 'value'>): Fault | undefined => {
    const station = outputs.alarmQuietedBy(action)
    const { device, output } = action
    return station === undefined ? undefined : fault('COMMAND_ALARM_SOUNDS', { device, output, station })
  }

  /** Who keeps the output from doing what was asked; undefined while it does that, for whomever. */
  const taken = ({ device, output, value }: Drive, owner: string): Fault | undefined => {
    const decision = outputs.decision(device, output)
    if (decision === undefined || decision.owner === owner) return undefined
    if (decision.winner === 'interlock')
      return fault('COMMAND_INTERLOCK', { device, output, interlock: decision.owner })
    if (decision.value === value) return undefined
    if (decision.winner === 'alarm')
      return fault('COMMAND_ALARM_SOUNDS', { device, output, station: decision.owner })
    return fault('COMMAND_OUTRANKED', { device, output, owner: decision.owner, rank: decision.winner })
  }

  const set: Executor['set'] = ({ device, output, value, who, why }) => {
    if (!outputs.has(device, output)) return err(fault('OUTPUT_UNKNOWN', { device, output }))
    if (value === null) return ok(outputs.release(SETTING_OWNER, { device, output }))
    const order = {
      device,
      output,
      value,
      rank: 'command',
      until: null,
      reason: reasonOf({ who, why }),
    } as const
    const ordered = outputs.order(SETTING_OWNER, order)
    return ordered.ok ? ok(undefined) : ordered
  }

  return {
    set,
    resume: (command, ended) => lights.resume(command, ended) ?? waters.resume(command, ended),
    run(command, ended, releases) {
      const { action, who, why } = command
      switch (action.type) {
        case 'drive':
          return drive(command, action, ended)
        case 'hold': {
          const quieting = action.value === null ? undefined : quiets({ ...action, value: action.value })
          if (quieting !== undefined) return { outcome: 'refused', problem: quieting }
          return endOf(set({ ...action, who, why }))
        }
        case 'silence':
          return endOf(parts.ask(action.station, { type: 'silence', who, forMin: action.for_min }))
        case 'unsilence':
          return endOf(parts.ask(action.station, { type: 'unsilence', who }))
        case 'self-test':
          return endOf(parts.ask(action.station, { type: 'self-test' }))
        case 'light':
          return lights.light(command, action, releases, ended)
        case 'water':
          return waters.water(command, action, ended)
        case 'water-stop':
          return waters.stop(command, action)
        case 'water-resume':
          return waters.goOn(command, action)
        case 'interlock-reset':
          return endOf(parts.reset(action.device, action.output, who))
        case 'light-release':
          return lights.release(command, action)
      }
    },
    progress(device, requests, stage, problem) {
      if (stage === 'sent') return
      for (const watch of [...watches.values()]) {
        const { drive, owner } = watch
        const mine = ({ output, value }: OutputRequest) => output === drive.output && value === drive.value
        if (drive.device !== device || !requests.some(mine)) continue
        if (stage === 'confirmed' && taken(drive, owner) === undefined) end(watch, { outcome: 'done' })
        if (stage === 'failed') {
          const reason = problem?.code ?? 'no answer'
          const details = { device, output: drive.output, reason }
          end(watch, { outcome: 'failed', problem: fault('COMMAND_NOT_DELIVERED', details) })
        }
      }
    },
    stop(stopped, problem) {
      for (const watch of [...watches.values()])
        if (isStopped(watch.drive, stopped)) end(watch, { outcome: 'failed', problem })
    },
    tick() {
      lights.tick()
      waters.tick()
      const now = clock.monotonic()
      for (const watch of [...watches.values()]) {
        const { device, output } = watch.drive
        const by = taken(watch.drive, watch.owner)
        if (now >= watch.until)
          end(watch, { outcome: 'failed', problem: fault('COMMAND_UNCONFIRMED', { device, output }) })
        else if (by !== undefined) {
          const code = by.code === 'COMMAND_OUTRANKED' ? 'COMMAND_DISPLACED' : by.code
          end(watch, { outcome: 'failed', problem: fault(code, by.details) })
        }
      }
    },
  }
}

function endOf(result: Result<void>): End {
  return result.ok ? { outcome: 'done' } : { outcome: 'refused', problem: result.error }
}

function reasonOf({ who, why }: Pick<Command, 'who' | 'why'>): Text {
  return { vi: `Lệnh của ${who}: ${why}`, en: `Command of ${who}: ${why}` }
}

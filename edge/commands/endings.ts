import type { Clock } from '../../core/clock.ts'
import type { Command, CommandOutcome } from '../../core/wire/commands.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandStore, Setting } from './command-store.ts'

/**
 * What people at the site have ended, until it is written down: at once, and where the disk takes nothing, as soon as it
 * does. A restart would begin it anew.
 */
export interface Endings {
  /** Ends what a setting holds of an output. */
  letGo(ended: Pick<Setting, 'device' | 'output' | 'who'>): void
  /** The output was set anew. */
  setAgain(setting: Pick<Setting, 'device' | 'output'>): void
  /** Outcomes that were told, and that the store would not take. */
  untaken(told: readonly Told[]): void
  tick(): void
}

interface Told {
  readonly command: Command
  readonly outcome: CommandOutcome
}

/** What could not be written down is tried again this often. */
const WRITE_AGAIN_MS = 10_000
/** Outcomes that are tried again; of more, those that were told first are given up. */
const UNTAKEN_MAX = 1_000

export function createEndings(parts: {
  readonly clock: Clock
  readonly store: Pick<CommandStore, 'letGo' | 'outcome' | 'told'>
  readonly refusals: Refusals
}): Endings {
  const { clock, store, refusals } = parts
  /** By output. */
  const settings = new Map<string, Pick<Setting, 'device' | 'output' | 'who'>>()
  /** By command. */
  const outcomes = new Map<string, Told>()
  let againAt = clock.monotonic() as number
  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)

  const write = () => {
    againAt = clock.monotonic() + WRITE_AGAIN_MS
    for (const [key, { device, output, who }] of [...settings]) {
      const written = attempt(() => {
        store.letGo(device, output, who)
        return true
      })
      if (written === true) settings.delete(key)
    }
    for (const [id, { command, outcome }] of [...outcomes]) {
      const written = attempt(() => store.outcome(command, outcome))
      if (written === undefined) continue
      outcomes.delete(id)
      attempt(() => store.told(written.key))
    }
  }

  return {
    letGo(ended) {
      settings.set(keyOf(ended), ended)
      write()
    },
    setAgain: (setting) => void settings.delete(keyOf(setting)),
    untaken(told) {
      for (const one of told) {
        outcomes.set(one.command.id, one)
        const [oldest] = outcomes.keys()
        if (outcomes.size > UNTAKEN_MAX && oldest !== undefined) outcomes.delete(oldest)
      }
      write()
    },
    tick() {
      if (settings.size + outcomes.size > 0 && clock.monotonic() >= againAt) write()
    },
  }
}

function keyOf({ device, output }: Pick<Setting, 'device' | 'output'>): string {
  return `${device}/${output}`
}
